import { sha256 } from "../eventlog/codec.ts";
import { type Batch, type Position, type RecordedEvent, START } from "../eventlog/log.ts";
import { AlteredEventError, TransferError } from "./errors.ts";

/**
 * How far apart the same event may stand in two logs, in events. Logs that were filled in feed order don't differ at
 * all; one that was filled with several appends in flight differs by those.
 */
const WINDOW = 10_000;
const BATCH = 500;

/** Up to `source` in one log and up to `target` in the other both hold the same events. */
export interface Meeting {
  readonly source: Position;
  readonly target: Position;
}

interface Waiting {
  readonly event: RecordedEvent;
  readonly place: number;
  /** Position of the source's event before it. */
  readonly before: Position;
}

/**
 * Goes through two logs side by side, and tells what the target lacks. Both are compared byte for byte, in bounded
 * memory; the source's events must have been verified.
 */
export class Missing {
  readonly #source: AsyncIterator<Batch, unknown>;
  readonly #target: AsyncIterator<Batch, unknown>;
  readonly #ofSource = new Map<string, Waiting>();
  readonly #ofTarget = new Map<string, RecordedEvent>();
  readonly #targetName: string;
  #pulled = 0;
  #last: Position;
  #met: Meeting;
  #standing = 0;

  constructor(
    source: AsyncIterable<Batch, unknown>,
    target: AsyncIterable<Batch, unknown>,
    options: { readonly targetName: string; readonly from?: Meeting },
  ) {
    this.#source = source[Symbol.asyncIterator]();
    this.#target = target[Symbol.asyncIterator]();
    this.#targetName = options.targetName;
    this.#met = options.from ?? { source: START, target: START };
    this.#last = this.#met.source;
  }

  /** Events that stand in both. */
  get standing(): number {
    return this.#standing;
  }

  /** The last place at which both were level. */
  get met(): Meeting {
    return this.#met;
  }

  /**
   * The source's events that the target lacks, in the source's order. Nothing is told before all of the target was
   * found in the source.
   * @throws TransferError for an event of the target that the source lacks, or that differs
   */
  async *batches(): AsyncGenerator<Batch, void, undefined> {
    try {
      for (;;) {
        const { done, value } = await this.#target.next();
        if (done === true) break;
        for (const event of value) this.#see(event);
        while (this.#ofTarget.size > 0) await this.#pull();
        this.#meet(value.at(-1)?.position ?? this.#met.target);
      }
      const rest = [...this.#ofSource.values()].map(({ event }) => event);
      this.#ofSource.clear();
      for (let from = 0; from < rest.length; from += BATCH) yield rest.slice(from, from + BATCH);
      for (;;) {
        const { done, value } = await this.#source.next();
        if (done === true) return;
        yield value;
      }
    } finally {
      await this.#source.return?.();
      await this.#target.return?.();
    }
  }

  #see(event: RecordedEvent): void {
    if (sha256(event.body) !== event.hash) {
      throw new AlteredEventError(
        event.stream,
        event.revision,
        `in ${this.#targetName} the body doesn't match its hash`,
      );
    }
    const waiting = this.#ofSource.get(keyOf(event));
    if (waiting === undefined) this.#ofTarget.set(keyOf(event), event);
    else this.#match(waiting.event, event);
  }

  async #pull(): Promise<void> {
    const { done, value } = await this.#source.next();
    if (done === true || this.#ofSource.size > WINDOW) throw this.#foreign();
    for (const event of value) {
      const there = this.#ofTarget.get(keyOf(event));
      this.#ofSource.set(keyOf(event), { event, place: this.#pulled, before: this.#last });
      this.#pulled += 1;
      this.#last = event.position;
      if (there !== undefined) this.#match(event, there);
    }
  }

  #match(ours: RecordedEvent, theirs: RecordedEvent): void {
    const same =
      ours.id === theirs.id &&
      ours.type === theirs.type &&
      ours.hash === theirs.hash &&
      ours.body === theirs.body;
    if (!same) {
      throw new AlteredEventError(
        ours.stream,
        ours.revision,
        `${this.#targetName} holds another event there`,
      );
    }
    this.#ofSource.delete(keyOf(ours));
    this.#ofTarget.delete(keyOf(ours));
    this.#standing += 1;
  }

  /** Level only if nothing that waits was passed: all of it lies behind all that was found. */
  #meet(target: Position): void {
    const [first] = this.#ofSource.values();
    if (first === undefined) this.#met = { source: this.#last, target };
    else if (this.#pulled - first.place === this.#ofSource.size) {
      this.#met = { source: first.before, target };
    }
  }

  #foreign(): TransferError {
    const [event] = this.#ofTarget.values();
    const where = event === undefined ? "an event" : `${event.stream} at revision ${event.revision}`;
    return new TransferError(
      `${this.#targetName} is not empty, and what it holds is not from here: ${where} is unknown to the source.`,
    );
  }
}

function keyOf({ stream, revision }: RecordedEvent): string {
  return `${revision} ${stream}`;
}
