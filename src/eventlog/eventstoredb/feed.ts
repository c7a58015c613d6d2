import {
  type Batch,
  type FeedOptions,
  LogUnavailableError,
  type Position,
  type RecordedEvent,
  START,
} from "../log.ts";
import { DEFAULT_BATCH, inBatches } from "../batches.ts";
import { pause } from "../waiting.ts";
import type { Driver, Row } from "./driver.ts";
import { translate } from "./errors.ts";
import { type ServerPosition, toPlace, toPosition } from "./position.ts";

const PAGE = 1_000;
// How far back the newest event of ours is looked for at first; the server writes of itself in between.
const LOOK_BACK = 16;
const MIN_BACKOFF_MS = 20;
const MAX_BACKOFF_MS = 1_000;
const FOREVER_MS = 2_147_483_647;

/** Reads the log in feed order: that of the server's log file. */
export class Feed {
  readonly #driver: Driver;
  readonly #patienceMs: number;
  #newest: Position = START;
  /** Everything up to here was looked at, whoever wrote it. */
  #looked: Position = START;
  /** How often a subscription was lost and begun again. */
  resubscribed = 0;

  constructor(driver: Driver, patienceMs: number) {
    this.#driver = driver;
    this.#patienceMs = patienceMs;
  }

  async head(signal: AbortSignal): Promise<Position> {
    const options = { signal, patienceMs: this.#patienceMs };
    let from: ServerPosition | "end" = "end";
    let top: Position = START;
    for (let count = LOOK_BACK; ; count = Math.min(count * 4, PAGE)) {
      const rows: readonly Row[] = await translated(this.#driver.readAll(from, "backwards", count, options));
      for (const { event, place } of rows) {
        const position = toPosition(place);
        if (top === START) top = position;
        // Nothing of ours lies between here and what was seen before.
        if (position <= this.#looked) return this.#sawUpTo(top, this.#newest);
        if (event !== null) return this.#sawUpTo(top, event.position);
      }
      const last: Row | undefined = rows.at(-1);
      if (last === undefined) return this.#sawUpTo(top, START);
      from = last.place;
    }
  }

  /** @returns the newest event of ours that is known now */
  #sawUpTo(top: Position, newest: Position): Position {
    if (newest > this.#newest) this.#newest = newest;
    if (top > this.#looked) this.#looked = top;
    return this.#newest;
  }

  async *readAll(options: FeedOptions, signal: AbortSignal): AsyncGenerator<Batch, void, undefined> {
    let from = toPlace(options.after);
    while (!signal.aborted) {
      // The place itself comes first again.
      const page = this.#driver.readAll(from ?? "start", "forwards", PAGE + 1, {
        signal,
        patienceMs: this.#patienceMs,
      });
      const rows = await translated(page);
      const after = from === null ? START : toPosition(from);
      const events = rows.flatMap(({ event, place }) =>
        event !== null && toPosition(place) > after && isWanted(event, options.prefixes) ? [event] : [],
      );
      yield* inBatches(events, options, signal);
      const last = rows.at(-1);
      if (last === undefined || rows.length <= PAGE) return;
      from = last.place;
    }
  }

  async *subscribe(options: FeedOptions, signal: AbortSignal): AsyncGenerator<Batch, void, undefined> {
    const { prefixes, batchSize = DEFAULT_BATCH } = options;
    let after = options.after;
    let backoff = MIN_BACKOFF_MS;
    // The server takes no filter without a name.
    if (prefixes?.length === 0) await pause(FOREVER_MS, signal);
    for (let begun = 0; !signal.aborted; begun += 1) {
      if (begun > 0) this.resubscribed += 1;
      try {
        const batches = this.#driver.subscribe(toPlace(after) ?? "start", prefixes, { batchSize, signal });
        for await (const batch of batches) {
          backoff = MIN_BACKOFF_MS;
          const events = batch.filter((event) => event.position > after && isWanted(event, prefixes));
          // The position that a lost subscription goes on from never passes what the consumer took.
          for (const part of inBatches(events, options, signal)) {
            yield part;
            after = part.at(-1)?.position ?? after;
          }
        }
      } catch (thrown) {
        const error = translate(thrown);
        if (!(error instanceof LogUnavailableError)) throw error;
      }
      await pause(backoff, signal);
      backoff = Math.min(backoff * 2, MAX_BACKOFF_MS);
    }
  }
}

async function translated<T>(promise: Promise<T>): Promise<T> {
  try {
    return await promise;
  } catch (error) {
    throw translate(error);
  }
}

function isWanted({ stream }: RecordedEvent, prefixes: readonly string[] | undefined): boolean {
  return prefixes === undefined || prefixes.some((prefix) => stream.startsWith(prefix));
}
