import pg from "pg";

/** Every SQLSTATE that something is made of. What an operator is told of one: `explain.ts`. */

/** SQLSTATE of a server's error; undefined for an error of the driver or the network. */
export function sqlState(error: unknown): string | undefined {
  return error instanceof pg.DatabaseError ? error.code : undefined;
}

/** Two rows of one key. */
export const UNIQUE_VIOLATION = "23505";
/** Somebody else holds the table for longer than `lock_timeout`. */
export const LOCK_NOT_AVAILABLE = "55P03";
/** The database that others are made from is being read. */
export const TEMPLATE_IN_USE = "55006";
/** Another process has just created the database. */
export const DATABASE_IS_THERE: ReadonlySet<string> = new Set(["42P04", UNIQUE_VIOLATION]);
/** Ours, raised by `append_events` when `log_epoch` names another cluster than the one it runs on. */
export const NEW_CLUSTER = "AD002";
/** Ours, raised where a card's hash is written by a key that is not the vault's any more. */
export const OLD_VAULT_KEY = "AD003";

// 21 cardinality, 22 data exception, 23 integrity, 40 rollback (a deadlock), 42 a wrong statement, 54 program limit, P0 raised, an old key of ours.
const OF_THE_STATEMENT = /^(21|22|23|40|42|54|P0|AD003)/;
// 22 data exception, 40 rollback, 54 program limit, 55P03 lock timeout, 57014 statement timeout, AD ours.
const CONNECTION_STANDS = /^(22|40|54|55P03|57014|AD)/;
// 08 connection, 25006 read-only (a standby after failover), 40 rollback, 53 resources, 55P03 lock timeout,
// 57 operator intervention (shutdown, crash, statement timeout), 58 system error.
const UNAVAILABLE = /^(08|25006|40|53|55P03|57|58)/;
// 08 connection, 25 transaction state, 40 rollback, 53 resources, 55 locks, 57 operator intervention, 58 system.
const PASSING = /^(08|25|40|53|55|57|58)/;
// 22 data exception, 54 program limit exceeded.
const INVALID_VALUE = /^(22|54)/;
// 22 data exception, 23 integrity.
const INVALID_ROW = /^2[23]/;

/** Whether what was asked is to blame, or whom it met there; not the server, nor the way to it. */
export function isOfStatement(error: unknown): boolean {
  return OF_THE_STATEMENT.test(sqlState(error) ?? "");
}

/** Whether the connection may be used again. After everything else a new one is safer. */
export function leavesConnection(error: unknown): boolean {
  return CONNECTION_STANDS.test(sqlState(error) ?? "");
}

/** Whether the server can't serve now, and another try may find one that can. */
export function isUnavailable(state: string): boolean {
  return UNAVAILABLE.test(state);
}

/** Whether it is trouble of the server's, or of a session's whose transaction was ended: a new session may succeed. */
export function isOfServer(error: unknown): boolean {
  return PASSING.test(sqlState(error) ?? "");
}

/** Whether a value can't be kept. */
export function isInvalidValue(state: string): boolean {
  return INVALID_VALUE.test(state);
}

/** Whether a row is none that its table takes. */
export function isInvalidRow(error: unknown): boolean {
  return INVALID_ROW.test(sqlState(error) ?? "");
}
