import type { Pool, QueryArrayConfig } from "pg";
import { type Batch, InvalidEventError } from "../log.ts";
import { checkAppend } from "../validate.ts";
import { int8Array, textArray, uuidArray } from "./binaryArray.ts";
import { NEW_CLUSTER, sqlState, translate } from "./errors.ts";

const APPEND = `select outcome::text, revision::text
  from append_events($1::text[], $2::int[], $3::bigint[], $4::int[],
                     $5::int[], $6::int[], $7::uuid[], $8::text[], $9::text[], $10::text[])`;
const NO_STREAM = -1;

type Row = [outcome: string, revision: string];
interface TimedQuery extends QueryArrayConfig<unknown[]> {
  readonly query_timeout: number;
}

/** What became of the event at `index`: not stored as new at its revision. */
export interface NotStored {
  readonly index: number;
  readonly outcome: "repeated" | "conflict";
  /** Of the event that stands there, or the stream's last one. */
  readonly revision: number;
}

/**
 * Appends events of any streams in one transaction, each at its own revision, in the order given, which the feed then
 * has as well: a log that is carried over keeps its order. The port's own `append` promises that of each stream only.
 * @throws LogUnavailableError when the server can't be reached: all of them or none are stored
 * @throws InvalidEventError for what no adapter would store
 */
export async function appendInOrder(
  pool: Pool,
  events: Batch,
  deadlineMs: number,
): Promise<readonly NotStored[]> {
  const places = new Map<string, number>();
  const keys = new Set<string>();
  for (const event of events) {
    checkAppend(event.stream, [event], expectedOf(event.revision));
    keys.add(`${event.id} ${event.stream}`);
  }
  if (keys.size < events.length) throw new InvalidEventError("the same event id twice in one stream");
  for (const { stream } of events) if (!places.has(stream)) places.set(stream, places.size + 1);
  const values = [
    textArray([...places.keys()]),
    events.map(({ stream }) => places.get(stream)),
    int8Array(events.map(({ revision }) => (revision === 0 ? NO_STREAM : revision - 1))),
    events.map(() => 1),
    events.map((_, index) => index + 1),
    events.map(() => 0),
    uuidArray(events.map(({ id }) => id)),
    textArray(events.map(({ type }) => type)),
    textArray(events.map(({ body }) => body)),
    textArray(events.map(({ hash }) => hash)),
  ];
  const query: TimedQuery = { text: APPEND, values, rowMode: "array", query_timeout: deadlineMs };
  try {
    const { rows } = await pool.query<Row>(query).catch(async (error: unknown) => {
      if (sqlState(error) !== NEW_CLUSTER) throw error;
      await pool.query("select start_log_epoch()");
      return await pool.query<Row>(query);
    });
    return rows.flatMap(([outcome, revision], index) =>
      outcome === "a"
        ? []
        : [
            {
              index,
              outcome: outcome === "r" ? ("repeated" as const) : ("conflict" as const),
              revision: Number(revision),
            },
          ],
    );
  } catch (error) {
    throw translate(error);
  }
}

function expectedOf(revision: number): "noStream" | number {
  return revision === 0 ? "noStream" : revision - 1;
}
