import { card } from "../domain/card/card.ts";
import { cardStream } from "../domain/card/events.ts";
import type { CardState } from "../domain/card/state.ts";
import { RESERVATION_ORPHANED } from "../domain/policies.ts";
import type { ReleaseReason } from "../domain/quota/quota.ts";
import { freshness } from "./gate.ts";
import { commitPlace, releasePlace } from "./quotas.ts";
import type { Services } from "./services.ts";
import type { CommandMeta } from "./streams.ts";

/** What the read models know to be left over. Instants in milliseconds of business time. */
export interface Leftovers {
  openGrantsPast(
    now: number,
    limit: number,
  ): Promise<readonly { readonly accessId: string; readonly cardId: string }[]>;
  orphanedReservations(
    before: number,
    limit: number,
  ): Promise<
    readonly {
      readonly accessId: string;
      readonly cardId: string;
      readonly attemptKey: string;
      readonly rulesetId: string;
    }[]
  >;
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
    const { clockOffset } = await freshness(this.#services.pool, []);
    const now = this.#services.now() + clockOffset;
    const lapsed = await this.#leftovers.openGrantsPast(now, AT_ONCE);
    for (const { accessId, cardId } of lapsed) {
      await this.#services.executor.execute(this.#services.cards, {
        stream: cardStream(cardId),
        meta: this.#meta("lapse", accessId),
        decide: (state) => card.decide(state, { type: "LapseEntry", accessId, now }),
      });
    }
    const orphans = await this.#leftovers.orphanedReservations(now - RESERVATION_ORPHANED, AT_ONCE);
    for (const orphan of orphans) await this.#settle(orphan, now);
    return lapsed.length + orphans.length;
  }

  async #settle(
    orphan: Awaited<ReturnType<Leftovers["orphanedReservations"]>>[number],
    now: number,
  ): Promise<void> {
    const { accessId, cardId, attemptKey, rulesetId } = orphan;
    const result = await this.#services.executor.execute(this.#services.cards, {
      stream: cardStream(cardId),
      meta: this.#meta("abandon", accessId),
      decide: (state) => card.decide(state, { type: "AbandonAttempt", accessId, attemptKey, rulesetId, now }),
    });
    const meta = this.#meta("settle", accessId);
    const place = { accessId, cardId, now, meta };
    const fate = fateOf(result.folded.state, accessId, rulesetId);
    if (fate === "KEEP") return;
    if (typeof fate === "object") await commitPlace(this.#services, rulesetId, place, fate.visitAt);
    else await releasePlace(this.#services, rulesetId, place, fate);
  }

  async #sweepQuietly(): Promise<void> {
    try {
      await this.sweep();
    } catch (error) {
      this.#services.logger.warn({ err: error }, "a sweep did not finish; the next one goes on");
    }
  }

  #meta(operation: string, accessId: string): CommandMeta {
    return {
      actor: { kind: "system", id: "sweeper" },
      correlationId: accessId,
      causationId: "sweeper",
      recordedAt: this.#services.now(),
      identity: { caller: "sweeper", operation, requestId: accessId },
    };
  }
}

/** What the card's stream says of a reserved place. `KEEP`: the grant is still open. */
function fateOf(
  state: CardState,
  accessId: string,
  rulesetId: string,
): "KEEP" | ReleaseReason | { readonly visitAt: number } {
  const entry = state.entries.get(accessId);
  if (entry === undefined) return "ABANDONED";
  if (entry.rulesetId !== rulesetId) return "GRANTED_OTHERWISE";
  switch (entry.status) {
    case "PENDING":
      return "KEEP";
    case "COMPLETED":
      return { visitAt: entry.at };
    case "REVERSED":
      return "REVERSED";
    case "CANCELLED":
      return "CANCELLED";
    case "EXPIRED":
      return "LAPSED";
  }
}
