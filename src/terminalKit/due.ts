import type { GuestCounts } from "./decide.ts";
import type { Terms } from "./listShape.ts";

type Money = NonNullable<Terms["fee"]>;

/**
 * What the terminal takes for an entry under these terms: the cardholder's fee, then that of each guest behind those who
 * enter free. Null: nothing is due. All fees of a ruleset are of one currency.
 */
export function dueFor({ cost, fee, guests }: Terms, { adults, children }: GuestCounts): Money | null {
  const heads: readonly (readonly [Money | null, number])[] = [
    [fee, cost === "PAID" ? 1 : 0],
    [guests.adults.fee, Math.max(0, adults - guests.adults.free)],
    [guests.children.fee, Math.max(0, children - guests.children.free)],
  ];
  let due: Money | null = null;
  for (const [each, count] of heads) {
    if (each === null || count === 0) continue;
    due = sum(due ?? { amount: each.amount.replace(/\d/g, "0"), currency: each.currency }, each, count);
  }
  return due;
}

/** Amounts carry all of the currency's minor digits, as the lists do. */
function sum(to: Money, each: Money, count: number): Money {
  const digits = (each.amount.split(".")[1] ?? "").length;
  const minor = minorOf(to) + minorOf(each) * BigInt(count);
  const text = minor.toString().padStart(digits + 1, "0");
  const amount = digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`;
  return { amount, currency: each.currency };
}

function minorOf({ amount }: Money): bigint {
  return BigInt(amount.replace(".", ""));
}
