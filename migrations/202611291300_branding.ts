import { type Kysely, sql } from "kysely";

/** Logos by their SHA-256. Like the events that name them they only grow. */
const STATEMENTS: readonly string[] = [
  `create table branding_files (
     seq bigint generated always as identity primary key,
     hash text not null unique,
     media_type text not null,
     bytes bytea not null
   )`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
