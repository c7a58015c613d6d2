import { z } from "zod";
import { enrolmentInput } from "../../../domain/card/input.ts";
import { LongTextField, TextField } from "../../shared/form/fields.tsx";
import { FormFoot } from "../../shared/form/FormFoot.tsx";
import { FormProblem } from "../../shared/form/FormProblem.tsx";
import { useBodyForm } from "../../shared/form/useBodyForm.ts";
import classes from "../../shared/form/form.module.css";
import { say } from "../../shared/page/toasts.ts";
import { Dialog } from "../../shared/dialog/Dialog.tsx";
import { useTexts } from "../../texts/texts.ts";
import { actOnCard, enrolCard } from "./queries.ts";

const schema = z.object({
  aref: enrolmentInput.aref.optional(),
  ica: enrolmentInput.ica,
  productCode: enrolmentInput.productCode,
  reason: z.string().trim().max(500),
});
type EnrolBody = z.infer<typeof schema>;

interface EnrolForm {
  readonly aref: string;
  readonly ica: string;
  readonly productCode: string;
  readonly reason: string;
}

/** Enrols a card that is known here; without an AREF by hand alone. */
export function EnrolDialog({ cardId, onClose }: { readonly cardId: string; readonly onClose: () => void }) {
  const { cards } = useTexts();
  const { enrol, fields, acts } = cards;
  const { form, submit, isBusy, problem } = useBodyForm<EnrolForm, EnrolBody, null>({
    defaults: { aref: "", ica: "", productCode: "", reason: "" },
    toBody: ({ reason, ...typed }) => ({
      ...Object.fromEntries(Object.entries(typed).filter(([, value]) => value.trim() !== "")),
      reason,
    }),
    schema,
    send: async ({ aref, reason, ...said }, intent) => {
      if (aref === undefined) await actOnCard(cardId, "enroll", { reason }, { intent });
      else await enrolCard({ cardRef: cardId, aref, ...said, reason }, intent);
      return null;
    },
    onDone: () => {
      say(acts.enroll.done);
      onClose();
    },
  });
  const { control, formState } = form;
  return (
    <Dialog onClose={onClose} title={acts.enroll.title}>
      <form className={classes["form"]} onSubmit={(event) => void submit(event)} noValidate>
        <FormProblem
          errors={formState.errors}
          submitCount={formState.submitCount}
          problem={problem}
          labels={fields}
        />
        <p>{acts.enroll.why}</p>
        <TextField control={control} name="aref" label={fields.aref} help={enrol.arefHelp} isOptional />
        <div className={classes["pair"]}>
          <TextField control={control} name="ica" label={fields.ica} help={enrol.known} isOptional />
          <TextField control={control} name="productCode" label={fields.productCode} isOptional />
        </div>
        <LongTextField control={control} name="reason" label={fields.reason} isOptional />
        <FormFoot submit={acts.enroll.verb} isBusy={isBusy} onCancel={onClose} />
      </form>
    </Dialog>
  );
}
