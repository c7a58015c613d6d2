import { type Kysely, sql } from "kysely";

/**
 * Cards that are one account with another, for the read models of operations and cards: what happens to one may change
 * what terminals told of the other. Both build their tables anew for it.
 */
const STATEMENTS: readonly string[] = [
  `alter table cards add column is_joined boolean not null default false`,
  `create table operation_joined_cards (card_id text collate "C" primary key)`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
