import pg from "pg";

/** SQLSTATE of a server's error; undefined for an error of the driver or the network. */
export function sqlState(error: unknown): string | undefined {
  return error instanceof pg.DatabaseError ? error.code : undefined;
}
