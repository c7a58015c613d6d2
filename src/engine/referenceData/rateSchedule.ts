import { DAY, HOUR, type Instant, iso, MINUTE } from "../../domain/time.ts";
import { ADVISORY_LOCKS, tryLock, unlock } from "../../database/advisoryLocks.ts";
import type { Services } from "../services.ts";
import type { RatesSource } from "../../integrations/rates/source.ts";
import { lastRatePull, pullRates, type RatePullSeen } from "./ratePull.ts";

const EVERY_MS = 5 * MINUTE;
/** Rates of a day are published about four in the afternoon in Frankfurt, and never after this. */
const PUBLISHED_BY_UTC = 15 * HOUR + 30 * MINUTE;
/** Not asked again sooner, whatever came of it: also holidays have no rates. */
const AGAIN_AFTER = HOUR;

/** Whether rates that are not here yet may be there: a working day's, once they are published. */
export function isPullDue(last: RatePullSeen | null, now: Instant): boolean {
  if (last === null) return true;
  if (now - Date.parse(last.at) < AGAIN_AFTER) return false;
  return last.until === null || last.until < newestDay(now);
}

/** The last working day whose rates are published. `YYYY-MM-DD` */
function newestDay(now: Instant): string {
  const published = now - PUBLISHED_BY_UTC;
  const weekday = new Date(published).getUTCDay();
  const back = weekday === 0 ? 2 : weekday === 6 ? 1 : 0;
  return iso(published - back * DAY).slice(0, 10);
}

/** Asks when it is due; of several instances one does. */
export class RateSchedule {
  readonly #services: Services;
  readonly #source: RatesSource;
  #timer: NodeJS.Timeout | null = null;
  #running: Promise<void> = Promise.resolve();

  constructor(services: Services, source: RatesSource) {
    this.#services = services;
    this.#source = source;
  }

  start(): void {
    const look = (): void => {
      this.#running = this.#running.then(async () => await this.#lookQuietly());
    };
    this.#timer = setInterval(look, EVERY_MS);
    this.#timer.unref();
    look();
  }

  async stop(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    await this.#running;
  }

  async #lookQuietly(): Promise<void> {
    const { logger } = this.#services;
    try {
      const seen = await this.look();
      if (seen === null) return;
      const { outcome, detail, stored, until } = seen;
      logger[outcome === "DONE" ? "info" : "warn"]({ outcome, detail, stored, until }, "rates were fetched");
    } catch (error) {
      logger.warn({ err: error }, "rates could not be fetched");
    }
  }

  /** Null where it is not due, or another instance is at it. */
  async look(): Promise<RatePullSeen | null> {
    const { pool, now } = this.#services;
    if (!isPullDue(await lastRatePull(this.#services), now())) return null;
    const client = await pool.connect();
    let broken = true;
    try {
      const isOurs = await tryLock(client, ADVISORY_LOCKS.rates);
      const isDue = isOurs && isPullDue(await lastRatePull(this.#services), now());
      const seen = isDue ? await pullRates(this.#services, this.#source) : null;
      if (isOurs) await unlock(client, ADVISORY_LOCKS.rates);
      broken = false;
      return seen;
    } finally {
      client.release(broken);
    }
  }
}
