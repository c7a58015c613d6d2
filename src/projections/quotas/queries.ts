import { type Kysely, sql } from "kysely";
import type pg from "pg";
import type { Instant } from "../../domain/time.ts";
import type { WindowBounds } from "../../domain/window.ts";
import { readTables, type ReadTables } from "../tables.ts";
import type { HoldRow } from "./evolve.ts";

/** A place that was taken, and neither committed nor given back. */
export interface Reservation {
  readonly rulesetId: string;
  readonly accessId: string;
  readonly cardId: string;
  readonly attemptKey: string;
  readonly reservedAt: Instant;
}

/** How many visits hold a place. */
export interface BudgetUse {
  readonly reserved: number;
  readonly committed: number;
}

export class Quotas {
  readonly #db: Kysely<ReadTables>;

  constructor(pool: pg.Pool) {
    this.#db = readTables(pool);
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
