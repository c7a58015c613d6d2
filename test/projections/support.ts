import { randomUUID } from "node:crypto";
import type pg from "pg";
import { createLogger } from "../../src/logging.ts";
import { createKysely, createPool } from "../../src/database/pool.ts";
import { migrate } from "../../src/database/migrate.ts";
import { encode } from "../../src/eventlog/codec.ts";
import { type EventLog, type Position, START } from "../../src/eventlog/log.ts";
import { MemoryEventLog } from "../../src/eventlog/memory.ts";
import { PostgresEventLog } from "../../src/eventlog/postgres/log.ts";
import { STREAM_KINDS } from "../../src/domain/streams.ts";
import { createProjections, PROJECTIONS, type Projections } from "../../src/projections/index.ts";
import type { Projection } from "../../src/projections/projection.ts";
import { APPLICATION_NAME } from "../../src/projections/lead.ts";
import { createTestDatabase } from "../support/postgres.ts";
import { Traffic } from "./traffic.ts";

export type LogName = "memory" | "postgres";
export const LOGS = ["memory", "postgres"] as const;

export const ALL = { places: null, icas: null };

/** Counts the events of each stream: applied twice, or not at all, it is wrong for ever. */
export const tally: Projection = {
  name: "tally",
  version: 1,
  tables: ["tallies"],
  wants: new Set(STREAM_KINDS),
  apply: async (client, events) => {
    await client.query(
      `insert into tallies select stream, count(*) from unnest($1::text[]) e(stream) group by stream
       on conflict (stream) do update set events = tallies.events + excluded.events`,
      [events.map(({ stream }) => stream)],
    );
  },
};

export interface InstanceOptions {
  /** Its way to the database, when it is another than that of the tests. */
  readonly url?: string;
  readonly deadlineMs?: number;
}

export interface TestWorld {
  readonly pool: pg.Pool;
  readonly log: EventLog;
  readonly traffic: Traffic;
  readonly databaseUrl: string;
  /** An instance with a pool of its own; stopped at the end. */
  instance(projections?: readonly Projection[], options?: InstanceOptions): Promise<Projections>;
  /** What the tally has to say at the end. */
  expected(): Promise<Readonly<Record<string, number>>>;
  tallied(): Promise<Readonly<Record<string, number>>>;
  dispose(): Promise<void>;
}

export async function openWorld(name: LogName): Promise<TestWorld> {
  const database = await createTestDatabase();
  const pools: pg.Pool[] = [];
  const connect = (url = database.url): pg.Pool => {
    const pool = createPool(url, { max: 6 });
    pools.push(pool);
    return pool;
  };
  const pool = connect();
  await migrate(createKysely(pool));
  await pool.query("create table tallies (stream text primary key, events int not null)");
  const log = name === "memory" ? new MemoryEventLog() : new PostgresEventLog(pool);
  const instances: Projections[] = [];
  const counts = (rows: readonly { stream: string; events: number }[]) =>
    Object.fromEntries(rows.map(({ stream, events }) => [stream, events]));
  return {
    pool,
    log,
    databaseUrl: database.url,
    traffic: new Traffic(log),
    instance: async (projections = [...PROJECTIONS, tally], { url, ...options } = {}) => {
      const logger = createLogger({ level: "silent" });
      const outside = { log, pool: connect(url), logger, now: () => Date.now() };
      const created = createProjections({ ...outside, projections, ...options });
      instances.push(created);
      await created.start();
      return created;
    },
    expected: async () => {
      const found = new Map<string, number>();
      for await (const batch of log.readAll({ after: START })) {
        for (const { stream } of batch) found.set(stream, (found.get(stream) ?? 0) + 1);
      }
      return Object.fromEntries(found);
    },
    tallied: async () => {
      const { rows } = await pool.query<{ stream: string; events: number }>("select * from tallies");
      return counts(rows);
    },
    dispose: async () => {
      await Promise.all(instances.map(async (one) => await one.stop()));
      await log.close();
      await Promise.all(pools.map(async (one) => await one.end()));
      await database.drop();
    },
  };
}

/** Ends the connection that projects; false when there is none. */
export async function killActive(pool: pg.Pool): Promise<boolean> {
  const { rowCount } = await pool.query(
    `select pg_terminate_backend(a.pid) from pg_stat_activity a join pg_locks l on l.pid = a.pid
      where a.datname = current_database() and a.application_name = $1 and l.locktype = 'advisory'`,
    [APPLICATION_NAME],
  );
  return (rowCount ?? 0) > 0;
}

/** An event as a newer release might write it. */
export async function appendStrange(log: EventLog, stream: string, type = "NeverHeardOf"): Promise<Position> {
  const before = (await log.read(stream)).at(-1);
  const at = new Date(Date.UTC(2026, 10, 21)).toISOString();
  const event = encode({
    id: randomUUID(),
    type,
    version: 1,
    stream,
    revision: (before?.revision ?? -1) + 1,
    occurredAt: at,
    recordedAt: at,
    actor: { kind: "system", id: "test" },
    correlationId: "test",
    causationId: "test",
    prevHash: before?.hash ?? null,
    data: { at },
  });
  const result = await log.append(stream, [event], { expected: "any" });
  if (result.outcome === "conflict") throw new Error("conflict");
  return result.position;
}

/** Resolves when `done` says so; rejects after 20 s. */
export async function until(what: string, done: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 20_000;
  while (!(await done())) {
    if (performance.now() > deadline) throw new Error(`not within 20 s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
