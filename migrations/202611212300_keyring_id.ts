import { type Kysely, sql } from "kysely";

/** Sixteen hex digits can be sixteen decimal ones, and so read as a card number: a keyring's id begins with letters. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`update installation set keyring_id = 'kr-' || keyring_id`.execute(db);
}
