import { type Control, useWatch } from "react-hook-form";
import { businessNow } from "../../../api/session.ts";
import { calendarBounds, isTimeZone } from "../../../../domain/calendar.ts";
import { DAY } from "../../../../domain/time.ts";
import { ChoiceField, NumberField, TextField } from "../../../shared/form/fields.tsx";
import { ModeField } from "../../../shared/form/ModeField.tsx";
import classes from "../../../shared/form/form.module.css";
import { useTexts } from "../../../texts/texts.ts";
import type { RulesetForm, WindowForm } from "../form/model.ts";
import { useNames } from "../summary/useNames.ts";

/** The stretch of time over which a limit counts, with its bounds as of now. */
export function WindowField({
  control,
  name,
}: {
  readonly control: Control<RulesetForm>;
  readonly name: "totalUsage.window" | "cardholder.window";
}) {
  const { rulesetFields: f } = useTexts();
  const { time } = useNames();
  const window = useWatch({ control, name });
  const bounds = boundsNow(window, businessNow());
  return (
    <>
      <ModeField
        control={control}
        name={`${name}.kind`}
        label={f.window}
        options={(["NONE", "ROLLING", "CALENDAR", "VALIDITY"] as const).map((value) => ({
          value,
          label: f.windows[value],
        }))}
      />
      {window.kind === "ROLLING" ? (
        <NumberField control={control} name={`${name}.days`} label={f.windows.ROLLING} unit={f.days} />
      ) : null}
      {window.kind === "CALENDAR" ? (
        <div className={classes["pair"]}>
          <ChoiceField
            control={control}
            name={`${name}.unit`}
            label={f.windowUnit}
            options={(["DAY", "WEEK", "MONTH", "QUARTER", "YEAR"] as const).map((value) => ({
              value,
              label: f.windowUnits[value],
            }))}
          />
          <TextField control={control} name={`${name}.timeZone`} label={f.windowZone} />
        </div>
      ) : null}
      {bounds === null ? null : <p className="meta">{f.windowNow(time(bounds.from), time(bounds.to))}</p>}
    </>
  );
}

/** Null where there are none, or none yet. */
function boundsNow(
  { kind, days, unit, timeZone }: WindowForm,
  now: number,
): { readonly from: string; readonly to: string } | null {
  const text = (at: number): string => new Date(at).toISOString();
  if (kind === "ROLLING" && /^[1-9]\d{0,3}$/.test(days)) {
    return { from: text(now - Number(days) * DAY), to: text(now) };
  }
  if (kind === "CALENDAR" && isTimeZone(timeZone)) {
    const { from, to } = calendarBounds(unit, timeZone, now);
    return { from: text(from), to: text(to) };
  }
  return null;
}
