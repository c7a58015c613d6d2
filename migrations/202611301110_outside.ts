import { type Kysely, sql } from "kysely";

/** Amounts that were asked for to verify a card: each is written down before it is asked for, and looked after until nothing of it is taken. */
const STATEMENTS: readonly string[] = [
  `create table amount_checks (
     -- What the acquirer knows it by.
     key text primary key,
     card_id text not null,
     access_id text not null,
     amount text not null,
     currency text not null,
     state text not null check (state in ('ASKED', 'UNKNOWN', 'DUE', 'GIVEN_BACK', 'NOT_TAKEN')),
     outcome text check (outcome in ('PASSED', 'FAILED', 'INSUFFICIENT_FUNDS')),
     response_code text,
     asked_at timestamptz not null,
     -- When it is looked after next, while it is not settled.
     next_at timestamptz not null,
     tries int not null default 0,
     -- Why the last try came to nothing.
     problem text,
     settled_at timestamptz
   )`,
  `create index amount_checks_open on amount_checks (next_at) where state in ('ASKED', 'UNKNOWN', 'DUE')`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
