import { z } from "zod";

/**
 * A programme's budget, in the stream `quota-<rulesetId>`. A visit takes its place before the grant
 * is written, keeps it when the visit is confirmed, and gives it back only once the card's stream
 * says that it will not be used: a crash between the two can only use too little.
 */

export const quotaReserved = z.object({
  type: z.literal("QuotaReserved"),
  data: z.object({
    accessId: z.string(),
    cardId: z.string(),
    /** Tells the attempt in the card's stream, for the sweeper. */
    attemptKey: z.string(),
    /** Places the visit in windows. */
    at: z.string(),
  }),
});
export const quotaCommitted = z.object({
  type: z.literal("QuotaCommitted"),
  data: z.object({ accessId: z.string(), cardId: z.string(), at: z.string(), visitAt: z.string() }),
});
export const quotaReleased = z.object({
  type: z.literal("QuotaReleased"),
  data: z.object({
    accessId: z.string(),
    at: z.string(),
    why: z.enum(["ABANDONED", "REJECTED", "GRANTED_OTHERWISE", "LAPSED", "CANCELLED", "REVERSED"]),
    /** The instant of the grant, for a visit so old that its place is not remembered by its id any more. */
    visitAt: z.string().optional(),
  }),
});

/** Visits that took place before the ruleset had a budget: all its versions count together. */
export const quotaCarriedOver = z.object({
  type: z.literal("QuotaCarriedOver"),
  data: z.object({
    at: z.string(),
    visits: z.array(z.object({ accessId: z.string(), cardId: z.string(), visitAt: z.string() })),
  }),
});

export const quotaEvent = z.discriminatedUnion("type", [
  quotaReserved,
  quotaCommitted,
  quotaReleased,
  quotaCarriedOver,
]);
export type QuotaEvent = z.infer<typeof quotaEvent>;
export type ReleaseReason = z.infer<typeof quotaReleased>["data"]["why"];

export function quotaStream(rulesetId: string): string {
  return `quota-${rulesetId}`;
}
