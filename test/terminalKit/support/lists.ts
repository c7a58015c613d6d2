import type { Terms } from "../../../src/terminalKit/listShape.ts";
import type { AccountRangeList } from "../../../src/terminalKit/lists.ts";
import { RULESET } from "./reports.ts";

const eur = (amount: string): { amount: string; currency: string } => ({ amount, currency: "EUR" });

/** Free, one guest free and a second for 20 EUR, no cap. */
export const TERMS: Terms = {
  ruleset: { id: RULESET, version: 3 },
  from: null,
  to: null,
  cost: "FREE",
  fee: null,
  guests: {
    max: 2,
    adults: { max: 2, free: 1, paid: 1, fee: eur("20.00") },
    children: { max: 1, free: 0, paid: 1, fee: eur("7.50") },
    freeUnderAge: 3,
  },
  perCardAndDay: null,
  perTerminalAndDay: null,
};

/** The Mastercard test numbers of 5555, taken already. */
export function accountRanges(validUntil: number, terms: Partial<Terms> = {}): AccountRangeList {
  return {
    kind: "list",
    version: "v1",
    issuedAt: validUntil - 3 * 86_400_000,
    validUntil,
    locationId: "01J00000000000000000000PA1",
    terms: [{ ...TERMS, ...terms }],
    ranges: [["5555000000000000000", "5555999999999999999", [0]]],
  };
}
