import { asNumber } from "../count.ts";
import { fromMinor, type Money, timesMinor, toMinor } from "../money.ts";
import type { Cost, GuestEntitlement, KindEntitlement } from "../ruleset/verdict.ts";
import type { Allocation, GuestCounts } from "./shapes.ts";

/** How guests split into free and paid heads by what a grant allows, and what that costs. */

export interface GuestProblem {
  readonly pointer: string;
  readonly message: string;
}

export type Split =
  | { readonly kind: "allocated"; readonly allocation: Allocation }
  | {
      readonly kind: "refused";
      readonly code: "TOO_MANY_GUESTS" | "FREE_CHILDREN_NOT_ALLOWED";
      readonly problems: readonly GuestProblem[];
    };

/**
 * The split of guests at an entry. A shared pool is used by the member first (the grant has done so),
 * then by those who could not enter otherwise, then where the fee is highest.
 */
export function splitGuests(
  grant: { cost: Cost; entitlement: GuestEntitlement },
  guests: GuestCounts,
): Split {
  const { entitlement } = grant;
  const kinds = { adults: guests.adults, children: guests.children };
  if (guests.freeChildren > 0 && entitlement.freeUnderAge === null) {
    const message = "the ruleset lets no children in free by age";
    return {
      kind: "refused",
      code: "FREE_CHILDREN_NOT_ALLOWED",
      problems: [{ pointer: "/guests/freeChildren", message }],
    };
  }
  const problems: GuestProblem[] = [];
  for (const kind of ["adults", "children"] as const) {
    const max = asNumber(entitlement[kind].max);
    if (kinds[kind] > max) problems.push({ pointer: `/guests/${kind}`, message: `at most ${String(max)}` });
  }
  if (problems.length > 0) return { kind: "refused", code: "TOO_MANY_GUESTS", problems };
  const free = entitlement.pool === null ? ownFree(entitlement, kinds) : pooledFree(entitlement, kinds);
  if (free === null) {
    const message = `the shared pool has ${String(entitlement.pool)} left for guests`;
    return { kind: "refused", code: "TOO_MANY_GUESTS", problems: [{ pointer: "/guests", message }] };
  }
  return {
    kind: "allocated",
    allocation: {
      cardholder: grant.cost,
      adults: { free: free.adults, paid: kinds.adults - free.adults },
      children: { free: free.children, paid: kinds.children - free.children },
      freeChildren: guests.freeChildren,
    },
  };
}

/** Heads of guests by kind. */
export interface PerKind {
  readonly adults: number;
  readonly children: number;
}

/** Without a pool each kind has free heads of its own. */
export function ownFree(entitlement: GuestEntitlement, heads: PerKind): PerKind {
  return {
    adults: Math.min(heads.adults, asNumber(entitlement.adults.free)),
    children: Math.min(heads.children, asNumber(entitlement.children.free)),
  };
}

function pooledFree(entitlement: GuestEntitlement, heads: PerKind): PerKind | null {
  const mustBeFree = (kind: KindEntitlement, wanted: number): number =>
    Math.max(0, wanted - asNumber(kind.payable));
  const free = {
    adults: mustBeFree(entitlement.adults, heads.adults),
    children: mustBeFree(entitlement.children, heads.children),
  };
  let left = asNumber(entitlement.pool) - free.adults - free.children;
  if (left < 0) return null;
  for (const kind of dearestFirst(entitlement)) {
    const more = Math.min(left, heads[kind] - free[kind]);
    free[kind] += more;
    left -= more;
  }
  return free;
}

/** The kind whose fee is highest first: the shared pool goes there. */
export function dearestFirst({ adults, children }: GuestEntitlement): readonly (keyof PerKind)[] {
  const feeOf = ({ fee }: KindEntitlement): bigint => (fee === null ? 0n : toMinor(fee));
  return feeOf(adults) >= feeOf(children) ? ["adults", "children"] : ["children", "adults"];
}

export interface FeeLine {
  readonly for: "CARDHOLDER" | "ADULT" | "CHILD";
  readonly count: number;
  /** Per head. */
  readonly fee: Money;
}

interface Priced {
  readonly fee: Money | null;
  readonly entitlement: GuestEntitlement;
}

/** What is due for an allocation, line by line; none for what is free. */
export function feeLines(grant: Priced, allocation: Allocation): readonly FeeLine[] {
  const { adults, children } = grant.entitlement;
  const lines = [
    { for: "CARDHOLDER" as const, count: allocation.cardholder === "PAID" ? 1 : 0, fee: grant.fee },
    { for: "ADULT" as const, count: allocation.adults.paid, fee: adults.fee },
    { for: "CHILD" as const, count: allocation.children.paid, fee: children.fee },
  ];
  return lines.flatMap(({ fee, ...line }) => (line.count > 0 && fee !== null ? [{ fee, ...line }] : []));
}

/** The sum of the lines; null when nothing is due. All fees of a ruleset share one currency. */
export function totalOf(lines: readonly FeeLine[]): Money | null {
  const sum = lines.reduce((total, line) => total + timesMinor(line.fee, line.count), 0n);
  const currency = lines[0]?.fee.currency;
  return sum === 0n || currency === undefined ? null : fromMinor(sum, currency);
}

/** The fees of those who are still in the allocation. */
export function stillCharged(entry: Priced & { readonly allocation: Allocation }): Money | null {
  return totalOf(feeLines(entry, entry.allocation));
}

export type Removal =
  | { readonly kind: "removed"; readonly allocation: Allocation; readonly refund: Money | null }
  | { readonly kind: "refused"; readonly problems: readonly GuestProblem[] };

/** Takes guests out of an allocation, those who paid first; their fees are what is refunded. */
export function removeGuests(grant: Priced, allocation: Allocation, guests: GuestCounts): Removal {
  const problems: GuestProblem[] = [];
  const check = (pointer: string, wanted: number, there: number): void => {
    if (wanted > there) problems.push({ pointer, message: `the entry has ${String(there)}` });
  };
  check("/guests/adults", guests.adults, allocation.adults.free + allocation.adults.paid);
  check("/guests/children", guests.children, allocation.children.free + allocation.children.paid);
  check("/guests/freeChildren", guests.freeChildren, allocation.freeChildren);
  if (problems.length > 0) return { kind: "refused", problems };
  const adults = without(allocation.adults, guests.adults);
  const children = without(allocation.children, guests.children);
  const removed: Allocation = {
    cardholder: "FREE",
    adults: { free: 0, paid: allocation.adults.paid - adults.paid },
    children: { free: 0, paid: allocation.children.paid - children.paid },
    freeChildren: 0,
  };
  return {
    kind: "removed",
    allocation: {
      ...allocation,
      adults,
      children,
      freeChildren: allocation.freeChildren - guests.freeChildren,
    },
    refund: totalOf(feeLines(grant, removed)),
  };
}

function without(heads: { free: number; paid: number }, count: number): { free: number; paid: number } {
  const paid = Math.min(count, heads.paid);
  return { paid: heads.paid - paid, free: heads.free - (count - paid) };
}
