import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  ExchangeRates,
  type RateRow,
  ratesOfDay,
} from "../../../src/domain/ruleset/evaluate/exchangeRates.ts";

const row = (day: string, base: string, quote: string, rate: string): RateRow => ({ day, base, quote, rate });
const TODAY = "2026-03-04";

function ratesFrom(rows: readonly RateRow[]): ExchangeRates {
  const days = [...new Set(rows.map(({ day }) => day))];
  return new ExchangeRates(new Map(days.map((on) => [on, ratesOfDay(rows.filter(({ day }) => day === on))])));
}

function rateOf(rates: ExchangeRates, from: string, to: string, day = TODAY): number | null {
  const found = rates.find(day, from, to);
  return found === null ? null : Number((found.rate.numerator * 1_000_000n) / found.rate.denominator) / 1e6;
}

describe("a pair of a day", () => {
  const rates = ratesFrom([
    row(TODAY, "EUR", "PLN", "4"),
    row(TODAY, "PLN", "EUR", "0.2"),
    row(TODAY, "EUR", "USD", "1.25"),
    row(TODAY, "UZS", "TJS", "0.001"),
    row(TODAY, "KZT", "TJS", "0.02"),
  ]);

  test.each([
    ["as it stands in a row", "EUR", "PLN", 4],
    ["as it stands, although the other way round would give another", "PLN", "EUR", 0.2],
    ["turned around", "USD", "EUR", 0.8],
    ["through a currency that is a base of both", "PLN", "USD", 0.25],
    ["through a currency that is a quote of both", "UZS", "KZT", 0.05],
    ["through that currency the other way", "KZT", "UZS", 20],
  ])("%s", (_name, from, to, expected) => {
    expect(rateOf(rates, from, to)).toBe(expected);
  });

  test("through two currencies: not known", () => {
    expect(rateOf(rates, "UZS", "EUR")).toBeNull();
  });

  test("through EUR where more than one would do, else the first by name", () => {
    const more = [
      row(TODAY, "CHF", "PLN", "5"),
      row(TODAY, "CHF", "USD", "2"),
      row(TODAY, "EUR", "PLN", "4"),
      row(TODAY, "EUR", "USD", "1"),
      row(TODAY, "AUD", "PLN", "3"),
      row(TODAY, "AUD", "USD", "1"),
    ];
    expect(rateOf(ratesFrom(more), "PLN", "USD")).toBe(0.25);
    const withoutEuro = more.filter(({ base }) => base !== "EUR");
    expect(rateOf(ratesFrom([...withoutEuro].reverse()), "PLN", "USD")).toBe(0.333333);
  });
});

test("a day without the pair uses the last before it that has it, at most seven days old", () => {
  const rates = ratesFrom([row("2026-02-25", "EUR", "PLN", "4"), row(TODAY, "EUR", "USD", "2")]);
  expect(rateOf(rates, "EUR", "PLN")).toBe(4);
  expect(rateOf(rates, "EUR", "PLN", "2026-03-05")).toBeNull();
  expect(rateOf(rates, "EUR", "PLN", "2026-02-24")).toBeNull();
});

test("rowsOfOtherDaysHaveNoSay", () => {
  const currency = fc.constantFrom("EUR", "PLN", "UZS", "TJS", "KZT");
  const rows = (day: fc.Arbitrary<string>) =>
    fc.uniqueArray(
      fc.record({ day, base: currency, quote: currency, rate: fc.constantFrom("0.5", "1.25", "3") }),
      { selector: ({ day: on, base, quote }) => `${on} ${base} ${quote}`, maxLength: 8 },
    );
  let found = 0;
  fc.assert(
    fc.property(
      rows(fc.constant(TODAY)),
      rows(fc.constantFrom("2025-03-04", "2026-02-24", "2026-03-05")),
      currency,
      currency,
      (here, elsewhere, from, to) => {
        const alone = ratesFrom(here).find(TODAY, from, to);
        if (alone !== null) found++;
        expect(ratesFrom([...elsewhere, ...here]).find(TODAY, from, to)).toEqual(alone);
        expect(ratesFrom([...here].reverse()).find(TODAY, from, to)).toEqual(alone);
      },
    ),
    { numRuns: 2_000 },
  );
  expect(found).toBeGreaterThan(200);
});
