import type {
  AppendResult,
  Batch,
  EventData,
  EventLog,
  ExpectedRevision,
  FeedOptions,
  Position,
  RecordedEvent,
} from "../../src/eventlog/log.ts";

/** The process that ran with this log is dead: nothing it does reaches the log any more. */
export class Crash extends Error {
  override readonly name = "Crash";
}

/**
 * A log whose process dies at its n-th append (from 0): before the append, or after it was stored and
 * before anyone heard of it. Everything after that fails as well.
 */
export class CrashingLog implements EventLog {
  readonly #log: EventLog;
  readonly #at: number;
  readonly #when: "before" | "after";
  #appends = 0;

  constructor(log: EventLog, at: number, when: "before" | "after") {
    this.#log = log;
    this.#at = at;
    this.#when = when;
  }

  /** Whether the crash has come. */
  get crashed(): boolean {
    return this.#appends > this.#at;
  }

  async append(
    stream: string,
    events: readonly EventData[],
    options: { readonly expected: ExpectedRevision },
  ): Promise<AppendResult> {
    const number = this.#appends++;
    if (number > this.#at || (number === this.#at && this.#when === "before"))
      throw new Crash("before an append");
    const result = await this.#log.append(stream, events, options);
    if (number === this.#at) throw new Crash("after an append");
    return result;
  }

  async read(
    stream: string,
    options?: { readonly from?: number; readonly limit?: number },
  ): Promise<readonly RecordedEvent[]> {
    if (this.crashed) throw new Crash("before a read");
    return await this.#log.read(stream, options);
  }

  readAll(options: FeedOptions): AsyncIterable<Batch> {
    return this.#log.readAll(options);
  }

  subscribe(options: FeedOptions): AsyncIterable<Batch> {
    return this.#log.subscribe(options);
  }

  isPosition(text: string): boolean {
    return this.#log.isPosition(text);
  }

  async head(): Promise<Position> {
    return await this.#log.head();
  }

  async newest(): Promise<Position> {
    return await this.#log.newest();
  }

  async close(): Promise<void> {
    await Promise.resolve();
  }
}
