import { type Kysely, sql } from "kysely";

const STATEMENTS: readonly string[] = [
  `drop function begin_request(text[], text, text, text, bytea, text, bytea[], int[], text, text, text, bytea[], int[], text[])`,

  // How fresh this instance must be, which card this is, and whether the request was seen before. Called for each
  // request of a group, in one transaction: its commit need not wait for the disk unless one of them made an alias.
  // The plans are made when the tables are empty and kept for long: a scan of the whole table would be kept as well.
  `create function claim_request(
     p_streams text[], p_terminal text, p_operation text, p_request_id text, p_fingerprint bytea, p_access_id text,
     p_hashes bytea[], p_versions int[], p_kind text, p_new_card text, p_mask text,
     -- Other names of the same account (the plastic behind a token, a PAR), by every key version.
     p_links bytea[], p_link_versions int[], p_link_kinds text[],
     out heads text, out card_id text, out is_new boolean, out claim text, out claimed_fingerprint bytea, out claimed_access_id text,
     out claimed_card_id text, out claimed_unplaced boolean
   ) language plpgsql volatile set enable_seqscan = off as $$
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
         insert into card_alias (hash, key_version, card_id, kind)
         values (p_hashes[1], p_versions[1], found_card, p_kind)
         on conflict (hash) do nothing;
         if not found then
           delete from card_vault v where v.card_id = p_new_card;
           select a.card_id into found_card from card_alias a where a.hash = p_hashes[1];
           is_new := false;
         end if;
       end if;
       -- A name that belongs to another card stays there: joining two cards is not done at a tap.
       if p_links is not null then
         insert into card_alias (hash, key_version, card_id, kind)
         select l.hash, l.version, found_card, l.kind
         from unnest(p_links, p_link_versions, p_link_kinds) l(hash, version, kind)
         where not exists (select 1 from card_alias a where a.hash = any (p_links) and a.kind = l.kind)
         on conflict (hash) do nothing;
         if found then
           perform commit_durably();
         end if;
       end if;
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

  // Several streams from a revision on, at most so many events of each. For the same reason with a plan that is fixed.
  `create function read_streams(streams text[], firsts bigint[], most bigint[])
   returns table (place int, stream text, revision bigint, id uuid, type text, body text, hash text,
                  epoch int, xid xid8, "position" bigint)
   language plpgsql stable set enable_seqscan = off as $$
   #variable_conflict use_column
   begin
     return query
     select q.place::int, e.* from unnest(streams, firsts, most) with ordinality q(name, first, most, place)
     cross join lateral (
       select * from events v where v.stream = q.name and v.revision >= q.first order by v.revision limit q.most) e
     order by q.place, e.revision;
   end $$`,

  // An alias that an event will lean on must be as durable as the event, whatever else the group holds.
  `create function commit_durably() returns void language plpgsql volatile as $$
   begin
     perform set_config('synchronous_commit', 'on', true);
     perform set_config('admittance.durable', 'on', true);
   end $$`,
];

/** The round trip before a decision serves all requests that wait for it at the same moment. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
