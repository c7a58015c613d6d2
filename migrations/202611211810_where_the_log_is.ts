import { type Kysely, sql } from "kysely";

/** Which log holds the installation's events: with another one every count would begin at nothing. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table installation add column log text not null default 'POSTGRESQL'
    check (log in ('POSTGRESQL', 'EVENTSTOREDB'))`.execute(db);
  await sql`alter table installation add column log_prefix text not null default ''`.execute(db);
}
