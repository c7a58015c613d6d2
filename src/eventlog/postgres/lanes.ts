import pg from "pg";
import type { ClientConfig, PoolClient, QueryArrayConfig, QueryConfig } from "pg";
import { sqlState } from "./errors.ts";
import type { Ask } from "./sendGroup.ts";

// 22 data exception, 40 rollback, 54 program limit, 55P03 lock timeout, 57014 statement timeout, AD ours: the
// connection stands. After everything else a new one is safer.
const STANDS = /^(22|40|54|55P03|57014|AD)/;

// The statements never change and planning costs more than running, so the plan is kept, and must be one for a log
// that has grown; an append is acknowledged when it is on disk, whatever the database defaults to; and the last is
// what a single append compares the log's epoch with.
const PREPARE = `set plan_cache_mode = force_generic_plan; set enable_seqscan = off;
  select set_config('synchronous_commit', 'on', false) where current_setting('synchronous_commit') = 'off';
  select log_system_identifier()::text`;

const LOOK_MS = 250;

// `query_timeout` is pg's; its types leave it out.
interface TimedQuery extends QueryConfig {
  readonly query_timeout: number;
}

/** Connections that only append, each kept by one group at a time from its first statement to its last. */
export class Lanes {
  readonly #pool: pg.Pool;
  readonly #patienceMs: number;
  readonly #busySince = new Map<PoolClient, number>();
  readonly #watch: NodeJS.Timeout;
  #free: PoolClient[] = [];
  readonly #broken = new WeakSet<PoolClient>();

  /**
   * @param count how many groups may be on their way at the same time
   * @param patienceMs after so long without a word (milliseconds) the server counts as gone
   */
  constructor(config: ClientConfig, count: number, patienceMs: number) {
    this.#patienceMs = patienceMs;
    this.#pool = new pg.Pool({
      ...config,
      max: count,
      idleTimeoutMillis: 0,
      // Runs before a new connection is used for the first time.
      verify: (client, done) => {
        // A connection may break at any time, also while nobody waits for it; unheard, that would end the process.
        client.on("error", () => this.#broken.add(client));
        client.on("end", () => this.#broken.add(client));
        const prepare: TimedQuery = { text: PREPARE, query_timeout: patienceMs };
        client.query(prepare).then(() => done(), done);
      },
    });
    this.#pool.on("error", () => undefined);
    // One timer for all: one a query would cost as much as the query's own work here.
    this.#watch = setInterval(() => this.#endSilent(), LOOK_MS).unref();
  }

  async use<Result>(work: (ask: Ask) => Promise<Result>): Promise<Result> {
    const client = this.#takeFree() ?? (await this.#pool.connect());
    try {
      const result = await work(async <Row extends unknown[]>(query: QueryArrayConfig) => {
        this.#busySince.set(client, performance.now());
        const { rows } = await client.query<Row>(query);
        return rows;
      });
      this.#free.push(client);
      return result;
    } catch (error) {
      if (STANDS.test(sqlState(error) ?? "")) this.#free.push(client);
      else client.release(true);
      throw error;
    } finally {
      this.#busySince.delete(client);
    }
  }

  /** Once nothing is under way. */
  async close(): Promise<void> {
    clearInterval(this.#watch);
    for (const client of this.#free.splice(0)) client.release(true);
    await this.#pool.end();
  }

  // The query that waits fails with the connection.
  #endSilent(): void {
    const since = performance.now() - this.#patienceMs;
    for (const [client, busySince] of this.#busySince) {
      if (busySince < since) client.connection.stream.destroy(new Error("the server says nothing any more"));
    }
  }

  #takeFree(): PoolClient | undefined {
    for (let client = this.#free.pop(); client !== undefined; client = this.#free.pop()) {
      if (!this.#broken.has(client)) return client;
      client.release(true);
    }
    return undefined;
  }
}
