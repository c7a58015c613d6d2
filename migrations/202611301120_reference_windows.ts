import { type Kysely, sql } from "kysely";

/** Rates are read by their days, and fetched by the day; transactions by the time that counts, and by what they refer to. */
const STATEMENTS: readonly string[] = [
  `create index transactions_refers_to on transactions (refers_to) where refers_to is not null`,
  `create index rates_day on rates (day, base, quote, seq desc)`,
  `create table rate_pull (
     only_one boolean primary key check (only_one),
     at timestamptz not null,
     outcome text not null,
     detail text,
     stored integer not null,
     until text
   )`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
