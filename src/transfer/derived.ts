import type { Pool } from "pg";
import type { Batch } from "../eventlog/log.ts";

/** Streams whose heads nobody asks for: they are decided on at their exact revision. There may be millions of them. */
const WITHOUT_HEAD = /^(card|quota|command)-/;

/** The last revisions of the streams whose heads are kept in the database: terminals, rulesets, users and the like. */
export class Heads {
  readonly revisions = new Map<string, number>();

  see(batch: Batch): void {
    for (const { stream, revision } of batch) {
      if (!WITHOUT_HEAD.test(stream)) this.revisions.set(stream, revision);
    }
  }
}

/** No head is lower than those that were seen. */
export async function raiseTo(pool: Pool, { revisions }: Heads): Promise<void> {
  await pool.query(
    `insert into stream_heads (stream, revision)
     select * from unnest($1::text[], $2::bigint[])
     on conflict (stream) do update set revision = excluded.revision, raised_at = clock_timestamp()
     where stream_heads.revision < excluded.revision`,
    [[...revisions.keys()], [...revisions.values()]],
  );
}

/**
 * After the log was filled: the heads are those of the log, no snapshot knows of events that it lacks, and every read
 * model is built anew with the next start.
 */
export async function renewDerived(pool: Pool, { revisions }: Heads): Promise<void> {
  await pool.query(
    `with kept as (
       insert into stream_heads (stream, revision)
       select * from unnest($1::text[], $2::bigint[])
       on conflict (stream) do update set revision = excluded.revision, raised_at = clock_timestamp()
     ), gone as (
       delete from stream_heads where stream <> all ($1::text[])
     ), cache as (
       delete from snapshots
     ), webhooks as (
       update webhook_feed set moved = true, leased_by = null where position is not null
     ), replays as (
       delete from webhook_replays
     ), waiting as (
       -- Positions of another log: these keep their order, before those of this one.
       update webhook_deliveries set position = ' ' || position where state = 'WAITING'
     ), disabled as (
       update webhook_endpoints set disabled_position = null
     ), seen as (
       update installation set log_seen = ''
     )
     update checkpoints set version = 0, position = ''`,
    [[...revisions.keys()], [...revisions.values()]],
  );
}
