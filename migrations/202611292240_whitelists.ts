import { type Kysely, sql } from "kysely";

/**
 * Who is let in by name while the line is down: uploads and their entries, only ever added to; of the same number in the
 * same scope the later row counts, and none counts before the row of its upload is there. And the secrets of places, sealed
 * under the keyring.
 */
const STATEMENTS: readonly string[] = [
  `create table whitelist_uploads (
     seq bigint generated always as identity primary key,
     id text not null unique,
     scope_kind text not null check (scope_kind in ('RULESET', 'LOCATION')),
     scope_id text not null,
     mode text not null check (mode in ('ADD', 'REPLACE', 'REMOVE')),
     by_hand boolean not null,
     lines int not null,
     added int not null,
     changed int not null,
     unchanged int not null,
     removed int not null,
     not_listed int not null,
     -- Entries of the scope after it.
     total int not null,
     actor_id text not null,
     actor_role text not null,
     -- Business time.
     at timestamptz not null,
     received_at timestamptz not null default now()
   )`,
  `create index whitelist_uploads_scope on whitelist_uploads (scope_id, seq)`,
  `create table whitelist_entries (
     seq bigint generated always as identity primary key,
     upload_id text not null,
     scope_id text collate "C" not null,
     -- HMAC-SHA256 of the number under the list key.
     list_hash bytea not null check (length(list_hash) = 32),
     -- Of the reference profile; null while that is off.
     reference_hash bytea,
     card_id text not null,
     valid_from timestamptz,
     valid_to timestamptz,
     -- The number is listed no longer.
     removed boolean not null
   )`,
  `create index whitelist_entries_hash on whitelist_entries (scope_id, list_hash, seq desc)`,
  `create index whitelist_entries_card on whitelist_entries (card_id)`,
  `create index whitelist_entries_upload on whitelist_entries (upload_id)`,
  `create table location_secrets (
     key_id text primary key,
     location_id text not null,
     sealed bytea not null,
     made_at timestamptz not null,
     -- Null while it counts. Later, only what was reported by it is still found.
     retired_at timestamptz
   )`,
  `create unique index location_secrets_current on location_secrets (location_id) where retired_at is null`,
  `create index location_secrets_location on location_secrets (location_id)`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
