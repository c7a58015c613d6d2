import type { Filter } from "../../shared/table/filters.ts";
import type { Texts } from "../../texts/texts.ts";

export function keyFilters({ people: { fields }, shell: { roles } }: Texts): readonly Filter[] {
  return [
    { kind: "text", name: "name", label: fields.name, isFirst: true },
    {
      kind: "choice",
      name: "role",
      label: fields.role,
      options: Object.entries(roles).map(([value, label]) => ({ value, label })),
      isFirst: true,
    },
  ];
}
