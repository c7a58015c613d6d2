import { inverse, type Ratio, ratio } from "../../money.ts";
import { DAY, instant, iso } from "../../time.ts";
import type { Rates } from "./facts.ts";

/** A day without a rate of its own (a weekend, a holiday) uses the last one before it, at most this old. */
const RATE_LIVES_DAYS = 7;

/** What one unit of `base` was worth on a UTC day (`YYYY-MM-DD`): so many units of `quote`, a decimal text. */
export interface RateRow {
  readonly day: string;
  readonly base: string;
  readonly quote: string;
  readonly rate: string;
}

/** Of one day, what a currency is worth in each it stands in a row with, either way round. */
export type RatesOfDay = ReadonlyMap<string, ReadonlyMap<string, Ratio>>;

/** @param rows at most one for each base and quote */
export function ratesOfDay(rows: readonly Omit<RateRow, "day">[]): RatesOfDay {
  const rates = new Map<string, Map<string, Ratio>>();
  const of = (currency: string): Map<string, Ratio> => {
    const known = rates.get(currency) ?? new Map<string, Ratio>();
    rates.set(currency, known);
    return known;
  };
  for (const { base, quote, rate } of rows) of(base).set(quote, ratio(rate));
  for (const { base, quote, rate } of rows) {
    const turned = of(quote);
    if (!turned.has(base)) turned.set(base, inverse(ratio(rate)));
  }
  return rates;
}

/** The days whose rates {@link ExchangeRates} may look at for this one. */
export function daysLookedAt(day: string): readonly string[] {
  return Array.from({ length: RATE_LIVES_DAYS + 1 }, (_, back) => dayBefore(day, back));
}

function dayBefore(day: string, back: number): string {
  return back === 0 ? day : iso(instant(day) - back * DAY).slice(0, 10);
}

/**
 * Exchange rates by UTC day. A pair is found as it stands in a row of the day, else turned around, else through one
 * currency that stands in rows of that day with both: EUR, or the first by name. Rows of other days have no say.
 */
export class ExchangeRates implements Rates {
  readonly #days: ReadonlyMap<string, RatesOfDay>;

  /** @param days those without a rate may be missing */
  constructor(days: ReadonlyMap<string, RatesOfDay>) {
    this.#days = days;
  }

  find(day: string, from: string, to: string): { readonly rate: Ratio; readonly text: string } | null {
    for (let back = 0; back <= RATE_LIVES_DAYS; back++) {
      const on = dayBefore(day, back);
      const rates = this.#days.get(on);
      const rate = rates === undefined ? null : (rates.get(from)?.get(to) ?? through(rates, from, to));
      if (rate !== null) {
        const text = `${from}/${to} ${rate.numerator.toString()}:${rate.denominator.toString()} of ${on}`;
        return { rate, text };
      }
    }
    return null;
  }
}

function through(rates: RatesOfDay, from: string, to: string): Ratio | null {
  const common = [...(rates.get(from)?.keys() ?? [])].filter((one) => rates.get(one)?.has(to) === true);
  const middle = common.includes("EUR") ? "EUR" : common.sort()[0];
  if (middle === undefined) return null;
  const first = rates.get(from)?.get(middle);
  const second = rates.get(middle)?.get(to);
  if (first === undefined || second === undefined) return null;
  return {
    numerator: first.numerator * second.numerator,
    denominator: first.denominator * second.denominator,
  };
}
