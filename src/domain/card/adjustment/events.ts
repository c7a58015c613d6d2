import { z } from "zod";
import { actorRef } from "../../actor.ts";

/** Visits that were given, taken, or used before this product counted. They are storage, as all events of a card are. */

const at = z.string();
const byHand = { at, by: actorRef, reason: z.string() };
const visits = { rulesetId: z.string(), free: z.int(), paid: z.int() };
const heads = z.object({ free: z.number(), paid: z.number() });

export const visitsAdjusted = z.object({
  type: z.literal("VisitsAdjusted"),
  data: z.object({
    ...byHand,
    adjustmentId: z.string(),
    ...visits,
    /** Who proposed it, where `by` approved it; absent: made by one alone. */
    proposed: z.object({ at, by: actorRef }).optional(),
    /** Why it was approved; absent: nothing was said. */
    approvedBecause: z.string().optional(),
  }),
});

/** Changes no count until it is approved: then a `VisitsAdjusted` of the same id follows. */
export const adjustmentProposed = z.object({
  type: z.literal("AdjustmentProposed"),
  data: z.object({ ...byHand, adjustmentId: z.string(), ...visits }),
});

export const adjustmentDeclined = z.object({
  type: z.literal("AdjustmentDeclined"),
  data: z.object({ ...byHand, adjustmentId: z.string() }),
});

/** Taken back by whoever proposed it. */
export const adjustmentWithdrawn = z.object({
  type: z.literal("AdjustmentWithdrawn"),
  data: z.object({ at, by: actorRef, adjustmentId: z.string() }),
});

/** Visits and guests of an earlier system: they count as if they had been used here at `usedAt`. */
export const openingBalanceTaken = z.object({
  type: z.literal("OpeningBalanceTaken"),
  data: z.object({
    at,
    by: actorRef,
    /** Which system or file it came from: with ruleset and `usedAt` it names the balance. */
    source: z.string(),
    rulesetId: z.string(),
    usedAt: z.string(),
    free: z.int(),
    paid: z.int(),
    adults: heads,
    children: heads,
  }),
});

export const ADJUSTMENT_EVENTS = [
  visitsAdjusted,
  adjustmentProposed,
  adjustmentDeclined,
  adjustmentWithdrawn,
  openingBalanceTaken,
] as const;

export type AdjustmentEvent = z.infer<(typeof ADJUSTMENT_EVENTS)[number]>;
