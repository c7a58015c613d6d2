import { type Kysely, sql } from "kysely";

/** Secrets of keys, users and sessions, as keyed hashes; answers that are given once an Idempotency-Key. */
const STATEMENTS: readonly string[] = [
  `create table api_key_hashes (hash bytea primary key, key_id text not null unique)`,
  `create table user_passwords (user_id text primary key, hash text not null)`,
  `create table sessions (
     hash bytea primary key,
     user_id text not null,
     csrf text not null,
     created_at timestamptz not null default now(),
     expires_at timestamptz not null
   )`,
  `create table idempotency_keys (
     principal text not null,
     key text not null,
     fingerprint bytea not null,
     status int,
     body text,
     headers text,
     created_at timestamptz not null default now(),
     primary key (principal, key)
   )`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
