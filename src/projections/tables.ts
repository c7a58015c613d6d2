import { Kysely, PostgresDialect } from "kysely";
import type pg from "pg";
import type { AdjustmentRow, CardRow, VisitRow } from "./cards/evolve.ts";
import type { RecordRow } from "./directory/evolve.ts";
import type { OperationRow } from "./operations/evolve.ts";
import type { HoldRow } from "./quotas/evolve.ts";

/** The tables that read models are asked from. */
export interface ReadTables {
  readonly operations: OperationRow;
  readonly cards: CardRow;
  readonly card_visits: VisitRow;
  readonly card_adjustments: AdjustmentRow;
  readonly records: RecordRow;
  readonly quota_holds: HoldRow;
  /** Not ours: only for the mask of a card that was not erased. */
  readonly card_vault: { readonly card_id: string; readonly mask: string | null };
}

/** Never destroyed: the pool is the caller's to end. */
export function readTables(pool: pg.Pool): Kysely<ReadTables> {
  return new Kysely<ReadTables>({ dialect: new PostgresDialect({ pool }) });
}
