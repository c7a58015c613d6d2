/** What a server stores, and by which rules: those that a real one, 23.10, was seen to keep. */

export interface ProposedEvent {
  readonly id: string;
  readonly metadata: ReadonlyMap<string, string>;
  readonly customMetadata: Uint8Array;
  readonly data: Uint8Array;
}

export interface StoredEvent extends ProposedEvent {
  readonly stream: string;
  readonly revision: number;
  /** Where its record begins in the log file. */
  readonly position: bigint;
}

export type Expected = "any" | "noStream" | "streamExists" | number;

export type Appended =
  /** `last` is null for an empty append to an empty stream. */
  | { readonly kind: "success"; readonly last: StoredEvent | null }
  /** `current` is -1 for no stream. */
  | { readonly kind: "wrongVersion"; readonly current: number }
  | { readonly kind: "tooLarge" };

export const MAX_APPEND_BYTES = 1_048_576;

// A record's own fields; positions are therefore apart, and most numbers are no position.
const RECORD_BYTES = 96;
// The server writes of itself as well: every so many records something that is not ours stands in between.
const SYSTEM_EVERY = 10;

export class Store {
  readonly #records: StoredEvent[] = [];
  readonly #streams = new Map<string, StoredEvent[]>();
  readonly #listeners = new Set<() => void>();
  #end = 0n;

  constructor() {
    this.#writeSystem("$$$settings");
  }

  get records(): readonly StoredEvent[] {
    return this.#records;
  }

  stream(name: string): readonly StoredEvent[] | undefined {
    return this.#streams.get(name);
  }

  /** Calls back after every write; answers how to stop that. */
  onWritten(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  append(stream: string, events: readonly ProposedEvent[], expected: Expected): Appended {
    const bytes = events.reduce(
      (sum, { data, customMetadata }) => sum + data.length + customMetadata.length,
      0,
    );
    if (bytes > MAX_APPEND_BYTES) return { kind: "tooLarge" };
    const there = this.#streams.get(stream) ?? [];
    const current = there.length - 1;
    if (events.length === 0) return { kind: "success", last: there.at(-1) ?? null };
    const repeated = this.#repeated(there, events, expected);
    if (repeated !== undefined) return { kind: "success", last: repeated };
    if (!isMet(expected, current)) return { kind: "wrongVersion", current };
    // The same id twice in one append, or again at a newer revision, is stored twice: as the real server does.
    const last = events.map((event) => this.#write(stream, event)).at(-1) ?? null;
    if (this.#records.length % SYSTEM_EVERY === 0)
      this.#writeSystem(`$stats-${String(this.#records.length)}`);
    for (const listener of [...this.#listeners]) listener();
    return { kind: "success", last };
  }

  /** What a server restored from a backup of now would have. */
  copy(): Store {
    const copy = new Store();
    copy.#records.splice(0, copy.#records.length, ...this.#records);
    copy.#streams.clear();
    for (const [name, events] of this.#streams) copy.#streams.set(name, [...events]);
    copy.#end = this.#end;
    return copy;
  }

  /** Whether a record begins here. */
  isPlace(position: bigint): boolean {
    return this.#records.some((record) => record.position === position);
  }

  // Only where they would have gone: right behind the expected revision, all of them, in their order.
  #repeated(
    there: readonly StoredEvent[],
    events: readonly ProposedEvent[],
    expected: Expected,
  ): StoredEvent | undefined {
    const [first] = events;
    const from =
      typeof expected === "number"
        ? expected + 1
        : expected === "noStream"
          ? 0
          : there.findIndex(({ id }) => id === first?.id);
    if (from < 0) return undefined;
    const same = events.every(({ id }, offset) => there[from + offset]?.id === id);
    return same ? there[from + events.length - 1] : undefined;
  }

  #writeSystem(stream: string): void {
    this.#write(stream, {
      id: "00000000-0000-4000-8000-000000000000",
      metadata: new Map([
        ["type", "$system"],
        ["content-type", "application/json"],
      ]),
      customMetadata: new Uint8Array(),
      data: Buffer.from("{}"),
    });
  }

  #write(stream: string, event: ProposedEvent): StoredEvent {
    const there = this.#streams.get(stream) ?? [];
    const stored = { ...event, stream, revision: there.length, position: this.#end };
    this.#end += BigInt(RECORD_BYTES + stream.length + event.data.length + event.customMetadata.length);
    there.push(stored);
    this.#streams.set(stream, there);
    this.#records.push(stored);
    return stored;
  }
}

function isMet(expected: Expected, current: number): boolean {
  switch (expected) {
    case "any":
      return true;
    case "noStream":
      return current === -1;
    case "streamExists":
      return current >= 0;
    default:
      return expected === current;
  }
}
