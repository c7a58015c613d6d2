import type { Pool, QueryResultRow } from "pg";
import { inTransaction } from "../../database/transaction.ts";
import type { Instant } from "../../domain/time.ts";
import type { Position } from "../../eventlog/log.ts";

/** What waits to be sent, in tables: one row a message and receiver, and one a lane of which something waits. */

/** To be put into the queue. */
export interface Queued {
  readonly id: string;
  readonly endpointId: string;
  readonly messageId: string;
  readonly type: string;
  readonly lane: string;
  readonly position: Position | null;
  readonly body: string;
}

type Ask = Pick<Pool, "query">;

/** Again: what was delivered or given up waits anew. Else what is known already is left as it is. */
export async function enqueue(
  client: Ask,
  given: readonly Queued[],
  now: Instant,
  { again }: { readonly again: boolean },
): Promise<number> {
  if (given.length === 0) return 0;
  const onConflict = again
    ? `do update set state = 'WAITING', attempts = 0, queued_at = excluded.queued_at
       where webhook_deliveries.state <> 'WAITING'`
    : "do nothing";
  const { rows } = await client.query<{ count: number }>(
    `with given as (
       select * from jsonb_to_recordset($1::jsonb) as g(id text, "endpointId" text, "messageId" text, type text,
         lane text, position text, body text)
     ), put as (
       insert into webhook_deliveries (id, endpoint_id, message_id, type, lane, position, body, queued_at)
       select id, "endpointId", "messageId", type, lane, position, body, $2 from given
       order by "endpointId", "messageId"
       on conflict (endpoint_id, message_id) ${onConflict}
       returning endpoint_id, lane
     ), lanes as (
       insert into webhook_lanes (endpoint_id, lane, waiting, due_at)
       select endpoint_id, lane, count(*), $2 from put group by 1, 2 order by 1, 2
       on conflict (endpoint_id, lane) do update set waiting = webhook_lanes.waiting + excluded.waiting
     )
     select count(*)::int as count from put`,
    [JSON.stringify(given), new Date(now)],
  );
  return rows[0]?.count ?? 0;
}

export interface Waiting extends QueryResultRow {
  readonly id: string;
  readonly message_id: string;
  readonly type: string;
  readonly body: string;
  readonly attempts: number;
  readonly queued_at: Date;
}

/** Lanes that are due, for whoever comes first; they are due again when `until` has passed without a word. */
export async function claimLanes(
  pool: Ask,
  claim: {
    readonly endpointId: string;
    readonly token: string;
    readonly now: Instant;
    readonly until: Instant;
    readonly most: number;
  },
): Promise<readonly string[]> {
  const { rows } = await pool.query<{ lane: string }>({
    name: "webhook_claim",
    text: `update webhook_lanes l set leased_by = $2, due_at = $4
           from (select lane from webhook_lanes where endpoint_id = $1 and due_at <= $3
                 order by due_at limit $5 for update skip locked) c
           where l.endpoint_id = $1 and l.lane = c.lane
           returning l.lane`,
    values: [claim.endpointId, claim.token, new Date(claim.now), new Date(claim.until), claim.most],
  });
  return rows.map(({ lane }) => lane);
}

/** The first messages of a lane, in the order of the log. */
export async function firstOf(
  pool: Ask,
  endpointId: string,
  lane: string,
  most: number,
): Promise<readonly Waiting[]> {
  const { rows } = await pool.query<Waiting>({
    name: "webhook_first",
    text: `select id, message_id, type, body, attempts, queued_at from webhook_deliveries
           where endpoint_id = $1 and lane = $2 and state = 'WAITING'
           order by position nulls first limit $3`,
    values: [endpointId, lane, most],
  });
  return rows;
}

/** One line of a delivery's history. */
export interface AttemptLine {
  readonly at: string;
  readonly status: number | null;
  /** Why there was no answer; null where there was one. */
  readonly failure: string | null;
  readonly ms: number;
  /** How the answer begins, without anything that looks like a card number. */
  readonly answer: string | null;
}

export interface Noted {
  readonly endpointId: string;
  readonly lane: string;
  readonly token: string;
  readonly deliveryId: string;
  readonly state: "WAITING" | "DELIVERED" | "DEAD";
  readonly line: AttemptLine;
  /** Until when the lane is ours, or when it is tried again. */
  readonly dueAt: Instant;
}

const KEPT_LINES = 30;

/**
 * Keeps what an attempt came to. With a message that still waits the lane is given back. False: it is not ours, or no longer.
 */
export async function note(pool: Pool, noted: Noted): Promise<boolean> {
  const { endpointId, lane, token, deliveryId, state, line, dueAt } = noted;
  // Two statements: one alone would count by the lane as it was before whoever queues something at this moment. First the
  // delivery, then its lane: in the order in which they are queued, so that nobody waits for each other.
  return await inTransaction(pool, async (client) => {
    const { rowCount } = await client.query({
      name: "webhook_note",
      text: `update webhook_deliveries
             set state = $2, attempts = attempts + 1, tried_at = ($3::jsonb ->> 'at')::timestamptz,
                 log = case when jsonb_array_length(log) >= ${String(KEPT_LINES)} then log - 0 else log end || $3::jsonb
             where id = $1 and state = 'WAITING'`,
      values: [deliveryId, state, JSON.stringify(line)],
    });
    const done = state === "WAITING" || rowCount === 0 ? 0 : 1;
    const { rows } = await client.query<{ held: boolean }>({
      name: "webhook_note_lane",
      text: `update webhook_lanes
             set waiting = waiting - $4::int,
                 due_at = case when leased_by = $3 then $6 else due_at end,
                 leased_by = case when leased_by = $3 and $5::boolean then null else leased_by end
             where endpoint_id = $1 and lane = $2
             returning leased_by is not distinct from $3 as held`,
      values: [endpointId, lane, token, done, state === "WAITING", new Date(dueAt)],
    });
    return rows[0]?.held === true;
  });
}

/**
 * Gives a lane back, or takes it away where nothing waits any more. In two statements: one alone would look at the lane as
 * it was before whoever queues something at this moment.
 */
export async function releaseLane(
  pool: Ask,
  { endpointId, lane, token }: { readonly endpointId: string; readonly lane: string; readonly token: string },
  now: Instant,
): Promise<void> {
  const { rowCount } = await pool.query({
    name: "webhook_lane_done",
    text: "delete from webhook_lanes where endpoint_id = $1 and lane = $2 and leased_by = $3 and waiting <= 0",
    values: [endpointId, lane, token],
  });
  if (rowCount === 1) return;
  await pool.query({
    name: "webhook_lane_release",
    text: `update webhook_lanes set leased_by = null, due_at = $4
           where endpoint_id = $1 and lane = $2 and leased_by = $3`,
    values: [endpointId, lane, token, new Date(now)],
  });
}

/**
 * The receiver takes something again: nobody waits for the end of a pause that its absence made, and the next pause is a
 * short one.
 */
export async function hurryLanes(pool: Ask, endpointId: string, now: Instant): Promise<void> {
  await pool.query(
    `with fresh as (
       update webhook_deliveries set attempts = 0 where endpoint_id = $1 and state = 'WAITING' and attempts > 0
     )
     update webhook_lanes set due_at = $2 where endpoint_id = $1 and leased_by is null and due_at > $2`,
    [endpointId, new Date(now)],
  );
}
