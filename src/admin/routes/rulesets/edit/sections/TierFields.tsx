import type { Control } from "react-hook-form";
import { CountField } from "../../../../shared/form/CountField.tsx";
import { NumberField } from "../../../../shared/form/fields.tsx";
import classes from "../../../../shared/form/form.module.css";
import { useTexts } from "../../../../texts/texts.ts";
import type { RulesetForm, TierMode } from "../../form/model.ts";

/** How many free, how many paid, and for what. */
export function TierFields({
  control,
  name,
  mode,
  currency,
  hasPool,
}: {
  readonly control: Control<RulesetForm>;
  readonly name: "cardholder" | "guests.adults" | "guests.children";
  readonly mode: TierMode;
  readonly currency: string;
  readonly hasPool: boolean;
}) {
  const { rulesetFields: f } = useTexts();
  const isFree = mode === "FREE" || mode === "FREE_THEN_PAID";
  const isPaid = mode === "PAID" || mode === "FREE_THEN_PAID";
  return (
    <>
      {mode === "FREE_THEN_PAID" ? <p className="meta">{f.thenPaidHelp}</p> : null}
      {isFree ? (
        <CountField
          control={control}
          name={`${name}.free`}
          label={f.free}
          readOnly={hasPool ? f.inPool : undefined}
        />
      ) : null}
      {isPaid ? (
        <div className={classes["pair"]}>
          <CountField control={control} name={`${name}.paid`} label={f.paid} />
          <NumberField control={control} name={`${name}.fee.amount`} label={f.amount} unit={currency} />
        </div>
      ) : null}
    </>
  );
}
