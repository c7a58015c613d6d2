import { namedFilter } from "../../shared/table/named/namedFilter.ts";
import type { Filter } from "../../shared/table/filters.ts";
import type { Texts } from "../../texts/texts.ts";

export function enrollmentFilters({ enrollments }: Texts): readonly Filter[] {
  const { fields, statuses } = enrollments;
  return [
    {
      kind: "choice",
      name: "status",
      label: fields.status,
      options: Object.entries(statuses).map(([value, label]) => ({ value, label })),
      isFirst: true,
    },
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
