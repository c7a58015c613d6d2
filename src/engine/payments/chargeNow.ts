import { isOpen } from "../../domain/card/charge/charge.ts";
import { chargedEntry } from "../../domain/card/charge/decide.ts";
import { cardStream } from "../../domain/card/events.ts";
import type { PaymentStatus } from "../../domain/card/shapes.ts";
import { OUTSIDE_ANSWER } from "../../domain/policies.ts";
import type { Services } from "../services.ts";
import { type PaymentId, settlePayment } from "./settle.ts";

/** Below this nothing is asked any more: no answer would come in time. Milliseconds. */
const LEAST_MS = 50;

/**
 * Charges what was just confirmed, if the answer can be there in time; else it is charged a moment later by whoever looks
 * after payments. Never throws: the entry is confirmed, whatever becomes of its fee.
 * @param left how long the terminal may wait still, in milliseconds
 */
export async function chargeNow(services: Services, id: PaymentId, left: number): Promise<void> {
  const within = Math.min(OUTSIDE_ANSWER, left);
  if (!services.acquirer.isConnected || within < LEAST_MS) return;
  try {
    await settlePayment(services, id, { within, isFirst: true });
  } catch (error) {
    services.logger.warn({ err: error, accessId: id.accessId }, "a fee was not charged at once");
  }
}

/** What a terminal is told of a fee that the acquirer charges, as of now; null where it charges none. */
export async function chargeStatus(
  { streams }: Pick<Services, "streams">,
  { cardId, accessId }: PaymentId,
): Promise<PaymentStatus | null> {
  const { state } = await streams.card.refresh(cardStream(cardId));
  const found = chargedEntry(state, accessId);
  if (found === null || found.entry.payment !== null) return null;
  return isOpen(found.charge) ? "PENDING" : found.entry.paymentStatus;
}
