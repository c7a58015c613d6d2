import type { GuestCounts } from "../../src/domain/card/shapes.ts";
import type { GuestEntitlement } from "../../src/domain/ruleset/verdict.ts";

/** Digits after the point (ISO 4217). */
const DIGITS: Readonly<Record<string, number>> = { EUR: 2, JPY: 0, BHD: 3 };

/** In minor units; nothing is 0. */
export function minor(money: { readonly amount: string; readonly currency: string } | null): bigint {
  if (money === null) return 0n;
  const [whole = "", fraction = ""] = money.amount.split(".");
  return BigInt(whole + fraction.padEnd(DIGITS[money.currency] ?? 2, "0"));
}

export function amountOf(units: bigint, currency: string): { amount: string; currency: string } {
  const digits = DIGITS[currency] ?? 2;
  const text = String(units).padStart(digits + 1, "0");
  const amount = digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`;
  return { amount, currency };
}

/** What a payment is when so much is still due and so much went back. */
export function settledBy(due: bigint, refunded: bigint): "PAID" | "PARTIALLY_REFUNDED" | "REFUNDED" {
  if (refunded === 0n) return "PAID";
  return due === 0n ? "REFUNDED" : "PARTIALLY_REFUNDED";
}

export interface Split {
  readonly adults: { readonly free: number; readonly paid: number };
  readonly children: { readonly free: number; readonly paid: number };
  readonly freeChildren: number;
  /** In minor units. */
  readonly fees: bigint;
}

/** Of all ways to let these guests in one that costs least, found by trying all; or what is wrong with them. */
export function splitOf(
  entitlement: GuestEntitlement,
  { adults, children, freeChildren }: GuestCounts,
): Split | "TOO_MANY_GUESTS" | "FREE_CHILDREN_NOT_ALLOWED" {
  if (freeChildren > 0 && entitlement.freeUnderAge === null) return "FREE_CHILDREN_NOT_ALLOWED";
  const most = (count: number | "UNLIMITED" | null): number =>
    count === null || count === "UNLIMITED" ? Number.POSITIVE_INFINITY : count;
  const found: Split[] = [];
  for (let adultsFree = 0; adultsFree <= adults; adultsFree++) {
    for (let childrenFree = 0; childrenFree <= children; childrenFree++) {
      const paid = { adults: adults - adultsFree, children: children - childrenFree };
      const fits =
        adults + children <= most(entitlement.max) &&
        adults <= most(entitlement.adults.max) &&
        children <= most(entitlement.children.max) &&
        adultsFree <= most(entitlement.adults.free) &&
        childrenFree <= most(entitlement.children.free) &&
        paid.adults <= most(entitlement.adults.payable) &&
        paid.children <= most(entitlement.children.payable) &&
        adultsFree + childrenFree <= most(entitlement.pool);
      if (!fits) continue;
      found.push({
        adults: { free: adultsFree, paid: paid.adults },
        children: { free: childrenFree, paid: paid.children },
        freeChildren,
        fees:
          BigInt(paid.adults) * minor(entitlement.adults.fee) +
          BigInt(paid.children) * minor(entitlement.children.fee),
      });
    }
  }
  const cheapest = found.sort((a, b) => Number(a.fees - b.fees))[0];
  return cheapest ?? "TOO_MANY_GUESTS";
}
