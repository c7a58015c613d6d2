import type { Pool } from "pg";
import type { Logger } from "pino";
import type { Batch, EventLog, Position } from "../eventlog/log.ts";
import { pause, Wakeup } from "../eventlog/waiting.ts";
import {
  CheckpointMovedError,
  failCheckpoint,
  type Move,
  moveCheckpoints,
  readCheckpoints,
} from "./checkpoints.ts";
import { FeedEvent, type ReadEvent } from "./events.ts";
import type { Progress } from "./progress.ts";
import type { Projection } from "./projection.ts";
import { isPassing, Session } from "./session.ts";

const MIN_BACKOFF_MS = 50;
const MAX_BACKOFF_MS = 2_000;
// After a small batch, so that a busy log costs a transaction for many events; not while someone waits for them.
const LINGER_MS = 15;
const SMALL_BATCH = 100;

/** Projections that stand at the same position, and go on together. */
interface Lane {
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
  /** Builds the tables of a projection whose fold is newer than they are. */
  readonly renew: (projection: Projection, signal: AbortSignal) => Promise<void>;
}

/**
 * Carries the log into the tables of the read models. Each batch and the checkpoints behind it are one
 * transaction; of several instances one works and the others stand by.
 */
export class Runner {
  readonly #options: RunnerOptions;
  readonly #stopping = new AbortController();
  readonly #hurry = new Wakeup();
  readonly #renewing = new Map<string, Promise<void>>();
  #turn: Promise<unknown> = Promise.resolve();
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

  /** A projection that had stopped may go on. */
  retry(name: string): void {
    this.#options.progress.mended(name);
    this.#round.abort();
  }

  /** Someone waits for what was just appended. */
  hurry(): void {
    this.#hurry.ring();
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
        progress.leading = false;
      }
      await pause(backoff, signal);
      backoff = Math.min(backoff * 2, MAX_BACKOFF_MS);
    }
  }

  async #lead(worked: () => void): Promise<void> {
    const { pool, progress } = this.#options;
    const session = await Session.acquire(pool, this.#stopping.signal);
    if (session === null) return;
    try {
      while (!this.#stopping.signal.aborted && !session.lost.aborted) {
        const lanes = await this.#lanes(session);
        progress.leading = true;
        await this.#follow(session, lanes, worked);
      }
    } finally {
      await session.release();
    }
  }

  async #lanes(session: Session): Promise<readonly Lane[]> {
    const { projections, progress } = this.#options;
    const checkpoints = await readCheckpoints(session.client);
    const lanes = new Map<Position, Lane>();
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
        const lane = lanes.get(position) ?? { position, members: [] };
        lanes.set(position, { position, members: [...lane.members, projection] });
      }
    }
    return [...lanes.values()];
  }

  /** Until the lanes have to be drawn anew. */
  async #follow(session: Session, lanes: readonly Lane[], worked: () => void): Promise<void> {
    this.#round = new AbortController();
    const signal = AbortSignal.any([this.#stopping.signal, session.lost, this.#round.signal]);
    const runs = lanes.map(async (lane) => await this.#carry(session, lane, lanes, signal, worked));
    try {
      await (runs.length === 0 ? aborted(signal) : Promise.race(runs));
    } finally {
      this.#round.abort();
      await Promise.allSettled(runs);
    }
  }

  async #carry(
    session: Session,
    lane: Lane,
    lanes: readonly Lane[],
    signal: AbortSignal,
    worked: () => void,
  ): Promise<void> {
    for await (const batch of this.#options.log.subscribe({ after: lane.position, signal })) {
      await this.#inTurn(async () => {
        if (!signal.aborted) await this.#applyBatch(session, lane, batch);
      });
      worked();
      if (signal.aborted || lane.members.length === 0) return;
      // From here on they can share one feed.
      if (lanes.some((other) => other !== lane && other.position === lane.position)) return;
      if (batch.length < SMALL_BATCH && !this.#options.progress.awaited) {
        await this.#hurry.wait(this.#hurry.rings, LINGER_MS, signal);
      }
    }
  }

  /** One transaction at a time: the lanes share the session's connection. */
  async #inTurn(work: () => Promise<void>): Promise<void> {
    const mine = this.#turn.then(work);
    this.#turn = mine.catch(() => undefined);
    await mine;
  }

  async #applyBatch(session: Session, lane: Lane, batch: Batch): Promise<void> {
    const events = batch.map((recorded) => new FeedEvent(recorded));
    const work = lane.members.map((projection) => workOf(projection, lane.position, events));
    for (const { name, to, error } of await this.#apply(session, work)) {
      this.#options.progress.passed(name, to);
      if (error !== null) this.#fail(name, error);
    }
    lane.position = batch.at(-1)?.position ?? lane.position;
    lane.members = lane.members.filter(({ name }) => this.#options.progress.errorOf(name) === null);
  }

  /** Answers how the checkpoints were moved. */
  async #apply(session: Session, work: readonly Work[]): Promise<readonly Move[]> {
    try {
      return await applyAll(session, work);
    } catch (error) {
      if (isPassing(error) || error instanceof CheckpointMovedError) throw error;
      const [alone] = work;
      if (alone !== undefined && work.length === 1) {
        const { move } = alone;
        const why = `after position "${move.from}": ${message(error)}`;
        return await applyAll(session, [
          { ...alone, events: [], move: { ...move, to: move.from, error: why } },
        ]);
      }
      // One of them can't apply the batch; the others must not wait for it.
      const moves: Move[] = [];
      for (const one of work) moves.push(...(await this.#apply(session, [one])));
      return moves;
    }
  }

  #fail(name: string, error: string): void {
    this.#options.progress.failed(name, error);
    this.#options.logger.error({ projection: name, error }, "a projection stopped");
  }

  #renew(projection: Projection): void {
    const { logger, pool, renew } = this.#options;
    const { name } = projection;
    if (this.#renewing.has(name)) return;
    const renewed = renew(projection, this.#stopping.signal)
      .then(() => this.#round.abort())
      .catch(async (error: unknown) => {
        if (this.#stopping.signal.aborted) return;
        const why = `its tables could not be built anew: ${message(error)}`;
        this.#fail(name, why);
        await failCheckpoint(pool, name, why);
      })
      .catch((error: unknown) => logger.error({ err: error, projection: name }, "an error could not be kept"))
      .finally(() => this.#renewing.delete(name));
    this.#renewing.set(name, renewed);
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

async function applyAll(session: Session, work: readonly Work[]): Promise<readonly Move[]> {
  const moves = work.map(({ move }) => move);
  await session.transaction(async (client) => {
    for (const { projection, events } of work) {
      if (events.length > 0) await projection.apply(client, events);
    }
    await moveCheckpoints(client, moves);
  });
  return moves;
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve());
  });
}

function message(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
