import type { RulesetBody } from "../../../../src/domain/ruleset/events.ts";
import type { GuestEntitlement, KindEntitlement } from "../../../../src/domain/ruleset/verdict.ts";
import { type NaiveUsage, unlimited } from "./windows.ts";

/** What guests may do, found by trying how many can enter. */

type Kind = NonNullable<NonNullable<RulesetBody["guests"]>["adults"]>;

/** More heads than any world has: whoever gets that far is not limited. */
const MANY = 40;

export function naiveGuests(body: RulesetBody, usage: NaiveUsage, cost: "FREE" | "PAID"): GuestEntitlement {
  const { guests } = body;
  const hasPool = (guests?.sharedPool ?? null) !== null;
  const pool = hasPool ? atLeastZero(usage.freeLeft - (cost === "FREE" ? 1 : 0)) : null;
  const adults = room(guests?.adults ?? null, usage.adultsFree, usage.adultsPaid, pool);
  const children = room(guests?.children ?? null, usage.childrenFree, usage.childrenPaid, pool);
  return {
    max: together(adults, children, pool),
    adults: shownKind(adults),
    children: shownKind(children),
    freeUnderAge: guests?.freeUnderAge ?? null,
    pool: pool === null ? null : shown(pool),
  };
}

interface Room {
  readonly atOnce: number;
  readonly free: number;
  readonly paid: number;
  readonly fee: KindEntitlement["fee"];
}

function room(kind: Kind | null, usedFree: number, usedPaid: number, pool: number | null): Room {
  if (kind === null) return { atOnce: 0, free: 0, paid: 0, fee: null };
  return {
    atOnce: kind.maxPerEntry ?? Number.POSITIVE_INFINITY,
    free: pool ?? atLeastZero(unlimited(kind.free) - usedFree),
    paid: atLeastZero(unlimited(kind.paid) - usedPaid),
    fee: kind.fee,
  };
}

function shownKind(kind: Room): KindEntitlement {
  const heads = most((count) => count <= kind.atOnce && count <= kind.free + kind.paid);
  const free = most((count) => count <= heads && count <= kind.free);
  const payable = most((count) => count <= heads && count <= kind.paid);
  return {
    max: shown(heads),
    free: shown(free),
    paid: shown(free === Number.POSITIVE_INFINITY ? 0 : heads - free),
    fee: kind.fee,
    payable: shown(payable),
  };
}

/** The most heads of both kinds that one entry can bring, however they are mixed. */
function together(adults: Room, children: Room, pool: number | null): number | "UNLIMITED" {
  const fits = (a: number, c: number): boolean => {
    if (a > adults.atOnce || c > children.atOnce) return false;
    if (a > adults.free + adults.paid || c > children.free + children.paid) return false;
    if (pool === null) return true;
    return Math.max(0, a - adults.paid) + Math.max(0, c - children.paid) <= pool;
  };
  let best = 0;
  for (let a = 0; a <= MANY && fits(a, 0); a++) {
    for (let c = 0; c <= MANY && fits(a, c); c++) {
      if (a === MANY || c === MANY) return "UNLIMITED";
      best = Math.max(best, a + c);
    }
  }
  return best;
}

function most(fits: (count: number) => boolean): number {
  let count = 0;
  while (count < MANY && fits(count + 1)) count++;
  return count === MANY ? Number.POSITIVE_INFINITY : count;
}

function atLeastZero(value: number): number {
  return value > 0 ? value : 0;
}

function shown(value: number): number | "UNLIMITED" {
  return value === Number.POSITIVE_INFINITY ? "UNLIMITED" : value;
}
