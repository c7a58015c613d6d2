import { LRUCache } from "lru-cache";
import { verifyChain } from "../eventlog/codec.ts";
import type { Batch, EventLog, RecordedEvent } from "../eventlog/log.ts";
import { AlteredEventError } from "./errors.ts";

/** Heads of streams that are remembered: some 30 MB. Of the others the event before is read again. */
const MOST_STREAMS = 100_000;
const LOOKUPS_AT_ONCE = 16;

interface Head {
  readonly revision: number;
  readonly hash: string;
}

/** The hash of an event that went by before; null where there is none. */
export type HashOf = (stream: string, revision: number) => Promise<string | null>;

export function hashIn(log: EventLog): HashOf {
  return async (stream, revision) => {
    const [event] = await log.read(stream, { from: revision, limit: 1 });
    return event?.hash ?? null;
  };
}

/** The events of each stream, in their order. */
export function byStream(batch: Batch): ReadonlyMap<string, readonly RecordedEvent[]> {
  const runs = new Map<string, RecordedEvent[]>();
  for (const event of batch) {
    const run = runs.get(event.stream);
    if (run === undefined) runs.set(event.stream, [event]);
    else run.push(event);
  }
  return runs;
}

/** Verifies the chains of all streams as their events go by in feed order, in bounded memory. */
export class ChainKeeper {
  readonly #hashOf: HashOf;
  readonly #heads: Pick<Map<string, Head>, "get"> & {
    set(stream: string, head: Head): unknown;
  };
  #events = 0;
  #streams = 0;

  /** @param mostStreams `all` where nothing can be read again: memory then grows with the number of streams */
  constructor(hashOf: HashOf, mostStreams: number | "all" = MOST_STREAMS) {
    this.#hashOf = hashOf;
    this.#heads = mostStreams === "all" ? new Map<string, Head>() : new LRUCache({ max: mostStreams });
  }

  get events(): number {
    return this.#events;
  }

  /** Streams whose first event went by. */
  get streams(): number {
    return this.#streams;
  }

  /** @throws AlteredEventError for the first event that does not go on from what went by */
  async check(batch: Batch): Promise<void> {
    const runs = byStream(batch);
    const before = await this.#before([...runs.values()]);
    for (const [stream, run] of runs) {
      const checked = verifyChain(run, before.get(stream));
      if (!checked.ok) throw new AlteredEventError(stream, checked.revision, checked.why);
      const last = run.at(-1);
      if (last !== undefined) this.#heads.set(stream, { revision: last.revision, hash: last.hash });
      if (run[0]?.revision === 0) this.#streams += 1;
    }
    this.#events += batch.length;
  }

  /**
   * What each run goes on from. What was forgotten, or lies before the place that the feed began at, is read again.
   * Gathered first: remembering one head may push out another of the same batch.
   */
  async #before(runs: readonly (readonly RecordedEvent[])[]): Promise<ReadonlyMap<string, Head>> {
    const before = new Map<string, Head>();
    const unknown: RecordedEvent[] = [];
    for (const [first] of runs) {
      if (first === undefined) continue;
      const head = this.#heads.get(first.stream);
      if (head !== undefined) before.set(first.stream, head);
      else if (first.revision > 0) unknown.push(first);
    }
    for (let from = 0; from < unknown.length; from += LOOKUPS_AT_ONCE) {
      await Promise.all(
        unknown.slice(from, from + LOOKUPS_AT_ONCE).map(async ({ stream, revision }) => {
          const hash = await this.#hashOf(stream, revision - 1);
          if (hash === null) throw new AlteredEventError(stream, revision - 1, "the event is not there");
          before.set(stream, { revision: revision - 1, hash });
        }),
      );
    }
    return before;
  }
}

/** The same batches, each verified before it goes on. */
export async function* verified(
  batches: AsyncIterable<Batch>,
  keeper: ChainKeeper,
): AsyncGenerator<Batch, void, undefined> {
  for await (const batch of batches) {
    await keeper.check(batch);
    yield batch;
  }
}

/** Reads one batch ahead while the one before is worked on. */
export async function* ahead<Item>(
  items: AsyncIterable<Item, unknown>,
): AsyncGenerator<Item, void, undefined> {
  const iterator = items[Symbol.asyncIterator]();
  let next = iterator.next();
  try {
    for (;;) {
      const { done, value } = await next;
      if (done === true) return;
      next = iterator.next();
      // Who waits for it gets the error; until then it is nobody's.
      next.catch(() => undefined);
      yield value;
    }
  } finally {
    await next.catch(() => undefined);
    await iterator.return?.();
  }
}
