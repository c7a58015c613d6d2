import { type Selectable, sql } from "kysely";
import type { Database } from "../../database/schema.ts";
import { inTransaction } from "../../database/transaction.ts";
import type { Page } from "../../projections/page.ts";
import type { Services } from "../services.ts";
import { groupsOf, Slices } from "../slices.ts";
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

/** So many go by one statement. */
const GROUP = 5_000;

/** Rows and revision together or not at all. */
export async function storeRates(
  { pool }: Pick<Services, "pool">,
  rates: readonly Rate[],
  slices = new Slices(),
): Promise<void> {
  await inTransaction(pool, async (client) => {
    for (const group of groupsOf(rates, GROUP)) {
      await client.query(
        `insert into rates (day, base, quote, rate)
         select r.day, r.base, r.quote, r.rate
         from unnest($1::date[], $2::text[], $3::text[], $4::text[]) with ordinality as r(day, base, quote, rate, place)
         order by r.place`,
        [...columnsOf(group)],
      );
      await slices.pause();
    }
    await client.query("update scope_revisions set revision = revision + 1 where scope = 'rates'");
  });
}

/** What became of rates that were brought, or would. */
export interface BroughtRates {
  readonly stored: number;
  readonly added: number;
  readonly replaced: number;
  readonly unchanged: number;
}

/** Stores what is not known already; of the same day and pair the last one counts. */
export async function bringRates(
  services: Pick<Services, "pool">,
  brought: readonly Rate[],
  isDryRun: boolean,
): Promise<BroughtRates> {
  const slices = new Slices();
  const rates = lastOfEach(brought);
  const news: Rate[] = [];
  let added = 0;
  for (const group of groupsOf(rates, GROUP)) {
    const known = await knownRates(services, group);
    group.forEach((one, index) => {
      const before = known[index] ?? null;
      if (before === null) added += 1;
      else if (plain(before) === plain(one.rate)) return;
      news.push(one);
    });
    await slices.pause();
  }
  if (!isDryRun && news.length > 0) await storeRates(services, news, slices);
  return {
    stored: isDryRun ? 0 : news.length,
    added,
    replaced: news.length - added,
    unchanged: rates.length - news.length,
  };
}

/** The same number is the same text: no zeros that say nothing. */
function plain(decimal: string): string {
  const text = decimal.replace(/^0+(?=\d)/, "");
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

/** Of the same day and pair the later one counts. */
function lastOfEach(rates: readonly Rate[]): readonly Rate[] {
  return [...new Map(rates.map((one) => [`${one.date} ${one.base} ${one.quote}`, one])).values()];
}

/** What counts today for these days and pairs, in their order; null where nothing does. Each day and pair stands there once. */
async function knownRates(
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
