import type { Filter } from "../../shared/table/filters.ts";
import type { Texts } from "../../texts/texts.ts";

export function rateFilters({ rates: { fields } }: Texts): readonly Filter[] {
  return [
    {
      kind: "text",
      name: "date",
      label: fields.date,
      isFirst: true,
      pattern: /^\d{4}-\d\d-\d\d$/,
      hint: fields.dateHint,
    },
    { kind: "text", name: "base", label: fields.base, isFirst: true, pattern: /^[A-Z]{3}$/ },
    { kind: "text", name: "quote", label: fields.quote, isFirst: true, pattern: /^[A-Z]{3}$/ },
  ];
}
