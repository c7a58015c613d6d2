SET check_function_bodies = false;

CREATE FUNCTION public.append_events(streams text[], at_stream integer[], expected bigint[], sizes integer[], of_append integer[], offsets integer[], ids uuid[], types text[], bodies text[], hashes text[]) RETURNS TABLE(outcome "char", revision bigint, epoch integer, xid text, "position" bigint)
    LANGUAGE plpgsql
    AS $$
   #variable_conflict use_column
   declare
     here constant bigint := log_system_identifier();
     newest log_epoch;
     heads bigint[];
     known int[];
     first_known bigint[];
     firsts bigint[] := array_fill(null::bigint, array[cardinality(at_stream)]);
     outcomes "char"[] := array_fill(null::"char", array[cardinality(at_stream)]);
     last_of int[] := array_fill(null::int, array[cardinality(at_stream)]);
     places bigint[];
     written int := 0;
     some_known boolean;
     s int;
   begin
     perform check_append_transaction();
     perform pg_advisory_xact_lock(k.key) from (
       select distinct hashtextextended(n.name, 20261121) as key from unnest(streams) n(name) order by 1
     ) k;

     select * into newest from log_epoch e order by e.epoch desc limit 1;
     if newest.system_identifier is distinct from here then
       raise exception 'the log is on a new cluster' using errcode = 'AD002';
     end if;

     select array_agg(coalesce(h.revision, -1) order by n.i) into heads
       from unnest(streams) with ordinality n(name, i)
       left join lateral (
         select e.revision from events e where e.stream = n.name order by e.revision desc limit 1
       ) h on true;

     -- Null where nothing is known; a repeat must stand side by side in its order, else the count is short.
     select exists (
       select 1 from unnest(of_append, ids) n(a, id)
       cross join lateral (select 1 from events e where e.stream = streams[at_stream[n.a]] and e.id = n.id limit 1) k
     ) into some_known;
     if some_known then
       select array_agg(k.n order by k.a), array_agg(k.first order by k.a) into known, first_known from (
         select n.a, count(k.revision)::int as n,
                case when count(distinct k.revision - n.o) = 1 then min(k.revision - n.o) end as first
           from unnest(of_append, offsets, ids) n(a, o, id)
           left join lateral (
             select e.revision from events e where e.stream = streams[at_stream[n.a]] and e.id = n.id limit 1
           ) k on true
          group by n.a
       ) k;
     end if;

     for i in 1 .. cardinality(at_stream) loop
       s := at_stream[i];
       if some_known and known[i] > 0 then
         if known[i] = sizes[i] and first_known[i] is not null then
           outcomes[i] := 'r';
           firsts[i] := first_known[i];
         else
           outcomes[i] := 'c';
           firsts[i] := heads[s];
         end if;
       elsif expected[i] = heads[s] or expected[i] = -2 then
         outcomes[i] := 'a';
         firsts[i] := heads[s] + 1;
         heads[s] := heads[s] + sizes[i];
         written := written + sizes[i];
         last_of[i] := written;
       else
         outcomes[i] := 'c';
         firsts[i] := heads[s];
       end if;
     end loop;

     if written > 0 then
       with stored as (
         insert into events (stream, revision, id, type, body, hash, epoch)
         select streams[at_stream[n.a]], firsts[n.a] + n.o, n.id, n.type, n.body, n.hash, newest.epoch
           from unnest(of_append, offsets, ids, types, bodies, hashes) n(a, o, id, type, body, hash)
          where outcomes[n.a] = 'a'
         returning events.position
       )
       select array_agg(st.position) into places from stored st;
     end if;

     for i in 1 .. cardinality(at_stream) loop
       outcome := outcomes[i];
       revision := firsts[i];
       if outcome = 'a' then
         epoch := newest.epoch;
         xid := pg_current_xact_id()::text;
         "position" := places[last_of[i]];
       elsif outcome = 'r' then
         select e.epoch, e.xid::text, e.position into epoch, xid, "position"
           from events e where e.stream = streams[at_stream[i]] and e.revision = firsts[i] + sizes[i] - 1;
       else
         epoch := null;
         xid := null;
         "position" := null;
       end if;
       return next;
     end loop;
   end $$;

CREATE FUNCTION public.check_append_transaction() RETURNS void
    LANGUAGE plpgsql
    AS $$
   begin
     -- An id taken before the lock would put a later revision before an earlier one in the feed.
     if pg_current_xact_id_if_assigned() is not null then
       raise exception 'an append must be the first write of its transaction' using errcode = 'AD001';
     end if;
     -- An older snapshot would show old heads after the lock.
     if current_setting('transaction_isolation') <> 'read committed' then
       raise exception 'an append needs read committed' using errcode = 'AD001';
     end if;
     -- An acknowledged append must survive a crash, whatever the session or the database defaults to.
     if current_setting('synchronous_commit') = 'off' then
       perform set_config('synchronous_commit', 'on', true);
     end if;
   end $$;

CREATE FUNCTION public.claim_request(p_streams text[], p_terminal text, p_operation text, p_request_id text, p_fingerprint bytea, p_access_id text, p_hashes bytea[], p_versions integer[], p_kind text, p_new_card text, p_mask text, p_links bytea[], p_link_versions integer[], p_link_kinds text[], OUT heads text, OUT card_id text, OUT is_new boolean, OUT claim text, OUT claimed_fingerprint bytea, OUT claimed_access_id text, OUT claimed_card_id text, OUT claimed_unplaced boolean, OUT joined text) RETURNS record
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
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
   end $$;

CREATE FUNCTION public.commit_durably() RETURNS void
    LANGUAGE plpgsql
    AS $$
   begin
     perform set_config('synchronous_commit', 'on', true);
     perform set_config('admittance.durable', 'on', true);
   end $$;

CREATE TABLE public.wrong_tries (
    caller text NOT NULL,
    since timestamp with time zone NOT NULL,
    tries integer NOT NULL,
    last_at timestamp with time zone NOT NULL,
    locked_number bigint
);

CREATE FUNCTION public.count_try(p_caller text, p_most integer, p_now timestamp with time zone, p_since timestamp with time zone) RETURNS public.wrong_tries
    LANGUAGE sql
    AS $$
     insert into wrong_tries as w (caller, since, tries, last_at) values (p_caller, p_now, 1, p_now)
     on conflict (caller) do update set
       tries = case when w.since > p_since then least(w.tries, 1000000) + 1 else 1 end,
       since = case when w.since > p_since then w.since else p_now end,
       last_at = p_now,
       locked_number = case
         when w.since > p_since and w.tries + 1 >= p_most then coalesce(w.locked_number, nextval('try_order'))
       end
     returning w.*
   $$;

CREATE FUNCTION public.feed_epoch() RETURNS integer
    LANGUAGE plpgsql
    AS $$
   declare
     here constant bigint := log_system_identifier();
     newest log_epoch;
   begin
     select * into newest from log_epoch order by epoch desc limit 1;
     return case when newest.system_identifier = here then newest.epoch else coalesce(newest.epoch, 0) + 1 end;
   end $$;

CREATE FUNCTION public.give_back_pairing_try(p_caller text, p_most integer, p_everybody text, p_most_of_all integer, p_code text) RETURNS void
    LANGUAGE sql
    AS $$
     select give_back_try(p_caller, p_most);
     delete from spare_tries where caller = p_caller and code_id = p_code;
     select give_back_try(p_everybody, p_most_of_all);
     update pairing_codes set tries = greatest(tries - 1, 0) where code_id = p_code;
   $$;

CREATE FUNCTION public.give_back_try(p_caller text, p_most integer) RETURNS void
    LANGUAGE sql
    AS $$
     update wrong_tries set
       tries = greatest(tries - 1, 0),
       locked_number = case when tries - 1 >= p_most then locked_number end
     where caller = p_caller
   $$;

CREATE FUNCTION public.join_cards(p_card text, p_links bytea[]) RETURNS text
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    AS $$
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
   end $$;

CREATE FUNCTION public.log_system_identifier() RETURNS bigint
    LANGUAGE plpgsql
    AS $$
   declare
     known text := current_setting('admittance.system_identifier', true);
   begin
     if known is null or known = '' then
       known := (select c.system_identifier::text from pg_control_system() c);
       perform set_config('admittance.system_identifier', known, false);
     end if;
     return known::bigint;
   end $$;

CREATE FUNCTION public.read_streams(streams text[], firsts bigint[], most bigint[]) RETURNS TABLE(place integer, stream text, revision bigint, id uuid, type text, body text, hash text, epoch integer, xid xid8, "position" bigint)
    LANGUAGE plpgsql STABLE
    SET enable_seqscan TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
   #variable_conflict use_column
   begin
     return query
     select q.place::int, e.* from unnest(streams, firsts, most) with ordinality q(name, first, most, place)
     cross join lateral (
       select * from events v where v.stream = q.name and v.revision >= q.first order by v.revision limit q.most) e
     order by q.place, e.revision;
   end $$;

CREATE FUNCTION public.refuse_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
   begin
     raise exception 'events are never changed: % refused', tg_op using errcode = 'AD003';
   end $$;

CREATE FUNCTION public.refuse_terms_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
   begin
     raise exception 'files of terms are never changed: % refused', tg_op using errcode = 'AD003';
   end $$;

CREATE FUNCTION public.start_log_epoch() RETURNS integer
    LANGUAGE plpgsql
    AS $$
   declare
     here constant bigint := log_system_identifier();
     newest log_epoch;
   begin
     lock table log_epoch in share row exclusive mode;
     select * into newest from log_epoch order by epoch desc limit 1;
     if newest.system_identifier is distinct from here then
       insert into log_epoch (epoch, system_identifier)
       values (coalesce(newest.epoch, 0) + 1, here)
       returning * into newest;
     end if;
     return newest.epoch;
   end $$;

CREATE FUNCTION public.take_pairing_try(p_caller text, p_most integer, p_everybody text, p_most_of_all integer, p_code text, p_code_tries integer, p_most_of_code integer, p_now timestamp with time zone, p_since timestamp with time zone) RETURNS TABLE(outcome text, since timestamp with time zone)
    LANGUAGE plpgsql
    AS $$
   #variable_conflict use_column
   declare
     own wrong_tries;
     everybody wrong_tries;
     code_number bigint;
     spare timestamptz;
   begin
     own := count_try(p_caller, p_most, p_now, p_since);
     if p_code is not null then
       insert into pairing_codes (code_id, number) values (p_code, 0) on conflict do nothing;
       select c.number into code_number from pairing_codes c where c.code_id = p_code;
     end if;
     if own.tries > p_most then
       spare := own.since;
       if coalesce(code_number, 0) <= own.locked_number then
         return query select 'BLOCKED', spare;
         return;
       end if;
       insert into spare_tries (caller, code_id) values (p_caller, p_code) on conflict do nothing;
       if not found then
         return query select 'BLOCKED', spare;
         return;
       end if;
     end if;
     everybody := count_try(p_everybody, p_most_of_all, p_now, p_since);
     if everybody.tries > p_most_of_all then
       if coalesce(code_number, 0) <= everybody.locked_number then
         return query select 'BLOCKED', greatest(spare, everybody.since);
         return;
       end if;
       if spare is null then
         spare := everybody.since;
         insert into spare_tries (caller, code_id) values (p_caller, p_code) on conflict do nothing;
         if not found then
           return query select 'BLOCKED', spare;
           return;
         end if;
       end if;
     end if;
     if p_code is not null then
       update pairing_codes c set tries = greatest(c.tries, p_code_tries) + 1
       where c.code_id = p_code and greatest(c.tries, p_code_tries) < p_most_of_code;
       if not found then
         return query select 'LOCKED', spare;
         return;
       end if;
     end if;
     return query select 'ADMITTED', spare;
   end $$;

CREATE TABLE public.account_ranges (
    id bigint NOT NULL,
    import_id text NOT NULL,
    low text NOT NULL COLLATE pg_catalog."C",
    high text NOT NULL COLLATE pg_catalog."C",
    ica text NOT NULL,
    issuer_name text NOT NULL,
    country text NOT NULL,
    product_code text NOT NULL,
    product_name text,
    received_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT account_ranges_high_check CHECK ((length(high) = 19)),
    CONSTRAINT account_ranges_low_check CHECK ((length(low) = 19))
);

ALTER TABLE public.account_ranges ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.account_ranges_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.api_key_hashes (
    hash bytea NOT NULL,
    key_id text NOT NULL
);

CREATE TABLE public.branding_files (
    seq bigint NOT NULL,
    hash text NOT NULL,
    media_type text NOT NULL,
    bytes bytea NOT NULL
);

ALTER TABLE public.branding_files ALTER COLUMN seq ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.branding_files_seq_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.card_adjustments (
    card_id text NOT NULL,
    revision integer NOT NULL,
    adjustment_id text NOT NULL,
    ruleset_id text NOT NULL,
    at timestamp with time zone NOT NULL,
    free integer NOT NULL,
    paid integer NOT NULL,
    by_id text NOT NULL,
    by_role text NOT NULL,
    reason text NOT NULL
);

CREATE TABLE public.card_alias (
    hash bytea NOT NULL,
    key_version integer NOT NULL,
    card_id text NOT NULL,
    kind text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    joined text[],
    CONSTRAINT card_alias_kind_check CHECK ((kind = ANY (ARRAY['PAN'::text, 'TOKEN'::text, 'PAR'::text])))
);

CREATE TABLE public.card_vault (
    card_id text NOT NULL,
    mask text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    erased_at timestamp with time zone
);

CREATE TABLE public.card_visits (
    access_id text NOT NULL COLLATE pg_catalog."C",
    card_id text NOT NULL,
    ruleset_id text NOT NULL,
    location_id text NOT NULL,
    at timestamp with time zone NOT NULL,
    confirmed_at timestamp with time zone,
    confirm_revision integer,
    paid boolean NOT NULL,
    adults_free integer NOT NULL,
    adults_paid integer NOT NULL,
    children_free integer NOT NULL,
    children_paid integer NOT NULL
);

CREATE TABLE public.cards (
    card_id text NOT NULL COLLATE pg_catalog."C",
    revision integer NOT NULL,
    frozen boolean NOT NULL,
    frozen_at timestamp with time zone,
    frozen_reason text,
    enrolled boolean NOT NULL,
    asi_failed boolean NOT NULL,
    open_access_id text,
    open_expires_at timestamp with time zone,
    ica text,
    ica_name text,
    product_code text,
    product_name text,
    issuer_country text,
    first_seen_at timestamp with time zone NOT NULL,
    last_seen_at timestamp with time zone NOT NULL
);

CREATE TABLE public.checkpoints (
    name text NOT NULL,
    version integer NOT NULL,
    "position" text NOT NULL COLLATE pg_catalog."C",
    error text,
    failed_at timestamp with time zone,
    moved_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    building text COLLATE pg_catalog."C"
);

CREATE TABLE public.events (
    stream text NOT NULL COLLATE pg_catalog."C",
    revision bigint NOT NULL,
    id uuid NOT NULL,
    type text NOT NULL,
    body text NOT NULL,
    hash text NOT NULL COLLATE pg_catalog."C",
    epoch integer NOT NULL,
    xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    "position" bigint NOT NULL
);

ALTER TABLE public.events ALTER COLUMN "position" ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.events_position_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.idempotency_keys (
    principal text NOT NULL,
    key text NOT NULL,
    fingerprint bytea NOT NULL,
    status integer,
    body text,
    headers text,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE public.installation (
    id integer NOT NULL,
    test_clock boolean NOT NULL,
    clock_offset_ms bigint DEFAULT 0 NOT NULL,
    keyring_id text NOT NULL,
    demo_loaded boolean DEFAULT false NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    log text DEFAULT 'POSTGRESQL'::text NOT NULL,
    log_prefix text DEFAULT ''::text NOT NULL,
    log_seen text DEFAULT ''::text NOT NULL COLLATE pg_catalog."C",
    vault_version integer,
    CONSTRAINT installation_id_check CHECK ((id = 1)),
    CONSTRAINT installation_log_check CHECK ((log = ANY (ARRAY['POSTGRESQL'::text, 'EVENTSTOREDB'::text])))
);

CREATE TABLE public.invitations (
    hash bytea NOT NULL,
    user_id text NOT NULL,
    expires_at timestamp with time zone NOT NULL
);

CREATE TABLE public.kysely_migration (
    name character varying(255) NOT NULL,
    "timestamp" character varying(255) NOT NULL
);

CREATE TABLE public.kysely_migration_lock (
    id character varying(255) NOT NULL,
    is_locked integer DEFAULT 0 NOT NULL
);

CREATE TABLE public.log_epoch (
    epoch integer NOT NULL,
    system_identifier bigint NOT NULL,
    started_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT log_epoch_epoch_check CHECK ((epoch > 0))
);

CREATE TABLE public.operations (
    access_id text NOT NULL COLLATE pg_catalog."C",
    stream text NOT NULL,
    decided_revision integer NOT NULL,
    revision integer NOT NULL,
    request_id text,
    card_id text NOT NULL,
    terminal text NOT NULL,
    merchant_id text,
    location_id text,
    location_name text,
    country text,
    service text,
    type text NOT NULL,
    status text NOT NULL,
    code text,
    at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone,
    confirmed_at timestamp with time zone,
    last_change_at timestamp with time zone NOT NULL,
    entry_mode text NOT NULL,
    ica text,
    ica_name text,
    product_code text,
    issuer_country text,
    ruleset_id text,
    ruleset_name text,
    ruleset_version integer,
    cost text,
    adults_free integer NOT NULL,
    adults_paid integer NOT NULL,
    children_free integer NOT NULL,
    children_paid integer NOT NULL,
    free_children integer NOT NULL,
    charged_amount text,
    charged_currency text,
    payment_status text NOT NULL,
    card_auth_response_code text,
    flags text[] NOT NULL,
    cancel_reason text,
    reversal json,
    corrections json NOT NULL,
    CONSTRAINT operations_status_check CHECK ((status = ANY (ARRAY['PENDING'::text, 'COMPLETED'::text, 'CANCELLED'::text, 'EXPIRED'::text, 'REJECTED'::text, 'REVERSED'::text])))
);

CREATE SEQUENCE public.try_order
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

CREATE TABLE public.pairing_codes (
    code_id text NOT NULL,
    number bigint DEFAULT nextval('public.try_order'::regclass) NOT NULL,
    tries integer DEFAULT 0 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE public.quota_holds (
    ruleset_id text NOT NULL,
    access_id text NOT NULL,
    card_id text NOT NULL,
    attempt_key text,
    status text NOT NULL,
    reserved_at timestamp with time zone,
    visit_at timestamp with time zone NOT NULL,
    CONSTRAINT quota_holds_status_check CHECK ((status = ANY (ARRAY['RESERVED'::text, 'COMMITTED'::text])))
);

CREATE TABLE public.rates (
    seq bigint NOT NULL,
    day date NOT NULL,
    base text NOT NULL,
    quote text NOT NULL,
    rate text NOT NULL,
    received_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE public.rates ALTER COLUMN seq ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.rates_seq_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.records (
    kind text NOT NULL,
    id text NOT NULL COLLATE pg_catalog."C",
    revision integer NOT NULL,
    name text NOT NULL,
    name_key text NOT NULL COLLATE pg_catalog."C",
    deleted boolean NOT NULL,
    created_at timestamp with time zone NOT NULL,
    modified_at timestamp with time zone NOT NULL,
    merchant_id text,
    location_id text,
    country text,
    service text,
    city text,
    status text,
    email text,
    role text,
    icas text[],
    state json NOT NULL,
    CONSTRAINT records_kind_check CHECK ((kind = ANY (ARRAY['merchant'::text, 'location'::text, 'terminal'::text, 'ruleset'::text, 'user'::text, 'key'::text])))
);

CREATE TABLE public.request_register (
    terminal text NOT NULL,
    operation text NOT NULL,
    request_id text NOT NULL,
    fingerprint bytea NOT NULL,
    card_id text,
    access_id text,
    unplaced boolean DEFAULT false NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE public.scope_revisions (
    scope text NOT NULL,
    revision bigint NOT NULL
);

CREATE TABLE public.sessions (
    hash bytea NOT NULL,
    user_id text NOT NULL,
    csrf text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    id text DEFAULT (gen_random_uuid())::text NOT NULL,
    browser text DEFAULT ''::text NOT NULL,
    last_seen_at timestamp with time zone DEFAULT now() NOT NULL,
    confirmed_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE public.sign_ins (
    user_id text NOT NULL,
    at timestamp with time zone NOT NULL
);

CREATE TABLE public.snapshots (
    stream text NOT NULL,
    fold_version integer NOT NULL,
    revision bigint NOT NULL,
    head_hash text NOT NULL,
    state text NOT NULL
);

CREATE TABLE public.spare_tries (
    caller text NOT NULL,
    code_id text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE public.stream_heads (
    stream text NOT NULL,
    revision bigint NOT NULL,
    raised_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);

CREATE TABLE public.terms_file_parts (
    seq bigint NOT NULL,
    hash text NOT NULL,
    part integer NOT NULL,
    bytes bytea NOT NULL
);

ALTER TABLE public.terms_file_parts ALTER COLUMN seq ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.terms_file_parts_seq_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.transactions (
    seq bigint NOT NULL,
    transaction_id text NOT NULL,
    card_id text NOT NULL,
    type text NOT NULL,
    refers_to text,
    minor text NOT NULL,
    currency text NOT NULL,
    mcc text NOT NULL,
    transaction_at timestamp with time zone NOT NULL,
    posted_at timestamp with time zone,
    received_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT transactions_type_check CHECK ((type = ANY (ARRAY['PURCHASE'::text, 'REFUND'::text, 'REVERSAL'::text])))
);

ALTER TABLE public.transactions ALTER COLUMN seq ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.transactions_seq_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.user_passwords (
    user_id text NOT NULL,
    hash text NOT NULL
);

CREATE TABLE public.write_probe (
    at timestamp with time zone NOT NULL
);

ALTER TABLE ONLY public.account_ranges
    ADD CONSTRAINT account_ranges_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.api_key_hashes
    ADD CONSTRAINT api_key_hashes_key_id_key UNIQUE (key_id);

ALTER TABLE ONLY public.api_key_hashes
    ADD CONSTRAINT api_key_hashes_pkey PRIMARY KEY (hash);

ALTER TABLE ONLY public.card_adjustments
    ADD CONSTRAINT card_adjustments_pkey PRIMARY KEY (card_id, revision);

ALTER TABLE ONLY public.card_alias
    ADD CONSTRAINT card_alias_pkey PRIMARY KEY (hash);

ALTER TABLE ONLY public.card_vault
    ADD CONSTRAINT card_vault_pkey PRIMARY KEY (card_id);

ALTER TABLE ONLY public.card_visits
    ADD CONSTRAINT card_visits_pkey PRIMARY KEY (access_id);

ALTER TABLE ONLY public.cards
    ADD CONSTRAINT cards_pkey PRIMARY KEY (card_id);

ALTER TABLE ONLY public.checkpoints
    ADD CONSTRAINT checkpoints_pkey PRIMARY KEY (name);

ALTER TABLE ONLY public.events
    ADD CONSTRAINT events_pkey PRIMARY KEY (stream, revision);

ALTER TABLE ONLY public.events
    ADD CONSTRAINT events_stream_id_key UNIQUE (stream, id);

ALTER TABLE ONLY public.idempotency_keys
    ADD CONSTRAINT idempotency_keys_pkey PRIMARY KEY (principal, key);

ALTER TABLE ONLY public.installation
    ADD CONSTRAINT installation_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.terms_file_parts
    ADD CONSTRAINT terms_file_parts_hash_part_key UNIQUE (hash, part);

ALTER TABLE ONLY public.terms_file_parts
    ADD CONSTRAINT terms_file_parts_pkey PRIMARY KEY (seq);

ALTER TABLE ONLY public.invitations
    ADD CONSTRAINT invitations_pkey PRIMARY KEY (hash);

ALTER TABLE ONLY public.invitations
    ADD CONSTRAINT invitations_user_id_key UNIQUE (user_id);

ALTER TABLE ONLY public.sign_ins
    ADD CONSTRAINT sign_ins_pkey PRIMARY KEY (user_id);

ALTER TABLE ONLY public.branding_files
    ADD CONSTRAINT branding_files_hash_key UNIQUE (hash);

ALTER TABLE ONLY public.branding_files
    ADD CONSTRAINT branding_files_pkey PRIMARY KEY (seq);

ALTER TABLE ONLY public.kysely_migration_lock
    ADD CONSTRAINT kysely_migration_lock_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.kysely_migration
    ADD CONSTRAINT kysely_migration_pkey PRIMARY KEY (name);

ALTER TABLE ONLY public.log_epoch
    ADD CONSTRAINT log_epoch_pkey PRIMARY KEY (epoch);

ALTER TABLE ONLY public.operations
    ADD CONSTRAINT operations_pkey PRIMARY KEY (access_id);

ALTER TABLE ONLY public.pairing_codes
    ADD CONSTRAINT pairing_codes_pkey PRIMARY KEY (code_id);

ALTER TABLE ONLY public.quota_holds
    ADD CONSTRAINT quota_holds_pkey PRIMARY KEY (ruleset_id, access_id);

ALTER TABLE ONLY public.rates
    ADD CONSTRAINT rates_pkey PRIMARY KEY (seq);

ALTER TABLE ONLY public.records
    ADD CONSTRAINT records_pkey PRIMARY KEY (kind, id);

ALTER TABLE ONLY public.request_register
    ADD CONSTRAINT request_register_pkey PRIMARY KEY (terminal, operation, request_id);

ALTER TABLE ONLY public.scope_revisions
    ADD CONSTRAINT scope_revisions_pkey PRIMARY KEY (scope);

ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_pkey PRIMARY KEY (hash);

ALTER TABLE ONLY public.snapshots
    ADD CONSTRAINT snapshots_pkey PRIMARY KEY (stream);

ALTER TABLE ONLY public.spare_tries
    ADD CONSTRAINT spare_tries_pkey PRIMARY KEY (caller, code_id);

ALTER TABLE ONLY public.stream_heads
    ADD CONSTRAINT stream_heads_pkey PRIMARY KEY (stream);

ALTER TABLE ONLY public.transactions
    ADD CONSTRAINT transactions_pkey PRIMARY KEY (seq);

ALTER TABLE ONLY public.transactions
    ADD CONSTRAINT transactions_transaction_id_key UNIQUE (transaction_id);

ALTER TABLE ONLY public.user_passwords
    ADD CONSTRAINT user_passwords_pkey PRIMARY KEY (user_id);

ALTER TABLE ONLY public.wrong_tries
    ADD CONSTRAINT wrong_tries_pkey PRIMARY KEY (caller);

CREATE INDEX card_alias_card ON public.card_alias USING btree (card_id);

CREATE INDEX card_visits_card ON public.card_visits USING btree (card_id);

CREATE INDEX card_visits_ruleset ON public.card_visits USING btree (ruleset_id, at) WHERE (confirmed_at IS NOT NULL);

CREATE INDEX cards_ica ON public.cards USING btree (ica, last_seen_at, card_id);

CREATE INDEX cards_seen ON public.cards USING btree (last_seen_at, card_id);

CREATE INDEX events_feed ON public.events USING btree (epoch, xid, "position");

CREATE INDEX operations_at ON public.operations USING btree (at, access_id);

CREATE INDEX operations_card ON public.operations USING btree (card_id, at, access_id);

CREATE INDEX operations_ica ON public.operations USING btree (ica, at, access_id);

CREATE INDEX operations_location ON public.operations USING btree (location_id, at, access_id);

CREATE INDEX operations_merchant ON public.operations USING btree (merchant_id, at, access_id);

CREATE INDEX operations_open ON public.operations USING btree (expires_at) WHERE (status = 'PENDING'::text);

CREATE INDEX operations_request ON public.operations USING btree (terminal, request_id) WHERE (request_id IS NOT NULL);

CREATE INDEX operations_terminal ON public.operations USING btree (terminal, at, access_id);

CREATE INDEX quota_holds_open ON public.quota_holds USING btree (reserved_at) WHERE (status = 'RESERVED'::text);

CREATE INDEX quota_holds_visits ON public.quota_holds USING btree (ruleset_id, visit_at);

CREATE INDEX records_location ON public.records USING btree (location_id) WHERE (kind = 'terminal'::text);

CREATE INDEX records_merchant ON public.records USING btree (merchant_id) WHERE (kind = 'location'::text);

CREATE INDEX records_modified ON public.records USING btree (kind, modified_at, id) WHERE (NOT deleted);

CREATE INDEX records_name ON public.records USING btree (kind, name_key, id) WHERE (NOT deleted);

CREATE INDEX request_register_access ON public.request_register USING btree (access_id) WHERE (operation = 'check_entry'::text);

CREATE UNIQUE INDEX sessions_id ON public.sessions USING btree (id);

CREATE INDEX transactions_card ON public.transactions USING btree (card_id, transaction_at);

CREATE TRIGGER events_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.events FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

ALTER TABLE public.events ENABLE ALWAYS TRIGGER events_append_only;

CREATE TRIGGER terms_file_parts_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.terms_file_parts FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_terms_change();

ALTER TABLE ONLY public.card_alias
    ADD CONSTRAINT card_alias_card_id_fkey FOREIGN KEY (card_id) REFERENCES public.card_vault(card_id);

alter table public.operations add column trust text;

create index operations_ruleset on public.operations (ruleset_id, at, access_id);

create index operations_code on public.operations (code, at, access_id) where code is not null;

create index operations_rare on public.operations (status, at, access_id)
     where status in ('CANCELLED', 'EXPIRED', 'REVERSED');

create index operations_flagged on public.operations (at, access_id) where cardinality(flags) > 0;

create index card_vault_mask on public.card_vault (right(mask, 4), left(mask, 6)) where mask is not null;

create table public.operation_counts (
     slot timestamptz not null,
     location_id text collate "C" not null,
     merchant_id text collate "C" not null,
     service text collate "C" not null,
     ica text collate "C" not null,
     ruleset_id text collate "C" not null,
     status text collate "C" not null,
     code text collate "C" not null,
     cost text collate "C" not null,
     currency text collate "C" not null,
     payment_status text collate "C" not null,
     operations int not null,
     with_guests int not null,
     adults_free int not null,
     adults_paid int not null,
     children_free int not null,
     children_paid int not null,
     free_children int not null,
     charged numeric not null,
     refunded numeric not null,
     primary key (slot, location_id, merchant_id, service, ica, ruleset_id, status, code, cost, currency, payment_status)
   );

create table public.user_preferences (
     user_id text not null,
     name text not null,
     value text not null,
     primary key (user_id, name)
   );

create table public.saved_views (
     id text primary key,
     user_id text not null,
     list text not null,
     name text not null,
     search text not null,
     created_at timestamptz not null default now(),
     unique (user_id, list, name)
   );

alter table public.saved_views add column shared_with text[] not null default '{}';

create table public.list_keys (
     kid text primary key,
     public_jwk json not null,
     sealed bytea not null,
     made_at timestamptz not null,
     retires_at timestamptz
   );
create unique index list_keys_signing on public.list_keys ((true)) where retires_at is null;

create table public.whitelist_uploads (
     seq bigint generated always as identity primary key,
     id text not null unique,
     scope_kind text not null check (scope_kind in ('RULESET', 'LOCATION')),
     scope_id text not null,
     mode text not null check (mode in ('ADD', 'REPLACE', 'REMOVE')),
     by_hand boolean not null,
     lines int not null,
     added int not null,
     changed int not null,
     unchanged int not null,
     removed int not null,
     not_listed int not null,
     total int not null,
     actor_id text not null,
     actor_role text not null,
     at timestamptz not null,
     received_at timestamptz not null default now()
   );
create index whitelist_uploads_scope on public.whitelist_uploads (scope_id, seq);
create table public.whitelist_entries (
     seq bigint generated always as identity primary key,
     upload_id text not null,
     scope_id text collate "C" not null,
     list_hash bytea not null check (length(list_hash) = 32),
     reference_hash bytea,
     card_id text not null,
     valid_from timestamptz,
     valid_to timestamptz,
     removed boolean not null
   );
create index whitelist_entries_hash on public.whitelist_entries (scope_id, list_hash, seq desc);
create index whitelist_entries_card on public.whitelist_entries (card_id);
create index whitelist_entries_upload on public.whitelist_entries (upload_id);
create table public.location_secrets (
     key_id text primary key,
     location_id text not null,
     sealed bytea not null,
     made_at timestamptz not null,
     retired_at timestamptz
   );
create unique index location_secrets_current on public.location_secrets (location_id) where retired_at is null;
create index location_secrets_location on public.location_secrets (location_id);

create table public.ruleset_usage (
     ruleset_id text collate "C" primary key,
     visits int not null
   );

create table public.offline_reports (
     device text collate "C" not null,
     report_id text collate "C" not null,
     fingerprint bytea not null,
     access_id text not null,
     card_id text not null,
     primary key (device, report_id)
   );
alter table public.operations alter column entry_mode drop not null;
alter table public.operations add column offline json;
alter table public.operations add column report_id text collate "C";
alter table public.operations add column card_flags text[] not null default '{}';
alter table public.operations add column reviewed_flags text[] not null default '{}';
alter table public.operations add column review text;
create table public.enrollment_codes (
     hash bytea primary key,
     enrollment_id text collate "C" not null,
     made_at timestamptz not null default now()
   );
alter table public.records drop constraint records_kind_check;
alter table public.records add constraint records_kind_check
     check (kind in ('merchant', 'location', 'terminal', 'ruleset', 'user', 'key', 'enrollment'));
create table public.claim_codes (
     code_hash bytea primary key,
     code_id text not null,
     serial_number text not null,
     created_at timestamptz not null default now()
   );
create table public.device_nonces (
     hash bytea primary key,
     seen_at timestamptz not null
   );
alter table public.operations add column waits boolean not null default false;
alter table public.operations add column overtaken_by text[] not null default '{}';
alter table public.operations add column cap_max int;
alter table public.operations add column budget_max int;
alter table public.operations add column budget_from timestamptz;
alter table public.operations add column budget_to timestamptz;
create index operations_offline_card on public.operations (card_id) where offline is not null;
create index operations_offline_terminal on public.operations (terminal, at) where offline is not null;
create index operations_offline_budget on public.operations (ruleset_id, at) where budget_max is not null;
create index operations_waiting on public.operations (at, access_id) where waits;
alter table public.operation_counts add column type text collate "C" not null default 'ONLINE';
alter table public.operation_counts drop constraint operation_counts_pkey;
alter table public.operation_counts add primary key
     (slot, location_id, merchant_id, service, ica, ruleset_id, status, code, cost, currency, payment_status, type);
alter table public.cards add column has_offline boolean not null default false;

create table public.pairing_failures (
         serial_number text not null,
         why text not null,
         at timestamptz not null,
         primary key (serial_number, why)
       );
create table public.device_connections (
     serial_number text collate "C" primary key,
     connection_id text not null,
     instance text not null,
     opened_at timestamptz not null default clock_timestamp(),
     seen_at timestamptz not null default clock_timestamp(),
     closed_at timestamptz,
     close_code int
   );
create index device_connections_of_instance on public.device_connections (instance) where closed_at is null;
create table public.open_commands (
     command_id text collate "C" primary key,
     serial_number text collate "C" not null,
     action text not null,
     queued_at timestamptz not null,
     expires_at timestamptz not null
   );
create index open_commands_of_device on public.open_commands (serial_number, queued_at);
create index open_commands_by_end on public.open_commands (expires_at);
create table public.device_commands (
     command_id text collate "C" primary key,
     serial_number text collate "C" not null,
     action text not null,
     status text not null,
     failure_code text,
     late text,
     amount text,
     currency text,
     by_id text not null,
     by_role text not null,
     queued_at timestamptz not null,
     expires_at timestamptz not null,
     changed_at timestamptz not null
   );
create index device_commands_of_device on public.device_commands (serial_number, queued_at desc, command_id desc);
create table public.certificate_authorities (
     id text primary key,
     parent text references public.certificate_authorities (id),
     pem text not null,
     sealed bytea not null,
     made_at timestamptz not null
   );
create table public.setup_codes (
     code_hash bytea primary key,
     code_id text not null,
     serial_number text not null,
     created_at timestamptz not null default now()
   );
create table public.pos_ids (
     pos_id text collate "C" primary key,
     serial_number text not null
   );
create table public.certificates (
     serial_number text collate "C" primary key,
     terminal text collate "C" not null,
     pos_id text not null,
     fingerprint text not null,
     subject text not null,
     key_made_by text not null,
     not_before timestamptz not null,
     not_after timestamptz not null,
     until timestamptz not null,
     issued_at timestamptz not null,
     ended_at timestamptz,
     ended_by text check (ended_by in ('REVOKED', 'REPLACED', 'UNPAIRED', 'REMOVED'))
   );
create index certificates_terminal on public.certificates (terminal, issued_at);
create index certificates_issued on public.certificates (issued_at, serial_number);
create table public.webhook_feed (
     id int primary key check (id = 1),
     position text collate "C",
     stream text,
     revision int,
     moved boolean not null default false,
     leased_by text,
     leased_until timestamptz,
     error text
   );
insert into public.webhook_feed (id) values (1);
create table public.webhook_endpoints (
     id text collate "C" primary key,
     life jsonb not null,
     deleted boolean not null,
     disabled_position text collate "C",
     down_since timestamptz
   );
create table public.webhook_secrets (
     id text collate "C" primary key,
     endpoint_id text collate "C" not null,
     sealed bytea not null
   );
create index webhook_secrets_endpoint on public.webhook_secrets (endpoint_id);
create table public.webhook_deliveries (
     id text collate "C" primary key,
     endpoint_id text collate "C" not null,
     message_id text not null,
     type text not null,
     lane text collate "C" not null,
     position text collate "C",
     body text not null,
     state text not null default 'WAITING' check (state in ('WAITING', 'DELIVERED', 'DEAD')),
     attempts int not null default 0,
     log jsonb not null default '[]',
     queued_at timestamptz not null,
     tried_at timestamptz,
     unique (endpoint_id, message_id)
   );
create index webhook_deliveries_lane on public.webhook_deliveries (endpoint_id, lane, position nulls first)
    where state = 'WAITING';
create index webhook_deliveries_newest on public.webhook_deliveries (endpoint_id, id);
create index webhook_deliveries_dead on public.webhook_deliveries (endpoint_id, id) where state = 'DEAD';
create index webhook_deliveries_queued on public.webhook_deliveries (queued_at);
create table public.webhook_lanes (
     endpoint_id text collate "C" not null,
     lane text collate "C" not null,
     waiting int not null,
     due_at timestamptz not null,
     leased_by text,
     primary key (endpoint_id, lane)
   );
create index webhook_lanes_due on public.webhook_lanes (endpoint_id, due_at);
create table public.webhook_replays (
     id text collate "C" primary key,
     endpoint_id text collate "C" not null,
     position text collate "C" not null,
     until_position text collate "C" not null,
     queued int not null default 0
   );
create table public.amount_checks (
     key text primary key,
     card_id text not null,
     access_id text not null,
     amount text not null,
     currency text not null,
     state text not null check (state in ('ASKED', 'UNKNOWN', 'DUE', 'GIVEN_BACK', 'NOT_TAKEN')),
     outcome text check (outcome in ('PASSED', 'FAILED', 'INSUFFICIENT_FUNDS')),
     response_code text,
     asked_at timestamptz not null,
     next_at timestamptz not null,
     tries int not null default 0,
     problem text,
     settled_at timestamptz
   );
create index amount_checks_open on public.amount_checks (next_at) where state in ('ASKED', 'UNKNOWN', 'DUE');
create index transactions_refers_to on public.transactions (refers_to) where refers_to is not null;
create index rates_day on public.rates (day, base, quote, seq desc);
create table public.rate_pull (
     only_one boolean primary key check (only_one),
     at timestamptz not null,
     outcome text not null,
     detail text,
     stored integer not null,
     until text
   );

alter table card_vault add column replaced_by text references card_vault;
create index card_vault_replaced on card_vault (replaced_by) where replaced_by is not null;
create table card_arefs (
     aref text collate "C" primary key,
     card_id text not null
   );
create index card_arefs_card on card_arefs (card_id);
create table export_keys (
     version int primary key,
     sealed bytea not null,
     made_at timestamptz not null
   );
create table card_export_hashes (
     card_id text primary key references card_vault,
     key_version int not null references export_keys,
     hash bytea not null check (length(hash) = 32)
   );
alter table cards add column aref text collate "C";
alter table cards add column enrolled_at timestamptz;
alter table cards add column replaced_by text;
create index cards_aref on cards (aref) where aref is not null;
create index cards_enrolled on cards (enrolled_at, card_id) where enrolled;
create function live_card(p_card text) returns text language sql stable as $$
     with recursive chain (id, next) as (
       select v.card_id, v.replaced_by from card_vault v where v.card_id = p_card
       union
       select v.card_id, v.replaced_by from chain c join card_vault v on v.card_id = c.next
     )
     select coalesce((select c.id from chain c where c.next is null limit 1), p_card)
   $$;
create function replace_card(p_card text, p_into text) returns text[]
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
   end $$;
create or replace function join_cards(p_card text, p_links bytea[]) returns text
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
   end $$;
create or replace function claim_request(
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
   end $$;
create table payments (
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
   );
create index payments_open on payments (access_id) where is_open;
create index payments_for_person on payments (requested_at desc, access_id desc) where is_open or for_person;
create index payments_by_time on payments (requested_at desc, access_id desc);
create table payment_tries (
     access_id text primary key,
     -- Until when it is somebody's, or when it is tried next.
     next_at timestamptz not null,
     tries int not null default 0,
     -- Why the last try came to nothing.
     problem text,
     -- The last questions and answers.
     log jsonb not null default '[]'
   );
create table acquirer_references (
     access_id text primary key,
     sealed bytea not null,
     kept_at timestamptz not null
   );

alter table card_adjustments add column guests jsonb;
create table adjustments (
     adjustment_id text collate "C" primary key,
     card_id text not null,
     ruleset_id text not null,
     free int not null,
     paid int not null,
     reason text not null,
     -- DIRECT: made by one alone, and never proposed.
     status text not null check (status in ('OPEN', 'APPROVED', 'DECLINED', 'WITHDRAWN', 'DIRECT')),
     at timestamptz not null,
     by_id text not null,
     by_role text not null,
     -- Null while it is open, and of what was made by one alone.
     decided_at timestamptz,
     decided_by_id text,
     decided_by_role text,
     decided_reason text
   );
create index adjustments_by_time on adjustments (at desc, adjustment_id desc);
create index adjustments_open on adjustments (at desc, adjustment_id desc) where status = 'OPEN';
create index adjustments_card on adjustments (card_id);
create table opening_balance_imports (
     seq bigint generated always as identity primary key,
     id text not null unique,
     source text not null,
     lines int not null,
     taken int not null,
     unchanged int not null,
     refused int not null,
     actor_id text not null,
     actor_role text not null,
     -- Business time.
     at timestamptz not null,
     received_at timestamptz not null default now()
   );
create index opening_balance_imports_actor on opening_balance_imports (actor_id, seq);
create table vault_key_holders (
     instance text primary key,
     newest_version int not null,
     seen_at timestamptz not null
   );
create function written_by_the_vaults_key() returns trigger
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
   end $$;
create trigger written_by_the_vaults_key after insert on card_alias
   referencing new table as written for each statement execute function written_by_the_vaults_key();
create or replace function claim_request(
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
   end $$;
create table public.reward_pull (
     only_one boolean primary key check (only_one),
     source text not null,
     cursor text,
     at timestamptz,
     outcome text,
     status int,
     stored int not null default 0,
     has_more boolean not null default false,
     moved_at timestamptz,
     newest timestamptz,
     differing int not null default 0
   );

create table public.reward_waiting (
     transaction_id text primary key,
     aref text collate "C" not null,
     type text not null check (type in ('PURCHASE', 'REFUND', 'REVERSAL')),
     refers_to text,
     minor text not null,
     currency text not null,
     mcc text not null,
     transaction_at timestamptz not null,
     posted_at timestamptz,
     received_at timestamptz not null default now()
   );

create index reward_waiting_aref on public.reward_waiting (aref);

create table public.imports (
     id text collate "C" primary key,
     kind text not null check (kind in ('TRANSACTIONS', 'ACCOUNT_RANGES', 'RATES', 'ENROLMENTS')),
     file_name text,
     state text not null check (state in ('RUNNING', 'COMPLETED', 'INTERRUPTED', 'FAILED')),
     -- Of the file that hold something, its header apart.
     lines int not null,
     accepted int not null,
     known int not null,
     bad int not null,
     actor_id text not null,
     actor_role text not null,
     -- Business time.
     at timestamptz not null,
     changed_at timestamptz not null default clock_timestamp(),
     -- Of an import that can be taken up again: by whose key, who has it in hand, and what of the file is committed.
     owner text,
     key text,
     attempt text,
     format text,
     file_lines int not null default 0,
     file_bytes bigint not null default 0,
     fingerprint bytea,
     unique (owner, key)
   );

create index imports_by_time on public.imports (at desc, id desc);

create index imports_actor on public.imports (actor_id, at desc, id desc);

create table public.import_bad_lines (
     import_id text collate "C" not null,
     line int not null,
     place int not null,
     field text,
     message text not null,
     primary key (import_id, line, place)
   );

create index opening_balance_imports_by_time on public.opening_balance_imports (at desc, (id collate "C") desc);

CREATE TABLE public.terminal_sightings (
    serial_number text COLLATE "C" PRIMARY KEY,
    device int NOT NULL,
    seen_at timestamptz NOT NULL
);

ALTER TABLE public.cards ADD COLUMN is_joined boolean NOT NULL DEFAULT false;
CREATE TABLE public.operation_joined_cards (card_id text COLLATE "C" PRIMARY KEY);

INSERT INTO public.kysely_migration (name, "timestamp") VALUES
  ('202611290500_event_log', '2026-11-29T05:00:00.000Z'),
  ('202611290501_vault', '2026-11-29T05:00:00.000Z'),
  ('202611290502_gate', '2026-11-29T05:00:00.000Z'),
  ('202611290503_accounts', '2026-11-29T05:00:00.000Z'),
  ('202611290504_wrong_tries', '2026-11-29T05:00:00.000Z'),
  ('202611290505_reference_data', '2026-11-29T05:00:00.000Z'),
  ('202611290506_read_models', '2026-11-29T05:00:00.000Z'),
  ('202611290507_installation', '2026-11-29T05:00:00.000Z'),
  ('202611291210_terms', '2026-11-29T12:10:00.000Z'),
  ('202611291225_people', '2026-11-29T12:25:00.000Z'),
  ('202611291300_branding', '2026-11-29T13:00:00.000Z'),
  ('202611291310_operation_filters', '2026-11-29T13:10:00.000Z'),
  ('202611291320_operation_counts', '2026-11-29T13:20:00.000Z'),
  ('202611291530_own_choices', '2026-11-29T15:30:00.000Z'),
  ('202611291910_ruleset_usage', '2026-11-29T19:10:00.000Z'),
  ('202611291940_shared_views', '2026-11-29T19:40:00.000Z'),
  ('202611292000_list_keys', '2026-11-29T20:00:00.000Z'),
  ('202611292240_whitelists', '2026-11-29T22:40:00.000Z'),
  ('202611292250_offline_entries', '2026-11-29T22:50:00.000Z'),
  ('202611300300_enrollments', '2026-11-30T03:00:00.000Z'),
  ('202611300330_claim_codes', '2026-11-30T03:30:00.000Z'),
  ('202611300640_pairing_failures', '2026-11-30T06:40:00.000Z'),
  ('202611300700_devices', '2026-11-30T07:00:00.000Z'),
  ('202611300730_certificates', '2026-11-30T07:30:00.000Z'),
  ('202611301100_webhooks', '2026-11-30T11:00:00.000Z'),
  ('202611301110_outside', '2026-11-30T11:10:00.000Z'),
  ('202611301120_reference_windows', '2026-11-30T11:20:00.000Z'),
  ('202611301130_enrolled_cards', '2026-11-30T11:30:00.000Z'),
  ('202611301140_payments', '2026-11-30T11:40:00.000Z'),
  ('202611301160_adjustments', '2026-11-30T19:10:00.000Z'),
  ('202611301170_vault_keys', '2026-11-30T19:30:00.000Z'),
    ('202611301200_rewards', '2026-11-30T19:30:00.000Z'),
    ('202611301210_imports', '2026-11-30T19:30:00.000Z'),
    ('202612010800_terminal_sightings', '2026-12-01T04:00:00.000Z'),
    ('202612011000_accounts_offline', '2026-12-01T04:40:00.000Z');
INSERT INTO public.kysely_migration_lock (id, is_locked) VALUES ('migration_lock', 0);
INSERT INTO public.log_epoch (epoch, system_identifier) VALUES (1, 7000000000000000001);
INSERT INTO public.scope_revisions (scope, revision) VALUES ('rulesets', 1), ('account-ranges', 1), ('rates', 0);
INSERT INTO public.installation (id, test_clock, keyring_id, log_seen) VALUES (1, false, 'kr-golden', '');
INSERT INTO public.card_vault (card_id, mask) VALUES ('01J00000000000000000000CA1', '555555******4444');
INSERT INTO public.card_alias (hash, key_version, card_id, kind) VALUES ('\x01', 1, '01J00000000000000000000CA1', 'PAN');
INSERT INTO public.events (stream, revision, id, type, body, hash, epoch) VALUES
  ('merchant-01J00000000000000000000MA1', 0, '0b0e1bd4-1b1d-5b1c-8d7e-3f3a1c5d7e9f', 'MerchantCreated', '{}', repeat('0', 64), 1);
INSERT INTO public.stream_heads (stream, revision) VALUES ('merchant-01J00000000000000000000MA1', 0);
INSERT INTO public.account_ranges (import_id, low, high, ica, issuer_name, country, product_code) VALUES
  ('01J00000000000000000000IA1', '5000000000000000000', '5999999999999999999', '0001234', 'Test Bank', 'POL', 'WLE');
INSERT INTO public.user_preferences (user_id, name, value) VALUES ('01J00000000000000000000US1', 'language', '"pl"');
INSERT INTO public.saved_views (id, user_id, list, name, search, shared_with) VALUES
  ('01J00000000000000000000VW1', '01J00000000000000000000US1', 'operations', 'Refused', 'status=REJECTED', '{CALL_CENTER}');
INSERT INTO public.list_keys (kid, public_jwk, sealed, made_at) VALUES
  ('lk-golden', '{"kty":"EC","crv":"P-256","x":"x","y":"y"}', '\x01', '2026-11-29T20:00:00.000Z');
INSERT INTO public.whitelist_uploads (id, scope_kind, scope_id, mode, by_hand, lines, added, changed, unchanged, removed, not_listed, total, actor_id, actor_role, at) VALUES
  ('01J00000000000000000000WU1', 'LOCATION', '01J00000000000000000000LC1', 'ADD', false, 1, 1, 0, 0, 0, 0, 1, '01J00000000000000000000US1', 'ADMIN', '2026-11-29T22:40:00.000Z');
INSERT INTO public.whitelist_entries (upload_id, scope_id, list_hash, card_id, removed) VALUES
  ('01J00000000000000000000WU1', '01J00000000000000000000LC1', decode(repeat('01', 32), 'hex'), '01J00000000000000000000CA1', false);
INSERT INTO public.location_secrets (key_id, location_id, sealed, made_at) VALUES
  ('ls-golden', '01J00000000000000000000LC1', '\x01', '2026-11-29T22:40:00.000Z');
INSERT INTO public.offline_reports (device, report_id, fingerprint, access_id, card_id) VALUES
  ('T-1', 'r-1', '\x01', '01J00000000000000000000AC1', '01J00000000000000000000CA1');
INSERT INTO public.enrollment_codes (hash, enrollment_id) VALUES ('\x01', '01J00000000000000000000EN1');
INSERT INTO public.pairing_failures (serial_number, why, at) VALUES ('T-1', 'WRONG_CODE', '2026-11-30T06:45:00Z');
INSERT INTO public.pos_ids (pos_id, serial_number) VALUES ('POS-1', 'T-1');
INSERT INTO public.certificate_authorities (id, parent, pem, sealed, made_at) VALUES
  ('root', null, '-', '\x01', '2026-11-30T07:30:00Z'), ('issuing', 'root', '-', '\x01', '2026-11-30T07:30:00Z');
INSERT INTO public.open_commands (command_id, serial_number, action, queued_at, expires_at) VALUES
  ('01J00000000000000000000CM1', 'T-1', 'SALE', '2026-11-30T07:30:00Z', '2026-11-30T07:33:00Z');
INSERT INTO public.transactions (transaction_id, card_id, type, refers_to, minor, currency, mcc, transaction_at) VALUES
  ('t-1', '01J00000000000000000000CA1', 'PURCHASE', null, '1000', 'EUR', '5411', '2026-11-30T11:20:00Z'),
  ('t-2', '01J00000000000000000000CA1', 'REFUND', 't-1', '100', 'EUR', '5411', '2026-11-30T11:20:00Z');
INSERT INTO public.rates (day, base, quote, rate) VALUES ('2026-11-30', 'EUR', 'USD', '1.16');
INSERT INTO public.rate_pull (only_one, at, outcome, detail, stored, until) VALUES (true, '2026-11-30T16:00:00Z', 'DONE', null, 1, '2026-11-30');
INSERT INTO public.amount_checks (key, card_id, access_id, amount, currency, state, asked_at, next_at) VALUES
  ('01J00000000000000000000AM1', '01J00000000000000000000CA1', '01J00000000000000000000AC1', '1.00', 'EUR', 'DUE', '2026-11-30T11:10:00Z', '2026-11-30T11:11:00Z');
INSERT INTO public.webhook_secrets (id, endpoint_id, sealed) VALUES ('01J00000000000000000000WS1', '01J00000000000000000000WE1', '\x01');
INSERT INTO public.webhook_deliveries (id, endpoint_id, message_id, type, lane, body, queued_at) VALUES
  ('01J00000000000000000000WD1', '01J00000000000000000000WE1', 'msg_1', 'card.frozen', 'card-01J00000000000000000000CA1', '{}', '2026-11-30T11:00:00Z');
INSERT INTO public.card_arefs (aref, card_id) VALUES ('AREF-1', '01J00000000000000000000CA1');
INSERT INTO public.export_keys (version, sealed, made_at) VALUES (1, '\x01', '2026-11-30T11:30:00Z');
INSERT INTO public.card_export_hashes (card_id, key_version, hash) VALUES ('01J00000000000000000000CA1', 1, decode(repeat('01', 32), 'hex'));
INSERT INTO public.payment_tries (access_id, next_at) VALUES ('01J00000000000000000000AC1', '2026-11-30T11:40:00Z');
INSERT INTO public.acquirer_references (access_id, sealed, kept_at) VALUES ('01J00000000000000000000AC1', '\x01', '2026-11-30T11:40:00Z');
INSERT INTO public.adjustments (adjustment_id, card_id, ruleset_id, free, paid, reason, status, at, by_id, by_role) VALUES
  ('01J00000000000000000000AJ1', '01J00000000000000000000CA1', '01J00000000000000000000RS1', 1, 0, 'The lounge was closed', 'OPEN', '2026-11-30T19:10:00Z', '01J00000000000000000000US1', 'CALL_CENTER');
INSERT INTO public.opening_balance_imports (id, source, lines, taken, unchanged, refused, actor_id, actor_role, at) VALUES
  ('01J00000000000000000000OB1', 'former system', 1, 1, 0, 0, '01J00000000000000000000US1', 'ADMIN', '2026-11-30T19:10:00Z');
INSERT INTO public.vault_key_holders (instance, newest_version, seen_at) VALUES ('01J00000000000000000000IN1', 1, '2026-11-30T19:30:00Z');

INSERT INTO public.reward_pull (only_one, source, cursor, at, outcome, status, stored, has_more, moved_at, newest, differing) VALUES (true, 'https://rewards.example.org', 'c-12', '2026-11-30 10:00:00+00', 'DONE', 200, 3, false, '2026-11-30 10:00:00+00', '2026-11-29 12:00:00+00', 0);
INSERT INTO public.reward_waiting (transaction_id, aref, type, refers_to, minor, currency, mcc, transaction_at, posted_at, received_at) VALUES ('waiting-1', 'AREF-9', 'PURCHASE', NULL, '1250', 'EUR', '5812', '2026-11-29 12:00:00+00', NULL, '2026-11-30 10:00:00+00');
INSERT INTO public.imports (id, kind, file_name, state, lines, accepted, known, bad, actor_id, actor_role, at, changed_at) VALUES ('01KAAAAAAAAAAAAAAAAAAAAAAA', 'TRANSACTIONS', 'november.csv', 'COMPLETED', 3, 2, 0, 1, 'demo', 'ADMIN', '2026-11-30 10:00:00+00', '2026-11-30 10:00:00+00');
INSERT INTO public.import_bad_lines (import_id, line, place, field, message) VALUES ('01KAAAAAAAAAAAAAAAAAAAAAAA', 3, 0, 'mcc', 'four digits');
INSERT INTO public.terminal_sightings (serial_number, device, seen_at) VALUES ('POS-1', 1, '2026-12-01T04:00:00Z');
INSERT INTO public.operation_joined_cards (card_id) VALUES ('01J00000000000000000000CA1');
