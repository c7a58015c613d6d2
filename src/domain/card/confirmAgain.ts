import { accept, type Decision, refuse } from "../decider.ts";
import { fromMinor, toMinor } from "../money.ts";
import { iso } from "../time.ts";
import type { ConfirmEntry, EntryRefusal } from "./confirmation.ts";
import type { CardEvent } from "./events.ts";
import type { GuestCounts, Payment } from "./shapes.ts";
import { isOpen } from "./charge/charge.ts";
import { stillCharged } from "./guests.ts";
import type { ConfirmedEntry } from "./entry.ts";
import type { CardState } from "./state.ts";

/** With the same guests it is answered as before; a payment that was not told yet is recorded, whatever became of the entry. */
export function confirmAgain(
  state: CardState,
  entry: ConfirmedEntry,
  { accessId, requestId, now, guests, payment }: ConfirmEntry,
): Decision<CardEvent, EntryRefusal> {
  if (!sameGuests(entry.guests, guests)) return refuse({ code: "CONFIRMED_DIFFERENTLY" });
  if (payment === null) return accept();
  if (entry.payment !== null) {
    return samePayment(entry.payment, payment) ? accept() : refuse({ code: "CONFIRMED_DIFFERENTLY" });
  }
  // Whoever is charged already does not pay a second time; where that came to nothing the terminal may collect.
  if (entry.charge !== null && (isOpen(entry.charge) || entry.charge.state === "CHARGED"))
    return refuse({ code: "CONFIRMED_DIFFERENTLY" });
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

function sameGuests(a: GuestCounts, b: GuestCounts): boolean {
  return a.adults === b.adults && a.children === b.children && a.freeChildren === b.freeChildren;
}
