import { type Kysely, sql } from "kysely";

/** The vault goes over to a new key while instances serve. What is found by an older key is written by the newest, and found by that alone. */
const STATEMENTS: readonly string[] = [
  // What the instances that serve know of the vault's keys.
  `create table vault_key_holders (
     instance text primary key,
     newest_version int not null,
     seen_at timestamptz not null
   )`,

  // Whoever writes by another key than the vault's may lack the newest, and then takes a known card for a new one. The lock is
  // held to the commit: the vault goes over once whatever was written by the key before can be read.
  `create function written_by_the_vaults_key() returns trigger
   language plpgsql volatile as $$
   declare
     newest int;
   begin
     perform pg_advisory_xact_lock_shared(hashtext('admittance'), hashtext('vault-key'));
     select i.vault_version into newest from installation i where i.id = 1;
     if exists (select 1 from written w where w.key_version < newest) then
       raise exception 'the vault is written by key %', newest using errcode = 'AD003';
     end if;
     return null;
   end $$`,
  `create trigger written_by_the_vaults_key after insert on card_alias
   referencing new table as written for each statement execute function written_by_the_vaults_key()`,

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
         if found then
           delete from card_alias a where a.hash = any (p_hashes[2:]);
         else
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
         where l.version = p_versions[1]
         on conflict (hash) do nothing;
         if found then
           perform commit_durably();
           delete from card_alias a using unnest(p_links, p_link_versions) l(hash, version)
             where a.hash = l.hash and l.version <> p_versions[1];
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
