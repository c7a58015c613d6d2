import { asNumber } from "../../count.ts";
import type { Cost, GuestEntitlement } from "../../ruleset/verdict.ts";
import { dearestFirst, ownFree, type PerKind } from "../guests.ts";
import type { Allocation, GuestCounts } from "../shapes.ts";

/**
 * How the guests of an entry that took place split into free and paid heads. Unlike those of a grant they are never refused:
 * whoever is too many pays where there is a fee, and is counted all the same.
 */
export function allocate(
  entitlement: GuestEntitlement,
  tier: Cost,
  guests: GuestCounts,
): { readonly allocation: Allocation; readonly tooMany: boolean } {
  const free = entitlement.pool === null ? ownFree(entitlement, guests) : pooledFree(entitlement, guests);
  const { adults, children } = entitlement;
  const tooMany =
    guests.adults > asNumber(adults.max) ||
    guests.children > asNumber(children.max) ||
    guests.adults + guests.children > asNumber(entitlement.max) ||
    (guests.freeChildren > 0 && entitlement.freeUnderAge === null);
  return {
    allocation: {
      cardholder: tier,
      adults: { free: free.adults, paid: guests.adults - free.adults },
      children: { free: free.children, paid: guests.children - free.children },
      freeChildren: guests.freeChildren,
    },
    tooMany,
  };
}

/** The pool goes first to those who could not enter otherwise, then where the fee is highest. */
function pooledFree(entitlement: GuestEntitlement, guests: GuestCounts): PerKind {
  let left = asNumber(entitlement.pool);
  const free = { adults: 0, children: 0 };
  const take = (kind: keyof PerKind, wanted: number): void => {
    const taken = Math.max(0, Math.min(left, wanted, guests[kind] - free[kind]));
    free[kind] += taken;
    left -= taken;
  };
  for (const kind of ["adults", "children"] as const)
    take(kind, guests[kind] - asNumber(entitlement[kind].payable));
  for (const kind of dearestFirst(entitlement)) take(kind, guests[kind]);
  return free;
}
