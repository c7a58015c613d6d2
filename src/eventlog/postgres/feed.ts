import type { Pool, QueryArrayConfig } from "pg";
import {
  type Batch,
  type FeedOptions,
  LogUnavailableError,
  type Position,
  type RecordedEvent,
  START,
} from "../log.ts";
import { DEFAULT_BATCH, inBatches } from "../batches.ts";
import { isOfStatement } from "../../database/sqlState.ts";
import { Grouped } from "../grouped.ts";
import { pause, unlessAborted, type Wakeup, within } from "../waiting.ts";
import { translate } from "./errors.ts";
import { type Cursor, FIRST, toCursor, toPosition } from "./position.ts";
import type { Timed } from "../../database/timedQuery.ts";

// Rows looked at in one query when most of them may not match.
const SCAN = 2_000;
// While a committed row is held back by an older transaction that is still open.
const WITHHELD_MS = 2;
const MAX_WITHHELD_MS = 16;
const POLL_MS = 1_000;
const MIN_BACKOFF_MS = 20;
const MAX_BACKOFF_MS = 1_000;

// Nothing at or above this can be followed by something below it: every older transaction has ended.
const HORIZON = "((select feed_epoch()), pg_snapshot_xmin(pg_current_snapshot()))";
const AFTER = "(epoch, xid, position) > ($1::int, $2::xid8, $3::bigint)";
const COLUMNS = "stream, revision::text, id::text, type, body, hash, epoch::text, xid::text, position::text";

const PAGE = `select ${COLUMNS} from events where ${AFTER} and (epoch, xid) < ${HORIZON}
  order by events.epoch, events.xid, events.position limit $4`;

// The last row looked at comes along without a stream when it doesn't match: the next page starts behind it.
const FILTERED_PAGE = `with page as materialized (
    select * from events where ${AFTER} and (epoch, xid) < ${HORIZON}
     order by epoch, xid, position limit $4
  ), final as (select epoch, xid, position from page order by epoch desc, xid desc, position desc limit 1)
  select ${COLUMNS} from page where stream ^@ any($5::text[])
  union all
  select null, null, null, null, null, null, epoch::text, xid::text, position::text from final`;

const NEWEST = `select epoch::text, xid::text, position::text from events where ${AFTER}
  order by events.epoch desc, events.xid desc, events.position desc limit 1`;

const HEAD = `select epoch::text, xid::text, position::text from events where (epoch, xid) < ${HORIZON}
  order by events.epoch desc, events.xid desc, events.position desc limit 1`;

const STREAMS = `select place, ${COLUMNS} from read_streams($1::text[], $2::bigint[], $3::bigint[])`;

type Place = [epoch: string, xid: string, position: string];
type Row = [stream: string, revision: string, id: string, type: string, body: string, hash: string, ...Place];
type Marker = [stream: null, revision: null, id: null, type: null, body: null, hash: null, ...Place];

interface Page {
  readonly events: RecordedEvent[];
  /** The last row looked at, or where the page began. */
  readonly cursor: Cursor;
  /** There may be more to read right now. */
  readonly full: boolean;
}

interface StreamPart {
  readonly stream: string;
  readonly from: number;
  readonly limit: number | null;
}

/** Reads the log in feed order. */
export class Feed {
  readonly #pool: Pool;
  readonly #news: Wakeup;
  readonly #deadlineMs: number;
  readonly #withheld: Withheld;
  readonly #reads: Grouped<StreamPart, readonly RecordedEvent[]>;

  constructor(pool: Pool, options: { readonly news: Wakeup; readonly deadlineMs: number }) {
    this.#pool = pool;
    this.#news = options.news;
    this.#deadlineMs = options.deadlineMs;
    this.#withheld = new Withheld();
    this.#reads = new Grouped({
      ask: async (asked) => await this.#readStreams(asked),
      mayBeOnes: isOfStatement,
    });
  }

  /** Seconds since a committed row that still can't be delivered was first seen; 0 when there is none. */
  get withheldSeconds(): number {
    return this.#withheld.seconds;
  }

  async read(stream: string, from: number, limit: number | undefined): Promise<readonly RecordedEvent[]> {
    return await this.#reads.ask({ stream, from, limit: limit ?? null });
  }

  /** Streams that are read at the same moment are read together. */
  async #readStreams(asked: readonly StreamPart[]): Promise<readonly (readonly RecordedEvent[])[]> {
    const columns = [
      asked.map(({ stream }) => stream),
      asked.map(({ from }) => from),
      asked.map(({ limit }) => limit),
    ];
    const parts: RecordedEvent[][] = asked.map(() => []);
    for (const [place, ...row] of await this.#query<[place: number, ...Row]>(
      STREAMS,
      columns,
      "read_streams",
    )) {
      parts[place - 1]?.push(toEvent(row));
    }
    return parts;
  }

  async head(): Promise<Position> {
    const [row] = await this.#query<Place>(HEAD, []);
    return row === undefined ? START : toPosition(...row);
  }

  async newest(): Promise<Position> {
    const [row] = await this.#query<Place>(NEWEST, [FIRST.epoch, FIRST.xid, FIRST.position]);
    return row === undefined ? START : toPosition(...row);
  }

  async *readAll(options: FeedOptions, signal: AbortSignal): AsyncGenerator<Batch, void, undefined> {
    let cursor = toCursor(options.after);
    for (;;) {
      const page = await unlessAborted(this.#page(cursor, options), signal);
      if (page === undefined) return;
      yield* inBatches(page.events, options, signal);
      if (!page.full || signal.aborted) return;
      cursor = page.cursor;
    }
  }

  async *subscribe(options: FeedOptions, signal: AbortSignal): AsyncGenerator<Batch, void, undefined> {
    let cursor = toCursor(options.after);
    let backoff = MIN_BACKOFF_MS;
    let withheld = WITHHELD_MS;
    while (!signal.aborted) {
      const seen = this.#news.rings;
      try {
        const page = await unlessAborted(this.#page(cursor, options), signal);
        if (page === undefined) return;
        yield* inBatches(page.events, options, signal);
        cursor = page.cursor;
        backoff = MIN_BACKOFF_MS;
        if (page.events.length > 0) withheld = WITHHELD_MS;
        if (page.full) continue;
        if (await this.#anythingAfter(cursor)) {
          await pause(withheld, signal);
          withheld = Math.min(withheld * 2, MAX_WITHHELD_MS);
        } else {
          withheld = WITHHELD_MS;
          await this.#news.wait(seen, POLL_MS, signal);
        }
      } catch (error) {
        if (!(error instanceof LogUnavailableError)) throw error;
        await pause(backoff, signal);
        backoff = Math.min(backoff * 2, MAX_BACKOFF_MS);
      }
    }
  }

  // Asks for any row, not only for withheld ones: one that became deliverable since the page was read
  // would otherwise wait for the next poll.
  async #anythingAfter(cursor: Cursor): Promise<boolean> {
    const [newest] = await this.#query<Place>(NEWEST, [cursor.epoch, cursor.xid, cursor.position]);
    this.#withheld.saw(
      toPosition(cursor.epoch, cursor.xid, cursor.position),
      newest && toPosition(...newest),
    );
    return newest !== undefined;
  }

  async #page(cursor: Cursor, { prefixes, batchSize = DEFAULT_BATCH }: FeedOptions): Promise<Page> {
    const limit = prefixes === undefined ? batchSize : Math.max(batchSize, SCAN);
    const values = [cursor.epoch, cursor.xid, cursor.position, limit];
    if (prefixes === undefined) {
      const rows = await this.#query<Row>(PAGE, values);
      return {
        events: rows.map(toEvent),
        cursor: cursorOf(rows.at(-1), cursor),
        full: rows.length === limit,
      };
    }
    const rows = await this.#query<Row | Marker>(FILTERED_PAGE, [...values, prefixes]);
    const events = rows.filter(isEvent).map(toEvent);
    const last = rows.at(-1);
    // How many rows were looked at is not told; as long as there were any, there may be more.
    return { events, cursor: cursorOf(last, cursor), full: last !== undefined };
  }

  /** @param name for what is asked so often that its plan is kept: only where there is but one good plan */
  async #query<R extends unknown[]>(text: string, values: unknown[], name?: string): Promise<R[]> {
    // Without a name it is planned each time: a plan kept from when the log was small would be wrong for long.
    const named = name === undefined ? {} : { name };
    const query: Timed<QueryArrayConfig<unknown[]>> = {
      text,
      values,
      ...named,
      rowMode: "array",
      query_timeout: this.#deadlineMs,
    };
    const late = (): Error => new LogUnavailableError("PostgreSQL: no answer in time");
    try {
      // The timeout of the query begins when it has a connection, and getting one may take just as long.
      return (await within(this.#pool.query<R>(query), this.#deadlineMs, late)).rows;
    } catch (error) {
      throw translate(error);
    }
  }
}

/** Since when rows are held back: until what was newest at the first sight has been passed. */
class Withheld {
  #newest: Position = START;
  #since: number | undefined;

  get seconds(): number {
    return this.#since === undefined ? 0 : (performance.now() - this.#since) / 1_000;
  }

  saw(cursor: Position, newest: Position | undefined): void {
    if (this.#since !== undefined && cursor >= this.#newest) this.#since = undefined;
    if (newest === undefined || this.#since !== undefined) return;
    this.#newest = newest;
    this.#since = performance.now();
  }
}

function isEvent(row: Row | Marker): row is Row {
  return row[0] !== null;
}

function cursorOf(row: Row | Marker | undefined, otherwise: Cursor): Cursor {
  return row === undefined ? otherwise : { epoch: row[6], xid: row[7], position: row[8] };
}

function toEvent(row: Row): RecordedEvent {
  return {
    stream: row[0],
    revision: Number(row[1]),
    id: row[2],
    type: row[3],
    body: row[4],
    hash: row[5],
    position: toPosition(row[6], row[7], row[8]),
  };
}
