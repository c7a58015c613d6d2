import type { AdjustmentRow } from "../../database/readModels.ts";
import type { CardEvent } from "../../domain/card/events.ts";
import type { ReadEvent } from "../events.ts";
import type { Projection } from "../projection.ts";
import { Rows, type Table } from "../rows.ts";

/** Visits given or taken by hand, one row each, with who proposed and who decided. The queue is those that are open. */

const adjustments: Table<AdjustmentRow> = {
  name: "adjustments",
  primaryKey: ["adjustment_id"],
  json: [],
  key: (row) => row.adjustment_id,
};

export const adjustmentsProjection: Projection = {
  name: "adjustments",
  version: 1,
  tables: ["adjustments"],
  wants: new Set(["card"]),
  apply: async (client, events, writes) => {
    const changes = events.flatMap(changeOf);
    const ids = [...new Set(changes.map(({ event }) => event.data.adjustmentId))];
    const rows = await Rows.read(client, adjustments, "adjustment_id", ids);
    for (const change of changes) {
      const row = evolve(rows.get(change.event.data.adjustmentId), change);
      if (row !== null) rows.put(row);
    }
    await rows.save(client, writes);
  },
};

type Told = Extract<
  CardEvent,
  { type: "VisitsAdjusted" | "AdjustmentProposed" | "AdjustmentDeclined" | "AdjustmentWithdrawn" }
>;

interface Change {
  readonly cardId: string;
  readonly event: Told;
}

function changeOf({ kind, id: cardId, event }: ReadEvent): readonly Change[] {
  if (kind !== "card") return [];
  const isTold =
    event.type === "VisitsAdjusted" ||
    event.type === "AdjustmentProposed" ||
    event.type === "AdjustmentDeclined" ||
    event.type === "AdjustmentWithdrawn";
  return isTold ? [{ cardId, event }] : [];
}

function evolve(row: AdjustmentRow | undefined, { cardId, event }: Change): AdjustmentRow | null {
  const { at, by } = event.data;
  const decided = { decided_at: new Date(at), decided_by_id: by.id, decided_by_role: by.role };
  switch (event.type) {
    case "AdjustmentProposed":
      return begun(cardId, event, "OPEN");
    case "VisitsAdjusted":
      return row === undefined
        ? begun(cardId, event, "DIRECT")
        : { ...row, status: "APPROVED", ...decided, decided_reason: event.data.approvedBecause ?? null };
    case "AdjustmentDeclined":
      return row === undefined
        ? null
        : { ...row, status: "DECLINED", ...decided, decided_reason: event.data.reason };
    case "AdjustmentWithdrawn":
      return row === undefined ? null : { ...row, status: "WITHDRAWN", ...decided, decided_reason: null };
  }
}

function begun(
  cardId: string,
  { data }: Extract<Told, { type: "VisitsAdjusted" | "AdjustmentProposed" }>,
  status: AdjustmentRow["status"],
): AdjustmentRow {
  return {
    adjustment_id: data.adjustmentId,
    card_id: cardId,
    ruleset_id: data.rulesetId,
    free: data.free,
    paid: data.paid,
    reason: data.reason,
    status,
    at: new Date(data.at),
    by_id: data.by.id,
    by_role: data.by.role,
    decided_at: null,
    decided_by_id: null,
    decided_by_role: null,
    decided_reason: null,
  };
}
