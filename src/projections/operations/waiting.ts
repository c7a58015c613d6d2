import { type Kysely, sql } from "kysely";
import type { Database } from "../../database/schema.ts";
import type { Visibility } from "../../domain/user/access.ts";
import { inIcas, inPlaces } from "../page.ts";

/** How much of what terminals decided by themselves waits for somebody to look at it. */
export interface Waiting {
  readonly waiting: number;
  /** When the oldest of them happened; null for none. */
  readonly oldestAt: Date | null;
  /** One entry may have several. */
  readonly byFlag: readonly { readonly flag: string; readonly waiting: number }[];
}

export async function readWaiting(db: Kysely<Database>, { places, icas }: Visibility): Promise<Waiting> {
  const found = db
    .selectFrom("operations")
    .where((eb) =>
      eb.and([
        sql<boolean>`operations.waits`,
        inPlaces(eb, places, { location: "operations.location_id", merchant: "operations.merchant_id" }),
        inIcas(eb, icas, "operations.ica"),
      ]),
    );
  const [all, flags] = await Promise.all([
    found
      .select([sql<number>`count(*)::int`.as("waiting"), sql<Date | null>`min(operations.at)`.as("oldest")])
      .executeTakeFirstOrThrow(),
    found
      .select([sql<string>`unnest(operations.flags)`.as("flag"), sql<number>`count(*)::int`.as("waiting")])
      .groupBy(sql`1`)
      .orderBy(sql`1`)
      .execute(),
  ]);
  return { waiting: all.waiting, oldestAt: all.oldest, byFlag: flags };
}
