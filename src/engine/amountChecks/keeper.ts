import { reconcileAmounts } from "./reconcile.ts";
import type { Services } from "../services.ts";

const EVERY_MS = 1_000;

/** Gives back, every second, what is due. Any number of instances may. */
export class AmountKeeper {
  readonly #services: Pick<Services, "db" | "acquirer" | "logger" | "now">;
  #timer: NodeJS.Timeout | null = null;
  #running: Promise<void> | null = null;

  constructor(services: Pick<Services, "db" | "acquirer" | "logger" | "now">) {
    this.#services = services;
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

  async #round(): Promise<void> {
    try {
      await reconcileAmounts(this.#services, this.#services.now());
    } catch (error) {
      this.#services.logger.warn({ err: error }, "amounts were not looked after; the next round goes on");
    }
  }
}
