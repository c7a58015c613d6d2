import { type RejectionCode, TRUST_TIERS } from "../../../../src/domain/codes.ts";
import type { CheckFacts, LocationFacts } from "../../../../src/domain/ruleset/facts.ts";
import type { RulesetBody } from "../../../../src/domain/ruleset/ruleset.ts";
import type { RulesetVersion } from "../../../../src/domain/ruleset/compile.ts";
import type { Need } from "../../../../src/domain/ruleset/evaluate.ts";
import type { Granted, Rejected } from "../../../../src/domain/ruleset/verdict.ts";
import { iso, type Instant, MINUTE } from "../../../../src/domain/time.ts";
import { applyingSpecificity, compareSpecificity, type Specificity } from "./applies.ts";
import { naiveGuests } from "./guests.ts";
import { naiveSpendMet } from "./spend.ts";
import { counts, firstFit, type NaiveUsage, unlimited, usageAt } from "./windows.ts";

/**
 * The decision again, from the design's text and nothing else: every ruleset and every condition is
 * looked at, in plain loops, before anything is decided.
 */

export type Outcome =
  | Omit<Granted, "trace">
  | Omit<Rejected, "trace">
  | { readonly kind: "needs"; readonly need: Need };

interface Considered {
  readonly version: RulesetVersion;
  readonly specificity: Specificity;
  readonly usage: NaiveUsage;
  readonly cost: "FREE" | "PAID";
  /** Its own conditions in the order of the design, without the external rule. */
  readonly conditions: readonly Condition[];
}

interface Condition {
  readonly pass: boolean;
  readonly code: RejectionCode;
  readonly nextAt: () => Instant | null;
}

export function naiveEvaluate(facts: CheckFacts, published: readonly RulesetVersion[]): Outcome {
  const { location, card, now } = facts;
  if (location === null) return rejected("UNKNOWN_DEVICE", null, null);

  const versions = [...new Map(published.map((one) => [`${one.id}@${String(one.version)}`, one])).values()];
  const considered = versions.flatMap((version) => {
    const specificity = applyingSpecificity(version, facts, location);
    return specificity === null ? [] : [consider(version, specificity, facts, location)];
  });
  if (considered.length === 0) return rejected("MISSING_ACCESS_RULES", null, null);

  if (card.frozen) return rejected("CARD_FROZEN", null, null);
  if (card.open !== null && now < card.open.expiresAt) {
    return rejected("TEMPORARILY_BLOCKED", null, card.open.expiresAt);
  }
  const ends = card.visits
    .filter((visit) => visit.locationId === location.id)
    .map((visit) => visit.confirmedAt + (location.cooldownMinutes ?? 0) * MINUTE);
  const cooledDown = Math.max(0, ...ends);
  if ((location.cooldownMinutes ?? 0) > 0 && now < cooledDown)
    return rejected("COOLDOWN_ACTIVE", null, cooledDown);

  const preferred = considered.sort(
    (a, b) =>
      a.version.body.priority - b.version.body.priority ||
      (a.cost === b.cost ? 0 : a.cost === "FREE" ? -1 : 1) ||
      compareSpecificity(a.specificity, b.specificity) ||
      (a.version.id < b.version.id ? -1 : 1),
  );
  const failures: { readonly passed: number; readonly outcome: Outcome }[] = [];
  for (const one of preferred) {
    const passed = one.conditions.findIndex((condition) => !condition.pass);
    const failed = one.conditions[passed];
    if (failed !== undefined) {
      failures.push({ passed, outcome: rejected(failed.code, one.version, failed.nextAt()) });
      continue;
    }
    const external = externalRule(one, facts);
    if (external === "MET") return verified(one, facts);
    if (external !== "NOT_MET") return external;
    failures.push({
      passed: one.conditions.length,
      outcome: rejected("UNMET_REQUIREMENTS", one.version, null),
    });
  }
  const furthest = Math.max(...failures.map((failure) => failure.passed));
  const reason = failures.find((failure) => failure.passed === furthest);
  if (reason === undefined) throw new Error("some ruleset applies and none has failed or granted");
  return reason.outcome;
}

function consider(
  version: RulesetVersion,
  specificity: Specificity,
  facts: CheckFacts,
  location: LocationFacts,
): Considered {
  const { body, id } = version;
  const { now, card } = facts;
  const { criteria, totalUsage } = body;
  const usage = usageAt(facts, version, location.id, now);
  const used = [...card.visits, ...card.adjustments]
    .filter((one) => one.rulesetId === id)
    .map((one) => one.at);
  const nextVisit = (): Instant | null =>
    firstFit(body.cardholder?.window ?? null, body, now, used, (at) => {
      const then = usageAt(facts, version, location.id, at);
      return then.hereLeft > 0 && (then.freeLeft > 0 || then.paidLeft > 0);
    });
  const held = facts.budgets.get(id) ?? [];
  const budgetAt = (at: Instant): number =>
    held.filter((one) => counts(totalUsage?.window ?? null, body, at, one)).length;
  const max = totalUsage === null ? Number.POSITIVE_INFINITY : totalUsage.max;
  const never = (): null => null;
  const wantedTrust = criteria?.minimumTrust ?? null;
  return {
    version,
    specificity,
    usage,
    cost: usage.freeLeft > 0 ? "FREE" : "PAID",
    conditions: [
      { code: "UNMET_REQUIREMENTS", pass: criteria?.enrolledOnly !== true || card.enrolled, nextAt: never },
      {
        code: "UNMET_REQUIREMENTS",
        pass:
          wantedTrust === null ||
          TRUST_TIERS.indexOf(facts.terminalTrust) >= TRUST_TIERS.indexOf(wantedTrust),
        nextAt: never,
      },
      { code: "UNMET_REQUIREMENTS", pass: spendMet(body, facts), nextAt: never },
      { code: "LIMIT_EXCEEDED", pass: usage.hereLeft > 0, nextAt: nextVisit },
      { code: "LIMIT_EXCEEDED", pass: usage.freeLeft > 0 || usage.paidLeft > 0, nextAt: nextVisit },
      {
        code: "LIMIT_EXCEEDED",
        pass: budgetAt(now) < max,
        nextAt: () => firstFit(totalUsage?.window ?? null, body, now, held, (at) => budgetAt(at) < max),
      },
    ],
  };
}

function spendMet(body: RulesetBody, facts: CheckFacts): boolean {
  if (body.spend === null) return true;
  if (facts.spend === null) throw new Error("the world has no spend facts");
  return naiveSpendMet(body.spend, facts.now, facts.spend);
}

function externalRule(one: Considered, facts: CheckFacts): "MET" | "NOT_MET" | Outcome {
  const { id: rulesetId, body } = one.version;
  if (body.externalRule === null) return "MET";
  const { ruleId, onFailure } = body.externalRule;
  switch (facts.externalAnswers.get(rulesetId)) {
    case undefined:
      return { kind: "needs", need: { kind: "externalRule", rulesetId, ruleId } };
    case "UNAVAILABLE":
      return onFailure === "OPEN" ? "MET" : "NOT_MET";
    case "MET":
      return "MET";
    case "NOT_MET":
      return "NOT_MET";
  }
}

function verified(one: Considered, facts: CheckFacts): Outcome {
  const { id: rulesetId, body } = one.version;
  const mode = body.verification?.mode ?? "NONE";
  if (mode === "NONE") return granted(one, facts);
  const method = facts.card.asiFailed && mode === "ASI_THEN_AMOUNT" ? "AMOUNT" : "ASI";
  if (facts.verification?.method !== method) {
    return { kind: "needs", need: { kind: "verification", rulesetId, method } };
  }
  const { outcome } = facts.verification;
  if (outcome === "PASSED") return granted(one, facts);
  if (outcome === "UNAVAILABLE" && body.verification?.onFailure === "OPEN") return granted(one, facts);
  if (outcome === "INSUFFICIENT_FUNDS") return rejected("CARD_AUTH_INSUFFICIENT_FUNDS", one.version, null);
  return rejected(method === "ASI" ? "CARD_ASI_FAILED" : "CARD_AMOUNT_AUTH_FAILED", one.version, null);
}

function granted(one: Considered, facts: CheckFacts): Outcome {
  const { version, usage, cost } = one;
  const { id, body } = version;
  const { now, card } = facts;
  const used = [...card.visits, ...card.adjustments]
    .filter((use) => use.rulesetId === id)
    .map((use) => use.at);
  const nextFree = firstFit(body.cardholder?.window ?? null, body, now, used, (at) => {
    return usageAt(facts, version, "", at).freeLeft > 0;
  });
  return {
    kind: "granted",
    ruleset: { id, name: body.name, version: version.version },
    cost,
    fee: cost === "PAID" ? (body.cardholder?.fee ?? null) : null,
    available: {
      free: shownCount(usage.freeLeft),
      paid: shownCount(usage.paidLeft),
      nextFreeAt: usage.freeLeft > 0 || nextFree === null ? null : iso(nextFree),
    },
    guests: naiveGuests(body, usage, cost),
  };
}

export function shownCount(value: number): number | "UNLIMITED" {
  if (value === unlimited("UNLIMITED")) return "UNLIMITED";
  return value < 0 ? 0 : value;
}

function rejected(code: RejectionCode, version: RulesetVersion | null, nextAt: Instant | null): Outcome {
  return {
    kind: "rejected",
    code,
    ruleset: version === null ? null : { id: version.id, name: version.body.name, version: version.version },
    retryable: ["TEMPORARILY_BLOCKED", "COOLDOWN_ACTIVE", "CARD_ASI_FAILED"].includes(code),
    nextFreeAt: nextAt === null ? null : iso(nextAt),
  };
}
