import type { Filter } from "../../shared/table/filters.ts";
import type { Texts } from "../../texts/texts.ts";

/** What operations are narrowed down by. */
export function operationFilters({ operations, codes }: Texts): readonly Filter[] {
  const { fields, statuses } = operations;
  const choices = (named: Readonly<Record<string, string>>) =>
    Object.entries(named).map(([value, label]) => ({ value, label }));
  return [
    { kind: "choice", name: "status", label: fields.status, options: choices(statuses), isFirst: true },
    { kind: "choice", name: "code", label: fields.reason, options: choices(codes), isFirst: true },
    { kind: "time", name: "from", label: fields.from, isFirst: true },
    { kind: "time", name: "to", label: fields.to },
    { kind: "text", name: "terminal", label: fields.terminal },
    { kind: "text", name: "locationId", label: fields.locationId },
    { kind: "text", name: "merchantId", label: fields.merchantId },
    { kind: "text", name: "cardId", label: fields.cardId },
    { kind: "choice", name: "service", label: fields.service, options: choices(operations.services) },
    { kind: "text", name: "country", label: fields.country },
    { kind: "text", name: "rulesetId", label: fields.rulesetId },
    { kind: "text", name: "ica", label: fields.ica },
    { kind: "text", name: "productCode", label: fields.productCode },
    { kind: "text", name: "requestId", label: fields.requestId },
  ];
}
