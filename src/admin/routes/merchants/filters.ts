import type { Filter } from "../../shared/table/filters.ts";
import type { Texts } from "../../texts/texts.ts";

export function merchantFilters({ places }: Texts): readonly Filter[] {
  return [{ kind: "text", name: "name", label: places.fields.name, isFirst: true }];
}
