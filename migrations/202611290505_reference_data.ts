import { type Kysely, sql } from "kysely";

/** Account ranges, card transactions and rates: only ever added to. */
const STATEMENTS: readonly string[] = [
  `create table account_ranges (
     id bigint generated always as identity primary key,
     import_id text not null,
     low text collate "C" not null check (length(low) = 19),
     high text collate "C" not null check (length(high) = 19),
     ica text not null,
     issuer_name text not null,
     country text not null,
     product_code text not null,
     product_name text,
     received_at timestamptz not null default now()
   )`,
  `create table transactions (
     seq bigint generated always as identity primary key,
     transaction_id text not null unique,
     card_id text not null,
     type text not null check (type in ('PURCHASE', 'REFUND', 'REVERSAL')),
     refers_to text,
     minor text not null,
     currency text not null,
     mcc text not null,
     transaction_at timestamptz not null,
     posted_at timestamptz,
     received_at timestamptz not null default now()
   )`,
  `create index transactions_card on transactions (card_id, transaction_at)`,

  // Append-only: the newest row of a day and pair is the rate.
  `create table rates (
     seq bigint generated always as identity primary key,
     day date not null,
     base text not null,
     quote text not null,
     rate text not null,
     received_at timestamptz not null default now()
   )`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
