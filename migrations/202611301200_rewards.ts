import { type Kysely, sql } from "kysely";

/** Transactions that are pulled from the reward system, by what it knows cards by. */
const STATEMENTS: readonly string[] = [
  // How far they were brought; the cursor is moved in the transaction that brings what lies before it.
  `create table reward_pull (
     only_one boolean primary key check (only_one),
     source text not null,
     cursor text,
     at timestamptz,
     outcome text,
     status int,
     stored int not null default 0,
     has_more boolean not null default false,
     moved_at timestamptz,
     newest timestamptz,
     differing int not null default 0
   )`,
  // Of cards that nobody has enrolled here yet.
  `create table reward_waiting (
     transaction_id text primary key,
     aref text collate "C" not null,
     type text not null check (type in ('PURCHASE', 'REFUND', 'REVERSAL')),
     refers_to text,
     minor text not null,
     currency text not null,
     mcc text not null,
     transaction_at timestamptz not null,
     posted_at timestamptz,
     received_at timestamptz not null default now()
   )`,
  `create index reward_waiting_aref on reward_waiting (aref)`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
