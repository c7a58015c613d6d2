import { type Kysely, sql } from "kysely";

const STATEMENTS: readonly string[] = [
  // The requests of a group in one statement instead of one call each. What it leaves with `settled` false (a card
  // under another key version or name, a request or a card that someone else is claiming at this moment) has changed
  // nothing, and is for `claim_request`.
  //
  // Its commit need not wait for the disk: what makes an event durable in this database makes an alias before it
  // durable too. Where the log is elsewhere `p_durable` is set, and a new alias waits by itself.
  //
  // Aliases and requests are claimed in the order of their keys, so that two groups don't wait for each other.
  `create function open_requests(
     p_streams text[], p_durable boolean,
     p_terminal text[], p_operation text[], p_request_id text[], p_fingerprint bytea[], p_access_id text[],
     -- A card by its number's hash; its other names are left out, and then p_plain is false.
     p_hash bytea[], p_key_version int[], p_plain boolean[], p_new_card text[], p_mask text[]
   ) returns table (
     -- The one row at place 0 has the heads of p_streams, in their order, and the scopes; the requests count from 1.
     place int, heads text, scopes text,
     settled boolean, card_id text, is_new boolean,
     claim text, claimed_fingerprint bytea, claimed_access_id text, claimed_card_id text, claimed_unplaced boolean
   ) language plpgsql volatile set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
   #variable_conflict use_column
   begin
     perform set_config('synchronous_commit', 'off', true);
     return query
     select 0,
       (select string_agg(coalesce(h.revision, -1)::text, ',' order by s.place)
          from unnest(p_streams) with ordinality s(name, place)
          left join lateral (select revision from stream_heads where stream = s.name limit 1) h on true),
       concat_ws(',',
         (select revision from scope_revisions where scope = 'rulesets'),
         (select revision from scope_revisions where scope = 'account-ranges'),
         (select revision from scope_revisions where scope = 'rates'),
         (select coalesce(sum(i.clock_offset_ms), 0) from installation i where i.test_clock)),
       true, null::text, false, 'none', null::bytea, null::text, null::text, null::boolean;

     if cardinality(p_terminal) = 0 then return; end if;

     return query
     with q as materialized (
       select u.*, k.card_id as known, e.card_id as of_entry
       from unnest(p_terminal, p_operation, p_request_id, p_fingerprint, p_access_id,
                   p_hash, p_key_version, p_plain, p_new_card, p_mask) with ordinality
            u(terminal, operation, request_id, fingerprint, access_id, hash, key_version, plain, new_card, mask, place)
       left join lateral (
         select card_id from card_alias a where a.hash = u.hash limit 1) k on true
       left join lateral (
         select card_id from request_register r
         where u.hash is null and r.access_id = u.access_id and r.operation = 'check_entry' limit 1) e on true
     ), alias as (
       insert into card_alias (hash, key_version, card_id, kind)
       select distinct on (q.hash) q.hash, q.key_version, q.new_card, 'PAN'
       from q where q.hash is not null and q.known is null and q.plain
       order by q.hash, q.place
       on conflict (hash) do nothing
       returning hash, card_id
     ), card as (
       insert into card_vault (card_id, mask)
       select alias.card_id, q.mask from alias join q on q.new_card = alias.card_id
     ), whose as materialized (
       select q.*, coalesce(q.known, alias.card_id, q.of_entry) as card, alias.card_id is not null as is_new
       from q left join alias on alias.hash = q.hash
     ), claimed as (
       insert into request_register (terminal, operation, request_id, fingerprint, card_id, access_id)
       select w.terminal, w.operation, w.request_id, w.fingerprint, w.card, w.access_id
       from whose w where w.request_id is not null and (w.hash is null or w.card is not null)
       order by w.terminal, w.operation, w.request_id
       on conflict do nothing
       returning terminal, operation, request_id
     )
     select w.place::int, null::text, null::text,
       (w.hash is null or w.card is not null)
         and (w.request_id is null or claimed.request_id is not null or r.request_id is not null),
       w.card,
       case when not w.is_new then false when p_durable then set_config('synchronous_commit', 'on', true) = 'on' else true end,
       case when w.request_id is null then 'none' when claimed.request_id is not null then 'claimed' else 'known' end,
       r.fingerprint, r.access_id, r.card_id, r.unplaced
     from whose w
     left join claimed using (terminal, operation, request_id)
     left join lateral (
       select * from request_register r
       where r.terminal = w.terminal and r.operation = w.operation and r.request_id = w.request_id limit 1) r on true
     order by w.place;
   end $$`,

  // Made for each call anew, the plans cost more than what they plan.
  `alter function claim_request(text[], text, text, text, bytea, text, bytea[], int[], text, text, text, bytea[], int[], text[])
   set plan_cache_mode = force_generic_plan`,
  `alter function read_streams(text[], bigint[], bigint[]) set plan_cache_mode = force_generic_plan`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
