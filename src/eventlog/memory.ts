import {
  type AppendResult,
  type Batch,
  type EventData,
  type EventLog,
  type ExpectedRevision,
  type FeedOptions,
  LogUnavailableError,
  type Position,
  type RecordedEvent,
  START,
} from "./log.ts";
import { DEFAULT_BATCH } from "./batches.ts";
import { checkAppend } from "./validate.ts";
import { Wakeup } from "./waiting.ts";

const POSITION_DIGITS = 16;
// Nothing happens behind this adapter's back: there is nothing to poll for, only a timer's longest time.
const FOREVER_MS = 2_147_483_647;

/** The log of one process, gone with it. For tests and simulation; keeps the same promises as the others. */
export class MemoryEventLog implements EventLog {
  readonly #log: RecordedEvent[] = [];
  readonly #streams = new Map<string, RecordedEvent[]>();
  readonly #revisions = new Map<string, Map<string, number>>();
  readonly #news = new Wakeup();
  readonly #closing = new AbortController();

  async append(
    stream: string,
    events: readonly EventData[],
    { expected }: { readonly expected: ExpectedRevision },
  ): Promise<AppendResult> {
    this.#refuseWhenClosed();
    checkAppend(stream, events, expected);
    const recorded = this.#streams.get(stream) ?? [];
    const revisions = this.#revisions.get(stream) ?? new Map<string, number>();
    const actual = recorded.length - 1;

    const known = events.map((event) => revisions.get(event.id));
    const first = known[0];
    if (known.some((revision) => revision !== undefined)) {
      if (first === undefined || known.some((revision, offset) => revision !== first + offset)) {
        return { outcome: "conflict", actual };
      }
      return result("repeated", recorded.slice(first, first + events.length), actual);
    }
    if (expected !== "any" && (expected === "noStream" ? -1 : expected) !== actual) {
      return { outcome: "conflict", actual };
    }

    const added = events.map(({ id, type, body, hash }, offset): RecordedEvent => {
      const position = positionOf(this.#log.length + offset);
      return { id, type, body, hash, stream, revision: actual + 1 + offset, position };
    });
    for (const event of added) {
      recorded.push(event);
      revisions.set(event.id, event.revision);
      this.#log.push(event);
    }
    this.#streams.set(stream, recorded);
    this.#revisions.set(stream, revisions);
    this.#news.ring();
    return result("appended", added, actual);
  }

  async read(
    stream: string,
    { from = 0, limit = Number.POSITIVE_INFINITY }: { readonly from?: number; readonly limit?: number } = {},
  ): Promise<readonly RecordedEvent[]> {
    this.#refuseWhenClosed();
    return (this.#streams.get(stream) ?? []).slice(from, from + limit);
  }

  async *readAll(options: FeedOptions): AsyncGenerator<Batch, void, undefined> {
    this.#refuseWhenClosed();
    const signal = this.#signalOf(options);
    const end = this.#log.length;
    yield* this.#pages(options, indexAfter(options.after), end, signal);
  }

  async *subscribe(options: FeedOptions): AsyncGenerator<Batch, void, undefined> {
    this.#refuseWhenClosed();
    const signal = this.#signalOf(options);
    let next = indexAfter(options.after);
    while (!signal.aborted) {
      const seen = this.#news.rings;
      const end = this.#log.length;
      yield* this.#pages(options, next, end, signal);
      next = Math.max(next, end);
      await this.#news.wait(seen, FOREVER_MS, signal);
    }
  }

  isPosition(text: string): boolean {
    return isPosition(text);
  }

  async head(): Promise<Position> {
    this.#refuseWhenClosed();
    return this.#log.at(-1)?.position ?? START;
  }

  async newest(): Promise<Position> {
    return await this.head();
  }

  async close(): Promise<void> {
    this.#closing.abort();
  }

  *#pages(
    { prefixes, batchSize = DEFAULT_BATCH }: FeedOptions,
    from: number,
    end: number,
    signal: AbortSignal,
  ) {
    let batch: RecordedEvent[] = [];
    for (let index = from; index < end; index += 1) {
      const event = this.#log[index];
      if (event === undefined) break;
      if (prefixes === undefined || prefixes.some((prefix) => event.stream.startsWith(prefix)))
        batch.push(event);
      if (batch.length > 0 && (batch.length >= batchSize || index === end - 1)) {
        if (signal.aborted) return;
        yield batch;
        batch = [];
      }
    }
    if (batch.length > 0 && !signal.aborted) yield batch;
  }

  #signalOf({ signal }: FeedOptions): AbortSignal {
    return signal === undefined ? this.#closing.signal : AbortSignal.any([signal, this.#closing.signal]);
  }

  #refuseWhenClosed(): void {
    if (this.#closing.signal.aborted) throw new LogUnavailableError("the event log is closed");
  }
}

function positionOf(index: number): Position {
  return String(index + 1).padStart(POSITION_DIGITS, "0");
}

function isPosition(text: string): boolean {
  return text === START || /^\d{16}$/.test(text);
}

function indexAfter(position: Position): number {
  if (!isPosition(position)) throw new RangeError(`"${position}" is no position of this log`);
  return Number(position);
}

function result(
  outcome: "appended" | "repeated",
  events: readonly RecordedEvent[],
  before: number,
): AppendResult {
  const first = events[0];
  const last = events.at(-1);
  if (first === undefined || last === undefined) throw new Error(`nothing stands after revision ${before}`);
  return { outcome, firstRevision: first.revision, lastRevision: last.revision, position: last.position };
}
