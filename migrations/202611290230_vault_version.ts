import { type Kysely, sql } from "kysely";

/** The newest key of the vault that cards were written by: who has an older keyring would take known cards for new ones. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table installation add column vault_version int`.execute(db);
}
