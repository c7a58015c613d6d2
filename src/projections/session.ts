import pg from "pg";
import type { ClientBase, Pool, PoolClient, QueryConfig } from "pg";
import { pause } from "../eventlog/waiting.ts";

/** Fixed numbers that name our locks among the advisory locks of the database. */
export const LOCKS = {
  /** Held by the session of the one instance that projects. */
  active: 7_265_011,
  /** Held while a batch is applied, and while a rebuild takes the place of the tables. */
  tables: 7_265_012,
  rebuild: 7_265_013,
} as const;

export const APPLICATION_NAME = "admittance projections";
const STAND_BY_MS = 500;

// `query_timeout` is pg's; its types leave it out.
interface TimedQuery extends QueryConfig {
  readonly query_timeout: number;
}

const UNLOCK: TimedQuery = { text: "select pg_advisory_unlock_all()", query_timeout: 1_000 };

/**
 * The connection that holds the right to project. Everything is applied on it: the lock and an open
 * transaction end together, so that no two instances can ever apply the same batch.
 */
export class Session {
  readonly client: PoolClient;
  /** Aborts when the connection breaks. */
  readonly lost: AbortSignal;

  private constructor(client: PoolClient, lost: AbortSignal) {
    this.client = client;
    this.lost = lost;
  }

  /** Waits until no other instance projects. Null when `signal` aborts before. */
  static async acquire(pool: Pool, signal: AbortSignal): Promise<Session | null> {
    const client = await pool.connect();
    const lost = new AbortController();
    client.on("error", () => lost.abort());
    client.on("end", () => lost.abort());
    const session = new Session(client, lost.signal);
    try {
      // What a crash of the server takes with it is projected again from the log.
      await client.query(
        `set application_name = '${APPLICATION_NAME}'; set synchronous_commit = off; set statement_timeout = '30s'`,
      );
      while (!signal.aborted) {
        // Polled, because a statement that waits for a lock holds a snapshot, for which others wait.
        if (await tryLock(client, LOCKS.active)) return session;
        await pause(STAND_BY_MS, signal);
      }
    } catch (error) {
      await session.release();
      throw error;
    }
    await session.release();
    return null;
  }

  /** Gives the lock back, and ends the connection with its settings. */
  async release(): Promise<void> {
    if (!this.lost.aborted) {
      // The end of the connection does the same a little later: others need not wait for it.
      await this.client.query(UNLOCK).catch(() => undefined);
    }
    this.client.release(true);
  }

  /**
   * Runs `work` in a transaction, alone with the tables.
   * @throws SessionLostError when even the rollback fails: the connection is of no use any more
   */
  async transaction(work: (client: ClientBase) => Promise<void>): Promise<void> {
    try {
      await this.client.query(`begin; select pg_advisory_xact_lock(${String(LOCKS.tables)})`);
      await work(this.client);
      await this.client.query("commit");
    } catch (error) {
      try {
        await this.client.query("rollback");
      } catch {
        throw new SessionLostError("the connection of the projections broke", { cause: error });
      }
      throw error;
    }
  }
}

export class SessionLostError extends Error {
  override readonly name = "SessionLostError";
}

export async function tryLock(client: ClientBase, lock: number): Promise<boolean> {
  const { rows } = await client.query<{ locked: boolean }>("select pg_try_advisory_lock($1) as locked", [
    lock,
  ]);
  return rows[0]?.locked === true;
}

// 08 connection, 25 transaction state, 40 rollback, 53 resources, 55 locks, 57 operator intervention, 58 system.
const PASSING = /^(08|25|40|53|55|57|58)/;

/** Whether trying again may succeed: trouble of the server, not of what was asked of it. */
export function isPassing(error: unknown): boolean {
  if (error instanceof SessionLostError) return true;
  return error instanceof pg.DatabaseError && PASSING.test(error.code ?? "");
}
