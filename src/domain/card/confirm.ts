import { accept, type Decision, refuse } from "../decider.ts";
import { fromMinor, type Money, toMinor } from "../money.ts";
import { LATE_CONFIRM_ENDS } from "../policies.ts";
import type { CompiledRuleset } from "../ruleset/compile.ts";
import { availabilityOf } from "../ruleset/entitlement.ts";
import type { Visit } from "../ruleset/facts.ts";
import { freeLeft, paidLeft, type Usage, usageIn } from "../ruleset/usage.ts";
import { iso, type Instant } from "../time.ts";
import { windowBounds } from "../window.ts";
import { lapsedBy } from "./check.ts";
import type {
  Allocation,
  CardEvent,
  EntryConfirmed,
  EntryFlag,
  GuestCounts,
  Payment,
  PaymentStatus,
} from "./events.ts";
import { feeLines, type GuestProblem, splitGuests, totalOf } from "./guests.ts";
import { stillCharged } from "./reverse.ts";
import {
  type CardState,
  cardFacts,
  type ConfirmedEntry,
  type Entry,
  evolveCard,
  openEntry,
} from "./state.ts";

/** The terminal says that the visit took place. */
export interface ConfirmEntry {
  readonly accessId: string;
  readonly requestId: string | null;
  readonly now: Instant;
  readonly terminal: string;
  readonly guests: GuestCounts;
  readonly payment: Payment | null;
  /** The version the grant was made under, for its limits. */
  readonly grantedUnder: CompiledRuleset;
  /** The version in force, for what remains; null where none is: then the grant's counts. */
  readonly inForce: CompiledRuleset | null;
  /** The budget was given to others after this grant had lapsed, and is used up. */
  readonly budgetTaken: boolean;
}

export type EntryRefusal =
  | { readonly code: "ENTRY_NOT_FOUND" }
  | { readonly code: "ENTRY_CANCELLED" }
  | { readonly code: "ENTRY_EXPIRED" }
  | { readonly code: "ENTRY_COMPLETED" }
  | { readonly code: "CONFIRMED_DIFFERENTLY" }
  | {
      readonly code: "TOO_MANY_GUESTS" | "FREE_CHILDREN_NOT_ALLOWED";
      readonly problems: readonly GuestProblem[];
    }
  | { readonly code: "PAYMENT_AMOUNT_MISMATCH"; readonly due: Money | null };

/**
 * Judged by the ruleset version in the grant, even if it was retired since. An entry confirmed before
 * is accepted when the guests are the same, without events unless a payment is told that was not known. Late, it still happened: it completes, and
 * is flagged when its place was taken meanwhile; a day after the grant it is refused.
 */
export function confirmEntry(state: CardState, command: ConfirmEntry): Decision<CardEvent, EntryRefusal> {
  const entry = state.entries.get(command.accessId);
  if (entry === undefined || entry.terminal !== command.terminal) return refuse({ code: "ENTRY_NOT_FOUND" });
  if (entry.status === "COMPLETED" || entry.status === "REVERSED") {
    return confirmAgain(state, entry, command);
  }
  if (entry.status === "CANCELLED") return refuse({ code: "ENTRY_CANCELLED" });
  const now = Math.max(command.now, state.lastAt);
  if (now - entry.at >= LATE_CONFIRM_ENDS) return refuse({ code: "ENTRY_EXPIRED" });

  const split = splitGuests(entry, command.guests);
  if (split.kind === "refused") return refuse({ code: split.code, problems: split.problems });
  const charged = totalOf(feeLines(entry, split.allocation));
  const status = paymentStatusOf(charged, command.payment);
  if (status === null) return refuse({ code: "PAYMENT_AMOUNT_MISMATCH", due: charged });

  const lapsed = entry.status === "PENDING" ? lapsedBy(state, now) : [];
  const late = entry.status === "EXPIRED" || now >= entry.expiresAt;
  const before = lapsed.reduce(evolveCard, state);
  const confirmed: EntryConfirmed = {
    type: "EntryConfirmed",
    data: {
      accessId: command.accessId,
      requestId: command.requestId,
      at: iso(now),
      guests: command.guests,
      allocation: split.allocation,
      charged,
      payment: command.payment,
      paymentStatus: status,
      remaining: { free: 0, paid: 0, nextFreeAt: null },
      flags: [],
      late,
    },
  };
  // What remains, and whether a limit is passed, is counted with this visit in it.
  const after = evolveCard(before, confirmed);
  const measure = command.inForce ?? command.grantedUnder;
  const bounds = windowBounds(measure.limits.window, now, measure.validity);
  const card = cardFacts(after, now);
  const usage = usageIn(card, measure.id, entry.locationId, bounds);
  const remaining = availabilityOf(measure, usage, { card, now });
  const overLimit =
    (late && (command.budgetTaken || visitPlaceTaken(after, entry, command.grantedUnder, now))) ||
    ((late || overtaken(after, entry)) &&
      guestPlaceTaken(after, entry, split.allocation, command.grantedUnder, now));
  const flags: EntryFlag[] = overLimit ? ["OVER_LIMIT"] : [];
  return accept(...lapsed, { ...confirmed, data: { ...confirmed.data, remaining, flags } });
}

/** With the same guests it is answered as before; a payment that was not told yet is recorded, whatever became of the entry. */
function confirmAgain(
  state: CardState,
  entry: ConfirmedEntry,
  { accessId, requestId, now, guests, payment }: ConfirmEntry,
): Decision<CardEvent, EntryRefusal> {
  if (!sameGuests(entry.guests, guests)) return refuse({ code: "CONFIRMED_DIFFERENTLY" });
  if (payment === null) return accept();
  if (entry.payment !== null) {
    return samePayment(entry.payment, payment) ? accept() : refuse({ code: "CONFIRMED_DIFFERENTLY" });
  }
  const due = entry.status === "REVERSED" ? null : stillCharged(entry);
  const paid = toMinor(payment.amount);
  if (paid === 0n && entry.charged === null) return accept();
  const isAsked = [due, entry.charged].some(
    (asked) => asked !== null && asked.currency === payment.amount.currency && toMinor(asked) === paid,
  );
  if (!isAsked) return refuse({ code: "PAYMENT_AMOUNT_MISMATCH", due });
  const over = paid - (due === null ? 0n : toMinor(due));
  const refund = over === 0n ? null : fromMinor(over, payment.amount.currency);
  const status = refund === null ? "PAID" : due === null ? "REFUNDED" : "PARTIALLY_REFUNDED";
  const at = iso(Math.max(now, state.lastAt));
  return accept({
    type: "PaymentRecorded",
    data: { accessId, requestId, at, payment, refund, paymentStatus: status },
  });
}

function samePayment(a: Payment, b: Payment): boolean {
  return (
    a.reference === b.reference &&
    a.amount.currency === b.amount.currency &&
    toMinor(a.amount) === toMinor(b.amount)
  );
}

/** Whether another entry was confirmed, late then, while this grant was open. */
function overtaken(after: CardState, entry: Entry): boolean {
  return [...after.entries.values()].some(
    (other) =>
      other.status === "COMPLETED" &&
      other.accessId !== entry.accessId &&
      other.confirmRevision > entry.grantRevision,
  );
}

function visitPlaceTaken(after: CardState, entry: Entry, ruleset: CompiledRuleset, now: Instant): boolean {
  const { limits } = ruleset;
  return usagesAround(after, entry, ruleset, now).some((usage) => {
    const tierLeft = entry.cost === "FREE" ? freeLeft(limits, usage) : paidLeft(limits, usage);
    return tierLeft < 0 || usage.hereVisits > limits.perLocation;
  });
}

/** Looks only at the tiers that this entry's own guests are in. */
function guestPlaceTaken(
  after: CardState,
  entry: Entry,
  { adults, children }: Allocation,
  ruleset: CompiledRuleset,
  now: Instant,
): boolean {
  const { limits } = ruleset;
  return usagesAround(after, entry, ruleset, now).some((usage) => {
    if (adults.paid > 0 && usage.adultsPaid > limits.adults.paid) return true;
    if (children.paid > 0 && usage.childrenPaid > limits.children.paid) return true;
    if (limits.pool !== null) return adults.free + children.free > 0 && freeLeft(limits, usage) < 0;
    if (adults.free > 0 && usage.adultsFree > limits.adults.free) return true;
    return children.free > 0 && usage.childrenFree > limits.children.free;
  });
}

/**
 * The usage in each window that holds the grant and could be the fullest: those that took its place
 * were granted after it. A grant that is open holds one visit, no guests.
 */
function usagesAround(
  after: CardState,
  entry: Entry,
  ruleset: CompiledRuleset,
  now: Instant,
): readonly Usage[] {
  const open = openEntry(after);
  const held = open === null || now >= open.expiresAt ? [] : [heldVisit(open)];
  const card = { ...cardFacts(after, now), visits: [...after.visits, ...held] };
  const later = card.visits.filter((visit) => visit.at > entry.at).map((visit) => visit.at);
  return [entry.at, ...later]
    .map((at) => windowBounds(ruleset.limits.window, at, ruleset.validity))
    .filter((bounds) => entry.at >= bounds.from)
    .map((bounds) => usageIn(card, ruleset.id, entry.locationId, bounds));
}

function heldVisit(open: Entry): Visit {
  const { accessId, rulesetId, locationId, at, cost } = open;
  const none = { free: 0, paid: 0 };
  return {
    accessId,
    rulesetId,
    locationId,
    at,
    confirmedAt: at,
    paid: cost === "PAID",
    adults: none,
    children: none,
  };
}

/** Null where the amount paid is not the amount due. */
function paymentStatusOf(due: Money | null, payment: Payment | null): PaymentStatus | null {
  if (payment === null) return due === null ? "NONE" : "PENDING";
  const paid = toMinor(payment.amount);
  if (due === null) return paid === 0n ? "NONE" : null;
  return due.currency === payment.amount.currency && toMinor(due) === paid ? "PAID" : null;
}

function sameGuests(a: GuestCounts, b: GuestCounts): boolean {
  return a.adults === b.adults && a.children === b.children && a.freeChildren === b.freeChildren;
}
