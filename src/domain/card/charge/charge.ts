import { z } from "zod";
import { fromMinor, type Money, storedMoney, toMinor } from "../../money.ts";
import { instant } from "../../time.ts";
import type { PaymentStatus } from "../shapes.ts";
import type { ChargeEvent } from "./events.ts";

/**
 * A fee at the acquirer: one charge, and the refunds of it. A refund is asked for once for each part that is not due any
 * more, so that what is charged less what is refunded comes to what is due.
 */

const asked = { key: z.string(), amount: storedMoney, requestedAt: z.number(), givenUp: z.boolean() };

const storedRefund = z.object({
  ...asked,
  /** `KEPT`: a person has said that it was not given back. */
  state: z.enum(["REQUESTED", "UNKNOWN", "REFUNDED", "DECLINED", "KEPT"]),
});
export type Refund = z.infer<typeof storedRefund>;

export const storedCharge = z.object({
  ...asked,
  /** `NOT_PAID`: a person has said so. */
  state: z.enum(["REQUESTED", "UNKNOWN", "CHARGED", "DECLINED", "VOIDED", "NOT_PAID"]),
  refunds: z.array(storedRefund),
});
export type Charge = z.infer<typeof storedCharge>;

/** A refund that a person has made elsewhere, of a charge that nobody knew of. */
const ELSEWHERE = "elsewhere";

/** @param charge null before it is requested */
export function evolveCharge(charge: Charge | null, event: ChargeEvent): Charge {
  if (event.type === "ChargeRequested") {
    return { ...begun(event.data), state: "REQUESTED", refunds: [] };
  }
  if (charge === null) throw new Error(`${event.type} of ${event.data.accessId}, which was never charged`);
  const { data } = event;
  switch (event.type) {
    case "ChargeUnknown":
      return { ...charge, state: "UNKNOWN" };
    case "ChargeSettled": {
      const { outcome } = event.data;
      return { ...charge, state: outcome === "APPROVED" ? "CHARGED" : outcome };
    }
    case "RefundRequested":
      return { ...charge, refunds: [...charge.refunds, { ...begun(event.data), state: "REQUESTED" }] };
    case "RefundUnknown":
      return withRefund(charge, data.key, { state: "UNKNOWN" });
    case "RefundSettled":
      return withRefund(charge, data.key, {
        state: event.data.outcome === "APPROVED" ? "REFUNDED" : "DECLINED",
      });
    case "PaymentGivenUp":
      return charge.key === data.key
        ? { ...charge, givenUp: true }
        : withRefund(charge, data.key, { givenUp: true });
    case "PaymentResolved":
      return resolved(charge, event.data);
  }
}

function begun({ key, amount, at }: { readonly key: string; readonly amount: Money; readonly at: string }) {
  return { key, amount, requestedAt: instant(at), givenUp: false };
}

function withRefund(charge: Charge, key: string, change: Partial<Refund>): Charge {
  const refunds = charge.refunds.map((one) => (one.key === key ? { ...one, ...change } : one));
  return { ...charge, refunds };
}

function resolved(
  charge: Charge,
  { key, outcome, at }: Extract<ChargeEvent, { type: "PaymentResolved" }>["data"],
): Charge {
  if (key !== charge.key) {
    return withRefund(charge, key, { state: outcome === "REFUNDED" ? "REFUNDED" : "KEPT" });
  }
  switch (outcome) {
    case "PAID":
      return { ...charge, state: "CHARGED" };
    case "NOT_PAID":
      return { ...charge, state: "NOT_PAID" };
    case "REFUNDED": {
      const whole = { ...begun({ key: ELSEWHERE, amount: charge.amount, at }), state: "REFUNDED" as const };
      return { ...charge, state: "CHARGED", refunds: [...charge.refunds, whole] };
    }
  }
}

export function isOpen({ state }: { readonly state: Charge["state"] | Refund["state"] }): boolean {
  return state === "REQUESTED" || state === "UNKNOWN";
}

/** What of it the acquirer is to be asked for still: the charge first, then its refunds in their order. */
export function openSteps(charge: Charge): readonly (Charge | Refund)[] {
  return [charge, ...charge.refunds].filter((one) => isOpen(one) && !one.givenUp);
}

/** What only a person can settle; null for nothing. */
export function stepForPerson(charge: Charge): Charge | Refund | null {
  const isTheirs = (one: Charge | Refund): boolean =>
    isOpen(one)
      ? one.givenUp
      : charge.refunds.some(({ key, state }) => key === one.key && state === "DECLINED");
  return [charge, ...charge.refunds].find(isTheirs) ?? null;
}

/** What was charged, in minor units. */
export function chargedMinor({ state, amount }: Charge): bigint {
  return state === "CHARGED" ? toMinor(amount) : 0n;
}

/** What was given back, in minor units. */
export function refundedMinor({ refunds }: Charge): bigint {
  return sum(refunds.filter(({ state }) => state === "REFUNDED"));
}

/** What is to be given back, and nobody has asked for yet; null for nothing. */
export function refundWanted(charge: Charge, due: Money | null): Money | null {
  const wanted = chargedMinor(charge) - sum(charge.refunds) - (due === null ? 0n : toMinor(due));
  return wanted > 0n ? fromMinor(wanted, charge.amount.currency) : null;
}

function sum(refunds: readonly Refund[]): bigint {
  return refunds.reduce((all, { amount }) => all + toMinor(amount), 0n);
}

/** @param due what is due for the entry by now */
export function statusOf(charge: Charge, due: Money | null): PaymentStatus {
  switch (charge.state) {
    case "REQUESTED":
      return "PENDING";
    case "UNKNOWN":
      return "UNKNOWN";
    case "DECLINED":
    case "VOIDED":
    case "NOT_PAID":
      return due === null ? "NONE" : "FAILED";
    case "CHARGED": {
      const back = refundedMinor(charge);
      if (back === 0n) return "PAID";
      return back === toMinor(charge.amount) ? "REFUNDED" : "PARTIALLY_REFUNDED";
    }
  }
}

/** Where a payment stands as a whole. */
export const PAYMENT_STATES = [
  "PENDING",
  "UNKNOWN",
  "PAID",
  "FAILED",
  "VOIDED",
  "REFUND_PENDING",
  "REFUND_UNKNOWN",
  "REFUND_FAILED",
  "PARTIALLY_REFUNDED",
  "REFUNDED",
] as const;
export type PaymentState = (typeof PAYMENT_STATES)[number];

export function paymentStateOf(charge: Charge): PaymentState {
  switch (charge.state) {
    case "REQUESTED":
      return "PENDING";
    case "UNKNOWN":
      return "UNKNOWN";
    case "DECLINED":
    case "NOT_PAID":
      return "FAILED";
    case "VOIDED":
      return "VOIDED";
    case "CHARGED": {
      const has = (wanted: Refund["state"]): boolean => charge.refunds.some(({ state }) => state === wanted);
      if (has("UNKNOWN")) return "REFUND_UNKNOWN";
      if (has("REQUESTED")) return "REFUND_PENDING";
      if (has("DECLINED")) return "REFUND_FAILED";
      const back = refundedMinor(charge);
      if (back === 0n) return "PAID";
      return back === toMinor(charge.amount) ? "REFUNDED" : "PARTIALLY_REFUNDED";
    }
  }
}
