import type { Filter } from "../../shared/table/filters.ts";
import { namedFilter } from "../../shared/table/named/namedFilter.ts";
import type { Texts } from "../../texts/texts.ts";

/** What the dashboard is narrowed down by; each has the same name in the list of operations. */
export function dashboardFilters({ operations, dashboard }: Texts): readonly Filter[] {
  const { filters } = dashboard;
  return [
    { kind: "time", name: "from", label: operations.fields.from, isFirst: true },
    { kind: "time", name: "to", label: operations.fields.to, isFirst: true },
    {
      kind: "choice",
      name: "service",
      label: filters.service,
      options: Object.entries(operations.services).map(([value, label]) => ({ value, label })),
      isMultiple: true,
      isFirst: true,
    },
    namedFilter(
      "location",
      "locationId",
      { named: operations.fields.location, id: filters.locationId },
      true,
    ),
    { kind: "text", name: "ica", label: filters.ica, isMultiple: true },
    namedFilter("ruleset", "rulesetId", { named: operations.fields.ruleset, id: filters.rulesetId }, true),
    { kind: "text", name: "tz", label: filters.tz },
  ];
}

/** What the list of operations is narrowed down by as well. */
export const SHARED_FILTERS = ["service", "locationId", "ica", "rulesetId"] as const;
