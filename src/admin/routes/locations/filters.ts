import { namedFilter } from "../../shared/table/named/namedFilter.ts";
import type { Filter } from "../../shared/table/filters.ts";
import type { Texts } from "../../texts/texts.ts";

/** What locations are narrowed down by (source document, "Locations"). */
export function locationFilters({ places, operations }: Texts): readonly Filter[] {
  const { fields } = places;
  const services = Object.entries(operations.services).map(([value, label]) => ({ value, label }));
  return [
    { kind: "text", name: "countryCode", label: fields.countryCode, isFirst: true },
    { kind: "text", name: "name", label: fields.name, isFirst: true },
    { kind: "choice", name: "service", label: fields.service, options: services, isFirst: true },
    { kind: "text", name: "city", label: fields.city },
    namedFilter("merchant", "merchantId", {
      named: fields.merchantId,
      id: `${fields.merchantId} (${fields.id})`,
    }),
  ];
}
