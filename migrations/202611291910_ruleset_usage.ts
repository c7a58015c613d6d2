import { type Kysely, sql } from "kysely";

/** How many visits count in each ruleset. Kept by the read model of the cards, which builds its tables anew for it. */
const STATEMENTS: readonly string[] = [
  `create table ruleset_usage (
     ruleset_id text collate "C" primary key,
     visits int not null
   )`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
