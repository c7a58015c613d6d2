import type { Pool } from "pg";
import type { Logger } from "pino";
import { sqlState, UNIQUE_VIOLATION } from "../database/sqlState.ts";
import type { Batch, EventLog, Position } from "../eventlog/log.ts";
import { pause, Wakeup, within } from "../eventlog/waiting.ts";
import type { Carrier, Gauges } from "./carrier.ts";
import {
  CheckpointMovedError,
  failCheckpoint,
  type Move,
  moveCheckpoints,
  readCheckpoints,
} from "./checkpoints.ts";
import { isPassing } from "./connection.ts";
import { FeedEvent, type ReadEvent } from "./events.ts";
import { historiesOf } from "./history.ts";
import type { Progress } from "./progress.ts";
import type { Projection } from "./projection.ts";
import type { Writes } from "./rows.ts";
import { RebuildRunningError } from "./rebuild.ts";
import { Lead } from "./lead.ts";

const MIN_BACKOFF_MS = 50;
const MAX_BACKOFF_MS = 2_000;
// After a small batch, so that a busy log costs a transaction for many events; not while someone waits for them.
const LINGER_MS = 250;
const SMALL_BATCH = 100;
// What a batch costs by itself is shared by so many events at most.
const BATCH = 2_000;
// A feed that has not ended by then is left behind: nothing it still delivers is applied.
const SETTLE_MS = 15_000;

/** Projections that stand at the same position, and go on together. */
interface Convoy {
  position: Position;
  members: readonly Projection[];
}

/** What a batch comes to for one projection. */
interface Work {
  readonly projection: Projection;
  readonly events: readonly ReadEvent[];
  readonly move: Move;
}

export interface RunnerOptions {
  readonly log: EventLog;
  readonly pool: Pool;
  readonly logger: Logger;
  readonly projections: readonly Projection[];
  readonly progress: Progress;
  /** How long the database may take for one batch. Milliseconds. */
  readonly deadlineMs: number;
  /** Builds the tables of a projection whose fold is newer than they are; one at a time is asked for. */
  readonly renew: (projection: Projection, signal: AbortSignal) => Promise<void>;
}

/**
 * Carries the log into the tables of the read models. Each batch and the checkpoints behind it are one
 * transaction; of several instances one works and the others stand by.
 */
export class Runner implements Carrier {
  readonly #options: RunnerOptions;
  readonly #stopping = new AbortController();
  readonly #hurry = new Wakeup();
  readonly #renewing = new Map<string, Promise<void>>();
  #turn: Promise<unknown> = Promise.resolve();
  #renewal: Promise<unknown> = Promise.resolve();
  #round = new AbortController();
  #running: Promise<void> | undefined;

  constructor(options: RunnerOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
    await Promise.all(this.#renewing.values());
  }

  retry(name: string): void {
    this.#options.progress.mended(name);
    this.#round.abort();
  }

  awaited(waiting: number): void {
    if (waiting > 0) this.#hurry.ring();
  }

  gauges(): Gauges {
    return {};
  }

  async #run(): Promise<void> {
    const { logger, progress } = this.#options;
    const { signal } = this.#stopping;
    let backoff = MIN_BACKOFF_MS;
    while (!signal.aborted) {
      try {
        await this.#lead(() => {
          backoff = MIN_BACKOFF_MS;
        });
      } catch (error) {
        logger.warn({ err: error, retryInMs: backoff }, "the projections were interrupted");
      } finally {
        progress.lead(false);
      }
      await pause(backoff, signal);
      backoff = Math.min(backoff * 2, MAX_BACKOFF_MS);
    }
  }

  async #lead(worked: () => void): Promise<void> {
    const { pool, progress, deadlineMs } = this.#options;
    const lead = await Lead.acquire(pool, this.#stopping.signal, deadlineMs);
    if (lead === null) return;
    try {
      while (!this.#stopping.signal.aborted && !lead.lost.aborted) {
        // Before the checkpoints are read: what changes from here on draws the convoys anew.
        this.#round = new AbortController();
        const convoys = await this.#convoys(lead);
        progress.lead(true);
        await this.#follow(lead, convoys, worked);
      }
    } finally {
      await lead.release();
    }
  }

  async #convoys(lead: Lead): Promise<readonly Convoy[]> {
    const { projections, progress } = this.#options;
    const checkpoints = await lead.ask(readCheckpoints);
    const convoys = new Map<Position, Convoy>();
    for (const projection of projections) {
      const { name, version } = projection;
      const checkpoint = checkpoints.get(name);
      if (checkpoint === undefined) throw new Error(`the checkpoint of ${name} is missing`);
      if (progress.errorOf(name) !== null) continue;
      if (checkpoint.version > version) {
        this.#fail(
          name,
          `its tables were built by a newer release (fold ${checkpoint.version}, here ${version})`,
        );
      } else if (checkpoint.version < version) {
        this.#renew(projection);
      } else {
        const { position } = checkpoint;
        progress.passed(name, position);
        const convoy = convoys.get(position) ?? { position, members: [] };
        convoys.set(position, { position, members: [...convoy.members, projection] });
      }
    }
    return [...convoys.values()];
  }

  /** Until the convoys have to be drawn anew. */
  async #follow(lead: Lead, convoys: readonly Convoy[], worked: () => void): Promise<void> {
    const signal = AbortSignal.any([this.#stopping.signal, lead.lost, this.#round.signal]);
    const runs = [
      this.#beat(lead, signal),
      ...convoys.map(async (convoy) => await this.#carry(lead, convoy, convoys, signal, worked)),
    ];
    try {
      await Promise.race(runs);
    } finally {
      this.#round.abort();
      const late = (): Error => new Error("a feed does not end");
      await within(Promise.allSettled(runs), SETTLE_MS, late);
    }
  }

  /** An idle lead is asked for something now and then: so both sides hear when the other has gone. */
  async #beat(lead: Lead, signal: AbortSignal): Promise<void> {
    const { projections, progress } = this.#options;
    while (!signal.aborted) {
      await pause(lead.beatMs, signal);
      const checkpoints = await this.#inTurn(async () =>
        signal.aborted ? undefined : await lead.ask(readCheckpoints),
      );
      for (const { name, version } of projections) {
        const checkpoint = checkpoints?.get(name);
        const mended = checkpoint?.version === version && checkpoint.error === null;
        // By another instance.
        if (mended && progress.errorOf(name) !== null) this.retry(name);
      }
    }
  }

  async #carry(
    lead: Lead,
    convoy: Convoy,
    convoys: readonly Convoy[],
    signal: AbortSignal,
    worked: () => void,
  ): Promise<void> {
    for await (const batch of this.#options.log.subscribe({
      after: convoy.position,
      signal,
      batchSize: BATCH,
    })) {
      await this.#inTurn(async () => {
        if (!signal.aborted) await this.#applyBatch(lead, convoy, batch);
      });
      worked();
      if (signal.aborted || convoy.members.length === 0) return;
      // From here on they can share one feed.
      if (convoys.some((other) => other !== convoy && other.position === convoy.position)) return;
      if (batch.length < SMALL_BATCH && !this.#options.progress.awaited) {
        await this.#hurry.wait(this.#hurry.rings, LINGER_MS, signal);
      }
    }
  }

  /** One transaction at a time: the convoys share the lead's connection. */
  async #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const mine = this.#turn.then(work);
    this.#turn = mine.catch(() => undefined);
    return await mine;
  }

  async #applyBatch(lead: Lead, convoy: Convoy, batch: Batch): Promise<void> {
    const events = batch.map((recorded) => new FeedEvent(recorded));
    const work = convoy.members.map((projection) => workOf(projection, convoy.position, events));
    for (const { name, to, error } of await this.#apply(lead, work)) {
      this.#options.progress.passed(name, to);
      if (error !== null) this.#fail(name, error);
    }
    convoy.position = batch.at(-1)?.position ?? convoy.position;
    convoy.members = convoy.members.filter(({ name }) => this.#options.progress.errorOf(name) === null);
  }

  /** Answers how the checkpoints were moved. */
  async #apply(lead: Lead, work: readonly Work[]): Promise<readonly Move[]> {
    try {
      return await applyAll(lead, work, this.#options.log);
    } catch (error) {
      if (isPassing(error) || error instanceof CheckpointMovedError) throw error;
      const [alone] = work;
      if (alone !== undefined && work.length === 1) {
        const { move } = alone;
        const why = `after position "${move.from}": ${message(error)}`;
        return await applyAll(
          lead,
          [{ ...alone, events: [], move: { ...move, to: move.from, error: why } }],
          this.#options.log,
        );
      }
      // One of them can't apply the batch; the others must not wait for it.
      const moves: Move[] = [];
      for (const one of work) moves.push(...(await this.#apply(lead, [one])));
      return moves;
    }
  }

  #fail(name: string, error: string): void {
    this.#options.progress.failed(name, error);
    this.#options.logger.error({ projection: name, error }, "a projection stopped");
  }

  /** In turn: only one rebuild runs at a time, in all instances together. */
  #renew(projection: Projection): void {
    const { name } = projection;
    if (this.#renewing.has(name)) return;
    const renewed = this.#renewal
      .then(async () => await this.#untilRenewed(projection))
      .finally(() => {
        this.#renewing.delete(name);
        this.#round.abort();
      });
    this.#renewal = renewed;
    this.#renewing.set(name, renewed);
  }

  async #untilRenewed(projection: Projection): Promise<void> {
    const { logger, renew } = this.#options;
    const { name } = projection;
    const { signal } = this.#stopping;
    for (let backoff = MIN_BACKOFF_MS; !signal.aborted; backoff = Math.min(backoff * 2, MAX_BACKOFF_MS)) {
      try {
        await renew(projection, signal);
        return;
      } catch (error) {
        if (this.#stopping.signal.aborted) return;
        if (error instanceof RebuildRunningError) {
          logger.info({ projection: name }, "another rebuild is waited for");
        } else if (isPassing(error)) {
          logger.warn({ err: error, projection: name, retryInMs: backoff }, "a rebuild was interrupted");
        } else {
          await this.#keepFailure(name, `its tables could not be built anew: ${message(error)}`);
          return;
        }
      }
      await pause(backoff, signal);
    }
  }

  async #keepFailure(name: string, why: string): Promise<void> {
    const { logger, pool } = this.#options;
    this.#fail(name, why);
    try {
      await failCheckpoint(pool, name, why);
    } catch (error) {
      logger.error({ err: error, projection: name }, "an error could not be kept");
    }
  }
}

/** As far as the projection understands the events; up to there they are applied, and no further. */
function workOf(projection: Projection, from: Position, events: readonly FeedEvent[]): Work {
  const { name, version, wants } = projection;
  const read: ReadEvent[] = [];
  let to = from;
  for (const event of events) {
    const { kind, recorded } = event;
    if (kind !== null && wants.has(kind)) {
      try {
        read.push(event.read(kind));
      } catch (error) {
        const where = `${recorded.stream} at revision ${recorded.revision}, position "${recorded.position}"`;
        return {
          projection,
          events: read,
          move: { name, version, from, to, error: `${where}: ${message(error)}` },
        };
      }
    }
    to = recorded.position;
  }
  return { projection, events: read, move: { name, version, from, to, error: null } };
}

/** What was taken for new and is there all the same is written over. */
async function applyAll(lead: Lead, work: readonly Work[], log: EventLog): Promise<readonly Move[]> {
  try {
    return await applyOnce(lead, work, "COPY", log);
  } catch (error) {
    if (sqlState(error) !== UNIQUE_VIOLATION) throw error;
    return await applyOnce(lead, work, "UPSERT", log);
  }
}

async function applyOnce(
  lead: Lead,
  work: readonly Work[],
  writes: Writes,
  log: EventLog,
): Promise<readonly Move[]> {
  const moves = work.map(({ move }) => move);
  const histories = historiesOf(log);
  await lead.transaction(async (client) => {
    for (const { projection, events, move } of work) {
      if (events.length > 0) await projection.apply(client, events, writes, histories(move.to));
    }
    await moveCheckpoints(client, moves);
  });
  return moves;
}

function message(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
