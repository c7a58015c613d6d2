import { type Kysely, sql } from "kysely";

/** What is to be told to receivers, and how far that is. */
const STATEMENTS: readonly string[] = [
  // How far the log was read. Null: nobody is to be told anything, and nothing is read.
  `create table webhook_feed (
     id int primary key check (id = 1),
     position text collate "C",
     -- The event that stands there: it is found again when the log has moved, and positions with it.
     stream text,
     revision int,
     moved boolean not null default false,
     -- The instance that reads, and until when it does without a word.
     leased_by text,
     leased_until timestamptz,
     error text
   )`,
  `insert into webhook_feed (id) values (1)`,

  // The receivers as they were where the feed is.
  `create table webhook_endpoints (
     id text collate "C" primary key,
     life jsonb not null,
     deleted boolean not null,
     -- Where it was disabled for the last time: what came after was not queued.
     disabled_position text collate "C",
     -- Since when it takes nothing at all.
     down_since timestamptz
   )`,

  // Under the keyring.
  `create table webhook_secrets (
     id text collate "C" primary key,
     endpoint_id text collate "C" not null,
     sealed bytea not null
   )`,
  `create index webhook_secrets_endpoint on webhook_secrets (endpoint_id)`,

  `create table webhook_deliveries (
     id text collate "C" primary key,
     endpoint_id text collate "C" not null,
     message_id text not null,
     type text not null,
     -- The card or terminal whose messages follow one another.
     lane text collate "C" not null,
     -- Null for a try.
     position text collate "C",
     body text not null,
     state text not null default 'WAITING' check (state in ('WAITING', 'DELIVERED', 'DEAD')),
     attempts int not null default 0,
     -- The last ones, the newest last.
     log jsonb not null default '[]',
     queued_at timestamptz not null,
     tried_at timestamptz,
     unique (endpoint_id, message_id)
   )`,
  `create index webhook_deliveries_lane on webhook_deliveries (endpoint_id, lane, position nulls first)
    where state = 'WAITING'`,
  `create index webhook_deliveries_newest on webhook_deliveries (endpoint_id, id)`,
  `create index webhook_deliveries_dead on webhook_deliveries (endpoint_id, id) where state = 'DEAD'`,
  `create index webhook_deliveries_queued on webhook_deliveries (queued_at)`,

  // One row for each card or terminal of which something waits.
  `create table webhook_lanes (
     endpoint_id text collate "C" not null,
     lane text collate "C" not null,
     waiting int not null,
     -- When its first one is tried; while it is being sent, when whoever sends counts as lost.
     due_at timestamptz not null,
     leased_by text,
     primary key (endpoint_id, lane)
   )`,
  `create index webhook_lanes_due on webhook_lanes (endpoint_id, due_at)`,

  // The log is to be told again, up to where it was then.
  `create table webhook_replays (
     id text collate "C" primary key,
     endpoint_id text collate "C" not null,
     position text collate "C" not null,
     until_position text collate "C" not null,
     queued int not null default 0
   )`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
