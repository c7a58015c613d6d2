import { type Kysely, sql } from "kysely";

/** The keys that sign what terminals decide by, sealed under the keyring. */
const STATEMENTS: readonly string[] = [
  `create table list_keys (
     kid text primary key,
     public_jwk json not null,
     sealed bytea not null,
     made_at timestamptz not null,
     -- Terminals verify by it no longer from then on; null while it signs.
     retires_at timestamptz
   )`,
  `create unique index list_keys_signing on list_keys ((true)) where retires_at is null`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
