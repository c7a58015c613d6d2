import { TextInput } from "@mantine/core";
import { type ReactNode, useId, useState } from "react";
import { useTexts } from "../../texts/texts.ts";
import { usePreferences } from "../page/preferencesContext.ts";
import { zoneOf } from "../preferences.ts";
import { instantsOf, wallTime } from "./wallTime.ts";

export interface DateTimeFieldProps {
  readonly id?: string;
  readonly label: string;
  /** RFC 3339; null: none. */
  readonly value: string | null;
  readonly onChange: (value: string | null) => void;
  readonly error?: string | undefined;
  readonly description?: ReactNode;
}

/** A date and a time in the zone that stands beside the field. */
export function DateTimeField({ id: given, label, value, onChange, error, description }: DateTimeFieldProps) {
  const { times } = useTexts();
  const { preferences } = usePreferences();
  const zone = zoneOf(preferences);
  const own = useId();
  const id = given ?? own;
  const [problem, setProblem] = useState<string | null>(null);
  const shown = value === null ? "" : wallTime(value, zone);

  function take(typed: string): void {
    if (typed === "") {
      setProblem(null);
      onChange(null);
      return;
    }
    const [instant, second] = instantsOf(typed, zone);
    // An hour that the clocks skip is no time; one that comes twice is taken as the first, and that is said.
    setProblem(instant === undefined ? times.skipped : second === undefined ? null : times.twice);
    if (instant !== undefined) onChange(instant);
  }

  return (
    <TextInput
      key={shown}
      id={id}
      type="datetime-local"
      label={`${label} (${zone})`}
      description={description}
      defaultValue={shown}
      error={error ?? problem ?? undefined}
      onBlur={({ currentTarget }) => {
        if (currentTarget.value !== shown) take(currentTarget.value);
      }}
      onKeyDown={(event) => {
        if (event.key === "Enter" && event.currentTarget.value !== shown) take(event.currentTarget.value);
      }}
    />
  );
}
