import type { Pool, QueryArrayConfig } from "pg";
import { type Batch, InvalidEventError } from "../log.ts";
import { checkAppend } from "../validate.ts";
import { translate } from "./errors.ts";
import { judge } from "./sendGroup.ts";
import type { Ask } from "../../database/lanes.ts";
import { asQuery, type Value } from "../../database/statement.ts";
import type { Timed } from "../../database/timedQuery.ts";

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
  const keys = new Set(events.map(({ id, stream }) => `${id} ${stream}`));
  const appends = events.map((event) => {
    const { stream } = event;
    const expected = expectedOf(event.revision);
    checkAppend(stream, [event], expected);
    return { stream, events: [event], expected };
  });
  if (keys.size < events.length) throw new InvalidEventError("the same event id twice in one stream");
  const ask: Ask = async (statement, values) => {
    // Once for thousands of events: not worth a plan that is kept on some connection of the pool.
    const timed: Timed<QueryArrayConfig<Value[]>> = {
      query_timeout: deadlineMs,
      ...asQuery(statement, values),
    };
    return (await pool.query<(string | null)[]>(timed)).rows;
  };
  try {
    const results = await judge(ask, appends);
    return results.flatMap((result, index): readonly NotStored[] => {
      switch (result.outcome) {
        case "appended":
          return [];
        case "repeated":
          return [{ index, outcome: result.outcome, revision: result.firstRevision }];
        case "conflict":
          return [{ index, outcome: result.outcome, revision: result.actual }];
      }
    });
  } catch (error) {
    throw translate(error);
  }
}

function expectedOf(revision: number): "noStream" | number {
  return revision === 0 ? "noStream" : revision - 1;
}
