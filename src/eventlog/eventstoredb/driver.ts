import type * as EventStore from "@eventstore/db-client";
import type {
  AllStreamResolvedEvent,
  Credentials,
  EventStoreDBClient,
  RecordedEvent as ClientEvent,
} from "@eventstore/db-client";
import { type EventData, LogUnavailableError, type Position, type RecordedEvent } from "../log.ts";
import { within } from "../waiting.ts";
import { typeOf } from "./errors.ts";
import { incoming } from "./incoming.ts";
import { type ServerPosition, toPosition } from "./position.ts";

/** An event with the id that the server knows it by: one a call, the same for each try of it. */
export interface WireEvent extends EventData {
  readonly wireId: string;
}

export type Written =
  | { readonly outcome: "written"; readonly lastRevision: number; readonly position: Position }
  /** `actual` is -1 for no stream. */
  | { readonly outcome: "elsewhere"; readonly actual: number };

/** A row of `$all`; `event` is null for what is not ours. */
export interface Row {
  readonly place: ServerPosition;
  readonly event: RecordedEvent | null;
}

type Library = Pick<typeof EventStore, "binaryEvent" | "streamNameFilter">;

// Our own patience on top of the deadline that the server is told.
const GRACE_MS = 500;
// For the client to end what it has open.
const CLOSE_MS = 2_000;
// What the client keeps ready of a subscription; its own 16 would be a round trip every 16 events.
const READ_AHEAD = { highWaterMark: 1_000 };
// Rows that the server looks at between two checkpoints, which we don't need: an event's own position is enough.
const SEARCH_WINDOW = 1_000;

/** The few things that the log asks of the client, without its surprises. */
export class Driver {
  readonly #client: EventStoreDBClient;
  readonly #library: Library;
  readonly #credentials: Credentials | undefined;
  readonly #prefix: string;
  readonly #kinds: readonly string[] | undefined;

  constructor(
    client: EventStoreDBClient,
    library: Library,
    options: {
      readonly credentials: Credentials | undefined;
      readonly prefix: string;
      /** What our streams' names begin with behind the prefix; absent: any name is ours. */
      readonly kinds: readonly string[] | undefined;
    },
  ) {
    this.#client = client;
    this.#library = library;
    this.#credentials = options.credentials;
    this.#prefix = options.prefix;
    this.#kinds = options.kinds;
  }

  /** @param expected revision of the stream's last event; -1 for no stream */
  async append(
    stream: string,
    events: readonly WireEvent[],
    expected: number,
    deadlineMs: number,
  ): Promise<Written> {
    const messages = events.map(({ wireId, id, type, body, hash }) =>
      this.#library.binaryEvent({ id: wireId, type, data: Buffer.from(body), metadata: { id, hash } }),
    );
    // Credentials in the call make it one of its own: only there the client keeps the deadline.
    const call = this.#client.appendToStream(this.#prefix + stream, messages, {
      expectedRevision: expected === -1 ? "no_stream" : BigInt(expected),
      requiresLeader: true,
      deadline: deadlineMs,
      ...(this.#credentials === undefined ? {} : { credentials: this.#credentials }),
    });
    try {
      const { nextExpectedRevision, position } = await within(call, deadlineMs + GRACE_MS, silent);
      if (position === undefined) throw new LogUnavailableError("EventStoreDB: an append without a position");
      return {
        outcome: "written",
        lastRevision: Number(nextExpectedRevision),
        position: toPosition(position),
      };
    } catch (error) {
      if (typeOf(error) !== "wrong-expected-version") throw error;
      return { outcome: "elsewhere", actual: actualOf(error) };
    }
  }

  /** Events of a stream, at most `count`, forwards from a revision or backwards from the end; none of an unknown stream. */
  async *readStream(
    stream: string,
    from: number | "end",
    count: number,
    options: { readonly signal: AbortSignal; readonly patienceMs: number },
  ): AsyncGenerator<readonly RecordedEvent[], void, undefined> {
    const rows = this.#client.readStream(this.#prefix + stream, {
      fromRevision: from === "end" ? "end" : BigInt(from),
      direction: from === "end" ? "backwards" : "forwards",
      maxCount: count,
      ...this.#call(),
      requiresLeader: true,
    });
    try {
      for await (const batch of incoming(rows, isResolved, { batchSize: count, ...options })) {
        yield batch.flatMap(({ event }) => (event === undefined ? [] : [this.#toRecorded(event)]));
      }
    } catch (error) {
      if (typeOf(error) !== "stream-not-found") throw error;
    }
  }

  /**
   * Rows of the whole log, at most `count`. Forwards a place itself is included, backwards it is left out, as the
   * server has it.
   */
  async readAll(
    from: ServerPosition | "start" | "end",
    direction: "forwards" | "backwards",
    count: number,
    options: { readonly signal: AbortSignal; readonly patienceMs: number },
  ): Promise<readonly Row[]> {
    const stream = this.#client.readAll({
      fromPosition: from,
      direction,
      maxCount: count,
      ...this.#call(),
      requiresLeader: true,
    });
    const rows: Row[] = [];
    for await (const batch of incoming(stream, isResolved, { batchSize: count, ...options })) {
      for (const { event } of batch) {
        if (event?.position === undefined) continue;
        rows.push({ place: event.position, event: this.#isOurs(event) ? this.#toRecorded(event) : null });
      }
    }
    return rows;
  }

  /** What comes after a place, and goes on; the server leaves out its own streams, and those without a prefix. */
  async *subscribe(
    after: ServerPosition | "start",
    prefixes: readonly string[] | undefined,
    options: { readonly batchSize: number; readonly signal: AbortSignal },
  ): AsyncGenerator<readonly RecordedEvent[], void, undefined> {
    const window = { maxSearchWindow: SEARCH_WINDOW };
    const wanted = prefixes ?? this.#kinds;
    const filter =
      wanted === undefined && this.#prefix === ""
        ? this.#library.streamNameFilter({ regex: "^[^$]", ...window })
        : this.#library.streamNameFilter({
            prefixes: (wanted ?? [""]).map((one) => this.#prefix + one),
            ...window,
          });
    const subscription = this.#client.subscribeToAll(
      { fromPosition: after, filter, ...this.#call() },
      READ_AHEAD,
    );
    for await (const batch of incoming(subscription, isResolved, options)) {
      const events = batch.flatMap(({ event }) =>
        event === undefined || !this.#isOurs(event) ? [] : [this.#toRecorded(event)],
      );
      if (events.length > 0) yield events;
    }
  }

  /** The client waits for ever for calls whose server says nothing any more: after a while it is left behind. */
  async close(): Promise<void> {
    await within(this.#client.dispose(), CLOSE_MS, silent).catch(() => undefined);
  }

  // The rest are streams of the server itself (statistics, settings, scavenges) and of whoever shares it: also of one
  // whose prefix begins as ours does.
  #isOurs({ streamId }: { readonly streamId: string }): boolean {
    if (streamId.startsWith("$") || !streamId.startsWith(this.#prefix)) return false;
    return this.#kinds?.some((kind) => streamId.startsWith(kind, this.#prefix.length)) ?? true;
  }

  // An event that another program wrote to one of our streams is handed on: whoever decodes it finds what it is.
  #toRecorded({ streamId, revision, id, type, data, metadata, position }: ClientEvent): RecordedEvent {
    if (position === undefined) throw new LogUnavailableError("EventStoreDB: an event without a position");
    return {
      id: textOf(metadata, "id") ?? id,
      type,
      body: data instanceof Uint8Array ? Buffer.from(data).toString("utf8") : JSON.stringify(data),
      hash: textOf(metadata, "hash") ?? "",
      stream: streamId.slice(this.#prefix.length),
      revision: Number(revision),
      position: toPosition(position),
    };
  }

  #call(): { readonly credentials?: Credentials } {
    return this.#credentials === undefined ? {} : { credentials: this.#credentials };
  }
}

// What the client's streams hold, and nothing else.
function isResolved(item: unknown): item is AllStreamResolvedEvent {
  return typeof item === "object" && item !== null;
}

function silent(): Error {
  return new LogUnavailableError("EventStoreDB: the server did not answer in time");
}

// Its `message` is empty; what it knows is in a field that says "no_stream" where there is none.
function actualOf(error: unknown): number {
  const actual = error instanceof Error && "actualVersion" in error ? error.actualVersion : undefined;
  return typeof actual === "bigint" ? Number(actual) : -1;
}

function textOf(metadata: unknown, key: "id" | "hash"): string | undefined {
  if (typeof metadata !== "object" || metadata === null || !(key in metadata)) return undefined;
  const value: unknown = Object.getOwnPropertyDescriptor(metadata, key)?.value;
  return typeof value === "string" ? value : undefined;
}
