/**
 * The event log port: what the product needs of a log, and all that it may know of one.
 *
 * Every adapter (memory, PostgreSQL, EventStoreDB) keeps the promises that
 * `test/eventlog/conformance.ts` spells out, line by line.
 */

/** A place in the whole log. Opaque; two positions of one log sort as strings (by code unit, `<`) in feed order. */
export type Position = string;

/** The one that comes later in the log; null where there is none. */
export function laterOf(a: Position | null, b: Position | null): Position | null {
  if (a === null || b === null) return a ?? b;
  return a > b ? a : b;
}

/** Before the first event of any log. */
export const START: Position = "";

/** An event as it is handed to the log. `body` is final: stored and read back byte for byte. */
export interface EventData {
  /** UUID, lower-case with hyphens. Stored once in its stream: the key of idempotency. */
  readonly id: string;
  /** For example `EntryGranted`. 1 to {@link MAX_NAME_BYTES} bytes. */
  readonly type: string;
  /** The envelope and its data as JSON text (see `codec.ts`). At most {@link MAX_BODY_BYTES}, no U+0000, no lone surrogate. */
  readonly body: string;
  /** SHA-256 of `body`, 64 lower-case hex digits. */
  readonly hash: string;
}

export interface RecordedEvent extends EventData {
  readonly stream: string;
  /** 0 for the first event of the stream, then without gaps. */
  readonly revision: number;
  readonly position: Position;
}

/** `any`: at the end, whatever it is. `noStream`: the stream has no event. A number: the revision of the stream's last event. */
export type ExpectedRevision = "any" | "noStream" | number;

export type AppendResult =
  /**
   * `repeated`: all of these ids stand in the stream already, side by side and in this order, whatever
   * the expected revision; the answer is that of the first append.
   */
  | {
      readonly outcome: "appended" | "repeated";
      readonly firstRevision: number;
      readonly lastRevision: number;
      /** Position of the last of these events. */
      readonly position: Position;
    }
  /** The stream is elsewhere, or only some of these ids are known (or in another order). `actual` is -1 for no stream. */
  | { readonly outcome: "conflict"; readonly actual: number };

export interface FeedOptions {
  /** Deliver what comes after this position; {@link START} for everything. */
  readonly after: Position;
  /** Only streams whose name starts with one of these; all when absent. */
  readonly prefixes?: readonly string[];
  /** Most events in one batch (default 500). */
  readonly batchSize?: number;
  /** Ends the iteration, also while it waits. */
  readonly signal?: AbortSignal;
}

/** Events in feed order; never empty. */
export type Batch = readonly RecordedEvent[];

export interface EventLog {
  /**
   * Appends in one atomic step; resolves when the events are durable. Appends to one stream through one log are
   * judged in the order of the calls; a conflict of one fails no other.
   * A stream's name has 1 to {@link MAX_NAME_BYTES} bytes and doesn't begin with `$`.
   * @throws LogBusyError when too many appends wait already
   * @throws LogUnavailableError when the log can't be reached: the events may or may not be stored; append again with the same ids
   * @throws InvalidEventError for what no adapter would store: an empty batch, a repeated id inside it, a body
   *   or a batch that is too large, a malformed name, id, hash, text or expected revision
   */
  append(
    stream: string,
    events: readonly EventData[],
    options: { readonly expected: ExpectedRevision },
  ): Promise<AppendResult>;

  /**
   * The stream's events from a revision (default 0), at most `limit` (default: all). Empty for an unknown stream.
   * @throws LogUnavailableError when the log can't be reached
   */
  read(
    stream: string,
    options?: { readonly from?: number; readonly limit?: number },
  ): Promise<readonly RecordedEvent[]>;

  /**
   * From a position to the end as it is met, then ends; the next page is read only when it is asked for.
   * An event just appended may be missing still, like in `head`: a feed waits for what may come before it.
   * @throws LogUnavailableError when the log can't be reached: go on from the last position
   */
  readAll(options: FeedOptions): AsyncIterable<Batch>;

  /**
   * As `readAll`, then goes on with each event as it is committed, until `signal` or `close`. Every event once,
   * in stream order. Outlives an unreachable log: it tries again until it is back.
   */
  subscribe(options: FeedOptions): AsyncIterable<Batch>;

  /** Position of the last event that a feed may deliver now; {@link START} for an empty log. */
  head(): Promise<Position>;

  /** Position of the last event stored, also while a feed withholds it: nothing that was acknowledged lies beyond. */
  newest(): Promise<Position>;

  /** Whether a text from outside has the form of a position of this log; {@link START} has it. */
  isPosition(text: string): boolean;

  /** Waits for the appends under way, ends every subscription; what comes after is a {@link LogUnavailableError}. */
  close(): Promise<void>;
}

/** A log that tells how it is doing. */
export interface MeasuredLog extends EventLog {
  /** For metrics: values by name, in lower case with underscores. */
  gauges(): Readonly<Record<string, number>>;
}

/** One event's body, in bytes of UTF-8. */
export const MAX_BODY_BYTES = 262_144;

/** The bodies of one append together. EventStoreDB takes 1 MiB a call, names and ids included. */
export const MAX_APPEND_BYTES = 786_432;

/** Events in one append. */
export const MAX_APPEND_EVENTS = 1_000;

/** A stream's name or an event's type, in bytes of UTF-8. */
export const MAX_NAME_BYTES = 255;

export class LogUnavailableError extends Error {
  override readonly name = "LogUnavailableError";
}

export class LogBusyError extends Error {
  override readonly name = "LogBusyError";
}

export class InvalidEventError extends Error {
  override readonly name = "InvalidEventError";
}
