import { iso } from "../../domain/time.ts";
import { messageText } from "../../domain/webhook/message.ts";
import type { Position } from "../../eventlog/log.ts";
import type { Write } from "../management/commands.ts";
import { findRecord } from "../management/records.ts";
import { invalid, type Problem, problem } from "../problem.ts";
import type { Services } from "../services.ts";
import { enqueue } from "./queue.ts";
import { webhookKind } from "./webhooks.ts";

/** What people ask for beside what happens: a try, a message again, all of them again. */

export interface Queuing {
  readonly kind: "queued";
  readonly id: string;
}

/** A message that says nothing happened. */
export async function sendTry(
  services: Services,
  write: Write,
  endpointId: string,
): Promise<Queuing | Problem> {
  const refused = await closed(services, endpointId);
  if (refused !== null) return refused;
  const now = services.now();
  const { seed: id } = write;
  const told = { type: "webhook.test" as const, data: { at: iso(write.now) } };
  const body = messageText(told, { id, recordedAt: iso(now), position: null });
  // A lane of its own: it waits for nothing.
  const queued = { id, endpointId, messageId: id, type: told.type, lane: `try-${id}`, position: null, body };
  await enqueue(services.pool, [queued], now, { again: false });
  return { kind: "queued", id };
}

/** Delivered or given up, it waits again; what waits is tried now. */
export async function resend(
  { pool, now }: Services,
  endpointId: string,
  id: string,
): Promise<Queuing | Problem> {
  const { rows } = await pool.query<{ lane: string }>(
    `with again as (
       update webhook_deliveries set state = 'WAITING', attempts = 0, queued_at = $3
       where endpoint_id = $1 and id = $2 and state <> 'WAITING'
       returning endpoint_id, lane
     ), lanes as (
       insert into webhook_lanes (endpoint_id, lane, waiting, due_at) select endpoint_id, lane, 1, $3 from again
       on conflict (endpoint_id, lane) do update set waiting = webhook_lanes.waiting + 1
     ), hurried as (
       update webhook_lanes l set due_at = $3 from webhook_deliveries d
       where d.endpoint_id = $1 and d.id = $2 and d.state = 'WAITING' and l.endpoint_id = $1 and l.lane = d.lane
         and l.leased_by is null and l.due_at > $3
     )
     select lane from webhook_deliveries where endpoint_id = $1 and id = $2`,
    [endpointId, id, new Date(now())],
  );
  return rows.length === 0 ? problem("NOT_FOUND") : { kind: "queued", id };
}

/** Everything after a position, as far as the log goes now, with the ids that it had. */
export async function replay(
  services: Services,
  write: Write,
  endpointId: string,
  from: Position,
): Promise<Queuing | Problem> {
  const refused = await closed(services, endpointId);
  if (refused !== null) return refused;
  const { log, pool } = services;
  if (!log.isPosition(from)) return invalid("/from", "a position of this log is wanted");
  const newest = await log.newest();
  if (from > newest) return invalid("/from", "a position that is there is wanted");
  await pool.query(
    `insert into webhook_replays (id, endpoint_id, position, until_position) values ($1, $2, $3, $4)
     on conflict (id) do nothing`,
    [write.seed, endpointId, from, newest],
  );
  return { kind: "queued", id: write.seed };
}

async function closed(services: Services, endpointId: string): Promise<Problem | null> {
  const life = await findRecord(webhookKind(services), endpointId);
  if (life === null) return problem("NOT_FOUND");
  return life.body.enabled ? null : problem("IN_USE", "The receiver is disabled: enable it first.");
}
