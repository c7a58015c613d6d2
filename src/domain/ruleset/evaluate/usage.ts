import { GRANT_LIVES } from "../../policies.ts";
import type { Instant } from "../../time.ts";
import { leavesWindowAt, type Window, windowBounds, type WindowBounds } from "../../window.ts";
import type { CardLimits, CompiledRuleset } from "./compile.ts";
import type { BudgetFacts, CardFacts } from "./facts.ts";

/** What one card has used of one ruleset in a window. All versions of the ruleset count together. */
export interface Usage {
  readonly freeVisits: number;
  readonly paidVisits: number;
  readonly hereVisits: number;
  readonly adultsFree: number;
  readonly adultsPaid: number;
  readonly childrenFree: number;
  readonly childrenPaid: number;
}

export function usageIn(
  card: Pick<CardFacts, "visits" | "adjustments">,
  rulesetId: string,
  locationId: string | null,
  bounds: WindowBounds,
): Usage {
  const usage = {
    freeVisits: 0,
    paidVisits: 0,
    hereVisits: 0,
    adultsFree: 0,
    adultsPaid: 0,
    childrenFree: 0,
    childrenPaid: 0,
  };
  for (const visit of card.visits) {
    if (visit.rulesetId !== rulesetId || visit.at < bounds.from || visit.at >= bounds.to) continue;
    if (visit.paid) usage.paidVisits++;
    else usage.freeVisits++;
    if (visit.locationId === locationId) usage.hereVisits++;
    usage.adultsFree += visit.adults.free;
    usage.adultsPaid += visit.adults.paid;
    usage.childrenFree += visit.children.free;
    usage.childrenPaid += visit.children.paid;
  }
  for (const given of card.adjustments) {
    if (given.rulesetId !== rulesetId || given.at < bounds.from || given.at >= bounds.to) continue;
    usage.freeVisits -= given.free;
    usage.paidVisits -= given.paid;
    if (given.guests === undefined) continue;
    const { adults, children } = given.guests;
    usage.adultsFree += adults.free;
    usage.adultsPaid += adults.paid;
    usage.childrenFree += children.free;
    usage.childrenPaid += children.paid;
  }
  return usage;
}

/** Free units left for the next visit: of the shared pool where there is one. */
export function freeLeft(limits: CardLimits, usage: Usage): number {
  if (limits.pool === null) return limits.free - usage.freeVisits;
  return limits.pool - usage.freeVisits - usage.adultsFree - usage.childrenFree;
}

export function paidLeft(limits: CardLimits, usage: Usage): number {
  return limits.paid - usage.paidVisits;
}

/** The first instant from which a free visit is left again; null for never, or not while the ruleset lives. */
export function nextFreeVisit(card: CardFacts, ruleset: CompiledRuleset, now: Instant): Instant | null {
  return nextInstant(card, ruleset, now, (usage) => freeLeft(ruleset.limits, usage) > 0, null);
}

/** The first instant from which a visit to this location, free or paid, fits again. */
export function nextVisit(
  card: CardFacts,
  ruleset: CompiledRuleset,
  now: Instant,
  locationId: string,
): Instant | null {
  const { limits } = ruleset;
  return nextInstant(
    card,
    ruleset,
    now,
    (usage) =>
      usage.hereVisits < limits.perLocation && (freeLeft(limits, usage) > 0 || paidLeft(limits, usage) > 0),
    locationId,
  );
}

function nextInstant(
  card: CardFacts,
  ruleset: CompiledRuleset,
  now: Instant,
  fits: (usage: Usage) => boolean,
  locationId: string | null,
): Instant | null {
  const { window } = ruleset.limits;
  if (window === null || window.kind === "VALIDITY") return null;
  const bounds = windowBounds(window, now, ruleset.validity);
  const changes: Instant[] = [];
  for (const used of card.visits) addChange(changes, used, ruleset.id, window, bounds);
  for (const used of card.adjustments) addChange(changes, used, ruleset.id, window, bounds);
  if (changes.length > 1) changes.sort((a, b) => a - b);
  let before: Instant | null = null;
  for (const at of changes) {
    if (at === before) continue;
    before = at;
    if (at >= ruleset.validity.to) return null;
    if (fits(usageIn(card, ruleset.id, locationId, windowBounds(window, at, ruleset.validity)))) return at;
  }
  return null;
}

function addChange(
  changes: Instant[],
  used: { readonly rulesetId: string | null; readonly at: Instant },
  rulesetId: string,
  window: Window,
  bounds: WindowBounds,
): void {
  if (used.rulesetId !== rulesetId || used.at < bounds.from || used.at >= bounds.to) return;
  const leaves = leavesWindowAt(window, bounds, used.at);
  // In a calendar unit all leave at once.
  if (leaves !== null && leaves !== changes.at(-1)) changes.push(leaves);
}

/** How many places of a budget are taken, the attempt's own not counted. What a later clock has reserved is taken now. */
export function placesTaken({ held, open, own }: BudgetFacts, { from }: WindowBounds): number {
  const ownAt = own === null ? undefined : open.get(own)?.at;
  return held.size - held.before(from) - (ownAt !== undefined && ownAt >= from ? 1 : 0);
}

/**
 * The first later instant at which fewer than `max` places may be taken, by places that leave the window and by open
 * entries that lapse; null for never.
 */
export function nextPlace(
  budget: BudgetFacts,
  max: number,
  window: Window | null,
  bounds: WindowBounds,
): Instant | null {
  if (max === 0) return null;
  const { held, open, own } = budget;
  const mustGo = placesTaken(budget, bounds) - max + 1;
  const first = held.before(bounds.from);
  const lapses: Instant[] = [];
  for (const [accessId, { at }] of open.entries()) {
    if (accessId !== own && at >= bounds.from) lapses.push(at + GRANT_LIVES);
  }
  lapses.sort((a, b) => a - b);
  // So many of the open entries have lapsed, and the rest that must go has left the window.
  let earliest = Number.POSITIVE_INFINITY;
  for (let lapsed = 0; lapsed <= Math.min(mustGo, lapses.length); lapsed++) {
    const lapsedAt = lapsed === 0 ? Number.NEGATIVE_INFINITY : (lapses[lapsed - 1] ?? 0);
    const left = mustGo - lapsed;
    const oldest = left === 0 ? undefined : held.at(first + left - 1);
    const leftAt =
      left === 0
        ? Number.NEGATIVE_INFINITY
        : ((oldest === undefined ? null : leavesWindowAt(window, bounds, oldest)) ??
          Number.POSITIVE_INFINITY);
    earliest = Math.min(earliest, Math.max(lapsedAt, leftAt));
  }
  return earliest === Number.POSITIVE_INFINITY ? null : earliest;
}
