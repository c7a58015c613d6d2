import { type Kysely, sql } from "kysely";
import type pg from "pg";
import type { QuotaEvent } from "../domain/quota/quota.ts";
import type { Instant } from "../domain/time.ts";
import type { WindowBounds } from "../domain/window.ts";
import { type Projection, Rows } from "./projection.ts";
import { readTables, type ReadTables } from "./tables.ts";

/** Who holds a place in which programme's budget. Shown, and swept; a decision reads the stream itself. */

export interface HoldRow {
  readonly ruleset_id: string;
  readonly access_id: string;
  readonly card_id: string;
  readonly attempt_key: string | null;
  readonly status: "RESERVED" | "COMMITTED";
  /** Null for a late confirmation whose place had been given back. */
  readonly reserved_at: Date | null;
  /** Places the visit in windows. */
  readonly visit_at: Date;
}

export const quotasProjection: Projection = {
  name: "quotas",
  version: 1,
  tables: ["quota_holds"],
  wants: new Set(["quota"]),
  apply: async (client, events) => {
    const changes = events.flatMap(({ kind, id, event }) =>
      kind === "quota" ? [{ rulesetId: id, event }] : [],
    );
    if (changes.length === 0) return;
    const known = await client.query<HoldRow>(
      `select h.* from unnest($1::text[], $2::text[]) touched(ruleset_id, access_id)
       join quota_holds h using (ruleset_id, access_id)`,
      [changes.map(({ rulesetId }) => rulesetId), changes.map(({ event }) => event.data.accessId)],
    );
    const rows = new Rows("quota_holds", (row) => keyOf(row.ruleset_id, row.access_id), known.rows);
    for (const { rulesetId, event } of changes) evolve(rows, rulesetId, event);
    await rows.save(client, ["ruleset_id", "access_id"]);
  },
};

function keyOf(rulesetId: string, accessId: string): string {
  return `${rulesetId} ${accessId}`;
}

function evolve(rows: Rows<HoldRow>, rulesetId: string, { type, data }: QuotaEvent): void {
  const key = keyOf(rulesetId, data.accessId);
  const at = new Date(data.at);
  switch (type) {
    case "QuotaReserved":
      rows.put({
        ruleset_id: rulesetId,
        access_id: data.accessId,
        card_id: data.cardId,
        attempt_key: data.attemptKey,
        status: "RESERVED",
        reserved_at: at,
        visit_at: at,
      });
      break;
    case "QuotaCommitted":
      rows.put({
        ruleset_id: rulesetId,
        access_id: data.accessId,
        card_id: data.cardId,
        attempt_key: null,
        status: "COMMITTED",
        reserved_at: rows.get(key)?.reserved_at ?? null,
        visit_at: new Date(data.visitAt),
      });
      break;
    case "QuotaReleased":
      rows.remove(key);
      break;
  }
}

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
