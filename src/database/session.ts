import type { ClientBase, QueryConfig } from "pg";
import type { Timed } from "./timedQuery.ts";

/** Where our tables are, whatever a role's or a database's `search_path` says. */
export const SCHEMA = "public";

/** The server ends a transaction of ours that idles for so long. Milliseconds. */
const IDLE_IN_TRANSACTION_MS = 10_000;

export interface SessionOptions {
  /** Default: {@link SCHEMA}. */
  readonly searchPath?: string;
  /** How long the server may take for a statement; 0: as long as it likes. Milliseconds, default 0. */
  readonly statementMs?: number;
  /** Milliseconds, default 10,000. */
  readonly idleInTransactionMs?: number;
}

/**
 * What a connection says before its first use: everything that our statements rely on and that a role, a database, a
 * server's configuration or the environment may have set otherwise. As statements and not as parameters of the
 * connection, because a pooler refuses most of those.
 */
export function sessionSettings(options: SessionOptions = {}): string {
  const {
    searchPath = `${SCHEMA}, pg_temp`,
    statementMs = 0,
    idleInTransactionMs = IDLE_IN_TRANSACTION_MS,
  } = options;
  const settings: readonly (readonly [name: string, value: string])[] = [
    ["search_path", searchPath],
    // What is read as text, and what is written as text.
    ["datestyle", "'ISO, MDY'"],
    ["intervalstyle", "postgres"],
    ["timezone", "'UTC'"],
    ["client_encoding", "'UTF8'"],
    ["bytea_output", "hex"],
    ["extra_float_digits", "1"],
    ["array_nulls", "on"],
    ["standard_conforming_strings", "on"],
    ["transform_null_equals", "off"],
    ["default_transaction_isolation", "'read committed'"],
    ["default_transaction_read_only", "off"],
    ["default_transaction_deferrable", "off"],
    // Where sequential scans are ruled out a plan looks so dear that the server would compile it, each time anew.
    ["jit", "off"],
    ["statement_timeout", String(statementMs)],
    ["lock_timeout", "0"],
    ["idle_in_transaction_session_timeout", String(idleInTransactionMs)],
    ["idle_session_timeout", "0"],
  ];
  return [
    ...settings.map(([name, value]) => `set ${name} = ${value}`),
    // Of PostgreSQL 17.
    "select set_config('transaction_timeout', '0', false) where current_setting('transaction_timeout', true) is not null",
    // An event that was acknowledged is on disk; who asks for more than that (a standby's disk) keeps it.
    "select set_config('synchronous_commit', 'on', false) where current_setting('synchronous_commit') = 'off'",
  ].join("; ");
}

/** Runs what prepares a new connection. @throws Error when the server takes longer than `ms` milliseconds */
export async function prepareConnection(client: ClientBase, text: string, ms: number): Promise<void> {
  const first: Timed<QueryConfig> = { text, query_timeout: ms };
  await client.query(first);
}
