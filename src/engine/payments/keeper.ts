import type { Services } from "../services.ts";
import { PAYMENT_WITHIN_MS, type PaymentId, settlePayment } from "./settle.ts";

const EVERY_MS = 1_000;
const AT_ONCE = 20;

/** What the read model knows to be open. */
export interface OpenPayments {
  /** Those that are due, or that nobody has tried. `now`: real time. */
  due(now: number, limit: number): Promise<readonly PaymentId[]>;
}

/** Brings on, every second, the payments that are open. Any number of instances may. */
export class PaymentKeeper {
  readonly #services: Services;
  readonly #payments: OpenPayments;
  #timer: NodeJS.Timeout | null = null;
  #running: Promise<void> | null = null;

  constructor(services: Services, payments: OpenPayments) {
    this.#services = services;
    this.#payments = payments;
  }

  start(): void {
    this.#timer = setInterval(() => {
      this.#running ??= this.#round().finally(() => {
        this.#running = null;
      });
    }, EVERY_MS);
    this.#timer.unref();
  }

  async stop(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    await this.#running;
  }

  /** One round; answers how many it brought on. */
  async keep(): Promise<number> {
    const { now } = this.#services;
    const due = await this.#payments.due(now(), AT_ONCE);
    const done = await Promise.all(
      due.map(async (one) => await settlePayment(this.#services, one, { within: PAYMENT_WITHIN_MS })),
    );
    return done.filter((isOurs) => isOurs).length;
  }

  async #round(): Promise<void> {
    try {
      await this.keep();
    } catch (error) {
      this.#services.logger.warn({ err: error }, "payments were not looked after; the next round goes on");
    }
  }
}
