import type { Filter } from "../../shared/table/filters.ts";
import type { Texts } from "../../texts/texts.ts";

export function deliveryFilters({ webhooks }: Texts): readonly Filter[] {
  return [
    {
      kind: "choice",
      name: "state",
      label: webhooks.delivery.state,
      options: Object.entries(webhooks.deliveryStates).map(([value, label]) => ({ value, label })),
      isFirst: true,
    },
    { kind: "text", name: "type", label: webhooks.delivery.type, isFirst: true },
  ];
}
