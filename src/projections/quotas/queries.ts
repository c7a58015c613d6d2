import type { HoldRow } from "../../database/readModels.ts";
import { type Kysely, sql } from "kysely";
import type pg from "pg";
import type { EarlierVisit } from "../../domain/quota/quota.ts";
import type { Instant } from "../../domain/time.ts";
import type { WindowBounds } from "../../domain/window.ts";
import type { Database } from "../../database/schema.ts";
import { createKysely } from "../../database/pool.ts";

/** A place that was taken, and neither committed nor given back. */
export interface Reservation {
  readonly rulesetId: string;
  readonly accessId: string;
  readonly cardId: string;
  readonly attemptKey: string;
  readonly reservedAt: Instant;
}

/** Where a page of visits ends. */
export type VisitKey = Pick<EarlierVisit, "accessId" | "visitAt">;

/** How many visits hold a place. */
export interface BudgetUse {
  readonly reserved: number;
  readonly committed: number;
}

export class Quotas {
  readonly #db: Kysely<Database>;

  constructor(pool: pg.Pool) {
    this.#db = createKysely(pool);
  }

  /** Reserved before this instant and still open, oldest first: of an attempt that may have died on its way. */
  async orphanedReservations(before: Instant, limit: number): Promise<readonly Reservation[]> {
    const rows = await this.#db
      .selectFrom("quota_holds")
      .selectAll()
      .where("status", "=", "RESERVED")
      .where("reserved_at", "<", new Date(before))
      .orderBy("reserved_at")
      .limit(limit)
      .execute();
    return rows.flatMap(toReservation);
  }

  /** Of one ruleset, oldest first. */
  async openReservations(rulesetId: string, limit: number): Promise<readonly Reservation[]> {
    const rows = await this.#db
      .selectFrom("quota_holds")
      .selectAll()
      .where("ruleset_id", "=", rulesetId)
      .where("status", "=", "RESERVED")
      .orderBy("reserved_at")
      .limit(limit)
      .execute();
    return rows.flatMap(toReservation);
  }

  /**
   * Visits of a ruleset that count and hold no place in its budget, oldest first. `after`: the last one that is known;
   * `since`: none that was granted before.
   */
  async uncounted(
    rulesetId: string,
    { after, since }: { readonly after?: VisitKey | null; readonly since?: Instant },
    limit: number,
  ): Promise<readonly EarlierVisit[]> {
    let query = this.#db
      .selectFrom("card_visits as v")
      .select(["v.access_id", "v.card_id", "v.at"])
      .where("v.ruleset_id", "=", rulesetId)
      .where("v.confirmed_at", "is not", null)
      .where((eb) =>
        eb.not(
          eb.exists(
            eb
              .selectFrom("quota_holds as h")
              .select("h.access_id")
              .whereRef("h.access_id", "=", "v.access_id")
              .where("h.ruleset_id", "=", rulesetId),
          ),
        ),
      );
    if (after != null) {
      query = query.where((eb) =>
        eb(eb.refTuple("v.at", "v.access_id"), ">", eb.tuple(new Date(after.visitAt), after.accessId)),
      );
    }
    if (since !== undefined) query = query.where("v.at", ">=", new Date(since));
    const rows = await query.orderBy("v.at").orderBy("v.access_id").limit(limit).execute();
    return rows.map(({ access_id: accessId, card_id: cardId, at }) => ({
      accessId,
      cardId,
      visitAt: at.toISOString(),
    }));
  }

  /** Of a ruleset's budget, in a window; bounds may be infinite. */
  async usedIn(rulesetId: string, bounds: WindowBounds): Promise<BudgetUse> {
    let query = this.#db
      .selectFrom("quota_holds")
      .select([
        sql<number>`(count(*) filter (where status = 'RESERVED'))::int`.as("reserved"),
        sql<number>`(count(*) filter (where status = 'COMMITTED'))::int`.as("committed"),
      ])
      .where("ruleset_id", "=", rulesetId);
    if (Number.isFinite(bounds.from)) query = query.where("visit_at", ">=", new Date(bounds.from));
    if (Number.isFinite(bounds.to)) query = query.where("visit_at", "<", new Date(bounds.to));
    return await query.executeTakeFirstOrThrow();
  }
}

function toReservation(row: HoldRow): readonly Reservation[] {
  if (row.attempt_key === null || row.reserved_at === null) return [];
  return [
    {
      rulesetId: row.ruleset_id,
      accessId: row.access_id,
      cardId: row.card_id,
      attemptKey: row.attempt_key,
      reservedAt: row.reserved_at.getTime(),
    },
  ];
}
