import { IconX } from "@tabler/icons-react";
import { useTexts } from "../../texts/texts.ts";
import { usePreferences } from "../page/preferencesContext.ts";
import { zoneOf } from "../preferences.ts";
import { formatInstant } from "../time/format.ts";
import type { Filter } from "./filters.ts";
import classes from "./FilterBar.module.css";
import { useNamesOf } from "./named/useNamesOf.ts";

/** A filter that holds, in words. */
export function FilterChip({
  filter,
  values,
  onRemove,
}: {
  readonly filter: Filter;
  readonly values: readonly string[];
  readonly onRemove: () => void;
}) {
  const { tables } = useTexts();
  const { preferences } = usePreferences();
  const names = useNamesOf(filter.kind === "named" ? filter.of : null, values);
  const word = (value: string): string => {
    switch (filter.kind) {
      case "named":
      case "text":
        return value;
      case "time":
        return formatInstant(value, {
          language: preferences.language,
          zone: zoneOf(preferences),
          seconds: false,
        });
      case "choice":
        return filter.options.find((option) => option.value === value)?.label ?? value;
    }
  };
  return (
    <span className={classes["chip"]}>
      <bdi>{tables.filterIs(filter.label, names.map(word).join(tables.or))}</bdi>
      <button type="button" aria-label={tables.removeFilter(filter.label)} onClick={onRemove}>
        <IconX size={14} aria-hidden="true" />
      </button>
    </span>
  );
}
