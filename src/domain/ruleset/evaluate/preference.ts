import type { Cost } from "../verdict.ts";
import type { CompiledRuleset } from "./compile.ts";

/** What orders rulesets that would let the same card in. */
export interface Preference {
  readonly ruleset: Pick<CompiledRuleset, "id" | "priority">;
  readonly cost: Cost;
  readonly specificity: number;
}

/** Lowest priority number; free before paid; the more specific; id. */
export function byPreference(a: Preference, b: Preference): number {
  const [left, right] = [a.ruleset, b.ruleset];
  if (left.priority !== right.priority) return left.priority - right.priority;
  if (a.cost !== b.cost) return a.cost === "FREE" ? -1 : 1;
  if (a.specificity !== b.specificity) return b.specificity - a.specificity;
  return left.id < right.id ? -1 : left.id > right.id ? 1 : 0;
}
