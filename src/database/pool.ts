import { Kysely, PostgresDialect } from "kysely";
import pg from "pg";
import type { Database } from "./schema.ts";
import { prepareConnection, sessionSettings } from "./session.ts";

/** How long a new connection may take, to stand and to be prepared. Milliseconds. */
export const CONNECT_MS = 5_000;

export interface PoolOptions {
  /** Most connections at once. Default 20. */
  readonly max?: number;
  /** Shown in pg_stat_activity. Default `admittance`. */
  readonly applicationName?: string;
  /** Told about connections that break while idle (the server restarted); the pool replaces them by itself. */
  readonly onIdleError?: (error: Error) => void;
  /** Milliseconds after which a query is given up by the client, whatever the server says. Default: none. */
  readonly queryTimeoutMs?: number;
  /** Default: the schema `public`. */
  readonly searchPath?: string;
}

/**
 * A connection pool that reads int8 as a number (and refuses one beyond 2^53, instead of rounding it: select such a
 * column as text) and timestamptz as a Date. Other pools in the process keep their own types.
 * Connecting takes 5 s at most; the server ends a transaction of ours that idles for 10 s. Each connection says first
 * what it relies on, see {@link sessionSettings}; the address alone says where to and how, no variable of libpq's.
 */
export function createPool(url: string, options: PoolOptions = {}): pg.Pool {
  const settings = sessionSettings(
    options.searchPath === undefined ? {} : { searchPath: options.searchPath },
  );
  const pool = new pg.Pool({
    // What the address says of TLS comes first; where it says nothing there is none.
    ssl: false,
    connectionString: url,
    max: options.max ?? 20,
    application_name: options.applicationName ?? "admittance",
    connectionTimeoutMillis: CONNECT_MS,
    ...(options.queryTimeoutMs === undefined ? {} : { query_timeout: options.queryTimeoutMs }),
    keepAlive: true,
    types: poolTypes(),
    verify: (client, done) => {
      prepareConnection(client, settings, CONNECT_MS).then(() => done(), done);
    },
  });
  // Without a listener a server restart would end our process. `end()` resolves before the last connection has closed: what
  // one of those still hears from a server that stops as well is nobody's concern.
  pool.on("error", (error) => {
    if (!pool.ending) options.onIdleError?.(error);
  });
  // The pool listens to idle connections only. One that breaks in other hands fails the next statement there.
  pool.on("connect", (client) => client.on("error", () => undefined));
  return pool;
}

/** Kysely on a pool; `destroy()` ends the pool with it. */
export function createKysely(pool: pg.Pool): Kysely<Database> {
  return new Kysely<Database>({ dialect: new PostgresDialect({ pool }) });
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
