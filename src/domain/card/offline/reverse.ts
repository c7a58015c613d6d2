import { accept, type Decision, refuse } from "../../decider.ts";
import { fromMinor, type Money, toMinor } from "../../money.ts";
import { iso } from "../../time.ts";
import type { CardEvent } from "../events.ts";
import { feeLines, removeGuests, totalOf } from "../guests.ts";
import { providerReversalEnds, type ReversalRefusal, type ReverseEntry } from "../reversal.ts";
import type { PaymentStatus } from "../shapes.ts";
import type { CardState } from "../state.ts";
import type { OfflineEntry } from "./entry.ts";

/** As an entry that was confirmed online; the time in which a Service Provider may runs from when it happened. */
export function reverseOffline(
  state: CardState,
  entry: OfflineEntry,
  command: ReverseEntry,
): Decision<CardEvent, ReversalRefusal> {
  const { allocation, entitlement, fee } = entry;
  if (entry.status !== "COMPLETED" || allocation === null || entitlement === null)
    return refuse({ code: "NOT_COMPLETED", status: entry.status === "REJECTED" ? "REJECTED" : entry.status });
  const now = Math.max(command.now, state.lastAt);
  if (command.timeLimited && now > providerReversalEnds(entry.at))
    return refuse({ code: "REVERSAL_TOO_LATE" });
  const { accessId, by, reason, guests } = command;
  const at = iso(now);
  if (guests === null) {
    const payment = paymentAfter(entry, null);
    return accept({ type: "EntryReversed", data: { accessId, at, by, reason, ...payment } });
  }
  const removal = removeGuests({ fee, entitlement }, allocation, guests);
  if (removal.kind === "refused") return refuse({ code: "TOO_MANY_GUESTS", problems: removal.problems });
  const due = totalOf(feeLines({ fee, entitlement }, removal.allocation));
  const payment = paymentAfter(entry, { released: removal.refund, due });
  return accept({
    type: "EntryCorrected",
    data: { accessId, at, by, reason, removed: guests, allocation: removal.allocation, ...payment },
  });
}

/** Only what the terminal took goes back, and no more of it than is still there. `left` null: nothing is due any more. */
function paymentAfter(
  entry: OfflineEntry,
  left: { readonly released: Money | null; readonly due: Money | null } | null,
): { readonly refund: Money | null; readonly paymentStatus: PaymentStatus } {
  const { paymentStatus } = entry;
  switch (paymentStatus) {
    case "PAID":
    case "PARTIALLY_REFUNDED": {
      const kept = keptOf(entry);
      if (kept === null) return { refund: null, paymentStatus };
      const wanted = left === null ? kept : left.released;
      if (wanted === null) return { refund: null, paymentStatus };
      const refund = toMinor(wanted) < toMinor(kept) ? wanted : kept;
      return { refund, paymentStatus: refund === kept ? "REFUNDED" : "PARTIALLY_REFUNDED" };
    }
    case "PENDING":
      return { refund: null, paymentStatus: left?.due == null ? "NONE" : "PENDING" };
    case "NONE":
    case "FAILED":
    case "UNKNOWN":
    case "REFUNDED":
      return { refund: null, paymentStatus };
  }
}

/** Of what the terminal took, what was not given back yet. */
function keptOf({ report, change }: OfflineEntry): Money | null {
  const paid = report.data.payment?.amount ?? null;
  if (paid === null) return null;
  const back = (change?.corrections ?? []).reduce(
    (sum, { refund }) => sum + (refund === null ? 0n : toMinor(refund)),
    0n,
  );
  const kept = toMinor(paid) - back;
  return kept > 0n ? fromMinor(kept, paid.currency) : null;
}
