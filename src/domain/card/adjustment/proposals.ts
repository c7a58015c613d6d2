import { z } from "zod";
import { type ActorRef, actorRef } from "../../actor.ts";
import type { Adjustment, Heads } from "../../ruleset/evaluate/facts.ts";
import { type Instant, instant } from "../../time.ts";
import type { AdjustmentEvent } from "./events.ts";

/** What a card's stream holds of visits given, taken, proposed or brought along. */

export const ADJUSTMENT_STATUSES = ["OPEN", "APPROVED", "DECLINED", "WITHDRAWN"] as const;
export const proposalStatus = z.enum(ADJUSTMENT_STATUSES);

export const storedProposal = z.object({
  adjustmentId: z.string(),
  rulesetId: z.string(),
  free: z.number(),
  paid: z.number(),
  reason: z.string(),
  at: z.number(),
  by: actorRef,
  status: proposalStatus,
  /** Null while it is open. */
  decidedBy: actorRef.nullable(),
});
export type Proposal = z.infer<typeof storedProposal>;

export interface GivenVisits {
  readonly adjustments: readonly (Adjustment & { readonly adjustmentId: string })[];
  readonly proposals: ReadonlyMap<string, Proposal>;
}

/** What names a balance: the same file again brings the same ones. */
export interface BalanceName {
  readonly source: string;
  readonly rulesetId: string;
  readonly usedAt: Instant;
}

/** Its id among the adjustments; no id that is made up looks like it. */
export function balanceId({ source, rulesetId, usedAt }: BalanceName): string {
  return JSON.stringify([source, rulesetId, usedAt]);
}

/** Visits used are visits taken: what is left is less by them while they are in the window. */
export function balanceOf(
  name: BalanceName,
  used: {
    readonly free: number;
    readonly paid: number;
    readonly adults: Heads;
    readonly children: Heads;
  },
): GivenVisits["adjustments"][number] {
  const { free, paid, adults, children } = used;
  return {
    adjustmentId: balanceId(name),
    rulesetId: name.rulesetId,
    at: name.usedAt,
    free: 0 - free,
    paid: 0 - paid,
    guests: { adults, children },
  };
}

export function evolveGiven(given: GivenVisits, event: AdjustmentEvent): GivenVisits {
  const { adjustments, proposals } = given;
  switch (event.type) {
    case "VisitsAdjusted": {
      const { adjustmentId, rulesetId, free, paid, by } = event.data;
      const at = instant(event.data.at);
      return {
        adjustments: [...adjustments, { adjustmentId, rulesetId, at, free, paid }],
        proposals: decided(proposals, adjustmentId, "APPROVED", by),
      };
    }
    case "AdjustmentProposed": {
      const { adjustmentId, rulesetId, free, paid, reason, by } = event.data;
      const at = instant(event.data.at);
      const proposal = { adjustmentId, rulesetId, free, paid, reason, at, by };
      return {
        adjustments,
        proposals: new Map(proposals).set(adjustmentId, { ...proposal, status: "OPEN", decidedBy: null }),
      };
    }
    case "AdjustmentDeclined":
      return {
        adjustments,
        proposals: decided(proposals, event.data.adjustmentId, "DECLINED", event.data.by),
      };
    case "AdjustmentWithdrawn":
      return {
        adjustments,
        proposals: decided(proposals, event.data.adjustmentId, "WITHDRAWN", event.data.by),
      };
    case "OpeningBalanceTaken": {
      const { source, rulesetId, usedAt, ...used } = event.data;
      const balance = balanceOf({ source, rulesetId, usedAt: instant(usedAt) }, used);
      return { adjustments: [...adjustments, balance], proposals };
    }
  }
}

function decided(
  proposals: GivenVisits["proposals"],
  adjustmentId: string,
  status: Proposal["status"],
  decidedBy: ActorRef,
): GivenVisits["proposals"] {
  const before = proposals.get(adjustmentId);
  return before === undefined
    ? proposals
    : new Map(proposals).set(adjustmentId, { ...before, status, decidedBy });
}
