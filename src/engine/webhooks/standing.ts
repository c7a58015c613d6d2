import { sql } from "kysely";
import type { Pool } from "pg";
import { z } from "zod";
import { jsonValue } from "../../domain/json.ts";
import { WEBHOOK_KEPT } from "../../domain/policies.ts";
import type { Services } from "../services.ts";
import {
  COUNT_LIMIT,
  limitOf,
  type Page,
  pageOf,
  type PageRequest,
  sortKeyOf,
} from "../../projections/page.ts";

/** How receivers stand: what waits, what was given up, what was sent. */

export interface Standing {
  readonly waiting: number;
  readonly dead: number;
  readonly oldestWaitingAt: Date | null;
  readonly lastDeliveredAt: Date | null;
  readonly downSince: Date | null;
  readonly disabledPosition: string | null;
  readonly replaying: { readonly position: string; readonly until: string; readonly queued: number } | null;
}

const NOTHING: Standing = {
  waiting: 0,
  dead: 0,
  oldestWaitingAt: null,
  lastDeliveredAt: null,
  downSince: null,
  disabledPosition: null,
  replaying: null,
};

export async function standingOf(
  { pool }: Pick<Services, "pool">,
  ids: readonly string[],
): Promise<(id: string) => Standing> {
  const { rows } = await pool.query<
    Omit<Standing, "replaying"> & { id: string; replay: Standing["replaying"] }
  >(
    `select e.id, coalesce(w.waiting, 0)::int as waiting, d.dead::int, o.at as "oldestWaitingAt",
            s.at as "lastDeliveredAt", e.down_since as "downSince", e.disabled_position as "disabledPosition",
            r.replay
     from webhook_endpoints e
     left join lateral (select sum(waiting) as waiting from webhook_lanes where endpoint_id = e.id) w on true
     cross join lateral (select count(*) as dead from webhook_deliveries
       where endpoint_id = e.id and state = 'DEAD') d
     left join lateral (select min(queued_at) as at from webhook_deliveries
       where endpoint_id = e.id and state = 'WAITING') o on true
     left join lateral (select max(tried_at) as at from webhook_deliveries
       where endpoint_id = e.id and state = 'DELIVERED') s on true
     left join lateral (select jsonb_build_object('position', position, 'until', until_position, 'queued', queued) as replay
       from webhook_replays where endpoint_id = e.id order by id limit 1) r on true
     where e.id = any($1::text[])`,
    [[...ids]],
  );
  const found = new Map(rows.map(({ id, replay, ...rest }) => [id, { ...rest, replaying: replay }]));
  return (id) => found.get(id) ?? NOTHING;
}

export const DELIVERY_STATES = ["WAITING", "DELIVERED", "DEAD"] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

export const attemptLine = z.object({
  at: z.string(),
  status: z.int().nullable(),
  failure: z.string().nullable(),
  ms: z.int(),
  answer: z.string().nullable(),
});

export interface Delivery {
  readonly id: string;
  readonly messageId: string;
  readonly type: string;
  readonly position: string | null;
  readonly state: DeliveryState;
  readonly attempts: number;
  readonly queuedAt: Date;
  /** When it is tried next; null for one that is not, or waits behind another. */
  readonly nextAt: Date | null;
  readonly body: unknown;
  readonly log: readonly z.infer<typeof attemptLine>[];
}

export interface DeliveryFilter {
  readonly state?: DeliveryState | undefined;
  readonly type?: string | undefined;
}

/** The newest first. */
export async function deliveriesOf(
  { db }: Pick<Services, "db">,
  endpointId: string,
  { state, type }: DeliveryFilter,
  page: PageRequest<"-queuedAt">,
): Promise<Page<Delivery>> {
  const limit = limitOf(page);
  const after = sortKeyOf(page.cursor, "-queuedAt");
  let found = db.selectFrom("webhook_deliveries as d").where("d.endpoint_id", "=", endpointId);
  if (state !== undefined) found = found.where("d.state", "=", state);
  if (type !== undefined) found = found.where("d.type", "=", type);
  let rows = found
    .leftJoin("webhook_lanes as l", (join) =>
      join.onRef("l.endpoint_id", "=", "d.endpoint_id").onRef("l.lane", "=", "d.lane"),
    )
    .select([
      "d.id",
      "d.message_id",
      "d.type",
      "d.position",
      "d.state",
      "d.attempts",
      "d.queued_at",
      "d.body",
      "d.log",
    ])
    .select(
      sql<Date | null>`case when d.state = 'WAITING' and d.attempts > 0 and l.leased_by is null then l.due_at end`.as(
        "next_at",
      ),
    )
    .orderBy("d.id", "desc")
    .limit(limit + 1);
  if (after !== null) rows = rows.where("d.id", "<", after.id);
  const [items, counted] = await Promise.all([
    rows.execute(),
    db
      .selectFrom(found.select("d.id").limit(COUNT_LIMIT).as("found"))
      .select(sql<number>`count(*)::int`.as("count"))
      .executeTakeFirstOrThrow(),
  ]);
  const place = ({ id }: { readonly id: string }) => ({ value: id, id });
  return pageOf(items, limit, "-queuedAt", counted.count, place, (row) => ({
    id: row.id,
    messageId: row.message_id,
    type: row.type,
    position: row.position,
    state: row.state,
    attempts: row.attempts,
    queuedAt: row.queued_at,
    nextAt: row.next_at,
    body: jsonValue.parse(JSON.parse(row.body)),
    log: z.array(attemptLine).parse(row.log),
  }));
}

/** For metrics, over all receivers that are not disabled. */
export async function queueFigures(
  pool: Pool,
): Promise<{ readonly waiting: number; readonly dead: number; readonly oldestSeconds: number }> {
  const { rows } = await pool.query<{ waiting: number; dead: number; oldest: number }>(
    `select (select coalesce(sum(waiting), 0) from webhook_lanes)::int as waiting,
            (select count(*) from webhook_deliveries where state = 'DEAD')::int as dead,
            coalesce((select extract(epoch from clock_timestamp() - min(d.queued_at)) from webhook_deliveries d
              join webhook_endpoints e on e.id = d.endpoint_id
              where d.state = 'WAITING' and (e.life -> 'body' ->> 'enabled')::boolean), 0)::float8 as oldest`,
  );
  const { waiting = 0, dead = 0, oldest = 0 } = rows[0] ?? {};
  return { waiting, dead, oldestSeconds: Math.max(0, oldest) };
}

/** What nobody asks for any more. What waits is not forgotten: it is given up before. */
export async function forgetDeliveries({ pool, now }: Pick<Services, "pool" | "now">): Promise<void> {
  await pool.query("delete from webhook_deliveries where state <> 'WAITING' and queued_at < $1", [
    new Date(now() - WEBHOOK_KEPT),
  ]);
}
