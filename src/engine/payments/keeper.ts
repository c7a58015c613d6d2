import { Rounds } from "../rounds.ts";
import type { Services } from "../services.ts";
import { PAYMENT_WITHIN_MS, type PaymentId, settlePayment } from "./settle.ts";

const AT_ONCE = 20;

/** What the read model knows to be open. */
export interface OpenPayments {
  /** Those that are due, or that nobody has tried. `now`: real time. */
  due(now: number, limit: number): Promise<readonly PaymentId[]>;
}

/** Brings on, every second, the payments that are open. Any number of instances may. */
export function paymentKeeper(services: Services, payments: OpenPayments): Rounds {
  return new Rounds(services, "payments", async () => {
    const due = await payments.due(services.now(), AT_ONCE);
    await Promise.all(
      due.map(async (one) => await settlePayment(services, one, { within: PAYMENT_WITHIN_MS })),
    );
  });
}
