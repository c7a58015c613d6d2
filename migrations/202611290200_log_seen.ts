import { type Kysely, sql } from "kysely";

/** How far the event log was when an instance last looked: a log elsewhere that is shorter was restored by itself. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table installation add column log_seen text collate "C" not null default ''`.execute(db);
}
