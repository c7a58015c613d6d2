import { committedAt, type QuotaState } from "../../../src/domain/quota/state.ts";
import { Instants } from "../../../src/domain/instants.ts";
import type { BudgetFacts } from "../../../src/domain/ruleset/evaluate/facts.ts";
import type { Instant } from "../../../src/domain/time.ts";

/** What a budget's stream says of one access id. */
export function holdIn(state: QuotaState, accessId: string): "RESERVED" | "COMMITTED" | undefined {
  if (state.open.has(accessId)) return "RESERVED";
  return committedAt(state, accessId) === undefined ? undefined : "COMMITTED";
}

/** Every place that is still known by its access id. */
export function holdsOf(state: QuotaState): ReadonlyMap<string, Instant> {
  return new Map([
    ...[...state.open.entries()].map(([accessId, { at }]) => [accessId, at] as const),
    ...state.previous.entries(),
    ...state.current.entries(),
  ]);
}

/** A budget whose places are held at these instants; `open`: of these, those of entries that are not confirmed. */
export function budgetOf(held: readonly Instant[], open: readonly Instant[] = []): BudgetFacts {
  const places = open.map((at, index) => [`open-${String(index)}`, { at }] as const);
  return { held: Instants.of([...held, ...open]), open: new Map(places), own: null };
}
