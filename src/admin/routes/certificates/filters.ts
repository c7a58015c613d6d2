import type { Filter } from "../../shared/table/filters.ts";
import { namedFilter } from "../../shared/table/named/namedFilter.ts";
import type { Texts } from "../../texts/texts.ts";

export function certificateFilters({ certificates }: Texts): readonly Filter[] {
  const { fields, states } = certificates;
  return [
    {
      kind: "choice",
      name: "state",
      label: fields.state,
      options: Object.entries(states).map(([value, label]) => ({ value, label })),
      isFirst: true,
    },
    { kind: "text", name: "terminal", label: fields.terminal, isFirst: true },
    { kind: "text", name: "posId", label: fields.posId },
    { kind: "text", name: "serialNumber", label: fields.serialNumber },
    { kind: "time", name: "expiresBefore", label: fields.expiresBefore },
    namedFilter("location", "locationId", {
      named: fields.location,
      id: `${fields.location} (${fields.id})`,
    }),
  ];
}
