import { type Kysely, sql } from "kysely";
import type pg from "pg";
import type { Database } from "../../database/schema.ts";
import { type AccountRangeIndex, indexAccountRanges } from "../../domain/accountRange.ts";
import { ExchangeRates } from "../../domain/ruleset/evaluate/exchangeRates.ts";
import { scopeRevision } from "../gate/heads.ts";
import type { Rates, SpendFacts, TransactionType } from "../../domain/ruleset/evaluate/facts.ts";

/** Reference data kept in tables: account ranges, rates, and a card's transactions. */

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

/** The rates of the installation, reloaded when the scope's revision says so. */
export class RateTable {
  readonly #db: Kysely<Database>;
  #rates = new ExchangeRates([]);
  #revision = -1;

  constructor(db: Kysely<Database>) {
    this.#db = db;
  }

  async at(revision: number): Promise<Rates> {
    if (this.#revision < revision) {
      const scope = await scopeRevision(this.#db, "rates");
      const rows = await this.#db
        .selectFrom("rates as r")
        .distinctOn(["r.day", "r.base", "r.quote"])
        .select([sql<string>`to_char(r.day, 'YYYY-MM-DD')`.as("day"), "r.base", "r.quote", "r.rate"])
        .orderBy("r.day")
        .orderBy("r.base")
        .orderBy("r.quote")
        .orderBy("r.seq", "desc")
        .execute();
      this.#rates = new ExchangeRates(rows);
      this.#revision = scope;
    }
    return this.#rates;
  }
}

interface TransactionRow {
  readonly seq: number;
  readonly transaction_id: string;
  readonly type: TransactionType;
  readonly refers_to: string | null;
  readonly minor: string;
  readonly currency: string;
  readonly mcc: string;
  readonly transaction_at: Date;
  readonly received_at: Date;
}

/** All transactions of a card and of those it turned out to be the same as, with the watermark up to which they were read. */
export async function readSpend(
  pool: pg.Pool,
  cardIds: readonly string[],
  rates: Rates,
): Promise<SpendFacts> {
  const { rows } = await pool.query<TransactionRow>({
    name: "card_transactions",
    text: `select seq, transaction_id, type, refers_to, minor, currency, mcc, transaction_at, received_at
           from transactions where card_id = any($1::text[]) order by transaction_at`,
    values: [cardIds],
  });
  return {
    transactions: rows.map((row) => ({
      id: row.transaction_id,
      type: row.type,
      refersTo: row.refers_to,
      minor: BigInt(row.minor),
      currency: row.currency,
      mcc: row.mcc,
      at: row.transaction_at.getTime(),
    })),
    rates,
    watermark: String(rows.reduce((most, row) => Math.max(most, row.seq), 0)),
    receivedAt: rows.length === 0 ? null : Math.max(...rows.map((row) => row.received_at.getTime())),
  };
}
