import { type Kysely, sql } from "kysely";

/** The own authorities, the codes by which a POS gets its certificate, and the list of what they signed. */
const STATEMENTS: readonly string[] = [
  `create table certificate_authorities (
     id text primary key,
     -- Null for a root.
     parent text references certificate_authorities (id),
     pem text not null,
     -- Its private key, under the keyring.
     sealed bytea not null,
     made_at timestamptz not null
   )`,

  // A set-up code names its terminal by itself, so it is looked for here; what counts stands in the terminal's stream.
  `create table setup_codes (
     code_hash bytea primary key,
     code_id text not null,
     serial_number text not null,
     created_at timestamptz not null default now()
   )`,

  // Who goes by which name. Whether it still does stands in the terminal's stream.
  `create table pos_ids (
     pos_id text collate "C" primary key,
     serial_number text not null
   )`,

  `create table certificates (
     serial_number text collate "C" primary key,
     terminal text collate "C" not null,
     pos_id text not null,
     fingerprint text not null,
     subject text not null,
     key_made_by text not null,
     not_before timestamptz not null,
     not_after timestamptz not null,
     -- Until when it counts, if nothing ends it before.
     until timestamptz not null,
     issued_at timestamptz not null,
     ended_at timestamptz,
     ended_by text check (ended_by in ('REVOKED', 'REPLACED', 'UNPAIRED', 'REMOVED'))
   )`,
  `create index certificates_terminal on certificates (terminal, issued_at)`,
  `create index certificates_issued on certificates (issued_at, serial_number)`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
