import { z } from "zod";
import { MAY, type Principal } from "../../../domain/user/access.ts";
import type { ListedAdjustment } from "../../../projections/index.ts";
import { actorShape, type NameActor } from "../actors.ts";

/** Adjustments as they are answered, with what whoever asks may do with them now. */

export const ADJUSTMENT_STATES = ["OPEN", "APPROVED", "DECLINED", "WITHDRAWN", "DIRECT"] as const;
export const adjustmentStatus = z.enum(ADJUSTMENT_STATES);

const action = z.object({
  allowed: z.boolean(),
  reason: z
    .enum(["FORBIDDEN", "PROPOSAL_DECIDED", "OWN_PROPOSAL", "NOT_OWN_PROPOSAL"])
    .nullable()
    .describe("Why it is not allowed; null where it is."),
});
type Action = z.infer<typeof action>;

export const adjustmentShape = z.object({
  id: z.string(),
  cardId: z.string(),
  maskedPan: z.string().nullable(),
  rulesetId: z.string(),
  rulesetName: z.string().nullable(),
  free: z.int(),
  paid: z.int(),
  reason: z.string(),
  status: adjustmentStatus.describe(
    "`OPEN`: it waits for another person, and changes no count. `DIRECT`: made by one alone.",
  ),
  at: z.string(),
  by: actorShape,
  decidedAt: z.string().nullable(),
  decidedBy: actorShape.nullable(),
  decidedReason: z.string().nullable(),
  actions: z.object({ approve: action, decline: action, withdraw: action }),
});

export async function adjustmentView(
  { by, decidedBy, ...adjustment }: ListedAdjustment,
  nameOf: NameActor,
  principal: Principal,
): Promise<z.infer<typeof adjustmentShape>> {
  const isOwn = by.id === principal.id;
  const may = MAY[principal.role];
  const decide = actionIf(adjustment.status, may.has("adjustments:decide"), isOwn ? "OWN_PROPOSAL" : null);
  return {
    ...adjustment,
    by: await nameOf(by),
    decidedBy: decidedBy === null ? null : await nameOf(decidedBy),
    actions: {
      approve: decide,
      decline: decide,
      withdraw: actionIf(
        adjustment.status,
        may.has("adjustments:propose"),
        isOwn ? null : "NOT_OWN_PROPOSAL",
      ),
    },
  };
}

function actionIf(
  status: ListedAdjustment["status"],
  may: boolean,
  whose: "OWN_PROPOSAL" | "NOT_OWN_PROPOSAL" | null,
): Action {
  const reason = !may ? "FORBIDDEN" : status !== "OPEN" ? "PROPOSAL_DECIDED" : whose;
  return { allowed: reason === null, reason };
}
