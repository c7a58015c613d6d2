import type { Filter } from "../../shared/table/filters.ts";
import { namedFilter } from "../../shared/table/named/namedFilter.ts";
import type { Texts } from "../../texts/texts.ts";

export function paymentFilters({ payments, operations: { fields } }: Texts): readonly Filter[] {
  const options = (named: Readonly<Record<string, string>>) =>
    Object.entries(named).map(([value, label]) => ({ value, label }));
  return [
    {
      ...{ kind: "choice", name: "toReconcile", label: payments.toReconcile, isFirst: true },
      options: options(payments.toReconcileChoices),
    },
    {
      ...{ kind: "choice", name: "state", label: payments.state, isMultiple: true, isFirst: true },
      options: options(payments.states),
    },
    { kind: "time", name: "from", label: payments.from, isFirst: true },
    { kind: "time", name: "to", label: payments.to, isFirst: true },
    namedFilter("location", "locationId", { named: fields.location, id: fields.locationId }, true),
  ];
}
