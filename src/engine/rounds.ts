import type { Services } from "./services.ts";

const EVERY_MS = 1_000;

/** Work that is done every second, one round after the other. One that fails is a warning, and the next goes on. */
export class Rounds {
  readonly #work: () => Promise<unknown>;
  readonly #logger: Services["logger"];
  readonly #of: string;
  #timer: NodeJS.Timeout | null = null;
  #running: Promise<void> | null = null;

  /** @param of what is looked after, as the log says it */
  constructor({ logger }: Pick<Services, "logger">, of: string, work: () => Promise<unknown>) {
    this.#work = work;
    this.#logger = logger;
    this.#of = of;
  }

  start(): void {
    this.#timer = setInterval(() => {
      this.#running ??= this.#round().finally(() => {
        this.#running = null;
      });
    }, EVERY_MS);
    this.#timer.unref();
  }

  /** Resolves once the round that is under way has ended. */
  async stop(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    await this.#running;
  }

  async #round(): Promise<void> {
    try {
      await this.#work();
    } catch (error) {
      this.#logger.warn({ err: error }, `${this.#of} were not looked after; the next round goes on`);
    }
  }
}
