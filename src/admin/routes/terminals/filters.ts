import type { Filter } from "../../shared/table/filters.ts";
import type { Texts } from "../../texts/texts.ts";

export function terminalFilters({ places }: Texts): readonly Filter[] {
  const { fields, terminal } = places;
  const statuses = Object.entries(terminal.statuses).map(([value, label]) => ({ value, label }));
  return [
    { kind: "text", name: "serialNumber", label: fields.serialNumber, isFirst: true },
    { kind: "choice", name: "status", label: fields.status, options: statuses, isFirst: true },
    { kind: "text", name: "locationId", label: `${fields.location} (${fields.id})` },
    { kind: "text", name: "merchantId", label: `${fields.merchantId} (${fields.id})` },
  ];
}
