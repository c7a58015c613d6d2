import { type Kysely, sql } from "kysely";
import type pg from "pg";
import type { AdjustmentRow } from "../../database/readModels.ts";
import { createKysely } from "../../database/pool.ts";
import type { Database } from "../../database/schema.ts";
import type { Instant } from "../../domain/time.ts";
import type { Visibility } from "../../domain/user/access.ts";
import { inIcas, inPlaces, type InstantOrder, newestFirst, type Page, type PageRequest } from "../page.ts";

export interface AdjustmentFilter {
  readonly status?: readonly AdjustmentRow["status"][] | undefined;
  readonly cardId?: string | undefined;
  readonly rulesetId?: readonly string[] | undefined;
  /** Proposed or made at or after. */
  readonly from?: Instant | undefined;
  /** Proposed or made before. */
  readonly to?: Instant | undefined;
}

/** Who asks: what they see of cards, and which rulesets; null: all. */
export interface AdjustmentSight {
  readonly visibility: Visibility;
  readonly rulesetIds: readonly string[] | null;
}

/** Times are RFC 3339. */
export type ListedAdjustment = ReturnType<typeof toAdjustment>;

const SORT = "-at";

/** Asks the adjustments. What whoever asks may not see is left out by the query itself. */
export class Adjustments {
  readonly #db: Kysely<Database>;

  constructor(pool: pg.Pool) {
    this.#db = createKysely(pool);
  }

  /** The newest first. @throws InvalidCursorError */
  async list(
    filter: AdjustmentFilter,
    sight: AdjustmentSight,
    page: PageRequest<string>,
  ): Promise<Page<ListedAdjustment>> {
    const order: InstantOrder<AdjustmentRow> = {
      at: "adjustments.at",
      id: "adjustments.adjustment_id",
      keyOf: ({ at, adjustment_id: id }) => ({ at, id }),
      sort: SORT,
    };
    return await newestFirst(this.#db, this.#whole(filter, sight), order, page, toAdjustment);
  }

  /** Null where there is none, or none they may see. */
  async get(id: string, sight: AdjustmentSight): Promise<ListedAdjustment | null> {
    const row = await this.#whole({}, sight).where("adjustments.adjustment_id", "=", id).executeTakeFirst();
    return row === undefined ? null : toAdjustment(row);
  }

  /** Rulesets that anything was ever given or taken of. */
  async rulesetIds(): Promise<readonly string[]> {
    const rows = await this.#db.selectFrom("adjustments").select("ruleset_id").distinct().execute();
    return rows.map((row) => row.ruleset_id);
  }

  #found(
    { status, cardId, rulesetId, from, to }: AdjustmentFilter,
    { visibility: { places, icas }, rulesetIds }: AdjustmentSight,
  ) {
    let query = this.#db.selectFrom("adjustments");
    if (icas !== null) {
      query = query.where((eb) =>
        eb.exists(
          eb
            .selectFrom("cards")
            .select("cards.card_id")
            .whereRef("cards.card_id", "=", "adjustments.card_id")
            .where((inner) => inIcas(inner, icas, "cards.ica")),
        ),
      );
    }
    if (places !== null) {
      // Whoever is limited to places sees the cards that came there.
      query = query.where((eb) =>
        eb.exists(
          eb
            .selectFrom("operations")
            .select("operations.access_id")
            .whereRef("operations.card_id", "=", "adjustments.card_id")
            .where((inner) =>
              inPlaces(inner, places, {
                location: "operations.location_id",
                merchant: "operations.merchant_id",
              }),
            ),
        ),
      );
    }
    if (rulesetIds !== null)
      query = query.where(sql<boolean>`adjustments.ruleset_id = any(${[...rulesetIds]}::text[])`);
    if (status !== undefined) query = query.where("adjustments.status", "in", status);
    if (cardId !== undefined) query = query.where("adjustments.card_id", "=", cardId);
    if (rulesetId !== undefined) query = query.where("adjustments.ruleset_id", "in", rulesetId);
    if (from !== undefined) query = query.where("adjustments.at", ">=", new Date(from));
    if (to !== undefined) query = query.where("adjustments.at", "<", new Date(to));
    return query;
  }

  #whole(filter: AdjustmentFilter, sight: AdjustmentSight) {
    return this.#found(filter, sight)
      .leftJoin("card_vault", "card_vault.card_id", "adjustments.card_id")
      .leftJoin("records", (join) =>
        join.onRef("records.id", "=", "adjustments.ruleset_id").on("records.kind", "=", "ruleset"),
      )
      .selectAll("adjustments")
      .select(["card_vault.mask", "records.name as ruleset_name"]);
  }
}

function toAdjustment(
  row: AdjustmentRow & { readonly mask: string | null; readonly ruleset_name: string | null },
) {
  return {
    id: row.adjustment_id,
    cardId: row.card_id,
    /** Null once the cardholder was erased. */
    maskedPan: row.mask,
    rulesetId: row.ruleset_id,
    rulesetName: row.ruleset_name,
    free: row.free,
    paid: row.paid,
    reason: row.reason,
    status: row.status,
    at: row.at.toISOString(),
    by: { id: row.by_id, role: row.by_role },
    decidedAt: row.decided_at?.toISOString() ?? null,
    decidedBy:
      row.decided_by_id === null || row.decided_by_role === null
        ? null
        : { id: row.decided_by_id, role: row.decided_by_role },
    decidedReason: row.decided_reason,
  };
}
