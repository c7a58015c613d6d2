import { type RejectionCode, TRUST_TIERS } from "../../../../src/domain/codes.ts";
import type { CheckFacts, LocationFacts } from "../../../../src/domain/ruleset/evaluate/facts.ts";
import type { RulesetBody } from "../../../../src/domain/ruleset/events.ts";
import type { RulesetVersion } from "../../../../src/domain/ruleset/stream.ts";
import type { Need } from "../../../../src/domain/ruleset/evaluate/evaluate.ts";
import type { Granted, Rejected } from "../../../../src/domain/ruleset/verdict.ts";
import { Instants } from "../../../../src/domain/instants.ts";
import { DAY, iso, type Instant, MINUTE } from "../../../../src/domain/time.ts";
import type { Window } from "../../../../src/domain/window.ts";
import { applyingSpecificity, compareSpecificity, type Specificity } from "./applies.ts";
import { naiveUnit } from "./calendar.ts";
import { naiveGuests } from "./guests.ts";
import { naiveSpendMet } from "./spend.ts";
import { counts, firstFit, type NaiveUsage, startOf, unlimited, usageAt } from "./windows.ts";

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
}

export function naiveEvaluate(facts: CheckFacts, published: readonly RulesetVersion[]): Outcome {
  const { location, card, now } = facts;
  if (location === null) return rejected("UNKNOWN_DEVICE", null, null);

  const versions = [...new Map(published.map((one) => [`${one.id}@${String(one.version)}`, one])).values()];
  const considered = versions.flatMap((version) => {
    const specificity = applyingSpecificity(version, facts, location);
    return specificity === null ? [] : [consider(version, specificity, facts, location)];
  });
  const next = (): Instant | null => naiveNextGrant(facts, location, versions);
  if (considered.length === 0) return rejected("MISSING_ACCESS_RULES", null, next());

  if (card.replaced) return rejected("CARD_REPLACED", null, null);
  if (isExpired(facts, now)) return rejected("CARD_EXPIRED", null, null);
  if (card.frozen) return rejected("CARD_FROZEN", null, null);
  if (card.open !== null && now < card.open.expiresAt) return rejected("TEMPORARILY_BLOCKED", null, next());
  if (now < cooledDown(facts, location)) return rejected("COOLDOWN_ACTIVE", null, next());

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
      failures.push({ passed, outcome: rejected(failed.code, one.version, next()) });
      continue;
    }
    const external = externalRule(one, facts);
    if (external === "MET") return verified(one, facts);
    if (external !== "NOT_MET") return external;
    failures.push({
      passed: one.conditions.length,
      outcome: rejected("UNMET_REQUIREMENTS", one.version, next()),
    });
  }
  const furthest = Math.max(...failures.map((failure) => failure.passed));
  const reason = failures.find((failure) => failure.passed === furthest);
  if (reason === undefined) throw new Error("some ruleset applies and none has failed or granted");
  return reason.outcome;
}

function isExpired({ cardExpiresAt }: CheckFacts, now: Instant): boolean {
  return cardExpiresAt !== null && cardExpiresAt <= now;
}

/** When the cooldown of the last visit here is over; 0 for none. */
function cooledDown({ card }: CheckFacts, location: LocationFacts): Instant {
  const minutes = location.cooldownMinutes ?? 0;
  const here = card.visits.filter((visit) => visit.locationId === location.id);
  return minutes === 0 ? 0 : Math.max(0, ...here.map((visit) => visit.confirmedAt + minutes * MINUTE));
}

/** The first instant at which anything could change, and then all of it lets the card in. */
function naiveNextGrant(
  facts: CheckFacts,
  location: LocationFacts,
  versions: readonly RulesetVersion[],
): Instant | null {
  const instants = new Set<Instant>([facts.card.open?.expiresAt ?? 0, cooledDown(facts, location)]);
  for (const { id, body, inForceFrom } of versions) {
    instants.add(inForceFrom).add(startOf(body));
    const uses = [...facts.card.visits, ...facts.card.adjustments]
      .filter((one) => one.rulesetId === id)
      .map(({ at }) => at);
    const budget = facts.budgets.get(id);
    for (const at of leaving(body.cardholder?.window ?? null, facts.now, uses)) instants.add(at);
    for (const at of leaving(body.totalUsage?.window ?? null, facts.now, [...(budget?.held ?? [])]))
      instants.add(at);
    for (const [, { at }] of budget?.open.entries() ?? []) instants.add(at + 5 * MINUTE);
    for (const { at } of facts.spend?.transactions ?? []) {
      instants.add(at).add(at + (body.spend?.days ?? 0) * DAY + 1);
    }
  }
  const later = [...instants].filter((at) => at > facts.now).sort((a, b) => a - b);
  return later.find((at) => couldGrant(factsAt(facts, at), location, versions)) ?? null;
}

/** Facts as they are at a later instant, if nothing else happens: open entries have lapsed. */
export function factsAt(facts: CheckFacts, now: Instant): CheckFacts {
  const budgets = new Map(
    [...facts.budgets].map(([id, { held, open, own }]) => {
      const left = [...held];
      const stillOpen = [...open.entries()].filter(([accessId, { at }]) => {
        if (accessId === own || at + 5 * MINUTE > now) return true;
        left.splice(left.indexOf(at), 1);
        return false;
      });
      return [id, { held: Instants.of(left), open: new Map(stillOpen), own }] as const;
    }),
  );
  return { ...facts, now, budgets };
}

function leaving(window: Window | null, now: Instant, uses: readonly Instant[]): readonly Instant[] {
  if (window?.kind === "ROLLING") return uses.map((at) => at + window.days * DAY);
  return window?.kind === "CALENDAR" ? [naiveUnit(window.unit, window.timeZone, now).to] : [];
}

function couldGrant(
  facts: CheckFacts,
  location: LocationFacts,
  versions: readonly RulesetVersion[],
): boolean {
  const { card, now } = facts;
  if (isExpired(facts, now) || card.replaced || card.frozen || now < (card.open?.expiresAt ?? 0))
    return false;
  if (now < cooledDown(facts, location)) return false;
  return versions.some((version) => {
    const specificity = applyingSpecificity(version, facts, location);
    if (specificity === null) return false;
    const one = consider(version, specificity, facts, location);
    return one.conditions.every(({ pass }) => pass) && externalRule(one, facts) !== "NOT_MET";
  });
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
  const held = [...(facts.budgets.get(id)?.held ?? [])].filter((one) =>
    counts(totalUsage?.window ?? null, body, now, one),
  );
  const max = totalUsage === null ? Number.POSITIVE_INFINITY : totalUsage.max;
  const wantedTrust = criteria?.minimumTrust ?? null;
  return {
    version,
    specificity,
    usage,
    cost: usage.freeLeft > 0 ? "FREE" : "PAID",
    conditions: [
      { code: "UNMET_REQUIREMENTS", pass: criteria?.enrolledOnly !== true || card.enrolled },
      {
        code: "UNMET_REQUIREMENTS",
        pass:
          wantedTrust === null ||
          TRUST_TIERS.indexOf(facts.terminalTrust) >= TRUST_TIERS.indexOf(wantedTrust),
      },
      { code: "UNMET_REQUIREMENTS", pass: spendMet(body, facts) },
      { code: "LIMIT_EXCEEDED", pass: usage.hereLeft > 0 },
      { code: "LIMIT_EXCEEDED", pass: usage.freeLeft > 0 || usage.paidLeft > 0 },
      { code: "LIMIT_EXCEEDED", pass: held.length < max },
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
  switch (facts.externalAnswers.get(rulesetId)?.answer) {
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
  const chargesFees = body.verification?.chargesFees === true ? { chargesFees: true as const } : {};
  if (facts.verification?.method !== method) {
    return { kind: "needs", need: { kind: "verification", rulesetId, method, ...chargesFees } };
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
