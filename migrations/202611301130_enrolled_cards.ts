import { type Kysely, sql } from "kysely";

/**
 * Cards that the reward system knows, and cards that took another's place. The read model of cards builds its table anew
 * for it.
 */
const STATEMENTS: readonly string[] = [
  // Whose number is refused, and which card goes on with what it used.
  `alter table card_vault add column replaced_by text references card_vault`,
  `create index card_vault_replaced on card_vault (replaced_by) where replaced_by is not null`,
  // Which enrolled card has an identifier: checked under a lock, and against the card's own stream.
  `create table card_arefs (
     aref text collate "C" primary key,
     card_id text not null
   )`,
  `create index card_arefs_card on card_arefs (card_id)`,
  // What partners match cards by; the newest key makes the hashes.
  `create table export_keys (
     version int primary key,
     sealed bytea not null,
     made_at timestamptz not null
   )`,
  `create table card_export_hashes (
     card_id text primary key references card_vault,
     key_version int not null references export_keys,
     hash bytea not null check (length(hash) = 32)
   )`,
  `alter table cards add column aref text collate "C"`,
  `alter table cards add column enrolled_at timestamptz`,
  `alter table cards add column replaced_by text`,
  `create index cards_aref on cards (aref) where aref is not null`,
  `create index cards_enrolled on cards (enrolled_at, card_id) where enrolled`,

  // Who goes on for a card: itself, or the last that took its place.
  `create function live_card(p_card text) returns text language sql stable as $$
     with recursive chain (id, next) as (
       select v.card_id, v.replaced_by from card_vault v where v.card_id = p_card
       union
       select v.card_id, v.replaced_by from chain c join card_vault v on v.card_id = c.next
     )
     select coalesce((select c.id from chain c where c.next is null limit 1), p_card)
   $$`,

  // The numbers of a card stay its own, and lead to it; the account's reference is the new card's, which counts for both.
  // Answers the other cards of the new card's account.
  `create function replace_card(p_card text, p_into text) returns text[]
   language plpgsql volatile set enable_seqscan = off as $$
   declare
     others text[];
   begin
     perform commit_durably();
     perform pg_advisory_xact_lock(hashtext('admittance'), hashtext('join-cards'));
     update card_vault v set replaced_by = p_into where v.card_id = p_card and v.replaced_by is null;
     select array_agg(distinct j) into others
       from (select p_card as j
             union select unnest(a.joined) from card_alias a where a.card_id in (p_card, p_into)) c
       where j <> p_into;
     update card_alias a set card_id = p_into where a.card_id = p_card and a.kind = 'PAR';
     update card_alias a set joined = others where a.card_id = p_into;
     return others;
   end $$`,

  `create or replace function join_cards(p_card text, p_links bytea[]) returns text
   language plpgsql volatile set enable_seqscan = off as $$
   declare
     survivor text;
     others text[];
     known text[];
   begin
     -- The number of a card that was replaced stays apart, and refused.
     if live_card(p_card) <> p_card then
       return p_card;
     end if;
     perform commit_durably();
     perform pg_advisory_xact_lock(hashtext('admittance'), hashtext('join-cards'));
     select live_card(a.card_id) into survivor from card_alias a where a.hash = any (p_links) order by a.kind limit 1;
     select array_agg(distinct c.id) into others
       from (select live_card(a.card_id) as id from card_alias a where a.hash = any (p_links) union select p_card) c
       where c.id <> survivor and exists (select 1 from card_alias a where a.card_id = c.id);
     if others is null then
       return survivor;
     end if;
     select array_agg(distinct j) into known
       from card_alias a, unnest(a.joined) j where a.card_id = any (others || survivor) and j <> survivor;
     update card_vault v set replaced_by = survivor where v.replaced_by = any (others);
     update card_alias a set card_id = survivor, joined = others || coalesce(known, '{}')
       where a.card_id = any (others || survivor);
     return survivor;
   end $$`,

  `create or replace function claim_request(
     p_streams text[], p_terminal text, p_operation text, p_request_id text, p_fingerprint bytea, p_access_id text,
     p_hashes bytea[], p_versions int[], p_kind text, p_new_card text, p_mask text,
     -- Other names of the same account (the plastic behind a token, a PAR), by every key version.
     p_links bytea[], p_link_versions int[], p_link_kinds text[],
     out heads text, out card_id text, out is_new boolean, out claim text, out claimed_fingerprint bytea, out claimed_access_id text,
     out claimed_card_id text, out claimed_unplaced boolean, out joined text
   ) language plpgsql volatile set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
   #variable_conflict use_column
   declare
     found_card text;
     successor text;
     register request_register;
   begin
     select string_agg(coalesce(h.revision, -1)::text, ',' order by s.place) into heads
       from unnest(p_streams) with ordinality s(name, place) left join stream_heads h on h.stream = s.name;
     claim := 'none';
     is_new := false;
     if coalesce(current_setting('admittance.durable', true), '') <> 'on' then
       perform set_config('synchronous_commit', 'off', true);
     end if;
     if p_hashes is not null then
       select a.card_id into found_card from card_alias a where a.hash = p_hashes[1];
       if found_card is null then
         perform commit_durably();
         select a.card_id into found_card from card_alias a where a.hash = any (p_hashes) limit 1;
         if found_card is null then
           select live_card(a.card_id) into found_card
             from card_alias a where a.hash = any (p_links) order by a.kind limit 1;
         end if;
         if found_card is null then
           insert into card_vault (card_id, mask) values (p_new_card, p_mask);
           found_card := p_new_card;
           is_new := true;
         end if;
         insert into card_alias (hash, key_version, card_id, kind, joined)
         select p_hashes[1], p_versions[1], found_card, p_kind,
                (select a.joined from card_alias a where a.card_id = found_card and a.joined is not null limit 1)
         on conflict (hash) do nothing;
         if not found then
           delete from card_vault v where v.card_id = p_new_card;
           select a.card_id into found_card from card_alias a where a.hash = p_hashes[1];
           is_new := false;
         end if;
       end if;
       if p_links is not null then
         -- A phone that held a card which was replaced, and holds the new one by now.
         select a.card_id into successor from card_alias a
           where a.hash = any (p_links) and a.kind = 'PAN' and a.card_id <> found_card
             and a.card_id = live_card(found_card) limit 1;
         if successor is not null then
           perform commit_durably();
           update card_alias a set card_id = successor,
                  joined = (select k.joined from card_alias k where k.card_id = successor and k.joined is not null limit 1)
             where a.hash = any (p_hashes);
           found_card := successor;
         end if;
         if exists (select 1 from card_alias a where a.hash = any (p_links) and a.card_id <> found_card) then
           found_card := join_cards(found_card, p_links);
           is_new := false;
         end if;
         insert into card_alias (hash, key_version, card_id, kind, joined)
         select l.hash, l.version, found_card, l.kind,
                (select a.joined from card_alias a where a.card_id = found_card and a.joined is not null limit 1)
         from unnest(p_links, p_link_versions, p_link_kinds) l(hash, version, kind)
         where not exists (select 1 from card_alias a where a.hash = any (p_links) and a.kind = l.kind)
         on conflict (hash) do nothing;
         if found then
           perform commit_durably();
         end if;
       end if;
       select array_to_string(a.joined, ',') into joined from card_alias a where a.hash = p_hashes[1];
     elsif p_access_id is not null then
       select r.card_id into found_card from request_register r
       where r.access_id = p_access_id and r.operation = 'check_entry' limit 1;
     end if;
     if p_request_id is not null then
       insert into request_register (terminal, operation, request_id, fingerprint, card_id, access_id)
       values (p_terminal, p_operation, p_request_id, p_fingerprint, found_card, p_access_id)
       on conflict do nothing;
       if found then
         claim := 'claimed';
       else
         claim := 'known';
         select * into register from request_register r
         where r.terminal = p_terminal and r.operation = p_operation and r.request_id = p_request_id;
         claimed_fingerprint := register.fingerprint;
         claimed_access_id := register.access_id;
         claimed_card_id := register.card_id;
         claimed_unplaced := register.unplaced;
       end if;
     end if;
     card_id := found_card;
   end $$`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
