import { type Kysely, type RawBuilder, sql } from "kysely";
import type { Database } from "../database/schema.ts";

/** What clocks show where a place stands. A place that says no zone, or one that the database does not know, is in UTC. */

export interface PlaceZone {
  readonly zone: string;
  readonly locationIds: readonly string[];
}

/** The zones that places are in, as far as the database knows them: naming any other is an error to it. */
export async function readPlaceZones(db: Kysely<Database>): Promise<readonly PlaceZone[]> {
  const { rows } = await sql<{ zone: string; ids: string[] }>`
    select places.zone, places.ids
      from (select state -> 'body' ->> 'timeZone' as zone, array_agg(id order by id) as ids
              from records where kind = 'location' group by 1) places
      join pg_timezone_names known on known.name = places.zone
     order by places.zone`.execute(db);
  return rows.map(({ zone, ids }) => ({ zone, locationIds: ids }));
}

/** An instant as clocks show it in the zone `tz`; where that is absent, at the place. */
export function localTime(
  at: RawBuilder<unknown>,
  locationId: RawBuilder<unknown>,
  tz: string | undefined,
  places: readonly PlaceZone[],
): RawBuilder<unknown> {
  if (tz !== undefined) return sql`(${at} at time zone ${tz})`;
  const cases = places.map(
    ({ zone, locationIds }) =>
      sql`when ${locationId} = any(${[...locationIds]}::text[]) then ${at} at time zone ${zone}`,
  );
  const elsewhere = sql`${at} at time zone 'UTC'`;
  return cases.length === 0
    ? sql`(${elsewhere})`
    : sql`(case ${sql.join(cases, sql` `)} else ${elsewhere} end)`;
}

/** The name of the zone in which {@link localTime} reads the clocks of a place. */
export function zoneOfPlace(
  locationId: RawBuilder<unknown>,
  places: readonly PlaceZone[],
): RawBuilder<unknown> {
  const cases = places.map(
    ({ zone, locationIds }) => sql`when ${locationId} = any(${[...locationIds]}::text[]) then ${zone}::text`,
  );
  return cases.length === 0 ? sql`'UTC'::text` : sql`case ${sql.join(cases, sql` `)} else 'UTC' end`;
}
