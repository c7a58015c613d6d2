import { type Kysely, sql } from "kysely";

/** Codes by which devices come in, and the list of them. */
const STATEMENTS: readonly string[] = [
  // A code names its enrollment by itself: whoever shows it has nothing else yet.
  `create table enrollment_codes (
     hash bytea primary key,
     enrollment_id text collate "C" not null,
     made_at timestamptz not null default now()
   )`,
  `alter table records drop constraint records_kind_check`,
  `alter table records add constraint records_kind_check
     check (kind in ('merchant', 'location', 'terminal', 'ruleset', 'user', 'key', 'enrollment'))`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
