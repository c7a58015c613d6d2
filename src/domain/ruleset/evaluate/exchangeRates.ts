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

/** Of one day, what a currency is worth in each it stands in a row with. */
type RatesOfDay = ReadonlyMap<string, ReadonlyMap<string, Ratio>>;

/**
 * Exchange rates by UTC day. A pair is found as it stands in a row of the day, else turned around, else through one
 * currency that stands in rows of that day with both: EUR, or the first by name. Rows of other days have no say.
 */
export class ExchangeRates implements Rates {
  readonly #days = new Map<string, Map<string, Map<string, Ratio>>>();

  /** @param rows at most one for each day, base and quote */
  constructor(rows: readonly RateRow[]) {
    for (const { day, base, quote, rate } of rows) this.#of(day, base).set(quote, ratio(rate));
    for (const { day, base, quote, rate } of rows) {
      const turned = this.#of(day, quote);
      if (!turned.has(base)) turned.set(base, inverse(ratio(rate)));
    }
  }

  find(day: string, from: string, to: string): { readonly rate: Ratio; readonly text: string } | null {
    for (let back = 0; back <= RATE_LIVES_DAYS; back++) {
      const on = back === 0 ? day : iso(instant(day) - back * DAY).slice(0, 10);
      const rates = this.#days.get(on);
      const rate = rates === undefined ? null : (rates.get(from)?.get(to) ?? through(rates, from, to));
      if (rate !== null) {
        const text = `${from}/${to} ${rate.numerator.toString()}:${rate.denominator.toString()} of ${on}`;
        return { rate, text };
      }
    }
    return null;
  }

  #of(day: string, currency: string): Map<string, Ratio> {
    const rates = this.#days.get(day) ?? new Map<string, Map<string, Ratio>>();
    this.#days.set(day, rates);
    const ofCurrency = rates.get(currency) ?? new Map<string, Ratio>();
    rates.set(currency, ofCurrency);
    return ofCurrency;
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
