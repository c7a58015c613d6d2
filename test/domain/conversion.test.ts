import { Decimal } from "decimal.js";
import { expect, test } from "vitest";
import { MINOR_DIGITS } from "../../src/domain/currencies.ts";
import { convertMinor } from "../../src/domain/money.ts";
import { ExchangeRates, type RateRow, ratesOfDay } from "../../src/domain/ruleset/evaluate/exchangeRates.ts";
import { Random } from "../support/domain/random.ts";

/** Amounts at rates of a day, against a library for decimals that knows nothing of ours. */

const CASES = 100_000;
const DAY = "2026-03-04";
// Enough that a quotient of two such numbers is told from a tie.
const Exact = Decimal.clone({ precision: 60, rounding: Decimal.ROUND_HALF_UP });

test(`anAmountIsConvertedAsADecimalLibraryDoes, to the last digit, ${String(CASES)} times`, () => {
  const random = new Random(20_261_130);
  const currencies = [...MINOR_DIGITS.keys()].filter((code) => code !== "EUR");
  const digits = (code: string): number => MINOR_DIGITS.get(code) ?? Number.NaN;
  let crossed = 0;
  let ties = 0;
  for (let index = 0; index < CASES; index++) {
    const [from, to] = [random.pick(["USD", ...currencies]), random.pick(["EUR", ...currencies])];
    if (from === to) continue;
    const text = (): string => {
      const places = random.between(0, 6);
      return (random.between(1, 10 ** random.between(1, 9)) / 10 ** places).toFixed(places);
    };
    const positive = (): string => {
      const rate = text();
      return Number(rate) > 0 ? rate : "1.5";
    };
    const rows: RateRow[] = [{ day: DAY, base: "EUR", quote: from, rate: positive() }];
    if (to !== "EUR") rows.push({ day: DAY, base: "EUR", quote: to, rate: positive() });
    const minor = BigInt(random.between(-10_000_000, 10_000_000));
    const found = new ExchangeRates(new Map([[DAY, ratesOfDay(rows)]])).find(DAY, from, to);
    if (found === null) throw new Error(`no rate of ${from} to ${to}`);
    const ours = convertMinor(minor, from, to, found.rate);
    const amount = new Exact(minor.toString()).div(new Exact(10).pow(digits(from)));
    const inEuro = amount.times(rows[1]?.rate ?? "1").div(rows[0]?.rate ?? "1");
    const exact = inEuro.times(new Exact(10).pow(digits(to)));
    if (to !== "EUR") crossed++;
    if (exact.abs().mod(1).equals("0.5")) ties++;
    expect([from, to, minor, rows, ours]).toEqual([from, to, minor, rows, BigInt(exact.toFixed(0))]);
  }
  // It would prove little without either.
  expect(crossed).toBeGreaterThan(CASES / 2);
  expect(ties).toBeGreaterThan(20);
});
