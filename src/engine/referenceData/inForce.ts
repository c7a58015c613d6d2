import { type Kysely, sql } from "kysely";
import type { Database } from "../../database/schema.ts";
import { type AccountRangeIndex, indexAccountRanges } from "../../domain/accountRange.ts";
import {
  daysLookedAt,
  ExchangeRates,
  type RateRow,
  type RatesOfDay,
  ratesOfDay,
} from "../../domain/ruleset/evaluate/exchangeRates.ts";
import { scopeRevision } from "../gate/heads.ts";
import type { Rates } from "../../domain/ruleset/evaluate/facts.ts";

/** Reference data kept in tables: account ranges and rates. */

/** Reloaded whenever the scope's revision says that a later import counts. */
export class AccountRanges {
  readonly #db: Kysely<Database>;
  #index: AccountRangeIndex = indexAccountRanges([]);
  #revision = -1;
  #loading: Promise<void> | null = null;

  constructor(db: Kysely<Database>) {
    this.#db = db;
  }

  async at(revision: number): Promise<AccountRangeIndex> {
    while (this.#revision < revision) {
      this.#loading ??= this.#load().finally(() => {
        this.#loading = null;
      });
      await this.#loading;
    }
    return this.#index;
  }

  async #load(): Promise<void> {
    const revision = await scopeRevision(this.#db, "account-ranges");
    const rows = await this.#db
      .selectFrom("account_ranges")
      .distinctOn(["low", "high"])
      .select(["low", "high", "ica", "issuer_name", "country", "product_code", "product_name", "id"])
      .orderBy("low")
      .orderBy("high")
      .orderBy("id", "desc")
      .execute();
    const ranges = rows
      .sort((a, b) => a.id - b.id)
      .map((row) => ({
        low: row.low,
        high: row.high,
        issuer: {
          ica: row.ica,
          issuerName: row.issuer_name,
          country: row.country,
          productCode: row.product_code,
          productName: row.product_name,
        },
      }));
    this.#index = indexAccountRanges(ranges);
    this.#revision = revision;
  }
}

/** More days than cards have transactions on within a year; what is beyond is read again. */
const MOST_DAYS = 1_000;

/**
 * The rates of the installation, by the days that are asked for: decades of them may be stored. What is known of a day is
 * forgotten when the scope's revision says that other rates count.
 */
export class RateTable {
  readonly #db: Kysely<Database>;
  #days = new Map<string, RatesOfDay>();
  #revision = -1;

  constructor(db: Kysely<Database>) {
    this.#db = db;
  }

  /** @param days for whose transactions they are wanted, `YYYY-MM-DD` */
  async at(revision: number, days: Iterable<string>): Promise<Rates> {
    if (this.#revision < revision || this.#days.size > MOST_DAYS) {
      const scope = await scopeRevision(this.#db, "rates");
      // Who holds the former map goes on with what it says.
      this.#days = new Map();
      this.#revision = scope;
    }
    const known = this.#days;
    const wanted = new Set([...days].flatMap(daysLookedAt));
    const missing = [...wanted].filter((day) => !known.has(day));
    if (missing.length > 0) await this.#load(missing, known);
    return new ExchangeRates(known);
  }

  async #load(days: readonly string[], into: Map<string, RatesOfDay>): Promise<void> {
    const rows = await this.#db
      .selectFrom("rates as r")
      .distinctOn(["r.day", "r.base", "r.quote"])
      .select([sql<string>`to_char(r.day, 'YYYY-MM-DD')`.as("day"), "r.base", "r.quote", "r.rate"])
      .where(sql<boolean>`r.day = any (${days}::date[])`)
      .orderBy("r.day")
      .orderBy("r.base")
      .orderBy("r.quote")
      .orderBy("r.seq", "desc")
      .execute();
    const found = new Map<string, RateRow[]>(days.map((day) => [day, []]));
    for (const row of rows) found.get(row.day)?.push(row);
    for (const [day, ofDay] of found) into.set(day, ratesOfDay(ofDay));
  }
}
