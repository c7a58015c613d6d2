import { asCount, asNumber } from "../../count.ts";
import { isoOrNull } from "../../time.ts";
import type { CompiledRuleset, GuestLimits } from "./compile.ts";
import type { CheckFacts } from "./facts.ts";
import { freeLeft, nextFreeVisit, paidLeft, type Usage } from "./usage.ts";
import type { Availability, Cost, GuestEntitlement, KindEntitlement } from "../verdict.ts";

/** The tier the cardholder's visit falls into: free while free units are left, then paid. */
export function costOf(ruleset: Pick<CompiledRuleset, "limits">, usage: Usage): Cost {
  return freeLeft(ruleset.limits, usage) > 0 ? "FREE" : "PAID";
}

/** Visits left by this usage, and when the next free one comes. */
export function availabilityOf(
  ruleset: CompiledRuleset,
  usage: Usage,
  facts: Pick<CheckFacts, "card" | "now">,
): Availability {
  const free = freeLeft(ruleset.limits, usage);
  return {
    free: asCount(free),
    paid: asCount(paidLeft(ruleset.limits, usage)),
    nextFreeAt: free > 0 ? null : isoOrNull(nextFreeVisit(facts.card, ruleset, facts.now)),
  };
}

/** What guests may do at this entry, once the cardholder's own visit is taken out. */
export function guestsOf(
  ruleset: Pick<CompiledRuleset, "limits">,
  usage: Usage,
  cost: Cost,
): GuestEntitlement {
  const { limits } = ruleset;
  const pool = limits.pool === null ? null : Math.max(0, freeLeft(limits, usage) - (cost === "FREE" ? 1 : 0));
  const adults = kindOf(limits.adults, usage.adultsFree, usage.adultsPaid, pool);
  const children = kindOf(limits.children, usage.childrenFree, usage.childrenPaid, pool);
  return {
    max: asCount(mostTogether(adults, children, pool)),
    adults,
    children,
    freeUnderAge: limits.freeUnderAge,
    pool: pool === null ? null : asCount(pool),
  };
}

/** Those who can't pay share the pool, so that both kinds may not reach their own maximum at one entry. */
function mostTogether(adults: KindEntitlement, children: KindEntitlement, pool: number | null): number {
  const most = asNumber(adults.max) + asNumber(children.max);
  return pool === null ? most : Math.min(most, pool + asNumber(adults.payable) + asNumber(children.payable));
}

function kindOf(
  limits: GuestLimits,
  usedFree: number,
  usedPaid: number,
  pool: number | null,
): KindEntitlement {
  const free = pool ?? Math.max(0, limits.free - usedFree);
  const paid = Math.max(0, limits.paid - usedPaid);
  const max = Math.min(limits.maxPerEntry, free + paid);
  const atMostFree = Math.min(free, max);
  return {
    max: asCount(max),
    free: asCount(atMostFree),
    paid: asCount(atMostFree === Number.POSITIVE_INFINITY ? 0 : max - atMostFree),
    fee: limits.fee,
    payable: asCount(Math.min(paid, max)),
  };
}
