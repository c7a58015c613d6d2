import { type Kysely, sql } from "kysely";

/**
 * The event log: one table, the epochs of its transaction ids, and the only function that writes it.
 *
 * Everything here leans on two facts: a transaction id is assigned after the stream is locked, so ids
 * grow along each stream; and below `pg_snapshot_xmin` nothing can appear any more, so a reader in
 * (epoch, xid, position) order never has to look back.
 */
const STATEMENTS: readonly string[] = [
  // A transaction id says nothing outside the cluster that gave it: restored elsewhere, the log starts an epoch.
  `create table log_epoch (
     epoch int primary key check (epoch > 0),
     system_identifier bigint not null,
     started_at timestamptz not null default clock_timestamp()
   )`,
  `create table events (
     stream text collate "C" not null,
     revision bigint not null,
     id uuid not null,
     type text not null,
     body text not null,
     hash text collate "C" not null,
     epoch int not null,
     xid xid8 not null default pg_current_xact_id(),
     position bigint generated always as identity,
     primary key (stream, revision),
     unique (stream, id)
   )`,
  `create index events_feed on events (epoch, xid, position)`,

  // The session's cluster can't change, its log_epoch can (a restore under a running service): only the first is kept.
  `create function log_system_identifier() returns bigint language plpgsql volatile as $$
   declare
     known text := current_setting('admittance.system_identifier', true);
   begin
     if known is null or known = '' then
       known := (select c.system_identifier::text from pg_control_system() c);
       perform set_config('admittance.system_identifier', known, false);
     end if;
     return known::bigint;
   end $$`,
  `create function start_log_epoch() returns int language plpgsql volatile as $$
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
   end $$`,

  // The epoch whose rows the feed has to hold back. Before the first append on a new cluster that is the next one.
  `create function feed_epoch() returns int language plpgsql volatile as $$
   declare
     here constant bigint := log_system_identifier();
     newest log_epoch;
   begin
     select * into newest from log_epoch order by epoch desc limit 1;
     return case when newest.system_identifier = here then newest.epoch else coalesce(newest.epoch, 0) + 1 end;
   end $$`,
  `create function check_append_transaction() returns void language plpgsql volatile as $$
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
   end $$`,

  // A group of appends in one commit, each judged by itself, in order.
  //   streams:  the distinct streams of the group
  //   append i: at_stream[i] (index into streams), expected[i] (-1 no stream, -2 any), sizes[i] events
  //   event k:  of_append[k] (grouped, ascending), offsets[k] (from 0 in its append), ids, types, bodies, hashes
  // No (stream, id) may occur twice in one call. Answers in the order of the appends:
  //   outcome 'a' appended, 'r' repeated, 'c' conflict; revision: the first, or the actual one of a conflict.
  `create function append_events(
     streams text[], at_stream int[], expected bigint[], sizes int[],
     of_append int[], offsets int[], ids uuid[], types text[], bodies text[], hashes text[]
   ) returns table (outcome "char", revision bigint, epoch int, xid text, "position" bigint)
   language plpgsql volatile as $$
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
   end $$`,
  `create function refuse_change() returns trigger language plpgsql as $$
   begin
     raise exception 'events are never changed: % refused', tg_op using errcode = 'AD003';
   end $$`,
  `create trigger events_append_only before update or delete or truncate on events
     for each statement execute function refuse_change()`,

  // Also under session_replication_role = replica, which switches ordinary triggers off.
  `alter table events enable always trigger events_append_only`,

  // Several streams from a revision on, at most so many events of each. For the same reason with a plan that is fixed.
  `create function read_streams(streams text[], firsts bigint[], most bigint[])
   returns table (place int, stream text, revision bigint, id uuid, type text, body text, hash text,
                  epoch int, xid xid8, "position" bigint)
   language plpgsql stable set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
   #variable_conflict use_column
   begin
     return query
     select q.place::int, e.* from unnest(streams, firsts, most) with ordinality q(name, first, most, place)
     cross join lateral (
       select * from events v where v.stream = q.name and v.revision >= q.first order by v.revision limit q.most) e
     order by q.place, e.revision;
   end $$`,
  `select start_log_epoch()`,
];

/** Creates the event log. Needs PostgreSQL 14 or later and a database in UTF8 (others can't keep every body). */
export async function up(db: Kysely<unknown>): Promise<void> {
  const encoding = await sql<{ server_encoding: string }>`show server_encoding`.execute(db);
  const found = encoding.rows[0]?.server_encoding;
  if (found !== "UTF8")
    throw new Error(`the event log needs a database with encoding UTF8, this one has ${found ?? "none"}`);
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
