import type { RejectionCode } from "../../codes.ts";
import { isoOrNull, type Instant } from "../../time.ts";
import { windowBounds } from "../../window.ts";
import { applies, specificityOf } from "./applies.ts";
import type { CompiledRuleset } from "./compile.ts";
import { CARD_CONDITIONS, type CardScene, RULESET_CONDITIONS, type RulesetScene } from "./conditions.ts";
import { availabilityOf, costOf, guestsOf } from "./entitlement.ts";
import { type CheckFacts, RETRYABLE } from "./facts.ts";
import { nextGrant } from "./nextGrant.ts";
import { byPreference, type Preference } from "./preference.ts";
import type { Portfolio } from "./portfolio.ts";
import { usageIn } from "./usage.ts";
import type { Cost, Granted, Rejected, TraceStep } from "../verdict.ts";
import { type VerificationNeed, verificationStep } from "./verification.ts";

/** The outside has to be asked before the core can decide. */
export type Need =
  | { readonly kind: "externalRule"; readonly rulesetId: string; readonly ruleId: string }
  | VerificationNeed;

/** `matchedRanges`: the criteria ranges the card's number lay in, for a replay that does not know the number. */
export type Verdict = (Granted | Rejected | { readonly kind: "needs"; readonly need: Need }) & Matched;

interface Matched {
  readonly matchedRanges: readonly string[];
}

/** A ruleset that applies, under way through its conditions. */
interface Contender {
  readonly scene: RulesetScene;
  readonly specificity: number;
  readonly cost: Cost;
}

interface Refusal {
  readonly code: RejectionCode;
  /** How many conditions were passed before. */
  readonly reached: number;
}

/**
 * Decides an entry. Pure and total: the same facts and rulesets give the same verdict, whatever the
 * order in which the rulesets are listed and however often.
 *
 * Stages, each only if the one before let the card pass: the terminal's place, rulesets that apply,
 * the card as such, each ruleset by itself, verification of the card. The first that stops is the
 * reason; among rulesets that all refuse, the one that got furthest gives it.
 */
export function evaluate(facts: CheckFacts, portfolio: Portfolio): Verdict {
  const matchedRanges: string[] = [];
  const trace: TraceStep[] = [];
  const { location } = facts;
  if (location === null) {
    step(trace, "terminalHasLocation", null, true, false, false);
    return rejected("UNKNOWN_DEVICE", null, null, trace, matchedRanges);
  }
  const scene: CardScene = { facts, location };
  const contenders = contendersFor(scene, portfolio, matchedRanges);
  if (contenders.length === 0) {
    step(trace, "someRulesetApplies", null, true, false, false);
    return refusedForNow("MISSING_ACCESS_RULES", null, { scene, portfolio, trace, matchedRanges });
  }
  for (const condition of CARD_CONDITIONS) {
    if (!condition.asked(scene)) continue;
    const look = condition.look(scene);
    step(trace, condition.name, null, look.required, look.seen, look.pass);
    if (!look.pass) return refusedForNow(condition.code, null, { scene, portfolio, trace, matchedRanges });
  }
  return underRulesets(contenders, { scene, portfolio, trace, matchedRanges });
}

/** Those that apply, the preferred first. */
function contendersFor(
  scene: CardScene,
  portfolio: Portfolio,
  matchedRanges: string[],
): readonly Contender[] {
  const { facts, location } = scene;
  const contenders: Contender[] = [];
  const place = { locationId: location.id, country: location.country };
  for (const candidate of portfolio.candidates(facts.issuer, place)) {
    if (!applies(candidate, facts, location, matchedRanges)) continue;
    const { ruleset } = candidate;
    const specificity = specificityOf(candidate, location);
    const bounds = windowBounds(ruleset.limits.window, facts.now, ruleset.validity);
    const usage = usageIn(facts.card, ruleset.id, location.id, bounds);
    contenders.push({
      scene: { facts, location, ruleset, bounds, usage },
      specificity,
      cost: costOf(ruleset, usage),
    });
  }
  if (contenders.length <= 1) return contenders;
  matchedRanges.sort();
  return contenders.sort((a, b) => byPreference(preferenceOf(a), preferenceOf(b)));
}

function preferenceOf({ scene, cost, specificity }: Contender): Preference {
  return { ruleset: scene.ruleset, cost, specificity };
}

/** A decision under way. */
interface Course {
  readonly scene: CardScene;
  readonly portfolio: Portfolio;
  readonly trace: TraceStep[];
  readonly matchedRanges: string[];
}

/** In order of preference: the first that grants wins, so that those behind it need not be looked at. */
function underRulesets(contenders: readonly Contender[], course: Course): Verdict {
  const { trace, matchedRanges } = course;
  let furthest: { readonly contender: Contender; readonly refusal: Refusal } | null = null;
  for (const contender of contenders) {
    const refusal = firstRefusal(contender.scene, trace) ?? externalRefusal(contender.scene, trace);
    if (refusal === null) return verified(contender, trace, matchedRanges);
    if ("need" in refusal) return { kind: "needs", need: refusal.need, matchedRanges };
    if (furthest === null || refusal.reached > furthest.refusal.reached) furthest = { contender, refusal };
  }
  if (furthest === null) throw new Error("no ruleset was looked at");
  const { contender, refusal } = furthest;
  return refusedForNow(refusal.code, contender.scene.ruleset, course);
}

function firstRefusal(scene: RulesetScene, trace: TraceStep[]): Refusal | null {
  let reached = 0;
  for (const condition of RULESET_CONDITIONS) {
    if (condition.asked(scene)) {
      const look = condition.look(scene);
      step(trace, condition.name, scene.ruleset.id, look.required, look.seen, look.pass);
      if (!look.pass) return { code: condition.code, reached };
    }
    reached++;
  }
  return null;
}

function externalRefusal(scene: RulesetScene, trace: TraceStep[]): Refusal | { readonly need: Need } | null {
  const { externalRule, id } = scene.ruleset;
  if (externalRule === null) return null;
  const told = scene.facts.externalAnswers.get(id);
  if (told === undefined) {
    return { need: { kind: "externalRule", rulesetId: id, ruleId: externalRule.ruleId } };
  }
  const { answer, reason } = told;
  const pass = answer === "MET" || (answer === "UNAVAILABLE" && externalRule.onFailure === "OPEN");
  step(
    trace,
    "externalRuleMet",
    id,
    { ruleId: externalRule.ruleId, onFailure: externalRule.onFailure },
    reason === null ? answer : { answer, reason },
    pass,
  );
  return pass ? null : { code: "UNMET_REQUIREMENTS", reached: RULESET_CONDITIONS.length };
}

function verified(contender: Contender, trace: TraceStep[], matchedRanges: readonly string[]): Verdict {
  const { scene, cost } = contender;
  const { ruleset, usage, facts } = scene;
  if (ruleset.verification !== null) {
    const result = verificationStep(ruleset.id, ruleset.verification, facts);
    if (result.kind === "needs") return { kind: "needs", need: result.need, matchedRanges };
    step(trace, "cardVerified", ruleset.id, result.required, result.seen, result.code === null);
    if (result.code !== null) return rejected(result.code, ruleset, null, trace, matchedRanges);
  }
  return {
    kind: "granted",
    ruleset: ruleset.ref,
    cost,
    fee: cost === "PAID" ? ruleset.limits.fee : null,
    available: availabilityOf(ruleset, usage, facts),
    guests: guestsOf(ruleset, usage, cost),
    ...(isCharged(ruleset, facts) ? { collectedBy: "ACQUIRER" as const } : {}),
    trace,
    matchedRanges,
  };
}

/** Without a reference the acquirer can charge nothing: then the terminal collects. */
function isCharged({ verification }: CompiledRuleset, { verification: answer }: CheckFacts): boolean {
  return verification?.chargesFees === true && answer?.outcome === "PASSED" && answer.isReferenced === true;
}

/** Time alone may let the card in. */
function refusedForNow(
  code: RejectionCode,
  ruleset: CompiledRuleset | null,
  { scene, portfolio, trace, matchedRanges }: Course,
): Rejected & Matched {
  const nextAt = nextGrant(scene, portfolio, matchedRanges);
  return rejected(code, ruleset, nextAt, trace, [...new Set(matchedRanges)].sort());
}

function rejected(
  code: RejectionCode,
  ruleset: CompiledRuleset | null,
  nextAt: Instant | null,
  trace: readonly TraceStep[],
  matchedRanges: readonly string[],
): Rejected & Matched {
  return {
    kind: "rejected",
    code,
    ruleset: ruleset === null ? null : ruleset.ref,
    retryable: RETRYABLE.has(code),
    nextFreeAt: isoOrNull(nextAt),
    trace,
    matchedRanges,
  };
}

function step(
  trace: TraceStep[],
  condition: string,
  rulesetId: string | null,
  required: TraceStep["required"],
  seen: TraceStep["seen"],
  pass: boolean,
): void {
  trace.push({ condition, rulesetId, required, seen, pass });
}
