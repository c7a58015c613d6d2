import { type Kysely, sql } from "kysely";

/** The vault: the only place that joins a card number's keyed hash with a card. An erased card keeps its row. */
const STATEMENTS: readonly string[] = [
  `create table card_vault (
     card_id text primary key,
     mask text,
     created_at timestamptz not null default now(),
     erased_at timestamptz
   )`,
  `create table card_alias (
     hash bytea primary key,
     key_version int not null,
     card_id text not null references card_vault,
     kind text not null check (kind in ('PAN', 'TOKEN', 'PAR')),
     created_at timestamptz not null default now(),
     -- The other cards that turned out to be the same account; null for none.
     joined text[]
   )`,
  `create index card_alias_card on card_alias (card_id)`,

  // An alias that an event will lean on must be as durable as the event, whatever else the group holds.
  `create function commit_durably() returns void language plpgsql volatile as $$
   begin
     perform set_config('synchronous_commit', 'on', true);
     perform set_config('admittance.durable', 'on', true);
   end $$`,

  // All names of the cards that a tap names become names of one of them. Joins take turns: each moves many rows.
  `create function join_cards(p_card text, p_links bytea[]) returns text
   language plpgsql volatile set enable_seqscan = off as $$
   declare
     survivor text;
     others text[];
     known text[];
   begin
     perform commit_durably();
     perform pg_advisory_xact_lock(hashtext('admittance'), hashtext('join-cards'));
     select a.card_id into survivor from card_alias a where a.hash = any (p_links) order by a.kind limit 1;
     select array_agg(distinct c.id) into others
       from (select a.card_id as id from card_alias a where a.hash = any (p_links) union select p_card) c
       where c.id <> survivor and exists (select 1 from card_alias a where a.card_id = c.id);
     if others is null then
       return survivor;
     end if;
     select array_agg(distinct j) into known
       from card_alias a, unnest(a.joined) j where a.card_id = any (others || survivor) and j <> survivor;
     update card_alias a set card_id = survivor, joined = others || coalesce(known, '{}')
       where a.card_id = any (others || survivor);
     return survivor;
   end $$`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
