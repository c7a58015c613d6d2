import { businessNow } from "../../../../api/session.ts";
import { DAY } from "../../../../../domain/time.ts";
import { ChoiceField, NumberField } from "../../../../shared/form/fields.tsx";
import classes from "../../../../shared/form/form.module.css";
import { ModeField } from "../../../../shared/form/ModeField.tsx";
import { TagsField } from "../../../../shared/form/TagsField.tsx";
import { useTexts } from "../../../../texts/texts.ts";
import { useNames } from "../../summary/useNames.ts";
import { currencyOptions } from "./Cardholder.tsx";
import type { SectionProps } from "./sectionProps.ts";

export function Spend({ control, typed }: SectionProps) {
  const { rulesetFields: f } = useTexts();
  const { mode, currency, days } = typed.spend;
  return (
    <>
      <ModeField
        control={control}
        name="spend.mode"
        label={f.spendMode}
        options={(["OFF", "ON"] as const).map((value) => ({ value, label: f.spendModes[value] }))}
      />
      {mode === "OFF" ? null : (
        <>
          <div className={classes["pair"]}>
            <NumberField control={control} name="spend.amount" label={f.spendAmount} />
            <ChoiceField
              control={control}
              name="spend.currency"
              label={f.spendCurrency}
              options={currencyOptions(currency)}
            />
          </div>
          <NumberField control={control} name="spend.days" label={f.spendDays} unit={f.days} />
          <Example days={days} />
          <TagsField control={control} name="spend.mccs" label={f.mccs} help={f.mccHelp} />
          <NumberField
            control={control}
            name="spend.graceDays"
            label={f.graceDays}
            unit={f.days}
            isOptional
          />
        </>
      )}
    </>
  );
}

function Example({ days }: { readonly days: string }) {
  const { rulesetFields: f } = useTexts();
  const { time } = useNames();
  if (!/^[1-9]\d{0,3}$/.test(days)) return null;
  const now = businessNow();
  const text = (at: number): string => time(new Date(at).toISOString());
  return <p className="meta">{f.spendExample(text(now - Number(days) * DAY), text(now))}</p>;
}
