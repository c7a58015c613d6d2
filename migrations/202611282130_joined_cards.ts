import { type Kysely, sql } from "kysely";

const PARAMETERS =
  "text[], text, text, text, bytea, text, bytea[], int[], text, text, text, bytea[], int[], text[]";

const STATEMENTS: readonly string[] = [
  // The other cards that a name's card turned out to be the same account as; null for none.
  `alter table card_alias add column joined text[]`,

  `drop function claim_request(${PARAMETERS})`,

  // As it was; and where a tap names two cards, they are one from here on: the plastic's, else that of the account
  // reference, else the number's. What the others' streams hold is the reader's to join.
  `create function claim_request(
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
           select a.card_id into found_card from card_alias a where a.hash = any (p_links) order by a.kind limit 1;
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

/** Phone and plastic that were thought different are one card as soon as a tap says so. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
