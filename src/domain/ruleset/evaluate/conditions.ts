import { isTrusted, type RejectionCode } from "../../codes.ts";
import { asCount } from "../../count.ts";
import type { Json } from "../../json.ts";
import { type Instant, iso, isoOrNull, MINUTE } from "../../time.ts";
import { type WindowBounds, windowBounds } from "../../window.ts";
import type { CompiledRuleset } from "./compile.ts";
import type { CheckFacts, LocationFacts } from "./facts.ts";
import { evaluateSpend, nextSpendChange } from "./spend.ts";
import { freeLeft, nextPlace, nextVisit, paidLeft, placesTaken, type Usage } from "./usage.ts";

/**
 * Every condition of a decision: one constant each, listed once at the end in order of precedence.
 *
 * To add one: write the constant, put it in its list, and add its rows to the table in
 * `test/domain/ruleset/conditions.test.ts`. The place in the list is the precedence, and decides
 * which of several refusals a cardholder is told.
 */

/** What a condition saw. `nextAt`: where it fails, before then it does not pass if nothing happens; null for never. */
interface Look {
  readonly pass: boolean;
  readonly required: Json;
  readonly seen: Json;
  readonly nextAt: Instant | null;
}

interface Condition<Scene> {
  readonly name: string;
  /** The answer to the terminal when it fails. */
  readonly code: RejectionCode;
  /** False where the ruleset asks nothing of the kind: then it leaves no line in the trace. */
  readonly asked: (scene: Scene) => boolean;
  readonly look: (scene: Scene) => Look;
}

/** A card at a place. */
export interface CardScene {
  readonly facts: CheckFacts;
  readonly location: LocationFacts;
}

/** A card at a place, under one ruleset that applies. */
export interface RulesetScene extends CardScene {
  readonly ruleset: CompiledRuleset;
  readonly bounds: WindowBounds;
  readonly usage: Usage;
}

const always = (): boolean => true;

/** Lost, stolen or used up: another card goes on for it. Only of such a card does a line say so. */
export const cardNotReplaced: Condition<CardScene> = {
  name: "cardNotReplaced",
  code: "CARD_REPLACED",
  asked: ({ facts }) => facts.card.replaced,
  look: () => REPLACED,
};
const REPLACED: Look = { pass: false, required: false, seen: true, nextAt: null };

/** After the last day of the card's month, at the place. What was sent is told nowhere. */
export const cardNotExpired: Condition<CardScene> = {
  name: "cardNotExpired",
  code: "CARD_EXPIRED",
  asked: ({ facts }) => facts.cardExpiresAt !== null,
  look: ({ facts }) =>
    facts.cardExpiresAt !== null && facts.now >= facts.cardExpiresAt ? EXPIRED : NOT_EXPIRED,
};
const EXPIRED: Look = { pass: false, required: false, seen: true, nextAt: null };
const NOT_EXPIRED: Look = { pass: true, required: false, seen: false, nextAt: null };

export const cardNotFrozen: Condition<CardScene> = {
  name: "cardNotFrozen",
  code: "CARD_FROZEN",
  asked: always,
  look: ({ facts }) => (facts.card.frozen ? FROZEN : NOT_FROZEN),
};
const FROZEN: Look = { pass: false, required: false, seen: true, nextAt: null };
const NOT_FROZEN: Look = { pass: true, required: false, seen: false, nextAt: null };

/** The open entry may be anywhere: a card can't be in two places. It lapses at `expiresAt`. */
export const noOpenEntry: Condition<CardScene> = {
  name: "noOpenEntry",
  code: "TEMPORARILY_BLOCKED",
  asked: always,
  look: ({ facts }) => {
    const { open } = facts.card;
    if (open === null || facts.now >= open.expiresAt) return NOTHING_OPEN;
    const { accessId, expiresAt } = open;
    return { pass: false, required: null, seen: { accessId, expiresAt: iso(expiresAt) }, nextAt: expiresAt };
  },
};
const NOTHING_OPEN: Look = { pass: true, required: null, seen: null, nextAt: null };

/** From the confirmation of the last completed visit to this location. */
export const cooldownOver: Condition<CardScene> = {
  name: "cooldownOver",
  code: "COOLDOWN_ACTIVE",
  asked: ({ location }) => (location.cooldownMinutes ?? 0) > 0,
  look: ({ facts, location }) => {
    const minutes = location.cooldownMinutes ?? 0;
    let last: Instant | null = null;
    for (const visit of facts.card.visits) {
      if (visit.locationId === location.id && (last === null || visit.confirmedAt > last))
        last = visit.confirmedAt;
    }
    const until = last === null ? null : last + minutes * MINUTE;
    const pass = until === null || facts.now >= until;
    return {
      pass,
      required: { minutes },
      seen: { lastVisitAt: isoOrNull(last) },
      nextAt: pass ? null : until,
    };
  },
};

export const cardEnrolled: Condition<RulesetScene> = {
  name: "cardEnrolled",
  code: "UNMET_REQUIREMENTS",
  asked: ({ ruleset }) => ruleset.enrolledOnly,
  look: ({ facts }) => ({
    pass: facts.card.enrolled,
    required: true,
    seen: facts.card.enrolled,
    nextAt: null,
  }),
};

export const terminalTrusted: Condition<RulesetScene> = {
  name: "terminalTrusted",
  code: "UNMET_REQUIREMENTS",
  asked: ({ ruleset }) => ruleset.minimumTrust !== null,
  look: ({ facts, ruleset }) => ({
    pass: isTrusted(facts.terminalTrust, ruleset.minimumTrust),
    required: ruleset.minimumTrust,
    seen: facts.terminalTrust,
    nextAt: null,
  }),
};

export const spendReached: Condition<RulesetScene> = {
  name: "spendReached",
  code: "UNMET_REQUIREMENTS",
  asked: ({ ruleset }) => ruleset.spend !== null,
  look: ({ facts, ruleset }) => {
    if (ruleset.spend === null) return { pass: true, required: null, seen: null, nextAt: null };
    const { amount, days, mccs, graceDays } = ruleset.spend;
    const required = { amount, days, mccs: mccs === null ? null : [...mccs], graceDays };
    if (facts.spend === null) throw new Error(`spend facts are missing for ruleset ${ruleset.id}`);
    const result = evaluateSpend(ruleset.spend, facts.now, facts.spend);
    const nextAt = result.met ? null : nextSpendChange(ruleset.spend, facts.now, facts.spend);
    return { pass: result.met, required, seen: { ...result }, nextAt };
  },
};

export const locationVisitsLeft: Condition<RulesetScene> = {
  name: "locationVisitsLeft",
  code: "LIMIT_EXCEEDED",
  asked: ({ ruleset }) => ruleset.limits.perLocation !== Number.POSITIVE_INFINITY,
  look: (scene) => {
    const { ruleset, usage, bounds } = scene;
    const pass = usage.hereVisits < ruleset.limits.perLocation;
    return {
      pass,
      required: { perLocation: ruleset.limits.perLocation, window: ruleset.limits.window },
      seen: { visitsHere: usage.hereVisits, from: shownFrom(bounds), to: shownTo(bounds) },
      nextAt: pass ? null : nextVisitOf(scene),
    };
  },
};

/** A free visit, or, where those are used up, a paid one. */
export const visitLeft: Condition<RulesetScene> = {
  name: "visitLeft",
  code: "LIMIT_EXCEEDED",
  asked: always,
  look: (scene) => {
    const { ruleset, usage, bounds } = scene;
    const { limits } = ruleset;
    const free = freeLeft(limits, usage);
    const paid = paidLeft(limits, usage);
    const pass = free > 0 || paid > 0;
    return {
      pass,
      required: limits.visits,
      seen: {
        freeLeft: asCount(free),
        paidLeft: asCount(paid),
        from: shownFrom(bounds),
        to: shownTo(bounds),
      },
      nextAt: pass ? null : nextVisitOf(scene),
    };
  },
};

/** The programme's budget over all cards, as its quota stream holds it. */
export const budgetLeft: Condition<RulesetScene> = {
  name: "budgetLeft",
  code: "LIMIT_EXCEEDED",
  asked: ({ ruleset }) => ruleset.budget !== null,
  look: ({ facts, ruleset }) => {
    if (ruleset.budget === null) return { pass: true, required: null, seen: null, nextAt: null };
    const { max, window } = ruleset.budget;
    const held = facts.budgets.get(ruleset.id);
    if (held === undefined) throw new Error(`the budget of ruleset ${ruleset.id} was not read`);
    const bounds = windowBounds(window, facts.now, ruleset.validity);
    const used = placesTaken(held, bounds);
    const pass = used < max;
    return {
      pass,
      required: { max, window },
      seen: { used, from: shownFrom(bounds), to: shownTo(bounds) },
      nextAt: pass ? null : nextPlace(held, max, window, bounds),
    };
  },
};

function nextVisitOf({ facts, ruleset, location }: RulesetScene): Instant | null {
  return nextVisit(facts.card, ruleset, facts.now, location.id);
}

/** Bounds as evidence: time zone data changes with the runtime, so that the instants themselves are kept. */
function shownFrom({ from }: WindowBounds): string | null {
  return Number.isFinite(from) ? iso(Math.max(0, from)) : null;
}

function shownTo({ to }: WindowBounds): string | null {
  return Number.isFinite(to) ? iso(to) : null;
}

/** On the card as such. */
export const CARD_CONDITIONS: readonly Condition<CardScene>[] = [
  cardNotReplaced,
  cardNotExpired,
  cardNotFrozen,
  noOpenEntry,
  cooldownOver,
];

/** On the card under one ruleset. The external rule comes after these, where all of them pass. */
export const RULESET_CONDITIONS: readonly Condition<RulesetScene>[] = [
  cardEnrolled,
  terminalTrusted,
  spendReached,
  locationVisitsLeft,
  visitLeft,
  budgetLeft,
];
