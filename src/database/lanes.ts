import pg from "pg";
import type { ClientConfig, Pool, PoolClient } from "pg";
import { prepareConnection, sessionSettings } from "./session.ts";
import { leavesConnection } from "./sqlState.ts";
import { runStatement, type Statement, type TextRow, type Value } from "./statement.ts";

const LOOK_MS = 250;

/** Runs one statement in a transaction of its own. */
export type Ask = (statement: Statement, values: readonly Value[]) => Promise<readonly TextRow[]>;

/** A connection, and the statements it has parsed. */
interface Lane {
  readonly client: PoolClient;
  readonly known: Set<string>;
}

export interface LanesOptions {
  /** Connections, and so how many may be at work at the same time. */
  readonly count: number;
  /** How long the server may take for a statement. Milliseconds. */
  readonly deadlineMs: number;
  /** Shown in pg_stat_activity. */
  readonly applicationName: string;
  /** What a new connection runs before its first use, behind what every connection of ours says. */
  readonly prepare: string;
  /** Default: the schema `public`. */
  readonly searchPath?: string;
}

const IDLE_IN_TRANSACTION_MS = 1_000;
// The server gives up first, so that the connection survives; ours is for a server that says nothing any more.
export const GRACE_MS = 500;

/** How to connect to where a pool does, for statements that have to be quick. */
export function connectionBeside(
  { options }: Pool,
  { deadlineMs, applicationName }: Pick<LanesOptions, "deadlineMs" | "applicationName">,
): ClientConfig {
  const { verify: _, ...address } = options;
  return {
    ...address,
    // Not enumerable on a pool's options, so the spread leaves it out.
    ...(options.password === undefined ? {} : { password: options.password }),
    application_name: applicationName,
    keepAlive: true,
    connectionTimeoutMillis: deadlineMs,
  };
}

/** What such a connection says first. */
export function quickSession(deadlineMs: number, searchPath?: string): string {
  return sessionSettings({
    statementMs: deadlineMs,
    idleInTransactionMs: IDLE_IN_TRANSACTION_MS,
    ...(searchPath === undefined ? {} : { searchPath }),
  });
}

/** Connections for one purpose, with settings of their own, each kept by one user at a time. */
export class Lanes {
  readonly #pool: pg.Pool;
  readonly #patienceMs: number;
  readonly #busySince = new Map<PoolClient, number>();
  readonly #watch: NodeJS.Timeout;
  readonly #count: number;
  readonly #waiting: (() => void)[] = [];
  #atWork = 0;
  #free: Lane[] = [];
  readonly #broken = new WeakSet<PoolClient>();

  /** @param beside a pool of the same database */
  constructor(beside: Pool, options: LanesOptions) {
    const { count, deadlineMs, prepare, searchPath } = options;
    const session = quickSession(deadlineMs, searchPath);
    const patienceMs = deadlineMs + GRACE_MS;
    this.#patienceMs = patienceMs;
    this.#count = count;
    this.#pool = new pg.Pool({
      ...connectionBeside(beside, options),
      max: count,
      idleTimeoutMillis: 0,
      // Runs before a new connection is used for the first time.
      verify: (client, done) => {
        // A connection may break at any time, also while nobody waits for it; unheard, that would end the process.
        client.on("error", () => this.#broken.add(client));
        client.on("end", () => this.#broken.add(client));
        prepareConnection(client, `${session}; ${prepare}`, patienceMs).then(() => done(), done);
      },
    });
    this.#pool.on("error", () => undefined);
    // One timer for all: one a query would cost as much as the query's own work here.
    this.#watch = setInterval(() => this.#endSilent(), LOOK_MS).unref();
  }

  /** Who finds all of them at work waits for its turn. */
  async use<Result>(work: (ask: Ask) => Promise<Result>): Promise<Result> {
    if (this.#atWork < this.#count) this.#atWork += 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await this.#useOne(this.#takeFree() ?? (await this.#open()), work);
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#atWork -= 1;
      else next();
    }
  }

  async #open(): Promise<Lane> {
    return { client: await this.#pool.connect(), known: new Set() };
  }

  async #useOne<Result>(lane: Lane, work: (ask: Ask) => Promise<Result>): Promise<Result> {
    const { client, known } = lane;
    try {
      const result = await work(async (statement, values) => {
        this.#busySince.set(client, performance.now());
        return await runStatement(client, known, statement, values);
      });
      this.#free.push(lane);
      return result;
    } catch (error) {
      if (leavesConnection(error)) this.#free.push(lane);
      else client.release(true);
      throw error;
    } finally {
      this.#busySince.delete(client);
    }
  }

  /** Once nothing is under way. */
  async close(): Promise<void> {
    clearInterval(this.#watch);
    for (const { client } of this.#free.splice(0)) client.release(true);
    await this.#pool.end();
  }

  // The query that waits fails with the connection.
  #endSilent(): void {
    const since = performance.now() - this.#patienceMs;
    for (const [client, busySince] of this.#busySince) {
      if (busySince < since) client.connection.stream.destroy(new Error("the server says nothing any more"));
    }
  }

  #takeFree(): Lane | undefined {
    for (let lane = this.#free.pop(); lane !== undefined; lane = this.#free.pop()) {
      if (!this.#broken.has(lane.client)) return lane;
      lane.client.release(true);
    }
    return undefined;
  }
}
