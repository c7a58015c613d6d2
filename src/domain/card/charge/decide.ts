import type { ActorRef } from "../../actor.ts";
import { accept, type Decision, refuse } from "../../decider.ts";
import type { Money } from "../../money.ts";
import { type Instant, iso } from "../../time.ts";
import { type ConfirmedEntry, isConfirmed } from "../entry.ts";
import { stillCharged } from "../guests.ts";
import type { CardState } from "../state.ts";
import {
  type Charge,
  evolveCharge,
  isOpen,
  type Refund,
  refundWanted,
  statusOf,
  stepForPerson,
} from "./charge.ts";
import type { ChargeEvent, PaymentResolution } from "./events.ts";

/** What the acquirer says of a charge or of a refund. */
export type PaymentTold =
  | { readonly outcome: "APPROVED" | "DECLINED" | "VOIDED"; readonly responseCode: string | null }
  /** It was asked, and may have done it. */
  | { readonly outcome: "UNKNOWN"; readonly why: string };

interface About {
  readonly accessId: string;
  readonly now: Instant;
}

export interface HearOfPayment extends About {
  /** Of the charge, or of the refund. */
  readonly key: string;
  readonly told: PaymentTold;
}

export interface GiveUpPayment extends About {
  readonly key: string;
  readonly why: string;
}

export interface ResolvePayment extends About {
  readonly by: ActorRef;
  readonly reason: string;
  readonly outcome: PaymentResolution;
}

export type PaymentRefusal =
  | { readonly code: "PAYMENT_NOT_FOUND" }
  /** The acquirer has said what became of it. */
  | { readonly code: "NOTHING_TO_RESOLVE" }
  /** A refund was made or not; that its charge was never paid is no answer. */
  | { readonly code: "RESOLUTION_DOES_NOT_FIT" };

type Decided = Decision<ChargeEvent, PaymentRefusal>;

/** What a charge is known by at the acquirer, and what each refund of it is. */
export function chargeKey(accessId: string): string {
  return `${accessId}-fee`;
}

function refundKey(accessId: string, { refunds }: Charge): string {
  return `${accessId}-refund-${String(refunds.length + 1)}`;
}

export function requestCharge(accessId: string, amount: Money, now: Instant): ChargeEvent {
  return { type: "ChargeRequested", data: { accessId, at: iso(now), key: chargeKey(accessId), amount } };
}

/** The refund of what is not due any more; none where nothing is. `due`: by now. */
export function requestRefund(
  accessId: string,
  charge: Charge,
  due: Money | null,
  now: Instant,
): readonly ChargeEvent[] {
  const amount = refundWanted(charge, due);
  if (amount === null) return [];
  return [
    { type: "RefundRequested", data: { accessId, at: iso(now), key: refundKey(accessId, charge), amount } },
  ];
}

/** What the charge is to come to: nothing where the entry was reversed, or the terminal has collected after all. */
export function dueOfCharge(entry: ConfirmedEntry): Money | null {
  return entry.status === "REVERSED" || entry.payment !== null ? null : stillCharged(entry);
}

/**
 * The acquirer's word counts once. That money was taken counts also after a person has said that it was not: nothing that
 * was paid is forgotten.
 */
export function hearOfPayment(state: CardState, { accessId, key, told, now }: HearOfPayment): Decided {
  const found = chargedEntry(state, accessId);
  if (found === null) return refuse({ code: "PAYMENT_NOT_FOUND" });
  const { entry, charge } = found;
  const at = iso(Math.max(now, state.lastAt));
  if (key !== charge.key) {
    const refund = charge.refunds.find((one) => one.key === key);
    return refund === undefined
      ? refuse({ code: "PAYMENT_NOT_FOUND" })
      : hearOfRefund({ entry, charge }, refund, told, at);
  }
  if (told.outcome === "UNKNOWN") {
    if (charge.state !== "REQUESTED") return accept();
    const { why } = told;
    return accept({ type: "ChargeUnknown", data: { accessId, at, key, why, paymentStatus: "UNKNOWN" } });
  }
  const isNews = isOpen(charge) || (charge.state === "NOT_PAID" && told.outcome === "APPROVED");
  if (!isNews) return accept();
  const { outcome, responseCode } = told;
  const settled = (paymentStatus: ReturnType<typeof statusOf>): ChargeEvent => ({
    type: "ChargeSettled",
    data: { accessId, at, key, outcome, responseCode, paymentStatus },
  });
  return accept(...withConsequences(entry, charge, settled));
}

/** An event with the status that it leads to, and the refund of what is not due. */
function withConsequences(
  entry: ConfirmedEntry,
  charge: Charge,
  event: (status: ReturnType<typeof statusOf>) => ChargeEvent,
): readonly ChargeEvent[] {
  const due = dueOfCharge(entry);
  const first = event("PENDING");
  const after = evolveCharge(charge, first);
  // What the terminal has collected is paid, whatever becomes of the charge.
  const status = entry.payment === null ? statusOf(after, due) : entry.paymentStatus;
  const now = Date.parse(first.data.at);
  return [event(status), ...requestRefund(entry.accessId, after, due, now)];
}

function hearOfRefund(
  { entry, charge }: { readonly entry: ConfirmedEntry; readonly charge: Charge },
  refund: Refund,
  told: PaymentTold,
  at: string,
): Decided {
  const { accessId } = entry;
  const { key } = refund;
  if (told.outcome === "UNKNOWN") {
    if (refund.state !== "REQUESTED") return accept();
    return accept({ type: "RefundUnknown", data: { accessId, at, key, why: told.why } });
  }
  if (!isOpen(refund)) return accept();
  const { responseCode } = told;
  const outcome = told.outcome === "APPROVED" ? "APPROVED" : "DECLINED";
  return accept(
    ...withConsequences(entry, charge, (paymentStatus) => ({
      type: "RefundSettled",
      data: { accessId, at, key, outcome, responseCode, paymentStatus },
    })),
  );
}

export function giveUpPayment(state: CardState, { accessId, key, why, now }: GiveUpPayment): Decided {
  const charge = chargedEntry(state, accessId)?.charge;
  const step = charge === undefined ? undefined : [charge, ...charge.refunds].find((one) => one.key === key);
  if (step === undefined) return refuse({ code: "PAYMENT_NOT_FOUND" });
  if (!isOpen(step) || step.givenUp) return accept();
  const at = iso(Math.max(now, state.lastAt));
  return accept({ type: "PaymentGivenUp", data: { accessId, at, key, why } });
}

/** Of what is open, or of a refund that was refused. */
export function resolvePayment(state: CardState, command: ResolvePayment): Decided {
  const { accessId, by, reason, outcome, now } = command;
  const found = chargedEntry(state, accessId);
  if (found === null) return refuse({ code: "PAYMENT_NOT_FOUND" });
  const { entry, charge } = found;
  const step = stepForPerson(charge) ?? [charge, ...charge.refunds].find(isOpen);
  if (step === undefined) return refuse({ code: "NOTHING_TO_RESOLVE" });
  const { key } = step;
  if (key !== charge.key && outcome === "NOT_PAID") return refuse({ code: "RESOLUTION_DOES_NOT_FIT" });
  const at = iso(Math.max(now, state.lastAt));
  return accept(
    ...withConsequences(entry, charge, (paymentStatus) => ({
      type: "PaymentResolved",
      data: { accessId, at, key, by, reason, outcome, paymentStatus },
    })),
  );
}

interface Charged {
  readonly entry: ConfirmedEntry;
  readonly charge: Charge;
}

export function chargedEntry({ entries }: Pick<CardState, "entries">, accessId: string): Charged | null {
  const entry = entries.get(accessId);
  if (entry === undefined || !isConfirmed(entry) || entry.charge === null) return null;
  return { entry, charge: entry.charge };
}
