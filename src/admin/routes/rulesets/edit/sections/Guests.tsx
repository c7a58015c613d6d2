import { CountField } from "../../../../shared/form/CountField.tsx";
import { CheckField, NumberField } from "../../../../shared/form/fields.tsx";
import { ModeField } from "../../../../shared/form/ModeField.tsx";
import { useTexts } from "../../../../texts/texts.ts";
import classes from "../RulesetEditor.module.css";
import type { SectionProps } from "./sectionProps.ts";
import { TierFields } from "./TierFields.tsx";

export function Guests(props: SectionProps) {
  const { control, typed } = props;
  const { rulesetFields: f } = useTexts();
  return (
    <>
      <GuestKind {...props} kind="adults" />
      <GuestKind {...props} kind="children" />
      <NumberField
        control={control}
        name="guests.freeUnderAge"
        label={f.freeUnderAge}
        unit={f.years}
        isOptional
      />
      <CheckField control={control} name="guests.hasPool" label={f.sharedPool} help={f.poolHelp} />
      {typed.guests.hasPool ? (
        <CountField control={control} name="guests.sharedPool.free" label={f.poolFree} />
      ) : null}
    </>
  );
}

function GuestKind({ control, typed, kind }: SectionProps & { readonly kind: "adults" | "children" }) {
  const { rulesetFields: f } = useTexts();
  const { mode } = typed.guests[kind];
  return (
    <fieldset className={classes["card"]}>
      <legend>{f[kind]}</legend>
      <ModeField
        control={control}
        name={`guests.${kind}.mode`}
        label={f.mode}
        options={(["NONE", "FREE", "PAID", "FREE_THEN_PAID"] as const).map((value) => ({
          value,
          label: f.guestModes[value],
        }))}
      />
      <TierFields
        control={control}
        name={`guests.${kind}`}
        mode={mode}
        currency={typed.currency}
        hasPool={typed.guests.hasPool}
      />
      {mode === "NONE" ? null : (
        <NumberField control={control} name={`guests.${kind}.maxPerEntry`} label={f.maxPerEntry} isOptional />
      )}
    </fieldset>
  );
}
