import { useQuery } from "@tanstack/react-query";
import { useTexts } from "../../../texts/texts.ts";
import type { RulesetForm } from "../form/model.ts";
import { rulesetsInForceQuery } from "../queries.ts";
import { neighboursOf, type Ranked } from "./neighbours.ts";

/** Between which rules this one is looked at. */
export function PriorityNeighbours({
  id,
  typed: { priority, criteria },
}: {
  readonly id: string | null;
  readonly typed: Pick<RulesetForm, "priority" | "criteria">;
}) {
  const { neighbours } = useTexts().rulesets;
  const { data } = useQuery(rulesetsInForceQuery());
  if (data == null || !/^\d{1,7}$/.test(priority)) return null;
  const own = { id, priority: Number(priority), services: criteria.services };
  const { above, same, below } = neighboursOf(own, data);
  const named = (rules: readonly Ranked[]): string =>
    rules.map((rule) => `${rule.name} (${String(rule.priority)})`).join(", ");
  const said = [
    above.length === 0 ? neighbours.first : neighbours.behind(named(above)),
    ...(same.length === 0 ? [] : [neighbours.beside(named(same))]),
    below.length === 0 ? neighbours.last : neighbours.before(named(below)),
  ];
  return (
    <p className="meta" role="note" aria-label={neighbours.title}>
      <bdi>{said.join(" ")}</bdi>
    </p>
  );
}
