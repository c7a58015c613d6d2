import type { ClientBase, Pool } from "pg";

/**
 * Runs `work` in a transaction on a connection of its own.
 * @param isKept whether the outcome stands; else it is rolled back, and told all the same
 */
export async function inTransaction<Result>(
  pool: Pool,
  work: (client: ClientBase) => Promise<Result>,
  isKept: (result: Result) => boolean = () => true,
): Promise<Result> {
  const client = await pool.connect();
  let broken = true;
  try {
    await client.query("begin");
    const result = await work(client);
    await client.query(isKept(result) ? "commit" : "rollback");
    broken = false;
    return result;
  } finally {
    // With the connection ends a transaction that has failed.
    client.release(broken);
  }
}

/** The same on a connection that is the caller's to roll back. What `begin` says comes first. */
export async function runTransaction(
  client: ClientBase,
  begin: string,
  work: (client: ClientBase) => Promise<void>,
): Promise<void> {
  await client.query(begin);
  await work(client);
  await client.query("commit");
}
