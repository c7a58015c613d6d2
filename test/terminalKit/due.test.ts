import { expect, test } from "vitest";
import { dueFor } from "../../src/terminalKit/due.ts";
import { TERMS } from "./support/lists.ts";

const yen = (amount: string) => ({ amount, currency: "JPY" });
const eur = (amount: string) => ({ amount, currency: "EUR" });
const paid = { ...TERMS, cost: "PAID" as const, fee: eur("30.05") };
const kind = { max: 9, free: 1, paid: 8 };
const manyPaid = {
  ...TERMS.guests,
  max: 18,
  adults: { ...kind, fee: eur("20.00") },
  children: { ...kind, fee: eur("7.50") },
};

test.each([
  ["nothing where nothing is due", TERMS, [1, 0], null],
  ["the cardholder's fee", paid, [0, 0], eur("30.05")],
  ["not a fee of who enters free", { ...paid, cost: "FREE" as const }, [0, 0], null],
  ["each guest behind the free ones", { ...TERMS, guests: manyPaid }, [4, 3], eur("75.00")],
  ["only the free ones", { ...TERMS, guests: manyPaid }, [1, 1], null],
  ["one kind free, the other not", { ...TERMS, guests: manyPaid }, [0, 2], eur("7.50")],
  ["all of it together", { ...paid, guests: manyPaid }, [2, 2], eur("57.55")],
  ["a currency without minor digits", { ...paid, fee: yen("3000") }, [0, 0], yen("3000")],
  ["less than one", { ...paid, fee: eur("0.05") }, [0, 0], eur("0.05")],
] as const)("is %s", (_what, terms, [adults, children], due) => {
  expect(dueFor(terms, { adults, children, freeChildren: 1 })).toEqual(due);
});
