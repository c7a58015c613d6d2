import type { ClientBase } from "pg";
import { Endpoints } from "./endpoints.ts";
import { Messages, TOLD_PREFIXES, WEBHOOK_PREFIX } from "./messages.ts";
import { enqueue, type Queued } from "./queue.ts";
import { Replays } from "./replays.ts";
import { type Batch, type Position, type RecordedEvent, START } from "../../eventlog/log.ts";
import { pause, type Wakeup } from "../../eventlog/waiting.ts";
import { inTransaction } from "../../database/transaction.ts";
import { SECOND } from "../../domain/time.ts";
import { headsUnder } from "../gate/heads.ts";
import type { Services } from "../services.ts";

/**
 * Carries the log into the queue, for the receivers of its time: whoever is created, changed or disabled at a place in
 * the log is told from there on what it wants then, however far behind the feed is. Of several instances one does it.
 * While there is no receiver the log is not read at all.
 */

const LEASE_MS = 10 * SECOND;
const BEAT_MS = 3 * SECOND;
const LOOK_MS = SECOND;
const BATCH = 500;

/** Somebody else leads, or the log has moved: what was begun is begun anew. */
class OvertakenError extends Error {
  override readonly name = "OvertakenError";
}

export class WebhookFeed {
  readonly #services: Services;
  /** Rings when something was queued. */
  readonly #queued: Wakeup;
  readonly #name: string;
  readonly #ending = new AbortController();
  readonly #messages: Messages;
  #running: Promise<void> | undefined;

  constructor(services: Services, queued: Wakeup) {
    this.#services = services;
    this.#queued = queued;
    this.#name = services.newId();
    this.#messages = new Messages(services.log);
  }

  start(): void {
    this.#running ??= this.#run();
  }

  async stop(): Promise<void> {
    this.#ending.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#ending;
    const { logger, pool } = this.#services;
    while (!signal.aborted) {
      try {
        if ((await this.#isThereWork()) && (await this.#lease())) await this.#lead();
      } catch (error) {
        if (!(error instanceof OvertakenError)) {
          logger.warn({ err: error }, "the feed of webhooks was interrupted");
          const why = error instanceof Error ? error.message : "unknown";
          const noting = pool.query("update webhook_feed set error = $1 where leased_by = $2", [
            why,
            this.#name,
          ]);
          await noting.catch(() => undefined);
        }
      }
      await pause(LOOK_MS, signal);
    }
    // Others need not wait for its end.
    await pool
      .query("update webhook_feed set leased_by = null where leased_by = $1", [this.#name])
      .catch(() => undefined);
  }

  /** While nobody was ever to be told anything nothing is written. */
  async #isThereWork(): Promise<boolean> {
    const { rows } = await this.#services.pool.query<{ begun: boolean }>(
      "select position is not null as begun from webhook_feed",
    );
    return rows[0]?.begun === true || (await headsUnder(this.#services.db, WEBHOOK_PREFIX)).length > 0;
  }

  /** Real time, by the database's own clock: the instances' may differ. */
  async #lease(): Promise<boolean> {
    const { rowCount } = await this.#services.pool.query({
      name: "webhook_lease",
      text: `update webhook_feed set leased_by = $1, leased_until = clock_timestamp() + make_interval(secs => $2)
             where leased_by = $1 or leased_by is null or leased_until < clock_timestamp()`,
      values: [this.#name, LEASE_MS / SECOND],
    });
    return rowCount === 1;
  }

  async #lead(): Promise<void> {
    const over = new AbortController();
    const signal = AbortSignal.any([this.#ending.signal, over.signal]);
    const beat = setInterval(() => {
      this.#lease().then(
        (isOurs) => (isOurs ? undefined : over.abort()),
        () => undefined,
      );
    }, BEAT_MS);
    try {
      const position = await this.#position();
      if (position === null) return;
      const endpoints = await Endpoints.load(this.#services);
      const replays = new Replays(this.#services, this.#messages, this.#queued);
      const work = [this.#follow(position, endpoints, signal), replays.run(signal)];
      try {
        await Promise.all(work);
      } finally {
        over.abort();
        await Promise.allSettled(work);
      }
    } finally {
      clearInterval(beat);
    }
  }

  /** Where to go on; null while there is nobody to tell. */
  async #position(): Promise<Position | null> {
    const { pool, log } = this.#services;
    const { rows } = await pool.query<{
      position: string | null;
      stream: string | null;
      revision: number | null;
      moved: boolean;
    }>("select position, stream, revision, moved from webhook_feed");
    const [feed] = rows;
    if (feed === undefined) throw new Error("the feed of webhooks has its row");
    if (feed.position !== null && !feed.moved) return feed.position;
    if (feed.position !== null) {
      const { stream, revision } = feed;
      const [same] =
        stream === null || revision === null ? [] : await log.read(stream, { from: revision, limit: 1 });
      const found = same?.position ?? START;
      await this.#set("moved = false, position = $2", [found]);
      return found;
    }
    return await this.#begin();
  }

  /** Where the first receiver was created: what was before it is told to nobody. Null while there is none. */
  async #begin(): Promise<Position | null> {
    const { db, log, pool } = this.#services;
    const heads = await headsUnder(db, WEBHOOK_PREFIX);
    const begun = await Promise.all(
      heads.map(async ({ stream }) => (await log.read(stream, { limit: 1 }))[0]),
    );
    const first = begun.reduce(earlier, undefined);
    if (first === undefined) return null;
    const { position, stream, revision } = first;
    const endpoints = await Endpoints.load(this.#services);
    endpoints.take(first);
    await inTransaction(pool, async (client) => {
      await this.#set("position = $2, stream = $3, revision = $4", [position, stream, revision], client);
      await endpoints.save(client);
    });
    return position;
  }

  async #set(
    what: string,
    values: readonly unknown[],
    client: Pick<ClientBase, "query"> = this.#services.pool,
  ): Promise<void> {
    const { rowCount } = await client.query(`update webhook_feed set ${what} where leased_by = $1`, [
      this.#name,
      ...values,
    ]);
    if (rowCount !== 1) throw new OvertakenError();
  }

  async #follow(from: Position, endpoints: Endpoints, signal: AbortSignal): Promise<void> {
    const prefixes = [...TOLD_PREFIXES, WEBHOOK_PREFIX];
    let position = from;
    for await (const batch of this.#services.log.subscribe({
      after: from,
      prefixes,
      batchSize: BATCH,
      signal,
    })) {
      await this.#carry(position, batch, endpoints);
      position = batch.at(-1)?.position ?? position;
    }
  }

  async #carry(from: Position, batch: Batch, endpoints: Endpoints): Promise<void> {
    const { pool, newId, now } = this.#services;
    const given: Queued[] = [];
    for (const recorded of batch) {
      if (recorded.stream.startsWith(WEBHOOK_PREFIX)) {
        endpoints.take(recorded);
        continue;
      }
      // What nobody wants need not be understood either.
      if (!endpoints.isAnybodyThere()) continue;
      const message = await this.#messages.of(recorded);
      if (message === null) continue;
      const { id: messageId, ...rest } = message;
      for (const endpointId of endpoints.wanting(message.type)) {
        given.push({ id: newId(), endpointId, messageId, ...rest });
      }
    }
    const last = batch.at(-1);
    if (last === undefined) return;
    await inTransaction(pool, async (client) => {
      const { rowCount } = await client.query({
        name: "webhook_move",
        text: `update webhook_feed set position = $2, stream = $3, revision = $4, error = null
               where leased_by = $1 and position = $5 and not moved`,
        values: [this.#name, last.position, last.stream, last.revision, from],
      });
      if (rowCount !== 1) throw new OvertakenError();
      await endpoints.save(client);
      await enqueue(client, given, now(), { again: false });
    });
    if (given.length > 0) this.#queued.ring();
  }
}

function earlier(a: RecordedEvent | undefined, b: RecordedEvent | undefined): RecordedEvent | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return a.position < b.position ? a : b;
}
