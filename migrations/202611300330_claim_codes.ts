import { type Kysely, sql } from "kysely";

/** A claim's code names its device by itself, so it is looked for here; what counts stands in the terminal's stream. */
const STATEMENTS: readonly string[] = [
  `create table claim_codes (
     code_hash bytea primary key,
     code_id text not null,
     serial_number text not null,
     created_at timestamptz not null default now()
   )`,

  // Each signed request of a device is taken once.
  `create table device_nonces (
     hash bytea primary key,
     seen_at timestamptz not null
   )`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
