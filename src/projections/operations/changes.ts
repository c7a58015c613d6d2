import type { EventLog, Position, RecordedEvent } from "../../eventlog/log.ts";
import { Wakeup } from "../../eventlog/waiting.ts";
import { FeedEvent } from "../events.ts";
import { accessIdOf } from "./evolve.ts";

/** An operation was decided, or what became of it has changed. */
export interface OperationChange {
  readonly position: Position;
  readonly accessId: string;
}

/** How many changes are kept for those who come back. */
const MOST_KEPT = 10_000;
const KINDS = ["card", "terminal"] as const;

type Log = Pick<EventLog, "subscribe" | "head">;

/**
 * What happens to operations, for those who look on: one feed of the log an instance, whoever listens. It begins with the
 * first listener; from then on a listener who comes back is told what it has missed.
 */
export class OperationChanges {
  readonly #log: Log;
  readonly #mostKept: number;
  readonly #ending = new AbortController();
  readonly #bell = new Wakeup();
  /** Oldest first. */
  #kept: OperationChange[] = [];
  /** Nothing is known of what lies at or before it. */
  #from: Position | null = null;
  #newest: Position = "";
  #running: Promise<void> | undefined;

  constructor(log: Log, mostKept = MOST_KEPT) {
    this.#log = log;
    this.#mostKept = mostKept;
  }

  /** Aborted once it ends: listeners end with it. */
  get ending(): AbortSignal {
    return this.#ending.signal;
  }

  /** Begins to listen, unless it does; answers the position of the newest change that is known. */
  async listen(): Promise<Position> {
    if (this.#from === null) {
      const head = await this.#log.head();
      // Others may have come here meanwhile: the first of them has begun.
      if (this.#running === undefined) {
        this.#from = head;
        this.#newest = head;
        this.#running = this.#run(head);
      }
    }
    return this.#newest;
  }

  /** What came after a position, oldest first; null where not all of it is known any more. */
  since(position: Position): readonly OperationChange[] | null {
    if (this.#from === null || position < this.#from) return null;
    let first = this.#kept.length;
    for (let kept = this.#kept[first - 1]; kept !== undefined && kept.position > position; ) {
      first -= 1;
      kept = this.#kept[first - 1];
    }
    return this.#kept.slice(first);
  }

  /** Resolves when there may be news after what {@link rings} said, after `ms`, or when it ends. */
  async wait(seen: number, ms: number): Promise<void> {
    await this.#bell.wait(seen, ms, this.#ending.signal);
  }

  get rings(): number {
    return this.#bell.rings;
  }

  async stop(): Promise<void> {
    this.#ending.abort();
    await this.#running;
  }

  async #run(after: Position): Promise<void> {
    const prefixes = KINDS.map((kind) => `${kind}-`);
    for await (const batch of this.#log.subscribe({ after, prefixes, signal: this.#ending.signal })) {
      for (const recorded of batch) this.#take(recorded);
      this.#bell.ring();
    }
  }

  #take(recorded: RecordedEvent): void {
    const accessId = accessIdIn(recorded);
    const { position } = recorded;
    if (accessId === null) return;
    this.#newest = position;
    this.#kept.push({ position, accessId });
    if (this.#kept.length <= this.#mostKept * 2) return;
    const dropped = this.#kept.length - this.#mostKept;
    this.#from = this.#kept[dropped - 1]?.position ?? this.#from;
    this.#kept = this.#kept.slice(dropped);
  }
}

/** Null for what is about no operation, or not understood: the read models say so. */
function accessIdIn(recorded: RecordedEvent): string | null {
  const event = new FeedEvent(recorded);
  if (event.kind !== "card" && event.kind !== "terminal") return null;
  try {
    return accessIdOf(event.read(event.kind));
  } catch {
    return null;
  }
}
