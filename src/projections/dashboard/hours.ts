import { type Kysely, sql } from "kysely";
import type { Database } from "../../database/schema.ts";
import type { Instant } from "../../domain/time.ts";
import type { Visibility } from "../../domain/user/access.ts";
import { localTime, type PlaceZone, zoneOfPlace } from "../placeZones.ts";
import { type DashboardFilter, isLookedAt } from "./filter.ts";

export interface HourCount {
  /** 1 for Monday. */
  readonly weekday: number;
  readonly hour: number;
  readonly entries: number;
  /** In one such hour: how many there were in each zone by how often the hour came there. */
  readonly mean: number;
}

/** When entries are made, by weekday and hour. */
export async function busyHours(
  db: Kysely<Database>,
  filter: DashboardFilter,
  visibility: Visibility,
  now: Instant,
  places: readonly PlaceZone[],
): Promise<readonly HourCount[]> {
  const { from, to, hoursIn } = filter;
  const local = localTime(sql`slot`, sql`location_id`, hoursIn, places);
  const zone = hoursIn === undefined ? zoneOfPlace(sql`location_id`, places) : sql`${hoursIn}::text`;
  const { rows } = await sql<{ zone: string; weekday: number; hour: number; entries: number }>`
    select ${zone} as zone, extract(isodow from ${local})::int as weekday, extract(hour from ${local})::int as hour,
           sum(operations)::int as entries
      from operation_counts
     where slot >= ${new Date(from)} and slot < ${new Date(to)} and status = 'COMPLETED'
       and ${isLookedAt(filter, visibility)}
     group by 1, 2, 3`.execute(db);
  const zones = [...new Set(rows.map((row) => row.zone))];
  const came = await howOftenHoursCame(db, zones, from, Math.max(from, Math.min(to, now)));
  const cells = new Map<string, { weekday: number; hour: number; entries: number; mean: number }>();
  for (const { zone: place, weekday, hour, entries } of rows) {
    const key = `${String(weekday)} ${String(hour)}`;
    const cell = cells.get(key) ?? { weekday, hour, entries: 0, mean: 0 };
    cell.entries += entries;
    cell.mean += entries / (came.get(`${place} ${key}`) ?? 1);
    cells.set(key, cell);
  }
  return [...cells.values()].sort((a, b) => a.weekday - b.weekday || a.hour - b.hour);
}

async function howOftenHoursCame(
  db: Kysely<Database>,
  zones: readonly string[],
  from: Instant,
  to: Instant,
): Promise<ReadonlyMap<string, number>> {
  if (zones.length === 0) return new Map();
  const { rows } = await sql<{ key: string; times: number }>`
    select concat_ws(' ', z.zone, extract(isodow from h.at at time zone z.zone)::int,
                     extract(hour from h.at at time zone z.zone)::int) as key, count(*)::int as times
      from unnest(${[...zones]}::text[]) z(zone),
           generate_series(${new Date(from)}::timestamptz, ${new Date(to - 1)}::timestamptz, interval '1 hour') h(at)
     group by 1`.execute(db);
  return new Map(rows.map(({ key, times }) => [key, times]));
}
