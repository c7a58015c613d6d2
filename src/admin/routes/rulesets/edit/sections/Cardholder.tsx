import { MINOR_DIGITS } from "../../../../../domain/currencies.ts";
import { ChoiceField, NumberField } from "../../../../shared/form/fields.tsx";
import { ModeField } from "../../../../shared/form/ModeField.tsx";
import { useTexts } from "../../../../texts/texts.ts";
import { WindowField } from "../WindowField.tsx";
import type { SectionProps } from "./sectionProps.ts";
import { TierFields } from "./TierFields.tsx";

/** Every currency, and one that this release does not know where it is written down already. */
export function currencyOptions(
  chosen: string,
): readonly { readonly value: string; readonly label: string }[] {
  const codes = [...new Set([chosen, ...MINOR_DIGITS.keys()])].toSorted();
  return codes.map((code) => ({ value: code, label: code }));
}

export function Cardholder({ control, typed }: SectionProps) {
  const { rulesetFields: f } = useTexts();
  const { mode } = typed.cardholder;
  return (
    <>
      <ModeField
        control={control}
        name="cardholder.mode"
        label={f.mode}
        options={(["NONE", "FREE", "PAID", "FREE_THEN_PAID"] as const).map((value) => ({
          value,
          label: f.cardholderModes[value],
        }))}
      />
      <ChoiceField
        control={control}
        name="currency"
        label={f.currency}
        options={currencyOptions(typed.currency)}
      />
      <TierFields
        control={control}
        name="cardholder"
        mode={mode}
        currency={typed.currency}
        hasPool={typed.guests.hasPool}
      />
      {mode === "NONE" ? null : (
        <>
          <WindowField control={control} name="cardholder.window" />
          <NumberField control={control} name="cardholder.perLocation" label={f.perLocation} isOptional />
        </>
      )}
    </>
  );
}
