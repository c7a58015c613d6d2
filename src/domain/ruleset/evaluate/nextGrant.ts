import { GRANT_LIVES } from "../../policies.ts";
import type { Instant } from "../../time.ts";
import { windowBounds } from "../../window.ts";
import { fits } from "./applies.ts";
import type { CompiledRuleset } from "./compile.ts";
import { CARD_CONDITIONS, type CardScene, RULESET_CONDITIONS, type RulesetScene } from "./conditions.ts";
import type { BudgetFacts, ExternalAnswer } from "./facts.ts";
import type { Portfolio } from "./portfolio.ts";
import { usageIn } from "./usage.ts";

/**
 * The earliest instant from which the whole answer could be a grant if nothing else happened: over all rulesets, those to
 * come included, and all conditions. Answers from outside stay as they are; what was not asked, and the verification of
 * the card, may turn out well. Null for never.
 *
 * @param matched receives the account ranges that held the card
 */
export function nextGrant(scene: CardScene, portfolio: Portfolio, matched: string[]): Instant | null {
  const { facts, location } = scene;
  let start = facts.now;
  for (const condition of CARD_CONDITIONS) {
    if (!condition.asked(scene)) continue;
    const look = condition.look(scene);
    if (look.pass) continue;
    if (look.nextAt === null) return null;
    start = Math.max(start, look.nextAt);
  }
  const place = { locationId: location.id, country: location.country };
  let earliest: Instant | null = null;
  for (const candidate of portfolio.candidates(facts.issuer, place)) {
    if (candidate.ruleset.activeTo <= start || !fits(candidate, facts, location, matched)) continue;
    const at = firstGrant(scene, candidate.ruleset, start);
    if (at !== null && (earliest === null || at < earliest)) earliest = at;
  }
  const ends = facts.cardExpiresAt;
  return earliest !== null && ends !== null && earliest >= ends ? null : earliest;
}

/** Under one ruleset that fits. Each round goes on to where all that fails could pass, and looks again. */
function firstGrant(scene: CardScene, ruleset: CompiledRuleset, start: Instant): Instant | null {
  if (isRefused(ruleset, scene.facts.externalAnswers.get(ruleset.id))) return null;
  let at = Math.max(start, ruleset.activeFrom);
  while (at < ruleset.activeTo) {
    const next = passesFrom(sceneAt(scene, ruleset, at), at);
    if (next === null || next === at) return next;
    at = next;
  }
  return null;
}

function isRefused({ externalRule }: CompiledRuleset, told: ExternalAnswer | undefined): boolean {
  if (externalRule === null || told === undefined) return false;
  const { answer } = told;
  return answer === "NOT_MET" || (answer === "UNAVAILABLE" && externalRule.onFailure === "CLOSED");
}

/** `at` where all conditions pass; else an instant before which they can't; null for never. */
function passesFrom(scene: RulesetScene, at: Instant): Instant | null {
  let next = at;
  for (const condition of RULESET_CONDITIONS) {
    if (!condition.asked(scene)) continue;
    const look = condition.look(scene);
    if (look.pass) continue;
    if (look.nextAt === null) return null;
    next = Math.max(next, look.nextAt, at + 1);
  }
  return next;
}

function sceneAt({ facts, location }: CardScene, ruleset: CompiledRuleset, now: Instant): RulesetScene {
  const bounds = windowBounds(ruleset.limits.window, now, ruleset.validity);
  const usage = usageIn(facts.card, ruleset.id, location.id, bounds);
  const budget = facts.budgets.get(ruleset.id);
  const budgets = budget === undefined ? facts.budgets : new Map([[ruleset.id, lapsedBy(budget, now)]]);
  return { facts: { ...facts, now, budgets }, location, ruleset, bounds, usage };
}

/** The budget without the places of entries that nobody will have confirmed by then. */
function lapsedBy(budget: BudgetFacts, now: Instant): BudgetFacts {
  let { held } = budget;
  const open = new Map<string, { readonly at: Instant }>();
  for (const [accessId, place] of budget.open.entries()) {
    if (accessId !== budget.own && place.at + GRANT_LIVES <= now) held = held.without(place.at);
    else open.set(accessId, place);
  }
  return { held, open, own: budget.own };
}
