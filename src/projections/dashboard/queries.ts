import { type Kysely, sql } from "kysely";
import type pg from "pg";
import { createKysely } from "../../database/pool.ts";
import type { Database } from "../../database/schema.ts";
import type { OperationStatus } from "../../database/readModels.ts";
import { iso, type Instant } from "../../domain/time.ts";
import type { Visibility } from "../../domain/user/access.ts";
import { readPlaceZones } from "../placeZones.ts";
import { type DashboardFilter, isLookedAt } from "./filter.ts";
import { busyHours } from "./hours.ts";

/** How many operations of one status and cost there are, with the guests of them. */
export interface StatusCount {
  /** False: of the time before. */
  readonly isNow: boolean;
  readonly status: OperationStatus;
  readonly cost: string;
  /** Decided by a terminal whose line was down. */
  readonly isOffline: boolean;
  readonly operations: number;
  readonly withGuests: number;
  readonly adultsFree: number;
  readonly adultsPaid: number;
  readonly childrenFree: number;
  readonly childrenPaid: number;
  readonly freeChildren: number;
}

export interface FeeCount {
  readonly currency: string;
  readonly paymentStatus: string;
  readonly operations: number;
  readonly charged: string;
  readonly refunded: string;
}

/** By the index of the bucket's start. */
export interface BucketCount {
  readonly bucket: number;
  readonly granted: number;
  readonly refused: number;
}

export interface PlaceCount {
  /** Empty for attempts at a terminal without a location. */
  readonly locationId: string;
  readonly name: string | null;
  readonly entries: number;
  readonly granted: number;
  readonly refused: number;
}

export interface ReasonCount {
  readonly isNow: boolean;
  readonly code: string;
  readonly refused: number;
}

/**
 * Asks what was counted as operations changed: operations themselves are looked at only where a grant has run out of time
 * and nothing of it was written yet, as their list shows it. All of one answer is of one moment.
 */
export class Dashboard {
  readonly #db: Kysely<Database>;

  constructor(pool: pg.Pool) {
    this.#db = createKysely(pool);
  }

  async read(filter: DashboardFilter, visibility: Visibility, now: Instant) {
    return await this.#db
      .transaction()
      .setIsolationLevel("repeatable read")
      .setAccessMode("read only")
      .execute(async (db) => {
        const places = await readPlaceZones(db);
        return {
          position: await positionOf(db),
          statuses: await statuses(db, filter, visibility),
          lapsed: await lapsed(db, filter, visibility, now),
          fees: await fees(db, filter, visibility),
          buckets: await buckets(db, filter, visibility),
          hours: await busyHours(db, filter, visibility, now, places),
          places: await byPlace(db, filter, visibility),
          reasons: await reasons(db, filter, visibility),
        };
      });
  }
}

async function positionOf(db: Kysely<Database>) {
  const row = await db
    .selectFrom("checkpoints")
    .select(["position", "moved_at"])
    .where("name", "=", "operations")
    .executeTakeFirst();
  return { position: row?.position ?? "", movedAt: row === undefined ? null : iso(row.moved_at.getTime()) };
}

async function statuses(db: Kysely<Database>, filter: DashboardFilter, visibility: Visibility) {
  const { rows } = await sql<StatusCount>`
    select slot >= ${new Date(filter.from)} as "isNow", status, cost, type <> 'ONLINE' as "isOffline",
           sum(operations)::int as operations,
           sum(with_guests)::int as "withGuests", sum(adults_free)::int as "adultsFree",
           sum(adults_paid)::int as "adultsPaid", sum(children_free)::int as "childrenFree",
           sum(children_paid)::int as "childrenPaid", sum(free_children)::int as "freeChildren"
      from operation_counts
     where ${within(filter, filter.starts[0])} and ${isLookedAt(filter, visibility)}
     group by 1, 2, 3, 4`.execute(db);
  return rows;
}

/** Grants that are over by now, as {@link StatusCount}s to be taken from PENDING and given to EXPIRED. */
async function lapsed(db: Kysely<Database>, filter: DashboardFilter, visibility: Visibility, now: Instant) {
  const { rows } = await sql<{ isNow: boolean; cost: string; operations: number }>`
    select at >= ${new Date(filter.from)} as "isNow", coalesce(cost, '') as cost, count(*)::int as operations
      from operations
     where status = 'PENDING' and expires_at <= ${new Date(now)}
       and at >= ${new Date(filter.starts[0] ?? filter.from)} and at < ${new Date(filter.to)}
       and ${isLookedAt(filter, visibility)}
     group by 1, 2`.execute(db);
  return rows;
}

async function fees(db: Kysely<Database>, filter: DashboardFilter, visibility: Visibility) {
  const { rows } = await sql<FeeCount>`
    select currency, payment_status as "paymentStatus", sum(operations)::int as operations,
           sum(charged)::text as charged, sum(refunded)::text as refunded
      from operation_counts
     where ${within(filter, filter.from)} and ${isLookedAt(filter, visibility)}
       and status in ('COMPLETED', 'REVERSED') and currency <> ''
     group by 1, 2 order by 1, 2`.execute(db);
  return rows;
}

async function buckets(db: Kysely<Database>, filter: DashboardFilter, visibility: Visibility) {
  const starts = filter.starts.map((at) => new Date(at));
  const { rows } = await sql<BucketCount>`
    select width_bucket(slot, ${starts}::timestamptz[]) - 1 as bucket,
           coalesce(sum(operations) filter (where status <> 'REJECTED'), 0)::int as granted,
           coalesce(sum(operations) filter (where status = 'REJECTED'), 0)::int as refused
      from operation_counts
     where ${within(filter, filter.starts[0])} and ${isLookedAt(filter, visibility)}
     group by 1`.execute(db);
  return rows;
}

async function byPlace(db: Kysely<Database>, filter: DashboardFilter, visibility: Visibility) {
  const { rows } = await sql<PlaceCount>`
    select c.location_id as "locationId", l.name, c.entries, c.granted, c.refused
      from (select location_id,
                   coalesce(sum(operations) filter (where status = 'COMPLETED'), 0)::int as entries,
                   coalesce(sum(operations) filter (where status <> 'REJECTED'), 0)::int as granted,
                   coalesce(sum(operations) filter (where status = 'REJECTED'), 0)::int as refused
              from operation_counts
             where ${within(filter, filter.from)} and ${isLookedAt(filter, visibility)}
             group by 1) c
      left join records l on l.kind = 'location' and l.id = c.location_id
     order by c.entries desc, c.granted desc, c.refused desc, c.location_id`.execute(db);
  return rows;
}

async function reasons(db: Kysely<Database>, filter: DashboardFilter, visibility: Visibility) {
  const { rows } = await sql<ReasonCount>`
    select slot >= ${new Date(filter.from)} as "isNow", code, sum(operations)::int as refused
      from operation_counts
     where ${within(filter, filter.starts[0])} and ${isLookedAt(filter, visibility)} and status = 'REJECTED'
     group by 1, 2`.execute(db);
  return rows;
}

function within({ from, to }: DashboardFilter, since: Instant | undefined) {
  return sql`slot >= ${new Date(since ?? from)} and slot < ${new Date(to)}`;
}
