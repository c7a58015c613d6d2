import type { Filter } from "../../shared/table/filters.ts";
import { namedFilter } from "../../shared/table/named/namedFilter.ts";
import type { Texts } from "../../texts/texts.ts";

/** What the queue is narrowed down by. */
export function queueFilters({ operations, operationFilters, offline }: Texts): readonly Filter[] {
  const { fields } = operations;
  const options = (named: Readonly<Record<string, string>>) =>
    Object.entries(named).map(([value, label]) => ({ value, label }));
  const several = { kind: "choice", isMultiple: true, isFirst: true } as const;
  return [
    { ...several, name: "review", label: offline.fields.review, options: options(operationFilters.reviews) },
    { ...several, name: "flag", label: fields.flags, options: options(operations.flags) },
    { kind: "time", name: "from", label: fields.from, isFirst: true },
    { kind: "time", name: "to", label: fields.to, isFirst: true },
    namedFilter("location", "locationId", { named: fields.location, id: fields.locationId }, true),
    namedFilter("ruleset", "rulesetId", { named: fields.ruleset, id: fields.rulesetId }, true),
    { kind: "text", name: "terminal", label: fields.terminal, isMultiple: true },
    { kind: "text", name: "cardId", label: fields.cardId },
  ];
}
