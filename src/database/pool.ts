import { Kysely, PostgresDialect } from "kysely";
import pg from "pg";

export interface PoolOptions {
  /** Most connections at once. Default 20. */
  readonly max?: number;
  /** Shown in pg_stat_activity. Default `admittance`. */
  readonly applicationName?: string;
  /** Told about connections that break while idle (the server restarted); the pool replaces them by itself. */
  readonly onIdleError?: (error: Error) => void;
}

/**
 * A connection pool that reads int8 as a number (and refuses one beyond 2^53, instead of rounding it: select such a
 * column as text) and timestamptz as a Date. Other pools in the process keep their own types.
 * Connecting takes 5 s at most; the server ends a transaction of ours that idles for 10 s.
 */
export function createPool(url: string, options: PoolOptions = {}): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max: options.max ?? 20,
    application_name: options.applicationName ?? "admittance",
    connectionTimeoutMillis: 5_000,
    idle_in_transaction_session_timeout: 10_000,
    keepAlive: true,
    types: poolTypes(),
  });
  // Without a listener a server restart would end our process.
  pool.on("error", (error) => options.onIdleError?.(error));
  // The pool listens to idle connections only. One that breaks in other hands fails the next statement there.
  pool.on("connect", (client) => client.on("error", () => undefined));
  return pool;
}

/** Kysely on a pool; `destroy()` ends the pool with it. `DB` names the tables and their columns. */
export function createKysely<DB>(pool: pg.Pool): Kysely<DB> {
  return new Kysely<DB>({ dialect: new PostgresDialect({ pool }) });
}

function poolTypes(): pg.CustomTypesConfig {
  const types = new pg.TypeOverrides();
  types.setTypeParser(20, parseInt8);
  types.setTypeParser(1016, parseInt8Array);
  return types;
}

/** @throws RangeError for a value that a number can't hold exactly */
function parseInt8(value: string): number {
  const number = Number(value);
  if (Number.isSafeInteger(number)) return number;
  throw new RangeError(`The int8 ${value} is beyond what a number holds exactly: select it as text.`);
}

/** One dimension, as `{1,NULL,3}`. */
function parseInt8Array(value: string): (number | null)[] {
  const items = value.slice(1, -1);
  return items === "" ? [] : items.split(",").map((item) => (item === "NULL" ? null : parseInt8(item)));
}
