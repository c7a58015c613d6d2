import { type Kysely, sql } from "kysely";

/**
 * The read models: tables folded from the event log, and how far each was folded. All of this can be
 * thrown away and built again; nothing is decided from it.
 *
 * Rows come and go as JSON (`json_populate_recordset`), so that a column's name is the row's key.
 */
const STATEMENTS: readonly string[] = [
  `create table checkpoints (
     name text primary key,
     -- Of the fold: a row of an older version makes the runner build the tables anew.
     version int not null,
     -- Everything up to here is in the tables, or concerns them not.
     position text collate "C" not null,
     error text,
     failed_at timestamptz,
     moved_at timestamptz not null default clock_timestamp(),
     -- How far tables are that are built anew beside these; null where none are.
     building text collate "C"
   )`,

  // One row an attempt, granted or refused.
  `create table operations (
     access_id text collate "C" primary key,
     -- Where the decision stands in the log.
     stream text not null,
     decided_revision int not null,
     -- The last event of that stream about this entry.
     revision int not null,
     request_id text,
     card_id text not null,
     terminal text not null,
     merchant_id text,
     location_id text,
     location_name text,
     country text,
     service text,
     type text not null,
     status text not null
       check (status in ('PENDING', 'COMPLETED', 'CANCELLED', 'EXPIRED', 'REJECTED', 'REVERSED')),
     code text,
     at timestamptz not null,
     expires_at timestamptz,
     confirmed_at timestamptz,
     last_change_at timestamptz not null,
     entry_mode text not null,
     ica text,
     ica_name text,
     product_code text,
     issuer_country text,
     ruleset_id text,
     ruleset_name text,
     ruleset_version int,
     cost text,
     adults_free int not null,
     adults_paid int not null,
     children_free int not null,
     children_paid int not null,
     free_children int not null,
     charged_amount text,
     charged_currency text,
     payment_status text not null,
     card_auth_response_code text,
     flags text[] not null,
     cancel_reason text,
     reversal json,
     corrections json not null
   )`,
  `create index operations_at on operations (at, access_id)`,
  `create index operations_card on operations (card_id, at, access_id)`,
  `create index operations_terminal on operations (terminal, at, access_id)`,
  `create index operations_location on operations (location_id, at, access_id)`,
  `create index operations_merchant on operations (merchant_id, at, access_id)`,
  `create index operations_ica on operations (ica, at, access_id)`,
  `create index operations_request on operations (terminal, request_id) where request_id is not null`,
  `create index operations_open on operations (expires_at) where status = 'PENDING'`,
  `create table cards (
     card_id text collate "C" primary key,
     revision int not null,
     frozen boolean not null,
     frozen_at timestamptz,
     frozen_reason text,
     enrolled boolean not null,
     asi_failed boolean not null,
     open_access_id text,
     open_expires_at timestamptz,
     ica text,
     ica_name text,
     product_code text,
     product_name text,
     issuer_country text,
     first_seen_at timestamptz not null,
     last_seen_at timestamptz not null
   )`,
  `create index cards_seen on cards (last_seen_at, card_id)`,
  `create index cards_ica on cards (ica, last_seen_at, card_id)`,

  // A grant's row is there from the grant on, and counts once it is confirmed.
  `create table card_visits (
     access_id text collate "C" primary key,
     card_id text not null,
     ruleset_id text not null,
     location_id text not null,
     at timestamptz not null,
     confirmed_at timestamptz,
     confirm_revision int,
     paid boolean not null,
     adults_free int not null,
     adults_paid int not null,
     children_free int not null,
     children_paid int not null
   )`,
  `create index card_visits_card on card_visits (card_id)`,
  `create index card_visits_ruleset on card_visits (ruleset_id, at) where confirmed_at is not null`,
  `create table card_adjustments (
     card_id text not null,
     revision int not null,
     adjustment_id text not null,
     ruleset_id text not null,
     at timestamptz not null,
     free int not null,
     paid int not null,
     by_id text not null,
     by_role text not null,
     reason text not null,
     primary key (card_id, revision)
   )`,
  `create table records (
     kind text not null check (kind in ('merchant', 'location', 'terminal', 'ruleset', 'user', 'key')),
     id text collate "C" not null,
     revision int not null,
     name text not null,
     name_key text collate "C" not null,
     deleted boolean not null,
     created_at timestamptz not null,
     modified_at timestamptz not null,
     merchant_id text,
     location_id text,
     country text,
     service text,
     city text,
     status text,
     email text,
     role text,
     -- The issuers a ruleset is for; null for any.
     icas text[],
     state json not null,
     primary key (kind, id)
   )`,
  `create index records_name on records (kind, name_key, id) where not deleted`,
  `create index records_modified on records (kind, modified_at, id) where not deleted`,
  `create index records_location on records (location_id) where kind = 'terminal'`,
  `create index records_merchant on records (merchant_id) where kind = 'location'`,
  `create table quota_holds (
     ruleset_id text not null,
     access_id text not null,
     card_id text not null,
     attempt_key text,
     status text not null check (status in ('RESERVED', 'COMMITTED')),
     reserved_at timestamptz,
     visit_at timestamptz not null,
     primary key (ruleset_id, access_id)
   )`,
  `create index quota_holds_visits on quota_holds (ruleset_id, visit_at)`,
  `create index quota_holds_open on quota_holds (reserved_at) where status = 'RESERVED'`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
