import type { Filter } from "../../shared/table/filters.ts";
import type { Texts } from "../../texts/texts.ts";

export function userFilters({ people: { fields, statuses }, shell: { roles } }: Texts): readonly Filter[] {
  return [
    { kind: "text", name: "firstName", label: fields.firstName, isFirst: true },
    { kind: "text", name: "lastName", label: fields.lastName, isFirst: true },
    { kind: "text", name: "email", label: fields.email, isFirst: true },
    {
      kind: "choice",
      name: "status",
      label: fields.status,
      options: Object.entries(statuses).map(([value, label]) => ({ value, label })),
    },
    {
      kind: "choice",
      name: "role",
      label: fields.role,
      options: Object.entries(roles).map(([value, label]) => ({ value, label })),
    },
  ];
}
