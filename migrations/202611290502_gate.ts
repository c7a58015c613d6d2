import { type Kysely, sql } from "kysely";

/** What a request asks first: was it seen before, how fresh must this instance be; and states that are kept between reads. */
const STATEMENTS: readonly string[] = [
  // A request id belongs to one terminal and operation. Losing a row costs the detection of misuse, nothing else.
  `create table request_register (
     terminal text not null,
     operation text not null,
     request_id text not null,
     fingerprint bytea not null,
     card_id text,
     access_id text,
     -- The tap came while the terminal belonged to no location: its event stands in the terminal's stream.
     unplaced boolean not null default false,
     created_at timestamptz not null default now(),
     primary key (terminal, operation, request_id)
   )`,
  `create index request_register_access on request_register (access_id) where operation = 'check_entry'`,

  // Raised before an event is appended: an instance whose state is behind reads the stream's tail before it decides.
  `create table stream_heads (
     stream text primary key,
     revision bigint not null,
     raised_at timestamptz not null default clock_timestamp()
   )`,
  `create table scope_revisions (scope text primary key, revision bigint not null)`,
  `insert into scope_revisions values ('rulesets', 0), ('account-ranges', 0), ('rates', 0)`,
  `create table snapshots (
     stream text primary key,
     fold_version int not null,
     revision bigint not null,
     head_hash text not null,
     state text not null
   )`,

  // One request alone: which card this is, and whether it was seen before; what the gate's own statement leaves. Where a tap
  // names two cards, they are one from here on: the plastic's, else that of the account reference, else the number's. What the
  // others' streams hold is the reader's to join. The commit need not wait for the disk unless an alias was made. The plan is
  // made when the tables are empty and kept for long: a scan of the whole table would be kept as well.
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
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
