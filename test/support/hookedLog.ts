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

export type When = "beforeAppend" | "beforeRead" | "afterRead";

/** A log on the way to which something else happens: once, at its first append to or read of such a stream. */
export class HookedLog implements EventLog {
  readonly #log: EventLog;
  readonly #when: When;
  readonly #prefix: string;
  readonly #meanwhile: () => Promise<void>;
  #happened = false;

  /** @param prefix of the stream's name */
  constructor(log: EventLog, when: When, prefix: string, meanwhile: () => Promise<void>) {
    this.#log = log;
    this.#when = when;
    this.#prefix = prefix;
    this.#meanwhile = meanwhile;
  }

  async append(
    stream: string,
    events: readonly EventData[],
    options: { readonly expected: ExpectedRevision },
  ): Promise<AppendResult> {
    await this.#hook("beforeAppend", stream);
    return await this.#log.append(stream, events, options);
  }

  async read(
    stream: string,
    options?: { readonly from?: number; readonly limit?: number },
  ): Promise<readonly RecordedEvent[]> {
    await this.#hook("beforeRead", stream);
    const events = await this.#log.read(stream, options);
    await this.#hook("afterRead", stream);
    return events;
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

  async #hook(when: When, stream: string): Promise<void> {
    if (this.#happened || when !== this.#when || !stream.startsWith(this.#prefix)) return;
    this.#happened = true;
    await this.#meanwhile();
  }
}
