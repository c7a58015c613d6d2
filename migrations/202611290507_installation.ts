import { type Kysely, sql } from "kysely";

/** What this database is: one row. */
const STATEMENTS: readonly string[] = [
  // One row: whether this database was ever started with a test clock, and how far it is ahead.
  `create table installation (
     id int primary key check (id = 1),
     test_clock boolean not null,
     clock_offset_ms bigint not null default 0,
     keyring_id text not null,
     demo_loaded boolean not null default false,
     created_at timestamptz not null default now(),
     -- Which log holds the events, and what its streams' names begin with there.
     log text not null default 'POSTGRESQL' check (log in ('POSTGRESQL', 'EVENTSTOREDB')),
     log_prefix text not null default '',
     -- How far the log was when an instance last looked: one elsewhere that is shorter was restored by itself.
     log_seen text collate "C" not null default '',
     -- The newest key of the vault that cards were written by: who has an older keyring would take known cards for new ones.
     vault_version int
   )`,

  // Readiness writes here: whether the database takes what is written.
  `create table write_probe (at timestamptz not null)`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
