import { MINUTE, SECOND } from "../../domain/time.ts";
import type { Services } from "../services.ts";
import { lastPull, pullTransactions, type PullSeen } from "./pull.ts";

/** So many pages are brought in a row; what is left comes with the next look, which does not wait for its time. */
const PAGES_IN_A_ROW = 200;
const LONGEST_LOOK = MINUTE;

/** Pulls transactions when it is due; of several instances one does. */
export class RewardSchedule {
  readonly #services: Services;
  readonly #every: number;
  #timer: NodeJS.Timeout | null = null;
  #running: Promise<void> = Promise.resolve();
  #isStopped = false;

  constructor(services: Services) {
    this.#services = services;
    this.#every = services.rewards.pullSeconds * SECOND;
  }

  start(): void {
    const look = (): void => {
      this.#running = this.#running.then(async () => await this.#lookQuietly());
    };
    this.#timer = setInterval(look, Math.min(this.#every / 4, LONGEST_LOOK));
    this.#timer.unref();
    look();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    if (this.#timer !== null) clearInterval(this.#timer);
    await this.#running;
  }

  async #lookQuietly(): Promise<void> {
    if (this.#isStopped) return;
    const { logger } = this.#services;
    try {
      const seen = await this.look();
      if (seen === null) return;
      const { outcome, status, stored, hasMore, differing } = seen;
      const said = { outcome, status, stored, hasMore, differing };
      if (outcome !== "DONE") logger.warn(said, "transactions could not be pulled from the reward system");
      else if (stored > 0) logger.info(said, "transactions were pulled from the reward system");
    } catch (error) {
      logger.warn({ err: error }, "transactions could not be pulled from the reward system");
    }
  }

  /** Null where it is not due, or another instance is at it. */
  async look(): Promise<PullSeen | null> {
    const last = await lastPull(this.#services);
    if (last !== null && !isPullDue(last, this.#every, this.#services.now())) return null;
    const isStopped = (): boolean => this.#isStopped;
    return await pullTransactions(this.#services, { mostPages: PAGES_IN_A_ROW, isStopped });
  }
}

/** Where more is known to be there, at once. @param every milliseconds */
export function isPullDue({ at, outcome, hasMore }: PullSeen, every: number, now: number): boolean {
  return now - Date.parse(at) >= every || (outcome === "DONE" && hasMore);
}
