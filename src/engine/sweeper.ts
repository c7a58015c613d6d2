import { card } from "../domain/card/card.ts";
import { cardStream } from "../domain/card/events.ts";
import { LATE_CONFIRM_ENDS, RESERVATION_ORPHANED } from "../domain/policies.ts";
import type { EarlierVisit } from "../domain/quota/quota.ts";
import { HOUR } from "../domain/time.ts";
import { forgetExpired } from "./housekeeping.ts";
import type { Services } from "./services.ts";
import { countVisit, type ReservedPlace, settlePlace } from "./budget/settle.ts";
import { sweeperMeta } from "./sweeperMeta.ts";

/** What the read models know to be left over. Instants in milliseconds of business time. */
export interface Leftovers {
  openGrantsPast(
    now: number,
    limit: number,
  ): Promise<readonly { readonly accessId: string; readonly cardId: string }[]>;
  orphanedReservations(before: number, limit: number): Promise<readonly ReservedPlace[]>;
  uncountedSince(rulesetId: string, since: number, limit: number): Promise<readonly EarlierVisit[]>;
}

const EVERY_MS = 5_000;
const AT_ONCE = 200;

/**
 * Closes what nobody else closes: grants whose time is over, and places in a budget whose attempt
 * never came to a verdict or whose entry is over. A place is given back only after the card's stream
 * says that it will not be used. Any number of instances may sweep at once.
 */
export class Sweeper {
  readonly #services: Services;
  readonly #leftovers: Leftovers;
  #timer: NodeJS.Timeout | null = null;
  #forgotAt = 0;
  #running: Promise<void> = Promise.resolve();

  constructor(services: Services, leftovers: Leftovers) {
    this.#services = services;
    this.#leftovers = leftovers;
  }

  start(): void {
    this.#timer = setInterval(() => {
      this.#running = this.#running.then(async () => {
        await this.#sweepQuietly();
      });
    }, EVERY_MS);
    this.#timer.unref();
  }

  async stop(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    await this.#running;
  }

  /** One round; answers how many things it closed. */
  async sweep(): Promise<number> {
    const { clockOffset, rulesets } = await this.#services.gate.freshness([]);
    const now = this.#services.now() + clockOffset;
    const lapsed = await this.#leftovers.openGrantsPast(now, AT_ONCE);
    for (const { accessId, cardId } of lapsed) {
      await this.#services.executor.execute(this.#services.streams.card, {
        stream: cardStream(cardId),
        meta: sweeperMeta(this.#services, "lapse", accessId),
        decide: (state) => card.decide(state, { type: "LapseEntry", accessId, now }),
      });
    }
    const orphans = await this.#leftovers.orphanedReservations(now - RESERVATION_ORPHANED, AT_ONCE);
    for (const orphan of orphans) await settlePlace(this.#services, orphan, now);
    const counted = await this.#countLateOnes(rulesets, now);
    await this.#forget();
    return lapsed.length + orphans.length + counted;
  }

  /** Visits that were confirmed just when their ruleset got its first budget, by who had not seen that yet. */
  async #countLateOnes(rulesets: number, now: number): Promise<number> {
    const { portfolio } = await this.#services.rulesets.at(rulesets);
    let counted = 0;
    for (const [rulesetId, versions] of portfolio.byId) {
      if (!portfolio.keepsQuota(rulesetId) || versions.every(({ budget }) => budget !== null)) continue;
      const since = now - LATE_CONFIRM_ENDS;
      for (const visit of await this.#leftovers.uncountedSince(rulesetId, since, AT_ONCE)) {
        await countVisit(this.#services, rulesetId, visit, now);
        counted++;
      }
    }
    return counted;
  }

  /** Once an hour, by real time. */
  async #forget(): Promise<void> {
    const now = this.#services.now();
    if (now - this.#forgotAt < HOUR) return;
    this.#forgotAt = now;
    await forgetExpired(this.#services);
  }

  async #sweepQuietly(): Promise<void> {
    try {
      await this.sweep();
    } catch (error) {
      this.#services.logger.warn({ err: error }, "a sweep did not finish; the next one goes on");
    }
  }
}
