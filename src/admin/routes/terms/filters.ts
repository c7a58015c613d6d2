import type { Filter } from "../../shared/table/filters.ts";
import type { Texts } from "../../texts/texts.ts";

export function termsFilters({ terms }: Texts): readonly Filter[] {
  const { fields, kinds, statuses } = terms;
  const options = (words: Readonly<Record<string, string>>) =>
    Object.entries(words).map(([value, label]) => ({ value, label }));
  return [
    { kind: "choice", name: "kind", label: fields.kind, options: options(kinds), isFirst: true },
    { kind: "choice", name: "status", label: fields.status, options: options(statuses), isFirst: true },
  ];
}
