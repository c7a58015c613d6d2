import { every, type ReadLog } from "./log.ts";
import type { Row } from "./row.ts";

/** What a card was given, or lost, or used before: one row an event that changed its counts. */
export function cardAdjustmentRows({ cards }: ReadLog): readonly Row[] {
  return [...cards.values()].flatMap((events) => [
    ...every(events, "VisitsAdjusted").map(({ of, revision, event }) => {
      const { at, by, adjustmentId, rulesetId, free, paid, reason } = event.data;
      return {
        ...{ card_id: of, revision, adjustment_id: adjustmentId, ruleset_id: rulesetId },
        ...{ at: new Date(at), free, paid, by_id: by.id, by_role: by.role, reason, guests: null },
      };
    }),
    ...every(events, "OpeningBalanceTaken").map(({ of, revision, event }) => {
      const { by, source, rulesetId, usedAt, free, paid, adults, children } = event.data;
      return {
        ...{ card_id: of, revision, ruleset_id: rulesetId, at: new Date(usedAt) },
        adjustment_id: JSON.stringify([source, rulesetId, Date.parse(usedAt)]),
        ...{ free: 0 - free, paid: 0 - paid, by_id: by.id, by_role: by.role, reason: "" },
        guests: { adults, children },
      };
    }),
  ]);
}

/** One row a proposal, or an adjustment that nobody proposed. */
export function adjustmentRows({ cards }: ReadLog): readonly Row[] {
  return [...cards].flatMap(([cardId, events]) => {
    const proposals = every(events, "AdjustmentProposed");
    const made = every(events, "VisitsAdjusted");
    const alone = made.filter(({ event }) =>
      proposals.every((one) => one.event.data.adjustmentId !== event.data.adjustmentId),
    );
    return [...proposals, ...alone].map(({ event: { type, data } }): Row => {
      const { adjustmentId, rulesetId, free, paid, reason, at, by } = data;
      const end = every(events, "VisitsAdjusted", "AdjustmentDeclined", "AdjustmentWithdrawn").find(
        ({ event }) => event.data.adjustmentId === adjustmentId,
      )?.event;
      const decision = type === "AdjustmentProposed" ? end : undefined;
      return {
        ...{ adjustment_id: adjustmentId, card_id: cardId, ruleset_id: rulesetId, free, paid, reason },
        status: type === "VisitsAdjusted" ? "DIRECT" : (ENDS[decision?.type ?? ""] ?? "OPEN"),
        ...{ at: new Date(at), by_id: by.id, by_role: by.role },
        decided_at: decision === undefined ? null : new Date(decision.data.at),
        decided_by_id: decision?.data.by.id ?? null,
        decided_by_role: decision?.data.by.role ?? null,
        decided_reason:
          decision?.type === "AdjustmentDeclined"
            ? decision.data.reason
            : decision?.type === "VisitsAdjusted"
              ? (decision.data.approvedBecause ?? null)
              : null,
      };
    });
  });
}

const ENDS: Readonly<Record<string, string>> = {
  VisitsAdjusted: "APPROVED",
  AdjustmentDeclined: "DECLINED",
  AdjustmentWithdrawn: "WITHDRAWN",
};
