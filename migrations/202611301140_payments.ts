import { type Kysely, sql } from "kysely";

/** Fees that the acquirer charges: the read model, who asks when, and the references that cards are charged by. */
const STATEMENTS: readonly string[] = [
  `create table payments (
     access_id text primary key,
     card_id text not null,
     revision bigint not null,
     state text not null,
     -- The charge and its refunds, as the card's stream makes them.
     charge jsonb not null,
     -- What was asked, answered and decided, in the order of the stream.
     steps jsonb not null,
     requested_at timestamptz not null,
     changed_at timestamptz not null,
     -- The acquirer is asked until it says what became of it.
     is_open boolean not null,
     -- Only a person can say what became of it.
     for_person boolean not null,
     -- Since when an answer is missing that may have been given; null where none is.
     unknown_since timestamptz
   )`,
  `create index payments_open on payments (access_id) where is_open`,
  `create index payments_for_person on payments (requested_at desc, access_id desc) where is_open or for_person`,
  `create index payments_by_time on payments (requested_at desc, access_id desc)`,
  `create table payment_tries (
     access_id text primary key,
     -- Until when it is somebody's, or when it is tried next.
     next_at timestamptz not null,
     tries int not null default 0,
     -- Why the last try came to nothing.
     problem text,
     -- The last questions and answers.
     log jsonb not null default '[]'
   )`,
  `create table acquirer_references (
     access_id text primary key,
     sealed bytea not null,
     kept_at timestamptz not null
   )`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
