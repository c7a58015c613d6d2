import pg from "pg";

/** SQLSTATE of a server's error; undefined for an error of the driver or the network. */
export function sqlState(error: unknown): string | undefined {
  return error instanceof pg.DatabaseError ? error.code : undefined;
}

// 21 cardinality, 22 data exception, 23 integrity, 40 rollback (a deadlock), 42 a wrong statement, 54 program limit, P0 raised.
const OF_THE_STATEMENT = /^(21|22|23|40|42|54|P0)/;

/** Whether what was asked is to blame, or whom it met there; not the server, nor the way to it. */
export function isOfStatement(error: unknown): boolean {
  return OF_THE_STATEMENT.test(sqlState(error) ?? "");
}

/** Two rows of one key. */
export const UNIQUE_VIOLATION = "23505";
