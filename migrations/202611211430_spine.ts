import { type Kysely, sql } from "kysely";

/**
 * What the product keeps beside its log: the card vault, the register of requests, the heads that
 * keep every instance fresh, account ranges, transactions, rates, sign-ins, snapshots, the test clock.
 */
const STATEMENTS: readonly string[] = [
  // The vault: the only place that joins a card number's keyed hash with a card. An erased card keeps its row.
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
     created_at timestamptz not null default now()
   )`,
  `create index card_alias_card on card_alias (card_id)`,

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

  `create table account_ranges (
     id bigint generated always as identity primary key,
     import_id text not null,
     low text collate "C" not null check (length(low) = 19),
     high text collate "C" not null check (length(high) = 19),
     ica text not null,
     issuer_name text not null,
     country text not null,
     product_code text not null,
     product_name text,
     received_at timestamptz not null default now()
   )`,

  `create table transactions (
     seq bigint generated always as identity primary key,
     transaction_id text not null unique,
     card_id text not null,
     type text not null check (type in ('PURCHASE', 'REFUND', 'REVERSAL')),
     refers_to text,
     minor text not null,
     currency text not null,
     mcc text not null,
     transaction_at timestamptz not null,
     posted_at timestamptz,
     received_at timestamptz not null default now()
   )`,
  `create index transactions_card on transactions (card_id, transaction_at)`,

  // Append-only: the newest row of a day and pair is the rate.
  `create table rates (
     seq bigint generated always as identity primary key,
     day date not null,
     base text not null,
     quote text not null,
     rate text not null,
     received_at timestamptz not null default now()
   )`,

  `create table snapshots (
     stream text primary key,
     fold_version int not null,
     revision bigint not null,
     head_hash text not null,
     state text not null
   )`,

  `create table api_key_hashes (hash bytea primary key, key_id text not null unique)`,
  `create table user_passwords (user_id text primary key, hash text not null)`,
  `create table sessions (
     hash bytea primary key,
     user_id text not null,
     csrf text not null,
     created_at timestamptz not null default now(),
     expires_at timestamptz not null
   )`,
  `create table idempotency_keys (
     principal text not null,
     key text not null,
     fingerprint bytea not null,
     status int,
     body text,
     headers text,
     created_at timestamptz not null default now(),
     primary key (principal, key)
   )`,
  `create table wrong_tries (
     caller text primary key,
     since timestamptz not null,
     tries int not null,
     last_at timestamptz not null
   )`,

  // One row: whether this database was ever started with a test clock, and how far it is ahead.
  `create table installation (
     id int primary key check (id = 1),
     test_clock boolean not null,
     clock_offset_ms bigint not null default 0,
     keyring_id text not null,
     demo_loaded boolean not null default false,
     created_at timestamptz not null default now()
   )`,

  // The one round trip before a decision: fresh heads, the clock, the card, the register.
  `create function begin_request(
     p_streams text[], p_terminal text, p_operation text, p_request_id text, p_fingerprint bytea, p_access_id text,
     p_hashes bytea[], p_versions int[], p_kind text, p_new_card text, p_mask text,
     -- Other names of the same account (the plastic behind a token, a PAR), by every key version.
     p_links bytea[], p_link_versions int[], p_link_kinds text[]
   ) returns table (
     heads bigint[], rulesets bigint, account_ranges bigint, rates bigint, clock_offset_ms bigint,
     card_id text, claim text, claimed_fingerprint bytea, claimed_access_id text, claimed_card_id text,
     claimed_unplaced boolean
   ) language plpgsql volatile as $$
   #variable_conflict use_column
   declare
     found_card text;
     register request_register;
     outcome text := 'none';
   begin
     perform set_config('synchronous_commit', 'off', true);
     if p_hashes is not null then
       select a.card_id into found_card from card_alias a where a.hash = p_hashes[1];
       if found_card is null then
         -- An alias that an event will lean on must be as durable as the event.
         perform set_config('synchronous_commit', 'on', true);
         select a.card_id into found_card from card_alias a where a.hash = any (p_hashes) limit 1;
         if found_card is null then
           select a.card_id into found_card from card_alias a where a.hash = any (p_links) order by a.kind limit 1;
         end if;
         if found_card is null then
           insert into card_vault (card_id, mask) values (p_new_card, p_mask);
           found_card := p_new_card;
         end if;
         insert into card_alias (hash, key_version, card_id, kind)
         values (p_hashes[1], p_versions[1], found_card, p_kind)
         on conflict (hash) do nothing;
         if not found then
           delete from card_vault v where v.card_id = p_new_card;
           select a.card_id into found_card from card_alias a where a.hash = p_hashes[1];
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
           perform set_config('synchronous_commit', 'on', true);
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
         outcome := 'claimed';
       else
         outcome := 'known';
         select * into register from request_register r
         where r.terminal = p_terminal and r.operation = p_operation and r.request_id = p_request_id;
       end if;
     end if;
     return query select
       (select coalesce(array_agg(h.revision order by s.place), '{}')
        from unnest(p_streams) with ordinality s(name, place) left join stream_heads h on h.stream = s.name),
       (select revision from scope_revisions where scope = 'rulesets'),
       (select revision from scope_revisions where scope = 'account-ranges'),
       (select revision from scope_revisions where scope = 'rates'),
       (select i.clock_offset_ms from installation i where i.test_clock),
       found_card, outcome, register.fingerprint, register.access_id, register.card_id,
       register.unplaced;
   end $$`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
