import { z } from "zod";
import { actorRef } from "../../actor.ts";
import { storedMoney } from "../../money.ts";
import { paymentStatus } from "../shapes.ts";

/**
 * What becomes of a fee that the acquirer charges. In the card's stream: that it is to be charged, or given back, is written
 * with what it follows from, in one append.
 */

const of = { accessId: z.string(), at: z.string() };

/** `key`: what the acquirer knows it by; the same for as long as it is asked. */
export const chargeRequested = z.object({
  type: z.literal("ChargeRequested"),
  data: z.object({ ...of, key: z.string(), amount: storedMoney }),
});

/** It was sent, and may have been done: its answer was lost. */
export const chargeUnknown = z.object({
  type: z.literal("ChargeUnknown"),
  data: z.object({ ...of, key: z.string(), why: z.string(), paymentStatus }),
});

/** `VOIDED`: it was not charged, and never will be. */
export const chargeSettled = z.object({
  type: z.literal("ChargeSettled"),
  data: z.object({
    ...of,
    key: z.string(),
    outcome: z.enum(["APPROVED", "DECLINED", "VOIDED"]),
    /** ISO 8583, field 39. */
    responseCode: z.string().nullable(),
    paymentStatus,
  }),
});

export const refundRequested = z.object({
  type: z.literal("RefundRequested"),
  data: z.object({ ...of, key: z.string(), amount: storedMoney }),
});

export const refundUnknown = z.object({
  type: z.literal("RefundUnknown"),
  data: z.object({ ...of, key: z.string(), why: z.string() }),
});

export const refundSettled = z.object({
  type: z.literal("RefundSettled"),
  data: z.object({
    ...of,
    key: z.string(),
    outcome: z.enum(["APPROVED", "DECLINED"]),
    responseCode: z.string().nullable(),
    paymentStatus,
  }),
});

/** A charge or refund of which nothing was learned for so long that a person has to say what became of it. */
export const paymentGivenUp = z.object({
  type: z.literal("PaymentGivenUp"),
  data: z.object({ ...of, key: z.string(), why: z.string() }),
});

export const paymentResolution = z.enum(["PAID", "NOT_PAID", "REFUNDED"]);
export type PaymentResolution = z.infer<typeof paymentResolution>;

/** What a person found out of a charge, or of a refund: `PAID` of a refund says that the money was not given back, and stays. */
export const paymentResolved = z.object({
  type: z.literal("PaymentResolved"),
  data: z.object({
    ...of,
    key: z.string(),
    by: actorRef,
    reason: z.string(),
    outcome: paymentResolution,
    paymentStatus,
  }),
});

export const CHARGE_EVENTS = [
  chargeRequested,
  chargeUnknown,
  chargeSettled,
  refundRequested,
  refundUnknown,
  refundSettled,
  paymentGivenUp,
  paymentResolved,
] as const;
export type ChargeEvent = z.infer<(typeof CHARGE_EVENTS)[number]>;

const TYPES: ReadonlySet<string> = new Set(CHARGE_EVENTS.map(({ shape }) => shape.type.value));

export function isOfCharge<Event extends { readonly type: string }>(
  event: Event,
): event is Extract<Event, { readonly type: ChargeEvent["type"] }> {
  return TYPES.has(event.type);
}
