import pg from "pg";
import type { ClientConfig } from "pg";
import { pause } from "../waiting.ts";

const CHANNEL = "admittance_events";
const MIN_BACKOFF_MS = 50;
const MAX_BACKOFF_MS = 2_000;
// Other instances only: our own subscribers are woken in process. A notification costs a commit of its own.
const NOTIFY_SPACING_MS = 10;

/**
 * Tells other instances of new events and hears theirs, on one connection of its own. Only a hint:
 * a lost notification costs the time until the next poll.
 */
export class Bell {
  readonly #config: ClientConfig;
  readonly #session: string;
  readonly #onNews: () => void;
  readonly #closing = new AbortController();
  #client: pg.Client | undefined;
  #running: Promise<void> | undefined;
  #dirty = false;
  #notifying = false;

  /**
   * @param session what its connection says first
   * @param onNews called for each notification of another instance, and whenever one may have been missed
   */
  constructor(config: ClientConfig, session: string, onNews: () => void) {
    this.#config = config;
    this.#session = session;
    this.#onNews = onNews;
  }

  /** Connects, and again whenever the connection is lost. */
  start(): void {
    this.#running ??= this.#run();
  }

  /** Tells the others that there is something new; many rings in a short time are one notification. */
  ring(): void {
    this.#dirty = true;
    if (!this.#notifying) void this.#notify();
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#client?.end().catch(() => undefined);
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#closing;
    let backoff = MIN_BACKOFF_MS;
    while (!this.#closed()) {
      const client = new pg.Client(this.#config);
      const lost = new Promise<void>((resolve) => {
        client.once("error", () => resolve());
        client.once("end", () => resolve());
      });
      // An error after `lost` is settled must not become an uncaught one.
      client.on("error", () => undefined);
      try {
        await client.connect();
        // A notification takes a transaction id; its commit need not wait for the disk.
        const { rows } = await client.query<{ pid: number }>("select pg_backend_pid() as pid");
        const own = rows[0]?.pid;
        client.on("notification", ({ processId }) => {
          if (processId !== own) this.#onNews();
        });
        await client.query(`${this.#session}; set synchronous_commit = off; listen ${CHANNEL}`);
        this.#client = client;
        backoff = MIN_BACKOFF_MS;
        this.#onNews();
        if (this.#dirty) this.ring();
        if (!this.#closed()) await lost;
      } catch {
        backoff = Math.min(backoff * 2, MAX_BACKOFF_MS);
      }
      this.#client = undefined;
      await client.end().catch(() => undefined);
      await pause(backoff, signal);
    }
  }

  #closed(): boolean {
    return this.#closing.signal.aborted;
  }

  async #notify(): Promise<void> {
    this.#notifying = true;
    try {
      while (this.#dirty && this.#client !== undefined) {
        this.#dirty = false;
        await this.#client.query(`notify ${CHANNEL}`);
        await pause(NOTIFY_SPACING_MS, this.#closing.signal);
      }
    } catch {
      // The connection is being replaced; `#run` rings again once it stands.
      this.#dirty = true;
    } finally {
      this.#notifying = false;
    }
  }
}
