import { accept, type Decision, refuse } from "../decider.ts";
import type { Money } from "../money.ts";
import { type Instant, iso } from "../time.ts";
import type { CardEvent } from "./events.ts";
import type { PaymentStatus } from "./shapes.ts";
import { requestRefund } from "./charge/decide.ts";
import { refundWanted, statusOf } from "./charge/charge.ts";
import { removeGuests, stillCharged } from "./guests.ts";
import { reverseOffline } from "./offline/reverse.ts";
import { providerReversalEnds, type ReversalRefusal, type ReverseEntry } from "./reversal.ts";
import type { ConfirmedEntry } from "./entry.ts";
import type { CardState } from "./state.ts";

export function reverseEntry(state: CardState, command: ReverseEntry): Decision<CardEvent, ReversalRefusal> {
  const offline = state.placed.entries.get(command.accessId);
  if (offline !== undefined) return reverseOffline(state, offline, command);
  const entry = state.entries.get(command.accessId);
  if (entry === undefined) return refuse({ code: "ENTRY_NOT_FOUND" });
  if (entry.status !== "COMPLETED") return refuse({ code: "NOT_COMPLETED", status: entry.status });
  const now = Math.max(command.now, state.lastAt);
  if (command.timeLimited && now > providerReversalEnds(entry.confirmedAt)) {
    return refuse({ code: "REVERSAL_TOO_LATE" });
  }
  const { accessId, by, reason } = command;
  if (command.guests === null) {
    const payment = paymentAfter(entry, stillCharged(entry), null);
    return accept<CardEvent>(
      { type: "EntryReversed", data: { accessId, at: iso(now), by, reason, ...payment } },
      ...refundsAfter(entry, null, now),
    );
  }
  const removal = removeGuests(entry, entry.allocation, command.guests);
  if (removal.kind === "refused") return refuse({ code: "TOO_MANY_GUESTS", problems: removal.problems });
  const { allocation, refund } = removal;
  const due = stillCharged({ ...entry, allocation });
  const payment = paymentAfter(entry, refund, due);
  return accept<CardEvent>(
    {
      type: "EntryCorrected",
      data: { accessId, at: iso(now), by, reason, removed: command.guests, allocation, ...payment },
    },
    ...refundsAfter(entry, due, now),
  );
}

/** What the acquirer is to give back at once; of a charge that is not settled it is found when it is. */
function refundsAfter(
  { accessId, charge, payment }: ConfirmedEntry,
  due: Money | null,
  now: Instant,
): readonly CardEvent[] {
  return charge === null || payment !== null ? [] : requestRefund(accessId, charge, due, now);
}

/** What becomes of a payment when `released` of its fees are not due any more and `due` are: only what was paid goes back. */
function paymentAfter(
  { paymentStatus, charge, payment }: ConfirmedEntry,
  released: Money | null,
  due: Money | null,
): { readonly refund: Money | null; readonly paymentStatus: PaymentStatus } {
  if (charge !== null && payment === null) {
    return { refund: refundWanted(charge, due), paymentStatus: statusOf(charge, due) };
  }
  switch (paymentStatus) {
    case "PAID":
    case "PARTIALLY_REFUNDED":
      if (released === null) return { refund: null, paymentStatus };
      return { refund: released, paymentStatus: due === null ? "REFUNDED" : "PARTIALLY_REFUNDED" };
    case "PENDING":
      return { refund: null, paymentStatus: due === null ? "NONE" : "PENDING" };
    case "NONE":
    case "FAILED":
    case "UNKNOWN":
    case "REFUNDED":
      return { refund: null, paymentStatus };
  }
}
