import { type Kysely, sql } from "kysely";

/**
 * Entries that terminals let in while their line was down. The read models of operations and cards build their tables anew
 * for it.
 */
const STATEMENTS: readonly string[] = [
  // What a terminal has told already: a row that is lost costs only the detection of an id that is used twice.
  `create table offline_reports (
     device text collate "C" not null,
     report_id text collate "C" not null,
     fingerprint bytea not null,
     access_id text not null,
     card_id text not null,
     primary key (device, report_id)
   )`,
  `alter table operations alter column entry_mode drop not null`,
  `alter table operations add column offline json`,
  `alter table operations add column report_id text collate "C"`,
  // What follows from the card's own stream; the rest of the flags follows from other cards as well.
  `alter table operations add column card_flags text[] not null default '{}'`,
  `alter table operations add column reviewed_flags text[] not null default '{}'`,
  `alter table operations add column review text`,
  `alter table operations add column waits boolean not null default false`,
  `alter table operations add column overtaken_by text[] not null default '{}'`,
  `alter table operations add column cap_max int`,
  `alter table operations add column budget_max int`,
  `alter table operations add column budget_from timestamptz`,
  `alter table operations add column budget_to timestamptz`,
  `create index operations_offline_card on operations (card_id) where offline is not null`,
  `create index operations_offline_terminal on operations (terminal, at) where offline is not null`,
  `create index operations_offline_budget on operations (ruleset_id, at) where budget_max is not null`,
  `create index operations_waiting on operations (at, access_id) where waits`,
  `alter table operation_counts add column type text collate "C" not null default 'ONLINE'`,
  `alter table operation_counts drop constraint operation_counts_pkey`,
  `alter table operation_counts add primary key
     (slot, location_id, merchant_id, service, ica, ruleset_id, status, code, cost, currency, payment_status, type)`,
  `alter table cards add column has_offline boolean not null default false`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
