import { type Selectable, sql } from "kysely";
import type { Database } from "../../database/schema.ts";
import type { Page } from "../../projections/page.ts";
import type { Services } from "../services.ts";
import { type Paging, tablePage } from "./tablePage.ts";

/** The table of exchange rates: only ever added to; the newest of a day and pair counts. */

export interface Rate {
  /** `YYYY-MM-DD` */
  readonly date: string;
  readonly base: string;
  readonly quote: string;
  /** Units of `quote` for one of `base`: a positive decimal. */
  readonly rate: string;
}

export type RateRow = Selectable<Database["rates"]> & { readonly number: number };

/** Rows and revision together or not at all. */
export async function storeRates({ pool }: Pick<Services, "pool">, rates: readonly Rate[]): Promise<void> {
  await pool.query(
    `with stored as (
       insert into rates (day, base, quote, rate)
       select r.day, r.base, r.quote, r.rate
       from unnest($1::date[], $2::text[], $3::text[], $4::text[]) with ordinality as r(day, base, quote, rate, place)
       order by r.place
     )
     update scope_revisions set revision = revision + 1 where scope = 'rates'`,
    [...columnsOf(rates)],
  );
}

/** What counts today for these days and pairs, in their order; null where nothing does. Each day and pair stands there once. */
export async function knownRates(
  { pool }: Pick<Services, "pool">,
  rates: readonly Rate[],
): Promise<readonly (string | null)[]> {
  const { rows } = await pool.query<{ known: string | null }>(
    `with given as (
       select * from unnest($1::date[], $2::text[], $3::text[]) with ordinality as g(day, base, quote, place)
     ), newest as (
       select distinct on (day, base, quote) day, base, quote, rate from rates
       where day >= (select min(day) from given) and day <= (select max(day) from given)
       order by day, base, quote, seq desc
     )
     select newest.rate as known from given left join newest using (day, base, quote) order by given.place`,
    columnsOf(rates).slice(0, 3),
  );
  return rows.map(({ known }) => known);
}

function columnsOf(rates: readonly Rate[]): readonly (readonly string[])[] {
  return [
    rates.map((one) => one.date),
    rates.map((one) => one.base),
    rates.map((one) => one.quote),
    rates.map((one) => one.rate),
  ];
}

/** @throws InvalidCursorError */
export async function listRates(
  { db }: Pick<Services, "db">,
  { date, base, quote }: { readonly [Filter in "date" | "base" | "quote"]: string | undefined },
  paging: Paging,
): Promise<Page<RateRow>> {
  let found = db.selectFrom("rates").selectAll();
  if (date !== undefined) found = found.where(sql<string>`to_char(day, 'YYYY-MM-DD')`, "=", date);
  if (base !== undefined) found = found.where("base", "=", base);
  if (quote !== undefined) found = found.where("quote", "=", quote);
  return await tablePage(db, found, "seq", paging);
}
