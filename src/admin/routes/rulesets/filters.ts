import type { Filter } from "../../shared/table/filters.ts";
import type { Texts } from "../../texts/texts.ts";

function choicesOf(labels: Readonly<Record<string, string>>) {
  return Object.entries(labels).map(([value, label]) => ({ value, label }));
}

export function rulesetFilters({ rulesets, operations }: Texts): readonly Filter[] {
  const { columns, statuses, filters } = rulesets;
  return [
    { kind: "text", name: "name", label: columns.name, isFirst: true },
    { kind: "choice", name: "phase", label: columns.status, options: choicesOf(statuses), isFirst: true },
    { kind: "choice", name: "service", label: columns.services, options: choicesOf(operations.services) },
    { kind: "text", name: "issuerCountry", label: columns.countries },
    { kind: "text", name: "productCode", label: columns.products },
    { kind: "text", name: "ica", label: columns.icas },
    { kind: "choice", name: "hasBudget", label: rulesets.budget, options: choicesOf(filters.budget) },
    { kind: "choice", name: "hasSpend", label: filters.spendLabel, options: choicesOf(filters.spend) },
  ];
}
