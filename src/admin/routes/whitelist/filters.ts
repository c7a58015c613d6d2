import type { Filter } from "../../shared/table/filters.ts";
import { namedFilter } from "../../shared/table/named/namedFilter.ts";
import type { Texts } from "../../texts/texts.ts";

export function uploadFilters({ whitelist: { fields } }: Texts): readonly Filter[] {
  const labels = (name: string) => ({ named: name, id: `${name} (${fields.id})` });
  return [
    namedFilter("location", "locationId", labels(fields.locationId)),
    namedFilter("ruleset", "rulesetId", labels(fields.rulesetId)),
  ];
}

export function listedFilters(texts: Texts): readonly Filter[] {
  return [...uploadFilters(texts), { kind: "text", name: "cardId", label: texts.whitelist.fields.cardId }];
}

export function deliveryFilters({ whitelist: { deliveries } }: Texts): readonly Filter[] {
  return [{ kind: "text", name: "name", label: deliveries.name, isFirst: true }];
}
