import { type Kysely, sql } from "kysely";

/** Files of Terms & Conditions by their SHA-256, in parts that fit a line of an export. Like the events that name them they only grow. */
const STATEMENTS: readonly string[] = [
  `create table terms_file_parts (
     seq bigint generated always as identity primary key,
     hash text not null,
     part int not null,
     bytes bytea not null,
     unique (hash, part)
   )`,
  `create function refuse_terms_change() returns trigger language plpgsql as $$
   begin
     raise exception 'files of terms are never changed: % refused', tg_op using errcode = 'AD003';
   end $$`,
  `create trigger terms_file_parts_append_only before update or delete or truncate on terms_file_parts
     for each statement execute function refuse_terms_change()`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
