import { namedFilter } from "../../shared/table/named/namedFilter.ts";
import type { Filter } from "../../shared/table/filters.ts";
import type { Texts } from "../../texts/texts.ts";

const STATES = ["REGISTERED", "CLAIMED", "ATTESTED", "ACTIVE", "SUSPENDED"] as const;

export function terminalFilters({ places, offline }: Texts): readonly Filter[] {
  const { fields, terminal } = places;
  const statuses = Object.entries(terminal.statuses).map(([value, label]) => ({ value, label }));
  return [
    { kind: "text", name: "serialNumber", label: fields.serialNumber, isFirst: true },
    { kind: "choice", name: "status", label: fields.status, options: statuses, isFirst: true },
    {
      kind: "choice",
      name: "state",
      label: fields.state,
      options: STATES.map((value) => ({ value, label: terminal.states[value] })),
    },
    {
      kind: "choice",
      name: "trust",
      label: fields.trust,
      options: Object.entries(terminal.trust).map(([value, label]) => ({ value, label })),
    },
    {
      kind: "choice",
      name: "connection",
      label: fields.connection,
      options: Object.entries(terminal.connections).map(([value, label]) => ({ value, label })),
    },
    { kind: "time", name: "quietSince", label: fields.quietSince },
    {
      kind: "choice",
      name: "missesReports",
      label: offline.terminal.missing,
      options: [
        { value: "true", label: fields.yes },
        { value: "false", label: fields.no },
      ],
    },
    { kind: "time", name: "listsOverAt", label: offline.terminal.overBy },
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
