import { type Kysely, sql } from "kysely";

/** With which roles a view of a list is shared; with none, it is its owner's alone. */
const STATEMENTS: readonly string[] = [
  `alter table saved_views add column shared_with text[] not null default '{}'`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
