import type { CheckEntry } from "../../domain/card/check.ts";
import type { CardEvent } from "../../domain/card/events.ts";
import { type CardState, openEntry } from "../../domain/card/state.ts";
import type { BudgetFacts } from "../../domain/ruleset/evaluate/facts.ts";
import { placesTaken } from "../../domain/ruleset/evaluate/usage.ts";
import type { Instant } from "../../domain/time.ts";
import { windowBounds } from "../../domain/window.ts";
import type { PublishedRulesets } from "../publishedRulesets.ts";
import { readQuota, releasePlace, reservePlace } from "../budget/places.ts";
import type { Services } from "../services.ts";
import { giveBackPlace } from "../budget/settle.ts";
import type { Stored } from "../streams.ts";
import type { Verdict } from "./attempt.ts";
import { type Attempt, placeOf } from "./attempt.ts";

/** What a check reads, takes and gives back of the programmes' budgets. */

/** Every ruleset's budget as it is now. */
export async function readBudgets(
  services: Services,
  published: PublishedRulesets,
  rulesetIds: readonly string[],
  accessId: string,
  now: number,
): Promise<{
  readonly facts: ReadonlyMap<string, BudgetFacts>;
  readonly evidence: CheckEntry["evidence"]["budgets"];
}> {
  const facts = new Map<string, BudgetFacts>();
  const evidence: CheckEntry["evidence"]["budgets"] = [];
  for (const rulesetId of new Set(rulesetIds)) {
    const { state, revision } = await readQuota(services, rulesetId);
    const budget = { held: state.instants, open: state.open, own: accessId };
    const ruleset = published.portfolio.inForce(rulesetId, now);
    const validity = ruleset?.validity ?? { from: 0, to: 0 };
    const bounds = windowBounds(ruleset?.budget?.window ?? null, now, validity);
    facts.set(rulesetId, budget);
    evidence.push({ rulesetId, revision, used: placesTaken(budget, bounds) });
  }
  return { facts, evidence };
}

export async function reserve(
  services: Services,
  published: PublishedRulesets,
  rulesetId: string,
  attempt: Attempt,
  generation: number,
  now: Instant,
): Promise<boolean> {
  const ruleset = published.portfolio.inForce(rulesetId, now);
  if (ruleset === null) throw new Error(`ruleset ${rulesetId} granted and is not in force`);
  const place = { ...placeOf(services, attempt, attempt.accessId), now };
  return await reservePlace(services, ruleset, place, { key: attempt.key, generation });
}

/** Places that this verdict, or the lapse of the entry before, leaves unused. */
export async function giveBack(
  services: Services,
  attempt: Attempt,
  before: CardState,
  events: readonly CardEvent[],
  reserved: string | null,
  verdict: Stored<Verdict>,
): Promise<void> {
  const { event } = verdict;
  const place = placeOf(services, attempt, attempt.accessId);
  if (reserved !== null) {
    if (event.type !== "EntryGranted") await releasePlace(services, reserved, place, "REJECTED", null);
    else if (event.data.accessId !== attempt.accessId || event.data.ruleset.id !== reserved) {
      await releasePlace(services, reserved, place, "GRANTED_OTHERWISE", null);
    }
  }
  const lapsed = openEntry(before);
  if (lapsed !== null && events.some((one) => one.type === "EntryLapsed")) {
    await giveBackPlace(services, lapsed.rulesetId, placeOf(services, attempt, lapsed.accessId), "LAPSED");
  }
}
