import { type RawBuilder, sql } from "kysely";
import type { Instant } from "../../domain/time.ts";
import type { Visibility } from "../../domain/user/access.ts";

/** What is looked at. Instants are those of quarters of an hour. */
export interface DashboardFilter {
  /** Where the buckets begin, those of the time before first. */
  readonly starts: readonly Instant[];
  /** Asked for at or after: one of `starts`. */
  readonly from: Instant;
  /** Asked for before. */
  readonly to: Instant;
  readonly locationId?: readonly string[] | undefined;
  readonly service?: readonly string[] | undefined;
  readonly ica?: readonly string[] | undefined;
  readonly rulesetId?: readonly string[] | undefined;
  /** The zone whose clocks hours are read from; absent: those of each place. */
  readonly hoursIn?: string | undefined;
}

const AMONG = [
  ["locationId", "location_id"],
  ["service", "service"],
  ["ica", "ica"],
  ["rulesetId", "ruleset_id"],
] as const;

/** Of a table that has these columns; whoever asks sees no more than their own. */
export function isLookedAt(filter: DashboardFilter, { places, icas }: Visibility): RawBuilder<boolean> {
  const conditions = AMONG.flatMap(([name, column]) => {
    const values = filter[name];
    return values === undefined ? [] : [sql`${sql.ref(column)} = any(${[...values]}::text[])`];
  });
  if (icas !== null) conditions.push(sql`ica = any(${[...icas]}::text[])`);
  if (places !== null) {
    const { locationIds, merchantIds } = places;
    conditions.push(
      sql`(location_id = any(${[...locationIds]}::text[]) or merchant_id = any(${[...merchantIds]}::text[]))`,
    );
  }
  return conditions.length === 0 ? sql<boolean>`true` : sql<boolean>`${sql.join(conditions, sql` and `)}`;
}
