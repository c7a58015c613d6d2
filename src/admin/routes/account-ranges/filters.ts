import type { Filter } from "../../shared/table/filters.ts";
import type { Texts } from "../../texts/texts.ts";

export function accountRangeFilters({ accountRanges: { fields } }: Texts): readonly Filter[] {
  return [
    { kind: "text", name: "bin", label: fields.bin, isFirst: true, pattern: /^\d{1,11}$/ },
    { kind: "text", name: "ica", label: fields.ica, isFirst: true },
    { kind: "text", name: "country", label: fields.country, isFirst: true },
    { kind: "text", name: "productCode", label: fields.productCode, isFirst: true },
    { kind: "text", name: "importId", label: fields.importId },
  ];
}
