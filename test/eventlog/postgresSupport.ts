import pg from "pg";
import type { ClientBase, Pool } from "pg";
import { createKysely, createPool } from "../../src/database/pool.ts";
import { type EventData, type EventLog, LogUnavailableError } from "../../src/eventlog/log.ts";
import { PostgresEventLog, type PostgresEventLogOptions } from "../../src/eventlog/postgres/log.ts";
import { migrations } from "../../migrations/index.ts";
import { migrate } from "../../src/database/migrate.ts";
import { createTestDatabase, type TestDatabase } from "../support/postgres.ts";
import { stored } from "./support.ts";

// As `append_events` counts it.
const ANY = -2;

export interface TestLog {
  readonly url: string;
  readonly pool: Pool;
  readonly log: PostgresEventLog;
  /** A second instance, with a pool of its own. */
  readonly other: PostgresEventLog;
  dispose(): Promise<void>;
}

/** A new database with an empty log, as two instances see it. @param database by default one among those of other tests */
export async function openTestLog(
  options: PostgresEventLogOptions = {},
  database?: TestDatabase,
): Promise<TestLog> {
  const { url, drop } = database ?? (await createTestDatabase());
  const pool = createPool(url);
  const otherPool = createPool(url);
  await migrate(createKysely(pool), migrations);
  const log = new PostgresEventLog(pool, options);
  const other = new PostgresEventLog(otherPool, options);
  return {
    url,
    pool,
    log,
    other,
    dispose: async () => {
      await Promise.all([log.close(), other.close()]);
      await Promise.all([pool.end(), otherPool.end()]);
      await drop();
    },
  };
}

/** Appends through the function alone, in whatever transaction the client is in. */
export async function rawAppend(
  client: ClientBase,
  stream: string,
  batch: readonly EventData[],
  expected = ANY,
): Promise<{ outcome: string; revision: number }> {
  const { rows } = await client.query<{ outcome: string; revision: number }>(
    `select outcome::text, revision::int from append_events(
       array[$1], array[1], array[$2::bigint], array[$3::int], array_fill(1, array[$3::int]),
       array(select generate_series(0, $3::int - 1)), $4::uuid[], $5::text[], $6::text[], $7::text[])`,
    [
      stream,
      expected,
      batch.length,
      batch.map(({ id }) => id),
      batch.map(({ type }) => type),
      batch.map(({ body }) => body),
      batch.map(({ hash }) => hash),
    ],
  );
  const row = rows[0];
  if (row === undefined) throw new Error("append_events answered nothing");
  return row;
}

/** Runs `work` with a connection of its own. */
export async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Resolves when `count` backends of this database wait for an advisory lock. */
export async function untilWaiting(pool: Pool, count: number): Promise<void> {
  for (;;) {
    const { rows } = await pool.query<{ n: number }>(
      `select count(*)::int as n from pg_locks join pg_database d on d.oid = database
        where locktype = 'advisory' and not granted and d.datname = current_database()`,
    );
    if ((rows[0]?.n ?? 0) >= count) return;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

/** Appends until the log has it: again with the same ids after each failure to reach it. */
export async function appendStubbornly(
  log: EventLog,
  stream: string,
  batch: readonly EventData[],
): Promise<{ readonly retries: number }> {
  for (let retries = 0; ; retries += 1) {
    try {
      stored(await log.append(stream, batch, { expected: "any" }));
      return { retries };
    } catch (error) {
      if (!(error instanceof LogUnavailableError)) throw error;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}
