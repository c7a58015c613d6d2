import { LRUCache } from "lru-cache";
import type { Identity, StreamEvent, StreamKind } from "../domain/streamKind.ts";
import { type Actor, decode, encode, type Envelope, eventId } from "../eventlog/codec.ts";
import type { EventData, EventLog, Position, RecordedEvent } from "../eventlog/log.ts";
import { upcast } from "../eventlog/upcasters.ts";
import type { Patience } from "./patience.ts";
import { EVENT_TYPES } from "../domain/streams.ts";

/** Events that are read at once where a stream is read from its end. */
const PAGE = 64;

/** Events that are folded at once: a few milliseconds. */
const FOLDED_AT_ONCE = 128;

/** A kind of stream, and where its states are kept between reads; absent: always folded from the start. */
export type KeptKind<State, Event extends StreamEvent> = Pick<
  StreamKind<State, Event>,
  "decider" | "event" | "identityOf"
> & { readonly snapshots?: SnapshotStore<State> };

export interface SnapshotStore<State> {
  load(stream: string): Promise<Folded<State> | null>;
  /** Shorter streams are folded from the start: no snapshot of them is looked for. */
  readonly worthFrom: number;
  /** Tells whether it is worth keeping the state of a revision; `before`: the one that was last looked at. */
  due(before: number, after: number): boolean;
  /** Best effort: a snapshot that is not written costs time only. */
  save(stream: string, folded: Folded<State>): Promise<void>;
}

/** A stream's state as far as it was read. `revision` is -1 for an empty stream. */
export interface Folded<State> {
  readonly state: State;
  readonly revision: number;
  readonly headHash: string | null;
}

/** Who does something, and in answer to what. */
export interface CommandMeta {
  readonly actor: Actor;
  readonly correlationId: string;
  readonly causationId: string;
  /** Real time at which we record, in milliseconds. */
  readonly recordedAt: number;
  /** Same caller, operation and id: the same events, stored once. */
  readonly identity: Identity;
  /** Who waits for it; absent: it is done whenever its turn comes. */
  readonly patience?: Patience | undefined;
}

/** An event as it stands in its stream. */
export interface Stored<Event> {
  readonly event: Event;
  readonly stream: string;
  readonly revision: number;
  readonly hash: string;
  readonly position: Position;
  /** The trace id of the request that it was stored for. */
  readonly correlationId: string;
}

/** `next`: the revision to go on from; null where the stream's start was reached. */
interface Backwards<Event> {
  readonly events: readonly Stored<Event>[];
  readonly next: number | null;
}

type Appended<State, Event> =
  | {
      readonly outcome: "appended" | "repeated";
      readonly stored: readonly Stored<Event>[];
      readonly folded: Folded<State>;
      readonly position: Position;
    }
  | { readonly outcome: "conflict" };

/** Reads and appends streams of one kind, and remembers the states it has seen. */
export class Streams<State, Event extends StreamEvent> {
  readonly #log: EventLog;
  readonly #kind: KeptKind<State, Event>;
  readonly #known: LRUCache<string, Folded<State>>;
  readonly #loading = new Map<string, Promise<unknown>>();

  constructor(log: EventLog, kind: KeptKind<State, Event>, remembered: number) {
    this.#log = log;
    this.#kind = kind;
    this.#known = new LRUCache({ max: remembered });
  }

  /** As remembered, if that is not behind `atLeast`; else read. The append's expected revision guards what is stale. */
  async load(stream: string, atLeast = -1): Promise<Folded<State>> {
    const known = this.#known.get(stream);
    return known !== undefined && known.revision >= atLeast ? known : await this.refresh(stream);
  }

  /** Reads what came after the remembered state. Who wants a stream while it is being loaded waits for that one load. */
  async refresh(stream: string): Promise<Folded<State>> {
    const known = this.#known.get(stream);
    if (known !== undefined) return await this.#readOn(stream, known);
    const loading = this.#loading.get(stream);
    if (loading !== undefined) {
      await loading;
      // It began before this call: what was appended since is still to be read.
      return await this.#readOn(stream, this.#known.get(stream) ?? this.#empty());
    }
    const mine = this.#readAnew(stream);
    this.#loading.set(stream, mine);
    try {
      return await mine;
    } finally {
      this.#loading.delete(stream);
    }
  }

  /** A stream that was just made up, so that nothing can stand in it. */
  begin(stream: string): void {
    if (!this.#known.has(stream)) this.#known.set(stream, this.#empty());
  }

  /** Most streams are short, and a snapshot of them is not worth a question. */
  async #readAnew(stream: string): Promise<Folded<State>> {
    const { snapshots } = this.#kind;
    const empty = this.#empty();
    if (snapshots === undefined) return await this.#readOn(stream, empty);
    const events = await this.#log.read(stream, { limit: snapshots.worthFrom });
    if (events.length === snapshots.worthFrom) {
      const snapshot = await snapshots.load(stream);
      const onTop = snapshot === null ? null : await this.#readOnSnapshot(stream, snapshot);
      if (onTop !== null) return onTop;
    }
    const folded = this.#remember(stream, empty, this.#readable(events));
    return events.length < snapshots.worthFrom ? folded : await this.#readOn(stream, folded);
  }

  /** Null for a snapshot of another log: of one that had more events, or others. */
  async #readOnSnapshot(stream: string, snapshot: Folded<State>): Promise<Folded<State> | null> {
    const [head] = await this.#log.read(stream, { from: snapshot.revision, limit: 1 });
    if (head === undefined || head.hash !== snapshot.headHash) return null;
    return await this.#readOn(stream, snapshot);
  }

  /** Page by page: others have a turn while a long stream is folded. */
  async #readOn(stream: string, before: Folded<State>): Promise<Folded<State>> {
    let folded = before;
    for (;;) {
      const events = await this.#log.read(stream, { from: folded.revision + 1, limit: FOLDED_AT_ONCE });
      folded = this.#remember(stream, folded, this.#readable(events));
      if (events.length < FOLDED_AT_ONCE) return folded;
    }
  }

  #readable(events: readonly RecordedEvent[]): readonly Stored<Event>[] {
    return events.map((one) => this.read(one));
  }

  /** Appends at the folded state's revision. A repeat answers with the events of the first time. */
  async append(
    stream: string,
    folded: Folded<State>,
    events: readonly Event[],
    meta: CommandMeta,
  ): Promise<Appended<State, Event>> {
    const encoded = this.#encode(stream, folded, events, meta);
    const expected = folded.revision === -1 ? "noStream" : folded.revision;
    const result = await this.#log.append(stream, encoded, { expected });
    if (result.outcome === "conflict") return { outcome: "conflict" };
    if (result.outcome === "repeated") {
      const limit = result.lastRevision - result.firstRevision + 1;
      const again = await this.#log.read(stream, { from: result.firstRevision, limit });
      const stored = again.map((one) => this.read(one));
      return { outcome: "repeated", stored, folded: await this.refresh(stream), position: result.position };
    }
    const stored = encoded.map((one, index) => ({
      event: at(events, index),
      stream,
      revision: result.firstRevision + index,
      hash: one.hash,
      position: result.position,
      correlationId: meta.correlationId,
    }));
    return {
      outcome: "appended",
      stored,
      folded: this.#remember(stream, folded, stored),
      position: result.position,
    };
  }

  /** The event at a revision; null where there is none. */
  async eventAt(stream: string, revision: number): Promise<Stored<Event> | null> {
    const [event] = await this.#log.read(stream, { from: revision, limit: 1 });
    return event === undefined ? null : this.read(event);
  }

  /** The last event of a stream that the test takes, looked for from the stream's end; null for none. */
  async findLast<Found extends Event>(
    stream: string,
    test: (stored: Stored<Event>) => Found | null,
  ): Promise<Stored<Found> | null> {
    const { revision } = await this.refresh(stream);
    for (let to: number | null = revision; to !== null; ) {
      const { events, next }: Backwards<Event> = await this.back(stream, to, PAGE);
      for (const stored of events) {
        const found = test(stored);
        if (found !== null) return { ...stored, event: found };
      }
      to = next;
    }
    return null;
  }

  /** From a revision towards the stream's start: at most `limit` events, the newest first. */
  async back(stream: string, to: number, limit: number): Promise<Backwards<Event>> {
    const from = Math.max(0, to - limit + 1);
    const page = to < 0 ? [] : await this.#log.read(stream, { from, limit: to - from + 1 });
    return { events: [...page].reverse().map((one) => this.read(one)), next: from === 0 ? null : from - 1 };
  }

  read(recorded: RecordedEvent): Stored<Event> {
    const envelope = decode(recorded);
    const data = upcast(envelope.type, envelope.version, envelope.data, EVENT_TYPES);
    const event = this.#kind.event.parse({ type: envelope.type, data });
    const { stream, revision, hash, position } = recorded;
    return { event, stream, revision, hash, position, correlationId: envelope.correlationId };
  }

  #encode(
    stream: string,
    folded: Folded<State>,
    events: readonly Event[],
    meta: CommandMeta,
  ): readonly EventData[] {
    const encoded: EventData[] = [];
    let prevHash = folded.headHash;
    let own = 0;
    events.forEach((event, index) => {
      const shared = this.#kind.identityOf?.(event) ?? null;
      const { caller, operation, requestId } = shared ?? meta.identity;
      // What could not be read back must not be written: the log can't be mended.
      this.#kind.event.parse(event);
      const envelope: Envelope = {
        id: eventId(caller, operation, requestId, shared === null ? own++ : 0),
        type: event.type,
        version: writtenVersion(event.type),
        stream,
        revision: folded.revision + 1 + index,
        occurredAt: event.data.at,
        recordedAt: new Date(meta.recordedAt).toISOString(),
        actor: meta.actor,
        correlationId: meta.correlationId,
        causationId: meta.causationId,
        prevHash,
        data: event.data,
      };
      const one = encode(envelope);
      prevHash = one.hash;
      encoded.push(one);
    });
    return encoded;
  }

  #remember(stream: string, before: Folded<State>, events: readonly Stored<Event>[]): Folded<State> {
    const last = events.at(-1);
    if (last === undefined) {
      if (before.revision >= 0) this.#known.set(stream, before);
      return before;
    }
    const state = events.reduce(
      (folded, { event }) => this.#kind.decider.evolve(folded, event),
      before.state,
    );
    const folded = { state, revision: last.revision, headHash: last.hash };
    // Of two reads that overlap the one that saw more is kept.
    if ((this.#known.get(stream)?.revision ?? -1) < folded.revision) this.#known.set(stream, folded);
    const { snapshots } = this.#kind;
    if (snapshots?.due(before.revision, folded.revision) === true) void snapshots.save(stream, folded);
    return folded;
  }

  #empty(): Folded<State> {
    return { state: this.#kind.decider.initial, revision: -1, headHash: null };
  }
}

/** New events are written in the version behind the last upcasting step. */
function writtenVersion(type: string): number {
  const steps = EVENT_TYPES[type];
  if (steps === undefined) throw new Error(`event type ${type} is not registered`);
  return steps.length + 1;
}

function at<Item>(items: readonly Item[], index: number): Item {
  const item = items[index];
  if (item === undefined) throw new RangeError(`no item ${String(index)} of ${String(items.length)}`);
  return item;
}
