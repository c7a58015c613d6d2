import { z } from "zod";
import { LongTextField } from "../../shared/form/fields.tsx";
import { FormFoot } from "../../shared/form/FormFoot.tsx";
import { FormProblem } from "../../shared/form/FormProblem.tsx";
import { useBodyForm } from "../../shared/form/useBodyForm.ts";
import classes from "../../shared/form/form.module.css";
import { say } from "../../shared/page/toasts.ts";
import { Dialog } from "../../shared/dialog/Dialog.tsx";
import { useTexts } from "../../texts/texts.ts";
import { actOnCard, type CardAct } from "./queries.ts";

const reason = z.string().trim().max(500);
const WANTS_REASON: Readonly<Record<CardAct, boolean>> = {
  freeze: true,
  unfreeze: true,
  enroll: false,
  unenroll: false,
};

/** Something done to the card as a whole, with the reason that is kept in its history. */
export function CardActDialog({
  cardId,
  act,
  onClose,
}: {
  readonly cardId: string;
  readonly act: CardAct;
  readonly onClose: () => void;
}) {
  const { cards } = useTexts();
  const words = cards.acts[act];
  const isWanted = WANTS_REASON[act];
  const { form, submit, isBusy, problem } = useBodyForm<{ reason: string }, { reason: string }, null>({
    defaults: { reason: "" },
    toBody: (typed) => typed,
    schema: z.object({ reason: isWanted ? reason.min(1) : reason }),
    send: async (body, intent) => {
      await actOnCard(cardId, act, body, { intent });
      return null;
    },
    onDone: () => {
      say(words.done);
      onClose();
    },
  });
  const { control, formState } = form;
  return (
    <Dialog onClose={onClose} title={words.title}>
      <form className={classes["form"]} onSubmit={(event) => void submit(event)} noValidate>
        <FormProblem
          errors={formState.errors}
          submitCount={formState.submitCount}
          problem={problem}
          labels={cards.fields}
        />
        <p>{words.why}</p>
        <LongTextField control={control} name="reason" label={cards.fields.reason} isOptional={!isWanted} />
        <FormFoot submit={words.verb} isBusy={isBusy} onCancel={onClose} />
      </form>
    </Dialog>
  );
}
