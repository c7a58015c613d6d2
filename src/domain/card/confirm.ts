import { accept, type Decision, refuse } from "../decider.ts";
import { type Money, toMinor } from "../money.ts";
import { LATE_CONFIRM_ENDS } from "../policies.ts";
import { availabilityOf } from "../ruleset/evaluate/entitlement.ts";
import { usageIn } from "../ruleset/evaluate/usage.ts";
import { iso } from "../time.ts";
import { windowBounds } from "../window.ts";
import { lapsedBy } from "./check.ts";
import { requestCharge } from "./charge/decide.ts";
import type { ConfirmEntry, EntryRefusal } from "./confirmation.ts";
import { confirmAgain } from "./confirmAgain.ts";
import type { CardEvent, EntryConfirmed, EntryFlag } from "./events.ts";
import type { Payment, PaymentStatus } from "./shapes.ts";
import { feeLines, splitGuests, totalOf } from "./guests.ts";
import { isOverLimit } from "./overLimit.ts";
import { type CardState, cardFacts, evolveCard } from "./state.ts";

/**
 * Judged by the ruleset version in the grant, even if it was retired since. An entry confirmed before
 * is accepted when the guests are the same, without events unless a payment is told that was not known.
 * Late, it still happened: it completes, and is flagged when its place was taken meanwhile; a day after
 * the grant it is refused.
 */
export function confirmEntry(state: CardState, command: ConfirmEntry): Decision<CardEvent, EntryRefusal> {
  const entry = state.entries.get(command.accessId);
  if (entry === undefined || entry.terminal !== command.terminal) return refuse({ code: "ENTRY_NOT_FOUND" });
  if (entry.status === "COMPLETED" || entry.status === "REVERSED") {
    return confirmAgain(state, entry, command);
  }
  if (entry.status === "CANCELLED") return refuse({ code: "ENTRY_CANCELLED" });
  const now = Math.max(command.now, state.lastAt);
  if (command.offline === null && now - entry.at >= LATE_CONFIRM_ENDS)
    return refuse({ code: "ENTRY_EXPIRED" });

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
      ...(command.offline === null ? {} : { offline: command.offline }),
    },
  };
  // What remains, and whether a limit is passed, is counted with this visit in it.
  const after = evolveCard(before, confirmed);
  const measure = command.inForce ?? command.grantedUnder;
  const bounds = windowBounds(measure.limits.window, now, measure.validity);
  const card = cardFacts(after, now, command.joined);
  const usage = usageIn(card, measure.id, entry.locationId, bounds);
  const remaining = availabilityOf(measure, usage, { card, now });
  const overLimit = isOverLimit(after, entry, split.allocation, command, { now, late });
  const flags: EntryFlag[] = overLimit ? ["OVER_LIMIT"] : [];
  const isCharged = status === "PENDING" && entry.isCharged && charged !== null;
  return accept(
    ...lapsed,
    { ...confirmed, data: { ...confirmed.data, remaining, flags } },
    ...(isCharged ? [requestCharge(entry.accessId, charged, now)] : []),
  );
}

/** Null where the amount paid is not the amount due. */
function paymentStatusOf(due: Money | null, payment: Payment | null): PaymentStatus | null {
  if (payment === null) return due === null ? "NONE" : "PENDING";
  const paid = toMinor(payment.amount);
  if (due === null) return paid === 0n ? "NONE" : null;
  return due.currency === payment.amount.currency && toMinor(due) === paid ? "PAID" : null;
}
