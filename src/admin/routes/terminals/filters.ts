import { namedFilter } from "../../shared/table/named/namedFilter.ts";
import type { Filter } from "../../shared/table/filters.ts";
import type { Texts } from "../../texts/texts.ts";

export function terminalFilters({ places }: Texts): readonly Filter[] {
  const { fields, terminal } = places;
  const statuses = Object.entries(terminal.statuses).map(([value, label]) => ({ value, label }));
  return [
    { kind: "text", name: "serialNumber", label: fields.serialNumber, isFirst: true },
    { kind: "choice", name: "status", label: fields.status, options: statuses, isFirst: true },
    namedFilter("location", "locationId", {
      named: fields.location,
      id: `${fields.location} (${fields.id})`,
    }),
    namedFilter("merchant", "merchantId", {
      named: fields.merchantId,
      id: `${fields.merchantId} (${fields.id})`,
    }),
  ];
}
