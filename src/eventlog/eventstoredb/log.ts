import { randomUUID } from "node:crypto";
import { setMaxListeners } from "node:events";
import {
  type AppendResult,
  type Batch,
  type EventData,
  type ExpectedRevision,
  type FeedOptions,
  LogBusyError,
  LogUnavailableError,
  type MeasuredLog,
  type Position,
  type RecordedEvent,
} from "../log.ts";
import { checkAppend } from "../validate.ts";
import { pause } from "../waiting.ts";
import type { Driver, WireEvent, Written } from "./driver.ts";
import { translate } from "./errors.ts";
import { Feed } from "./feed.ts";
import { type KnownStream, KnownStreams, MOST_IDS } from "./knownStreams.ts";
import { isPosition } from "./position.ts";

export interface EventStoreLogOptions {
  /** How long the server may take for one append or one page before it counts as unavailable. Milliseconds, default 5,000. */
  readonly deadlineMs?: number;
  /** How long an append or a read is tried again while no node answers: a new leader is found in it. Milliseconds, default 2,000. */
  readonly retryMs?: number;
  /** Most appends that wait before {@link EventLog.append} answers with LogBusyError. Default 10,000. */
  readonly maxQueue?: number;
}

const MIN_BACKOFF_MS = 20;
const MAX_BACKOFF_MS = 250;
const NEVER = new AbortController().signal;
setMaxListeners(0, NEVER);

/** Where an append belongs, as far as this instance knows. */
type Verdict =
  | { readonly kind: "repeated"; readonly first: number }
  | { readonly kind: "conflict" }
  | { readonly kind: "appendable"; readonly after: number };

/**
 * The event log in EventStoreDB (23.10 or later, or KurrentDB). The server stores at exact revisions; that an id is
 * stored once in its stream, at whatever revision it is repeated, is kept here, from what this instance knows of
 * the stream. An id of ours is in the event's metadata; the server's own is one for each call, so that only a
 * call's own repeats are repeats to the server, and two callers with the same event never both believe that they wrote it.
 */
export class EventStoreLog implements MeasuredLog {
  readonly #driver: Driver;
  readonly #feed: Feed;
  readonly #known = new KnownStreams();
  readonly #turns = new Map<string, Promise<unknown>>();
  readonly #closing = new AbortController();
  readonly #deadlineMs: number;
  readonly #retryMs: number;
  readonly #maxQueue: number;
  #waiting = 0;
  #eventsAppended = 0;
  #retries = 0;

  constructor(driver: Driver, options: EventStoreLogOptions = {}) {
    const { deadlineMs = 5_000, retryMs = 2_000, maxQueue = 10_000 } = options;
    this.#driver = driver;
    this.#deadlineMs = deadlineMs;
    this.#retryMs = retryMs;
    this.#maxQueue = maxQueue;
    this.#feed = new Feed(driver, deadlineMs);
    // Every read under way listens.
    setMaxListeners(0, this.#closing.signal);
  }

  async append(
    stream: string,
    events: readonly EventData[],
    { expected }: { readonly expected: ExpectedRevision },
  ): Promise<AppendResult> {
    this.#refuseWhenClosed();
    checkAppend(stream, events, expected);
    if (this.#waiting >= this.#maxQueue) throw new LogBusyError(`${this.#waiting} appends wait already`);
    this.#waiting += 1;
    try {
      // The time in the queue counts: while the server is silent all who wait for it are told so together.
      const until = performance.now() + this.#deadlineMs;
      return await this.#inTurn(stream, async () => await this.#append(stream, events, expected, until));
    } catch (error) {
      throw translate(error);
    } finally {
      this.#waiting -= 1;
    }
  }

  async read(
    stream: string,
    { from = 0, limit = Number.MAX_SAFE_INTEGER }: { readonly from?: number; readonly limit?: number } = {},
  ): Promise<readonly RecordedEvent[]> {
    this.#refuseWhenClosed();
    return limit === 0 ? [] : await this.#read(stream, from, limit, this.#closing.signal);
  }

  async *readAll(options: FeedOptions): AsyncGenerator<Batch, void, undefined> {
    this.#refuseWhenClosed();
    yield* this.#feed.readAll(options, this.#signalOf(options));
  }

  async *subscribe(options: FeedOptions): AsyncGenerator<Batch, void, undefined> {
    this.#refuseWhenClosed();
    yield* this.#feed.subscribe(options, this.#signalOf(options));
  }

  async head(): Promise<Position> {
    this.#refuseWhenClosed();
    return await this.#stubbornly(async () => await this.#feed.head(this.#closing.signal));
  }

  async newest(): Promise<Position> {
    return await this.head();
  }

  isPosition(text: string): boolean {
    return isPosition(text);
  }

  gauges(): Readonly<Record<string, number>> {
    return {
      queued: this.#waiting,
      events_appended: this.#eventsAppended,
      retries: this.#retries,
      resubscribed: this.#feed.resubscribed,
    };
  }

  async close(): Promise<void> {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort();
    await Promise.allSettled(this.#turns.values());
    await this.#driver.close();
  }

  async #append(
    stream: string,
    events: readonly EventData[],
    expected: ExpectedRevision,
    until: number,
  ): Promise<AppendResult> {
    if (performance.now() > until) {
      throw new LogUnavailableError(`EventStoreDB: the appends to ${stream} before this one took too long`);
    }
    const wire = events.map((event) => ({ wireId: randomUUID(), ...event }));
    let known = await this.#knownFor(stream, expected);
    for (;;) {
      const verdict = judge(known, events, expected);
      switch (verdict.kind) {
        case "repeated":
          return await this.#repeated(stream, verdict.first, events.length);
        case "conflict": {
          const fresh = await this.#refresh(stream);
          if (fresh.head === known.head) return { outcome: "conflict", actual: fresh.head };
          known = fresh;
          break;
        }
        case "appendable": {
          const written = await this.#send(stream, wire, verdict.after, until);
          if (written.outcome === "written") {
            this.#known.learn(stream, verdict.after + 1, events);
            this.#eventsAppended += events.length;
            const { lastRevision, position } = written;
            return { outcome: "appended", firstRevision: verdict.after + 1, lastRevision, position };
          }
          // Another instance was faster: who wrote what decides.
          known = await this.#refresh(stream);
          if (performance.now() > until) {
            throw new LogUnavailableError(`EventStoreDB: others keep appending to ${stream}`);
          }
          break;
        }
      }
    }
  }

  /** Enough to judge an append that expects this. A new stream needs no look: the server refuses if there is one. */
  async #knownFor(stream: string, expected: ExpectedRevision): Promise<KnownStream> {
    const known = this.#known.get(stream);
    if (known === undefined) return expected === "noStream" ? KnownStreams.empty : await this.#reload(stream);
    return typeof expected === "number" && expected > known.head ? await this.#refresh(stream) : known;
  }

  async #refresh(stream: string): Promise<KnownStream> {
    const known = this.#known.get(stream);
    if (known === undefined) return await this.#reload(stream);
    await this.#read(stream, known.head + 1, Number.MAX_SAFE_INTEGER, NEVER);
    return this.#known.get(stream) ?? (await this.#reload(stream));
  }

  async #reload(stream: string): Promise<KnownStream> {
    const newestFirst = await this.#stubbornly(async () => {
      const options = { signal: NEVER, patienceMs: this.#deadlineMs };
      return await collected(this.#driver.readStream(stream, "end", MOST_IDS, options));
    });
    const last = newestFirst.at(-1);
    if (last === undefined) return KnownStreams.empty;
    return this.#known.replace(stream, last.revision, newestFirst.toReversed());
  }

  async #read(
    stream: string,
    from: number,
    count: number,
    signal: AbortSignal,
  ): Promise<readonly RecordedEvent[]> {
    const events = await this.#stubbornly(async () => {
      const options = { signal, patienceMs: this.#deadlineMs };
      return await collected(this.#driver.readStream(stream, from, count, options));
    });
    this.#known.learn(stream, from, events);
    return events;
  }

  async #repeated(stream: string, first: number, count: number): Promise<AppendResult> {
    const last = first + count - 1;
    const [event] = await this.#read(stream, last, 1, NEVER);
    if (event === undefined) throw new LogUnavailableError(`EventStoreDB: ${stream} lost revision ${last}`);
    return { outcome: "repeated", firstRevision: first, lastRevision: last, position: event.position };
  }

  /** The same call again is the same call to the server, so that a try whose answer was lost does no harm. */
  async #send(stream: string, wire: readonly WireEvent[], after: number, until: number): Promise<Written> {
    return await this.#stubbornly(async () => {
      const left = Math.max(1, until - performance.now());
      return await this.#driver.append(stream, wire, after, left);
    });
  }

  /** Tries again, for a while, what failed because no node answered. */
  async #stubbornly<T>(attempt: () => Promise<T>): Promise<T> {
    const until = performance.now() + this.#retryMs;
    for (let backoff = MIN_BACKOFF_MS; ; backoff = Math.min(backoff * 2, MAX_BACKOFF_MS)) {
      try {
        return await attempt();
      } catch (thrown) {
        const error = translate(thrown);
        if (!(error instanceof LogUnavailableError) || performance.now() + backoff > until) throw error;
        this.#retries += 1;
        await pause(backoff, NEVER);
      }
    }
  }

  /** Appends to one stream are judged in the order of the calls. */
  async #inTurn<T>(stream: string, work: () => Promise<T>): Promise<T> {
    const before = this.#turns.get(stream);
    const mine = before === undefined ? work() : before.then(work, work);
    this.#turns.set(stream, mine);
    try {
      return await mine;
    } finally {
      if (this.#turns.get(stream) === mine) this.#turns.delete(stream);
    }
  }

  #signalOf({ signal }: FeedOptions): AbortSignal {
    return signal === undefined ? this.#closing.signal : AbortSignal.any([signal, this.#closing.signal]);
  }

  #refuseWhenClosed(): void {
    if (this.#closing.signal.aborted) throw new LogUnavailableError("the event log is closed");
  }
}

function judge(known: KnownStream, events: readonly EventData[], expected: ExpectedRevision): Verdict {
  const places = events.map(({ id }) => known.revisions.get(id));
  const [first] = places;
  if (places.some((revision) => revision !== undefined)) {
    const isRepeat = first !== undefined && places.every((revision, offset) => revision === first + offset);
    return isRepeat ? { kind: "repeated", first } : { kind: "conflict" };
  }
  const after = expected === "any" ? known.head : expected === "noStream" ? -1 : expected;
  return after === known.head ? { kind: "appendable", after } : { kind: "conflict" };
}

async function collected<T>(batches: AsyncIterable<readonly T[]>): Promise<readonly T[]> {
  const all: T[] = [];
  for await (const batch of batches) for (const item of batch) all.push(item);
  return all;
}
