import { type Kysely, sql } from "kysely";

/** What readiness tells: how far tables are that are built anew, and whether the database takes what is written. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table checkpoints add column building text collate "C"`.execute(db);
  await sql`create table write_probe (at timestamptz not null)`.execute(db);
}
