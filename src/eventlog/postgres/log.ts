import type { Pool } from "pg";
import { connectionBeside, GRACE_MS, Lanes, quickSession } from "../../database/lanes.ts";
import {
  type AppendResult,
  type Batch,
  type EventData,
  type ExpectedRevision,
  type FeedOptions,
  LogUnavailableError,
  type MeasuredLog,
  type Position,
  type RecordedEvent,
} from "../log.ts";
import { checkAppend } from "../validate.ts";
import { Wakeup } from "../waiting.ts";
import { Bell } from "./bell.ts";
import { Feed } from "./feed.ts";
import { GroupCommit } from "./groupCommit.ts";
import { isPosition } from "./position.ts";
import { sendGroup } from "./sendGroup.ts";

export interface PostgresEventLogOptions {
  /** How long the server may take for one group or one page before it counts as unavailable. Milliseconds, default 5,000. */
  readonly deadlineMs?: number;
  /** Groups on their way at the same time, each on a connection of its own. Default 2. */
  readonly maxInFlight?: number;
  /** Most appends in one group. Each takes a lock, of which a server has some thousands. Default 256. */
  readonly maxGroup?: number;
  /** Most appends that wait before {@link EventLog.append} answers with LogBusyError. Default 10,000. */
  readonly maxQueue?: number;
}

export interface EventLogStats {
  /** Appends that wait for their turn. */
  readonly queued: number;
  readonly groupsSent: number;
  readonly eventsAppended: number;
  /** Age of the oldest committed event that the feed can't deliver yet, as far as a subscriber of this instance saw. */
  readonly withheldSeconds: number;
}

const MAX_GROUP_BYTES = 4_194_304;
const APPLICATION_NAME = "admittance event log";

// The statements never change and planning costs more than running, so the plan is kept, and must be one for a log
// that has grown; and the last is what a single append compares the log's epoch with.
const PREPARE = `set plan_cache_mode = force_generic_plan; set enable_seqscan = off;
  select log_system_identifier()::text`;

/**
 * The event log in PostgreSQL (14 or later). Reads go through the pool; appends use connections of
 * their own to the same server, so that busy readers never make them wait, and so does the bell.
 */
export class PostgresEventLog implements MeasuredLog {
  readonly #lanes: Lanes;
  readonly #appends: GroupCommit;
  readonly #feed: Feed;
  readonly #bell: Bell;
  readonly #news = new Wakeup();
  readonly #closing = new AbortController();
  readonly #deadlineMs: number;
  #eventsAppended = 0;

  /** @param pool where the log's migration has run; stays the caller's to end, after {@link close} */
  constructor(pool: Pool, options: PostgresEventLogOptions = {}) {
    const { deadlineMs = 5_000, maxInFlight = 2, maxGroup = 256, maxQueue = 10_000 } = options;
    const connection = { deadlineMs, applicationName: APPLICATION_NAME };
    const patienceMs = deadlineMs + GRACE_MS;
    this.#deadlineMs = deadlineMs;
    this.#lanes = new Lanes(pool, { ...connection, count: maxInFlight, prepare: PREPARE });
    this.#feed = new Feed(pool, { news: this.#news, deadlineMs: patienceMs });
    const bellConnection = { ...connectionBeside(pool, connection), query_timeout: patienceMs };
    this.#bell = new Bell(bellConnection, quickSession(deadlineMs), () => this.#news.ring());
    this.#appends = new GroupCommit({
      send: (group, results) => this.#lanes.use((ask) => sendGroup(ask, group, results)),
      maxInFlight,
      maxGroup,
      maxGroupBytes: MAX_GROUP_BYTES,
      maxQueue,
      deadlineMs,
    });
  }

  async append(
    stream: string,
    events: readonly EventData[],
    { expected }: { readonly expected: ExpectedRevision },
  ): Promise<AppendResult> {
    this.#refuseWhenClosed();
    const bytes = checkAppend(stream, events, expected);
    this.#bell.start();
    const result = await this.#appends.append({ stream, events, expected, bytes });
    if (result.outcome === "appended") {
      this.#eventsAppended += events.length;
      this.#news.ring();
      this.#bell.ring();
    }
    return result;
  }

  async read(
    stream: string,
    { from = 0, limit }: { readonly from?: number; readonly limit?: number } = {},
  ): Promise<readonly RecordedEvent[]> {
    this.#refuseWhenClosed();
    return this.#feed.read(stream, from, limit);
  }

  async *readAll(options: FeedOptions): AsyncGenerator<Batch, void, undefined> {
    this.#refuseWhenClosed();
    yield* this.#feed.readAll(options, this.#signalOf(options));
  }

  async *subscribe(options: FeedOptions): AsyncGenerator<Batch, void, undefined> {
    this.#refuseWhenClosed();
    this.#bell.start();
    yield* this.#feed.subscribe(options, this.#signalOf(options));
  }

  isPosition(text: string): boolean {
    return isPosition(text);
  }

  async head(): Promise<Position> {
    this.#refuseWhenClosed();
    return this.#feed.head();
  }

  async newest(): Promise<Position> {
    this.#refuseWhenClosed();
    return this.#feed.newest();
  }

  stats(): EventLogStats {
    return {
      queued: this.#appends.queued,
      groupsSent: this.#appends.groupsSent,
      eventsAppended: this.#eventsAppended,
      withheldSeconds: this.#feed.withheldSeconds,
    };
  }

  gauges(): Readonly<Record<string, number>> {
    const { queued, groupsSent, eventsAppended, withheldSeconds } = this.stats();
    return {
      queued,
      groups_sent: groupsSent,
      events_appended: eventsAppended,
      withheld_seconds: withheldSeconds,
    };
  }

  async close(): Promise<void> {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort();
    await this.#appends.drained();
    // A server that says nothing would never let its connections end.
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, this.#deadlineMs);
    });
    await Promise.race([Promise.all([this.#bell.close(), this.#lanes.close()]), patience]);
    clearTimeout(timer);
  }

  #signalOf({ signal }: FeedOptions): AbortSignal {
    return signal === undefined ? this.#closing.signal : AbortSignal.any([signal, this.#closing.signal]);
  }

  #refuseWhenClosed(): void {
    if (this.#closing.signal.aborted) throw new LogUnavailableError("the event log is closed");
  }
}
