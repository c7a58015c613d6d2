import { Writable } from "node:stream";
import type pg from "pg";
import { z } from "zod";
import type { Life } from "./life.ts";
import type { Scheduler } from "./scheduler.ts";

const statement = z.union([
  z.string().transform((text) => ({
    text,
    values: undefined,
    name: undefined,
    rowMode: undefined,
    types: undefined,
  })),
  z.object({
    text: z.string(),
    values: z.array(z.unknown()).optional(),
    name: z.string().optional(),
    rowMode: z.literal("array").optional(),
    types: z.custom<pg.CustomTypesConfig>().optional(),
  }),
]);

const resultShape = z.object({ rowCount: z.number().nullable(), rows: z.array(z.unknown()) });

export interface Statement {
  readonly text: string;
  readonly values: unknown[];
  readonly name: string | undefined;
  readonly rowMode: "array" | undefined;
  readonly types: pg.CustomTypesConfig | undefined;
  /** What a COPY brings; null for any other statement. */
  readonly copied: Buffer | null;
}

/** The other side of a connection. */
interface Server {
  /** False where it would wait for another connection's transaction. */
  mayRun(connection: Connection, text: string): boolean;
  run(connection: Connection, statement: Statement): Promise<unknown>;
  end(connection: Connection): Promise<void>;
}

/** A connection as an instance has it. */
export class Connection {
  /** Where locks and settings of the session live; null while there are none. */
  own: pg.PoolClient | null = null;
  readonly #server: Server;
  readonly #life: Life;
  readonly #scheduler: Scheduler;
  readonly #listeners: (() => void)[] = [];
  #broken = false;
  #released = false;
  #ended = false;

  constructor(server: Server, life: Life, scheduler: Scheduler) {
    this.#server = server;
    this.#life = life;
    this.#scheduler = scheduler;
  }

  async query(first: unknown, given: unknown): Promise<unknown> {
    const { text, values = [], name, rowMode, types } = statement.parse(first);
    const all = given === undefined ? values : z.array(z.unknown()).parse(given);
    return await this.#ask({ text, values: all, name, rowMode, types, copied: null });
  }

  async #ask(asked: Statement): Promise<unknown> {
    if (this.#broken || this.#released) throw closed();
    const { text, name } = asked;
    return await this.#scheduler.perform({
      life: this.#life,
      kind: "sql",
      label: name ?? text.trim().slice(0, 30).replaceAll(/\s+/g, " "),
      run: async () => {
        // It was still on its way when the connection ended.
        if (this.#ended) throw closed();
        return await this.#server.run(this, asked);
      },
      shown: shownResult,
      ready: () => this.#server.mayRun(this, text),
      unavailable: async () => {
        if (this.own !== null) await this.break();
        return closed();
      },
    });
  }

  async break(): Promise<void> {
    if (this.#broken) return;
    this.#broken = true;
    this.#ended = true;
    await this.#server.end(this);
    await this.#scheduler.enter(this.#life, () => {
      for (const listener of this.#listeners) listener();
    });
  }

  /** @param target only for its type */
  asClient(target: pg.PoolClient): pg.PoolClient {
    return new Proxy(target, {
      get: (_target, name) => {
        // A promise has a `then`, and this is none.
        if (name === "then") return undefined;
        if (name === "query")
          return (first: unknown, values?: unknown) =>
            first instanceof Writable ? this.#copy(first) : this.query(first, values);
        if (name === "release") return () => this.#release();
        if (name === "on")
          return (_event: string, listener: () => void) => {
            this.#listeners.push(listener);
          };
        throw new Error(`the simulated connection has no ${String(name)}`);
      },
    });
  }

  /** A COPY: what is written comes as one piece, when it is whole. */
  #copy(copy: Writable): Writable {
    const { text } = z.object({ text: z.string() }).parse(copy);
    const pieces: Buffer[] = [];
    const none = { values: [], name: undefined, rowMode: undefined, types: undefined };
    return new Writable({
      write: (piece: Buffer, _encoding, done) => {
        pieces.push(piece);
        done();
      },
      final: (done) => {
        this.#ask({ text, ...none, copied: Buffer.concat(pieces) }).then(() => done(), done);
      },
    });
  }

  #release(): void {
    this.#released = true;
    if (this.own === null) {
      this.#ended = true;
      return;
    }
    void this.#scheduler.perform({
      life: this.#life,
      kind: "sql",
      label: "release",
      run: async () => {
        this.#ended = true;
        await this.#server.end(this);
      },
    });
  }
}

/** What of a result is the same in every run. */
function shownResult(result: unknown): unknown {
  const known = resultShape.safeParse(result);
  return known.success ? [known.data.rowCount, ...known.data.rows] : null;
}

function closed(): Error {
  return new Error("Connection terminated unexpectedly");
}
