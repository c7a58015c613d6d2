import { may } from "../../api/session.ts";
import type { Filter } from "../../shared/table/filters.ts";
import { namedFilter } from "../../shared/table/named/namedFilter.ts";
import type { Texts } from "../../texts/texts.ts";

export function adjustmentFilters({ adjustments: words }: Texts): readonly Filter[] {
  return [
    {
      ...{ kind: "choice", name: "status", label: words.status, isMultiple: true, isFirst: true },
      options: Object.entries(words.statuses).map(([value, label]) => ({ value, label })),
    },
    { kind: "time", name: "from", label: words.from, isFirst: true },
    { kind: "time", name: "to", label: words.to, isFirst: true },
    ...(may("rulesets:read")
      ? [namedFilter("ruleset", "rulesetId", { named: words.rule, id: words.ruleId }, true)]
      : []),
    { kind: "text", name: "cardId", label: words.cardId },
  ];
}
