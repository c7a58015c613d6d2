import type { ClientBase, Pool } from "pg";
import { ADVISORY_LOCKS, tryLock } from "../database/advisoryLocks.ts";
import { pause } from "../eventlog/waiting.ts";
import { Connection } from "./connection.ts";

export const APPLICATION_NAME = "admittance projections";
const STAND_BY_MS = 500;
// A session that is asked for nothing so often is one whose instance has vanished without a word.
const MISSED_BEATS = 3;

/**
 * The connection that holds the right to project. Everything is applied on it: the lock and an open
 * transaction end together, so that no two instances can ever apply the same batch.
 */
export class Lead {
  /** How often it has to be asked for something, lest the server gives its lock to another instance. Milliseconds. */
  readonly beatMs: number;
  readonly #connection: Connection;

  private constructor(connection: Connection) {
    this.#connection = connection;
    this.beatMs = beatOf(connection);
  }

  /** Aborts when the connection is lost. */
  get lost(): AbortSignal {
    return this.#connection.lost;
  }

  /** Waits until no other instance projects. Null when `signal` aborts before. */
  static async acquire(pool: Pool, signal: AbortSignal, deadlineMs: number): Promise<Lead | null> {
    const connection = await Connection.open(pool, deadlineMs);
    try {
      await connection.ask(async (client) => await client.query(settingsOf(connection)));
      while (!signal.aborted) {
        // Polled, because a statement that waits for a lock holds a snapshot, for which others wait.
        if (await connection.ask(async (client) => await tryLock(client, ADVISORY_LOCKS.projecting))) {
          return new Lead(connection);
        }
        await pause(STAND_BY_MS, signal);
      }
    } catch (error) {
      await connection.close();
      throw error;
    }
    await connection.close();
    return null;
  }

  /** Gives the lock back, and ends the connection with its settings. */
  async release(): Promise<void> {
    await this.#connection.close();
  }

  /** @throws ConnectionLostError when the connection is lost meanwhile, or the server does not answer in time */
  async ask<Result>(work: (client: ClientBase) => Promise<Result>): Promise<Result> {
    return await this.#connection.ask(work);
  }

  /**
   * Runs `work` in a transaction, alone with the tables.
   * @throws ConnectionLostError as {@link ask}: the transaction may have been committed all the same
   */
  async transaction(work: (client: ClientBase) => Promise<void>): Promise<void> {
    await this.#connection.transaction(
      `begin; select pg_advisory_xact_lock(${String(ADVISORY_LOCKS.readModels)})`,
      work,
    );
  }
}

function settingsOf(connection: Connection): string {
  const { deadlineMs } = connection;
  return [
    `set application_name = '${APPLICATION_NAME}'`,
    // What a crash of the server takes with it is projected again from the log.
    "set synchronous_commit = off",
    `set statement_timeout = ${String(deadlineMs)}`,
    `set idle_in_transaction_session_timeout = ${String(deadlineMs)}`,
    `set idle_session_timeout = ${String(Math.max(beatOf(connection), STAND_BY_MS) * MISSED_BEATS)}`,
  ].join("; ");
}

function beatOf({ deadlineMs }: Connection): number {
  return deadlineMs / 2;
}
