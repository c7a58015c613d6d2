import { CheckField, ChoiceField } from "../../../../shared/form/fields.tsx";
import { ModeField } from "../../../../shared/form/ModeField.tsx";
import { useTexts } from "../../../../texts/texts.ts";
import type { SectionProps } from "./sectionProps.ts";

export function Verification({ control, typed }: SectionProps) {
  const { rulesetFields: f } = useTexts();
  return (
    <>
      <ModeField
        control={control}
        name="verification.mode"
        label={f.verificationMode}
        help={f.verificationHelp}
        options={(["NONE", "ASI", "ASI_THEN_AMOUNT"] as const).map((value) => ({
          value,
          label: f.verificationModes[value],
        }))}
      />
      {typed.verification.mode === "NONE" ? null : (
        <>
          <ChoiceField
            control={control}
            name="verification.onFailure"
            label={f.onFailure}
            options={(["CLOSED", "OPEN"] as const).map((value) => ({ value, label: f.onFailures[value] }))}
          />
          <CheckField
            control={control}
            name="verification.chargesFees"
            label={f.chargesFees}
            help={f.chargesFeesHelp}
          />
        </>
      )}
    </>
  );
}
