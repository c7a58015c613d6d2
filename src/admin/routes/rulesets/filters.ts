import type { Filter } from "../../shared/table/filters.ts";
import type { Texts } from "../../texts/texts.ts";

export function rulesetFilters({ rulesets }: Texts): readonly Filter[] {
  const { columns, apiStatuses } = rulesets;
  const statuses = Object.entries(apiStatuses).map(([value, label]) => ({ value, label }));
  return [
    { kind: "text", name: "name", label: columns.name, isFirst: true },
    { kind: "choice", name: "status", label: columns.status, options: statuses, isFirst: true },
  ];
}
