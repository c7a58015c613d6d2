import type { HoldRow } from "../../database/readModels.ts";
import type { QuotaEvent } from "../../domain/quota/events.ts";
import type { Projection } from "../projection.ts";
import { Rows, type Table } from "../rows.ts";

/** Who holds a place in which programme's budget. Shown, and swept; a decision reads the stream itself. */

const holds: Table<HoldRow> = {
  name: "quota_holds",
  primaryKey: ["ruleset_id", "access_id"],
  json: [],
  key: (row) => keyOf(row.ruleset_id, row.access_id),
};

export const quotasProjection: Projection = {
  name: "quotas",
  version: 1,
  tables: ["quota_holds"],
  wants: new Set(["quota"]),
  apply: async (client, events, writes) => {
    const changes = events.flatMap(({ kind, id, event }) =>
      kind === "quota" ? [{ rulesetId: id, event }] : [],
    );
    if (changes.length === 0) return;
    const touched = changes.flatMap(({ rulesetId, event }) =>
      accessIdsOf(event).map((accessId) => ({ rulesetId, accessId })),
    );
    const known = await client.query<HoldRow>(
      `select h.* from unnest($1::text[], $2::text[]) touched(ruleset_id, access_id)
       join quota_holds h using (ruleset_id, access_id)`,
      [touched.map(({ rulesetId }) => rulesetId), touched.map(({ accessId }) => accessId)],
    );
    const rows = new Rows(holds, known.rows);
    for (const { rulesetId, event } of changes) evolve(rows, rulesetId, event);
    await rows.save(client, writes);
  },
};

function keyOf(rulesetId: string, accessId: string): string {
  return `${rulesetId} ${accessId}`;
}

function accessIdsOf(event: QuotaEvent): readonly string[] {
  return event.type === "QuotaCarriedOver"
    ? event.data.visits.map(({ accessId }) => accessId)
    : [event.data.accessId];
}

function evolve(rows: Rows<HoldRow>, rulesetId: string, { type, data }: QuotaEvent): void {
  const at = new Date(data.at);
  if (type === "QuotaCarriedOver") {
    for (const { accessId, cardId, visitAt } of data.visits) {
      rows.put({
        ruleset_id: rulesetId,
        access_id: accessId,
        card_id: cardId,
        attempt_key: null,
        status: "COMMITTED",
        reserved_at: null,
        visit_at: new Date(visitAt),
      });
    }
    return;
  }
  const key = keyOf(rulesetId, data.accessId);
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
        // As in the stream's fold, it stays where it was reserved.
        visit_at: rows.get(key)?.visit_at ?? new Date(data.visitAt),
      });
      break;
    case "QuotaReleased":
      rows.remove(key);
      break;
  }
}
