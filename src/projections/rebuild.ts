import type { ClientBase, Pool, QueryResultRow } from "pg";
import { sqlState, UNIQUE_VIOLATION } from "../database/sqlState.ts";
import { type EventLog, type Position, START } from "../eventlog/log.ts";
import { pause } from "../eventlog/waiting.ts";
import { noteBuilding, readCheckpoints } from "./checkpoints.ts";
import type { Writes } from "./rows.ts";
import { Connection, DEADLINE_MS } from "./connection.ts";
import { FeedEvent, type ReadEvent } from "./events.ts";
import { historiesOf } from "./history.ts";
import type { Projection } from "./projection.ts";
import { ADVISORY_LOCKS, tryLock } from "../database/advisoryLocks.ts";

const LOCK_POLL_MS = 20;
const MAX_PASSES = 10;
// Statements that go through whole tables, or wait for all who read them.
const LONG_MS = 1_800_000;
// A server that hears nothing for so long takes the locks back. Between two statements the log is read, at most.
const ABANDONED_MS = 60_000;

export interface Rebuilt {
  readonly name: string;
  /** Rows in the new tables. */
  readonly rows: number;
  /** Rows that are in the old or the new tables only; null where the fold differs or the old ones had stopped. */
  readonly differing: number | null;
  /** Whether the new tables took the place of the old ones. */
  readonly switched: boolean;
}

export interface RebuildOptions {
  readonly log: EventLog;
  readonly pool: Pool;
  readonly projection: Projection;
  readonly signal?: AbortSignal;
  /** Take the new tables even if rows differ. */
  readonly evenIfDifferent?: boolean;
}

/** Only one rebuild runs at a time, of whichever projection and instance. */
export class RebuildRunningError extends Error {
  override readonly name = "RebuildRunningError";
}

/**
 * Builds a projection's tables from the start of the log in a schema beside the live ones, compares the two at the
 * same position, and puts the new ones in their place in one transaction. The live ones go on until then.
 * @throws RebuildRunningError when another rebuild is running
 * @throws Error when an event can't be understood
 */
export async function rebuild(options: RebuildOptions): Promise<Rebuilt> {
  return await alone(options.pool, async (connection) => await new Rebuild(connection, options).run());
}

/** As {@link rebuild}, if the tables are those of an older fold; else null: another instance was faster. */
export async function renew(options: RebuildOptions): Promise<Rebuilt | null> {
  return await alone(options.pool, async (connection) => {
    const { name, version } = options.projection;
    const built = (await connection.ask(readCheckpoints)).get(name)?.version;
    return built === undefined || built < version ? await new Rebuild(connection, options).run() : null;
  });
}

async function alone<Result>(pool: Pool, work: (connection: Connection) => Promise<Result>): Promise<Result> {
  const connection = await Connection.open(pool, DEADLINE_MS);
  try {
    await connection.ask(
      async (client) => await client.query(`set idle_session_timeout = ${String(ABANDONED_MS)}`),
    );
    if (!(await connection.ask(async (client) => await tryLock(client, ADVISORY_LOCKS.rebuild)))) {
      throw new RebuildRunningError("another rebuild is running");
    }
    return await work(connection);
  } finally {
    // With the connection ends its search path.
    await connection.close();
  }
}

class Rebuild {
  readonly #connection: Connection;
  readonly #options: RebuildOptions;
  readonly #schema: string;
  #position: Position = START;

  constructor(connection: Connection, options: RebuildOptions) {
    this.#connection = connection;
    this.#options = options;
    this.#schema = `rebuild_${options.projection.name}`;
  }

  async run(): Promise<Rebuilt> {
    const { projection, evenIfDifferent = false } = this.#options;
    const live = await this.#liveSchema();
    await this.#createTables(live);
    await this.#query(`set search_path = ${this.#schema}, ${live}; set synchronous_commit = off`);
    // Long passes first, so that the live ones wait for a short one only.
    let behind = Number.POSITIVE_INFINITY;
    for (let pass = 0; pass < MAX_PASSES && behind > 0; pass += 1)
      behind = await this.#readUpTo(await this.#goal());
    await this.#lockTables();
    const goal = await this.#goal();
    await this.#readUpTo(goal);
    const differing = goal === null ? null : await this.#differing(live);
    const rows = await this.#count();
    const switched = evenIfDifferent || differing === null || differing === 0;
    if (switched) await this.#switch(live);
    else await this.#query(`drop schema ${this.#schema} cascade; update checkpoints set building = null`);
    return { name: projection.name, rows, differing, switched };
  }

  async #query<Row extends QueryResultRow>(text: string): Promise<readonly Row[]> {
    return await this.#connection.ask(async (client) => (await client.query<Row>(text)).rows, LONG_MS);
  }

  async #liveSchema(): Promise<string> {
    const [row] = await this.#query<{ schema: string }>("select quote_ident(current_schema()) as schema");
    return row?.schema ?? "public";
  }

  async #createTables(live: string): Promise<void> {
    const tables = this.#options.projection.tables.map(
      (table) => `create table ${this.#schema}.${table} (like ${live}.${table} including all)`,
    );
    await this.#query(
      [`drop schema if exists ${this.#schema} cascade`, `create schema ${this.#schema}`, ...tables].join(
        "; ",
      ),
    );
  }

  /** Where the live tables are; null where they can't be compared with: then as far as the log goes. */
  async #goal(): Promise<Position | null> {
    const { name, version } = this.#options.projection;
    const checkpoint = (await this.#connection.ask(readCheckpoints)).get(name);
    const comparable = checkpoint?.version === version && checkpoint.error === null;
    return comparable ? checkpoint.position : null;
  }

  /** How many events were read. */
  async #readUpTo(goal: Position | null): Promise<number> {
    const { log, projection, signal } = this.#options;
    let count = 0;
    if (goal !== null && this.#position >= goal) return count;
    for await (const batch of log.readAll({ after: this.#position })) {
      signal?.throwIfAborted();
      const due = goal === null ? batch : batch.filter(({ position }) => position <= goal);
      const read = due.flatMap((recorded) => readWanted(projection, new FeedEvent(recorded)));
      count += due.length;
      this.#position = due.at(-1)?.position ?? this.#position;
      if (read.length > 0) await this.#apply(read);
      // A session of which nothing is heard for long is ended: it tells how far it is also where nothing was applied.
      await this.#connection.ask(
        async (client) => await noteBuilding(client, projection.name, this.#position),
      );
      if (due.length < batch.length) break;
    }
    return count;
  }

  async #apply(events: readonly ReadEvent[]): Promise<void> {
    const { projection, log } = this.#options;
    const apply = async (writes: Writes): Promise<void> => {
      await this.#connection.transaction("begin", async (client) => {
        await projection.apply(client, events, writes, historiesOf(log)(this.#position));
      });
    };
    try {
      await apply("COPY");
    } catch (error) {
      if (sqlState(error) !== UNIQUE_VIOLATION) throw error;
      await apply("UPSERT");
    }
  }

  /** Nothing is applied to the live tables from here on, by any instance. */
  async #lockTables(): Promise<void> {
    const { signal = new AbortController().signal } = this.#options;
    while (
      !(await this.#connection.ask(async (client) => await tryLock(client, ADVISORY_LOCKS.readModels)))
    ) {
      await pause(LOCK_POLL_MS, signal);
      signal.throwIfAborted();
    }
  }

  async #differing(live: string): Promise<number> {
    let differing = 0;
    for (const table of this.#options.projection.tables) {
      const [ours, theirs] = [`${this.#schema}.${table}`, `${live}.${table}`].map(
        (name) => `select t::text from ${name} t`,
      );
      const [row] = await this.#query<{ count: number }>(
        `select count(*)::int as count from ((${ours} except all ${theirs}) union all (${theirs} except all ${ours})) d`,
      );
      differing += row?.count ?? 0;
    }
    return differing;
  }

  async #count(): Promise<number> {
    let count = 0;
    for (const table of this.#options.projection.tables) {
      const [row] = await this.#query<{ count: number }>(`select count(*)::int as count from ${table}`);
      count += row?.count ?? 0;
    }
    return count;
  }

  async #switch(live: string): Promise<void> {
    const { name, version, tables } = this.#options.projection;
    const position = this.#position;
    const work = async (client: ClientBase): Promise<void> => {
      for (const table of tables) {
        await client.query(
          `drop table ${live}.${table}; alter table ${this.#schema}.${table} set schema ${live}`,
        );
      }
      await client.query(
        `update checkpoints set version = $2, position = $3, building = null, error = null, failed_at = null,
         moved_at = clock_timestamp() where name = $1`,
        [name, version, position],
      );
      await client.query(`drop schema ${this.#schema}`);
    };
    // Readers of the old tables are waited for.
    await this.#connection.transaction("begin", work, LONG_MS);
  }
}

function readWanted({ wants }: Projection, event: FeedEvent): readonly ReadEvent[] {
  return event.kind !== null && wants.has(event.kind) ? [event.read(event.kind)] : [];
}
