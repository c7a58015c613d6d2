import { type Kysely, sql } from "kysely";

/** How the panel looks to a person, and the views of lists that the person has kept. */
const STATEMENTS: readonly string[] = [
  `create table user_preferences (
     user_id text not null,
     name text not null,
     value text not null,
     primary key (user_id, name)
   )`,
  `create table saved_views (
     id text primary key,
     user_id text not null,
     list text not null,
     name text not null,
     search text not null,
     created_at timestamptz not null default now(),
     unique (user_id, list, name)
   )`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
