import { z } from "zod";
import { ChoiceField, LongTextField, NumberField } from "../../shared/form/fields.tsx";
import { FormFoot } from "../../shared/form/FormFoot.tsx";
import { FormProblem } from "../../shared/form/FormProblem.tsx";
import { useBodyForm } from "../../shared/form/useBodyForm.ts";
import classes from "../../shared/form/form.module.css";
import { say } from "../../shared/page/toasts.ts";
import { Dialog } from "../../shared/dialog/Dialog.tsx";
import { useTexts } from "../../texts/texts.ts";
import { type AdjustmentInput, adjustVisits, type Card, proposeVisits } from "./queries.ts";

interface AdjustForm {
  readonly rulesetId: string;
  readonly way: string;
  readonly free: string;
  readonly paid: string;
  readonly reason: string;
}

const MOST = 1_000_000;
const visits = z.int().min(-MOST).max(MOST);

/** Gives the card visits of a rule, or takes them; where that wants another person, proposes it. */
export function AdjustDialog({
  card: { cardId, limits, actions },
  onClose,
}: {
  readonly card: Card;
  readonly onClose: () => void;
}) {
  const { cards } = useTexts();
  const { adjust, fields } = cards;
  const isProposal = !actions.adjust;
  const { form, submit, isBusy, problem } = useBodyForm<AdjustForm, AdjustmentInput, null>({
    defaults: { rulesetId: limits[0]?.rulesetId ?? "", way: "give", free: "0", paid: "0", reason: "" },
    toBody: ({ rulesetId, way, free, paid, reason }) => ({
      rulesetId,
      free: amount(way, free),
      paid: amount(way, paid),
      reason,
    }),
    schema: z
      .object({
        rulesetId: z.string(),
        free: visits,
        paid: visits,
        reason: z.string().trim().min(1).max(500),
      })
      .refine(({ free, paid }) => free !== 0 || paid !== 0, { path: ["free"], error: adjust.nothing }),
    send: async (body, intent) => {
      await (isProposal ? proposeVisits : adjustVisits)(cardId, body, { intent });
      return null;
    },
    onDone: () => {
      say(isProposal ? adjust.proposed : adjust.done);
      onClose();
    },
  });
  const { control, formState } = form;
  return (
    <Dialog onClose={onClose} title={isProposal ? adjust.proposeTitle : adjust.title}>
      <form className={classes["form"]} onSubmit={(event) => void submit(event)} noValidate>
        {isProposal ? <p>{adjust.proposeWhy}</p> : null}
        <FormProblem
          errors={formState.errors}
          submitCount={formState.submitCount}
          problem={problem}
          labels={fields}
        />
        <ChoiceField
          control={control}
          name="rulesetId"
          label={fields.rulesetId}
          options={limits.map(({ rulesetId, name }) => ({ value: rulesetId, label: name }))}
        />
        <ChoiceField
          control={control}
          name="way"
          label={fields.way}
          options={[
            { value: "give", label: adjust.give },
            { value: "take", label: adjust.take },
          ]}
        />
        <div className={classes["pair"]}>
          <NumberField control={control} name="free" label={fields.free} />
          <NumberField control={control} name="paid" label={fields.paid} />
        </div>
        <LongTextField control={control} name="reason" label={fields.reason} />
        <FormFoot submit={isProposal ? adjust.propose : adjust.submit} isBusy={isBusy} onCancel={onClose} />
      </form>
    </Dialog>
  );
}

/** What is no whole number is left to the schema. */
function amount(way: string, typed: string): number {
  const visitsTyped = typed.trim() === "" ? 0 : Number(typed);
  return way === "take" && visitsTyped !== 0 ? -visitsTyped : visitsTyped;
}
