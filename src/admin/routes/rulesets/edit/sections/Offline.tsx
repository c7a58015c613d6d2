import { CheckField, NumberField } from "../../../../shared/form/fields.tsx";
import { ModeField } from "../../../../shared/form/ModeField.tsx";
import { useTexts } from "../../../../texts/texts.ts";
import { notJudgedOffline } from "../../offline.ts";
import type { SectionProps } from "./sectionProps.ts";

/** What a terminal may decide while its line is down, and what it can't judge then. */
export function Offline({ control, typed }: SectionProps) {
  const { rulesetFields: f } = useTexts();
  const unjudged = notJudgedOffline(typed);
  return (
    <>
      <ModeField
        control={control}
        name="offline.mode"
        label={f.offlineMode}
        help={f.offlineHelp}
        options={(["OFF", "ON"] as const).map((value) => ({ value, label: f.offlineModes[value] }))}
      />
      {typed.offline.mode === "OFF" ? null : (
        <>
          <CheckField control={control} name="offline.accountRanges" label={f.offlineRanges} />
          <CheckField control={control} name="offline.whitelist" label={f.offlineWhitelist} />
          <NumberField control={control} name="offline.maxGuests" label={f.offlineGuests} />
          <NumberField control={control} name="offline.perCardAndDay" label={f.offlinePerCard} isOptional />
          <NumberField
            control={control}
            name="offline.perTerminalAndDay"
            label={f.offlinePerTerminal}
            isOptional
          />
          {unjudged.length === 0 ? null : (
            <p className="meta">{f.offlineUnjudged(unjudged.map((one) => f.unjudged[one]).join(", "))}</p>
          )}
        </>
      )}
    </>
  );
}
