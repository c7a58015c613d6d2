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
} from "../../src/eventlog/log.ts";
import { MemoryEventLog } from "../../src/eventlog/memory.ts";
import type { Life } from "./life.ts";
import type { Scheduler } from "./scheduler.ts";

/** The durable log that all instances share. */
export class SharedLog {
  readonly memory = new MemoryEventLog();
  #head: Position = START;

  get head(): Position {
    return this.#head;
  }

  async append(
    stream: string,
    events: readonly EventData[],
    expected: ExpectedRevision,
  ): Promise<AppendResult> {
    const result = await this.memory.append(stream, events, { expected });
    if (result.outcome === "appended") this.#head = result.position;
    return result;
  }
}

/** The shared log as one instance reaches it: every call is an operation of the scheduler. */
export class SimulatedLog implements EventLog {
  readonly #log: SharedLog;
  readonly #life: Life;
  readonly #scheduler: Scheduler;
  readonly #ignoresRevisions: boolean;

  /** @param ignoresRevisions a log that is broken on purpose: it appends wherever the stream is */
  constructor(log: SharedLog, life: Life, scheduler: Scheduler, ignoresRevisions: boolean) {
    this.#log = log;
    this.#life = life;
    this.#scheduler = scheduler;
    this.#ignoresRevisions = ignoresRevisions;
  }

  async append(
    stream: string,
    events: readonly EventData[],
    options: { readonly expected: ExpectedRevision },
  ): Promise<AppendResult> {
    const expected = this.#ignoresRevisions ? "any" : options.expected;
    const label = `${stream} @${String(options.expected)} ${events.map(({ type }) => type).join(" ")}`;
    return await this.#perform("append", label, async () => {
      const result = await this.#log.append(stream, events, expected);
      if (result.outcome === "conflict") this.#scheduler.weather.counts.contended++;
      return result;
    });
  }

  async read(
    stream: string,
    options?: { readonly from?: number; readonly limit?: number },
  ): Promise<readonly RecordedEvent[]> {
    const label = `${stream} from ${String(options?.from ?? 0)}`;
    return await this.#perform("read", label, async () => await this.#log.memory.read(stream, options));
  }

  readAll(options: FeedOptions): AsyncIterable<Batch> {
    return this.#log.memory.readAll(options);
  }

  /** The feed of a log that many write trails behind: what was appended comes when the scheduler says so. */
  async *subscribe({ after, signal }: FeedOptions): AsyncGenerator<Batch, void, undefined> {
    let position = after;
    while (signal?.aborted !== true) {
      const batch = await this.#next(position, signal);
      if (batch === null) return;
      position = batch.at(-1)?.position ?? position;
      yield batch;
    }
  }

  async #next(after: Position, signal: AbortSignal | undefined): Promise<Batch | null> {
    const page: { first: Batch | null } = { first: null };
    const run = async (): Promise<number> => {
      for await (const batch of this.#log.memory.readAll({ after })) {
        page.first = batch;
        break;
      }
      return page.first?.length ?? 0;
    };
    const cancel = (): void => this.#scheduler.cancel(this.#life, run, null);
    signal?.addEventListener("abort", cancel);
    await this.#scheduler.perform({
      life: this.#life,
      kind: "feed",
      label: `after ${after}`,
      run,
      ready: () => after < this.#log.head,
    });
    signal?.removeEventListener("abort", cancel);
    return page.first;
  }

  isPosition(text: string): boolean {
    return this.#log.memory.isPosition(text);
  }

  async head(): Promise<Position> {
    return await this.#perform("read", "head", async () => await this.#log.memory.head());
  }

  async newest(): Promise<Position> {
    return await this.#perform("read", "newest", async () => await this.#log.memory.newest());
  }

  async close(): Promise<void> {
    await Promise.resolve();
  }

  async #perform<Result>(
    kind: "append" | "read",
    label: string,
    run: () => Promise<Result>,
  ): Promise<Result> {
    const outcome: { result: Result | null } = { result: null };
    await this.#scheduler.perform({
      life: this.#life,
      kind,
      label,
      run: async () => {
        outcome.result = await run();
        return outcome.result;
      },
      unavailable: async () => new LogUnavailableError("the log can't be reached"),
    });
    if (outcome.result === null) throw new Error("an operation that was done has a result");
    return outcome.result;
  }
}
