import { type Kysely, sql } from "kysely";

/** What is known of sessions, so that people can look after them; invitations; when somebody signed in last. */
const STATEMENTS: readonly string[] = [
  // With defaults: instances of the release before go on opening sessions meanwhile.
  `alter table sessions
     add column id text not null default gen_random_uuid()::text,
     add column browser text not null default '',
     add column last_seen_at timestamptz not null default now(),
     add column confirmed_at timestamptz not null default now()`,
  `create unique index sessions_id on sessions (id)`,
  `create table invitations (
     hash bytea primary key,
     user_id text not null unique,
     expires_at timestamptz not null
   )`,
  `create table sign_ins (user_id text primary key, at timestamptz not null)`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
