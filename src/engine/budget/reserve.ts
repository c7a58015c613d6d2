import type { CompiledRuleset } from "../../domain/ruleset/evaluate/compile.ts";
import { windowBounds } from "../../domain/window.ts";
import type { Services } from "../services.ts";
import { type Place, tellQuota } from "./place.ts";

/**
 * False when the budget is used up. Under a version without a budget there is always a place: a later version counts its
 * visits too. `attempt` tells repeated reservations of one access id apart.
 */
export async function reservePlace(
  services: Services,
  ruleset: CompiledRuleset,
  place: Place,
  attempt: { readonly key: string; readonly generation: number },
): Promise<boolean> {
  const { budget, id, validity } = ruleset;
  const { accessId, cardId, now } = place;
  const result = await tellQuota(services, id, place, `reserve-${String(attempt.generation)}`, {
    type: "Reserve",
    accessId,
    cardId,
    attemptKey: attempt.key,
    now,
    max: budget?.max ?? Number.POSITIVE_INFINITY,
    bounds: windowBounds(budget?.window ?? null, now, validity),
  });
  return result.kind === "done";
}

/** Before the card's stream says that a lapsed entry took place after all: its place may have been given back. */
export async function reclaimPlace(
  services: Services,
  rulesetId: string,
  place: Place,
  visitAt: number,
): Promise<void> {
  const { accessId, cardId, now } = place;
  // It may be given back and wanted again: each time is an event of its own.
  const operation = `reclaim-${String(now)}`;
  await tellQuota(services, rulesetId, place, operation, { type: "Reclaim", accessId, cardId, visitAt });
}
