import { type Kysely, sql } from "kysely";

/**
 * One event alone is stored by a plain insert now, like the single events of a group: `append_events` is left with
 * what that insert could not store, and is the only function that appends.
 *
 * A check constraint is parsed anew with every insert; no adapter sends a revision below 0.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`drop function append_event(text, bigint, uuid, text, text, text)`.execute(db);
  await sql`alter table events drop constraint events_revision_check`.execute(db);
}
