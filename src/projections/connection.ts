import type { ClientBase, Pool, PoolClient } from "pg";
import { isOfServer } from "../database/sqlState.ts";
import { runTransaction } from "../database/transaction.ts";
import { LogUnavailableError } from "../eventlog/log.ts";
import { within } from "../eventlog/waiting.ts";

/** How long the database may take for a batch, or for anything else that is quick. Milliseconds. */
export const DEADLINE_MS = 10_000;
// The server gives up first, so that the connection survives; ours is for a server that says nothing any more.
const GRACE_MS = 500;
const UNLOCK_MS = 1_000;

/**
 * A connection of a pool's that is noticed when it is lost: because it breaks, or because nothing is heard on it for
 * too long. It ends with its settings, and so do its locks.
 */
export class Connection {
  /** Aborts when the connection is lost. */
  readonly lost: AbortSignal;
  readonly deadlineMs: number;
  readonly #client: PoolClient;
  readonly #losing = new AbortController();
  #released = false;

  private constructor(client: PoolClient, deadlineMs: number) {
    this.#client = client;
    this.deadlineMs = deadlineMs;
    this.lost = this.#losing.signal;
    client.on("error", () => this.#losing.abort());
    client.on("end", () => this.#losing.abort());
  }

  /** @throws ConnectionLostError when there is none to be had in time */
  static async open(pool: Pool, deadlineMs: number): Promise<Connection> {
    const connecting = pool.connect();
    const late = (): Error => new Error(`no connection within ${String(deadlineMs)} ms`);
    try {
      return new Connection(await within(connecting, deadlineMs, late), deadlineMs);
    } catch (error) {
      connecting.then((client) => client.release(true)).catch(() => undefined);
      throw new ConnectionLostError("the projections have no connection", { cause: error });
    }
  }

  /**
   * Asks for something on it, by default something quick.
   * @throws ConnectionLostError when the connection breaks meanwhile, or the time is over: then it is given up
   */
  async ask<Result>(
    work: (client: ClientBase) => Promise<Result>,
    ms: number = this.deadlineMs,
  ): Promise<Result> {
    const late = (): Error => new LateError(`no answer of the database within ${String(ms)} ms`);
    try {
      return await within(work(this.#client), ms + GRACE_MS, late);
    } catch (error) {
      // What `work` still asks for is refused: nobody hears of its outcome any more.
      if (error instanceof LateError) this.#giveUp();
      if (!this.lost.aborted) throw error;
      throw new ConnectionLostError("the connection of the projections was lost", { cause: error });
    }
  }

  /**
   * Runs `work` in a transaction. What `begin` says comes first.
   * @throws ConnectionLostError as {@link ask}: the transaction may have been committed all the same
   */
  async transaction(
    begin: string,
    work: (client: ClientBase) => Promise<void>,
    ms: number = this.deadlineMs,
  ): Promise<void> {
    try {
      await this.ask(async (client) => {
        await runTransaction(client, begin, work);
      }, ms);
    } catch (error) {
      if (this.lost.aborted) throw error;
      await this.ask(async (client) => await client.query("rollback")).catch((cause: unknown) => {
        this.#giveUp();
        throw new ConnectionLostError("the connection of the projections was lost", { cause });
      });
      throw error;
    }
  }

  /** Gives its locks back, and ends it. */
  async close(): Promise<void> {
    if (!this.lost.aborted) {
      // The end of the connection does the same a little later: others need not wait for it.
      await this.ask(
        async (client) => await client.query("select pg_advisory_unlock_all()"),
        UNLOCK_MS,
      ).catch(() => undefined);
    }
    this.#giveUp();
  }

  #giveUp(): void {
    this.#losing.abort();
    if (this.#released) return;
    this.#released = true;
    this.#client.release(true);
  }
}

/** The connection is of no use any more; nobody knows whether what was asked for last was done. */
export class ConnectionLostError extends Error {
  override readonly name = "ConnectionLostError";
}

class LateError extends Error {
  override readonly name = "LateError";
}

/** Whether trying again may succeed: trouble of the server, not of what was asked of it. */
export function isPassing(error: unknown): boolean {
  if (error instanceof ConnectionLostError || error instanceof LogUnavailableError) return true;
  return isOfServer(error);
}
