import { once } from "node:events";
import type pg from "pg";
import { from as copyFrom } from "pg-copy-streams";
import { z } from "zod";
import { createKysely, createPool } from "../../src/database/pool.ts";
import { sqlState } from "../../src/database/sqlState.ts";
import { migrate } from "../../src/database/migrate.ts";
import { START } from "../../src/eventlog/log.ts";
import { storedTables, type Tables } from "../support/readModels/rows.ts";
import { Connection, type Statement } from "./connection.ts";
import type { Life } from "./life.ts";
import type { Scheduler } from "./scheduler.ts";

/** Everything lives in one schema, beside a clock that takes the place of the server's. */
const SCHEMA = `
  create schema sim;
  create table sim.clock (ms float8 not null);
  insert into sim.clock values (0);
  create function sim.clock_timestamp() returns timestamptz volatile language sql
    as 'select to_timestamp(ms / 1000) from sim.clock';
  create function sim.now() returns timestamptz volatile language sql as 'select sim.clock_timestamp()';
`;

/** What of the gate's writes a crash of the server would still lose. */
const VOLATILE = `
  create table sim.unsynced (terminal text, operation text, request_id text);
  create function sim.note_claim() returns trigger language plpgsql as $$ begin
    insert into sim.unsynced values (new.terminal, new.operation, new.request_id);
    return null;
  end $$;
  create trigger note_claim after insert on sim.request_register for each row execute function sim.note_claim();
  create table sim.new_alias (hash bytea);
  create function sim.note_alias() returns trigger language plpgsql as $$ begin
    insert into sim.new_alias values (new.hash);
    return null;
  end $$;
  create trigger note_alias after insert on sim.card_alias for each row execute function sim.note_alias();
`;

const CLEARED = [
  "unsynced",
  "new_alias",
  "card_alias",
  "card_arefs",
  "card_export_hashes",
  "export_keys",
  "card_vault",
  "request_register",
  "offline_reports",
  "idempotency_keys",
  "snapshots",
  "checkpoints",
  "operations",
  "operation_counts",
  "operation_joined_cards",
  "cards",
  "card_visits",
  "card_adjustments",
  "adjustments",
  "opening_balance_imports",
  "imports",
  "import_bad_lines",
  "ruleset_usage",
  "records",
  "quota_holds",
  "certificates",
  "device_commands",
  "device_connections",
  "terminal_sightings",
  "open_commands",
  "amount_checks",
  "payments",
  "payment_tries",
  "acquirer_references",
  "reward_pull",
  "reward_waiting",
];

const SEARCH_PATH = "sim, pg_catalog";
const FAILED_TRANSACTION = "25P02";

const TRUNCATED_EVERY = 40;

/**
 * A real PostgreSQL, whose every statement is an operation of the scheduler. Others go on between the statements of a
 * transaction; only what would wait for its locks is held back, because nothing moves while a statement waits.
 */
export class SimulatedDatabase {
  readonly #pool: pg.Pool;
  readonly #plain: pg.PoolClient;
  readonly #spare: pg.PoolClient[];
  #holder: Connection | null = null;
  /** The holder has made cards: whoever would make the same waits for its end. */
  #makesCards = false;
  #connections = new Set<Connection>();
  #resets = 0;
  /** How far each read model was carried by what was committed, and what is about to be. */
  #carried = new Map<string, string>();
  #moves: readonly (readonly [name: string, from: string, to: string])[] = [];
  /** Statements that were done while another connection was in a transaction. */
  interleaved = 0;
  /** Where a read model was carried on from another place than where it stood: events were applied twice, or never. */
  misapplied: string[] = [];
  /** Broken on purpose: whoever has carried a read model moves its checkpoint, wherever that stands. */
  movesAnyCheckpoint = false;

  private constructor(pool: pg.Pool, plain: pg.PoolClient, spare: pg.PoolClient[]) {
    this.#pool = pool;
    this.#plain = plain;
    this.#spare = spare;
  }

  /** @param url of an empty database */
  static async open(url: string): Promise<SimulatedDatabase> {
    const setup = createPool(url, { max: 1 });
    await setup.query(SCHEMA);
    // A simulated connection is a real one that was reset: to these.
    await setup.query(`do $$ begin
      execute format('alter database %I set search_path = ${SEARCH_PATH}', current_database());
      execute format('alter database %I set synchronous_commit = off', current_database());
      execute format('alter database %I set jit = off', current_database());
    end $$`);
    await setup.end();
    const kysely = createKysely(createPool(url, { max: 2, searchPath: SEARCH_PATH }));
    await migrate(kysely);
    await kysely.destroy();
    const pool = createPool(url, { max: 20, searchPath: SEARCH_PATH });
    const plain = await pool.connect();
    await plain.query(
      "insert into installation (id, test_clock, keyring_id) values (1, false, 'simulation')",
    );
    await plain.query(
      `insert into account_ranges (import_id, low, high, ica, issuer_name, country, product_code)
       values ('1', rpad('5', 19, '0'), rpad('5', 19, '9'), '0001234', 'Test Bank', 'POL', 'WLE')`,
    );
    await plain.query(VOLATILE);
    return new SimulatedDatabase(pool, plain, []);
  }

  /** As after the migrations, at this time. */
  async reset(now: number): Promise<void> {
    // To delete is faster, until what was deleted has piled up.
    const deletes =
      this.#resets++ % TRUNCATED_EVERY === 0
        ? [`truncate ${CLEARED.join(", ")}`]
        : CLEARED.map((table) => `delete from ${table}`);
    // Heads are read without an order of their own: a table made anew gives them in that of their insertion.
    await this.#plain.query(
      [
        "begin",
        ...deletes,
        "truncate stream_heads",
        "update scope_revisions set revision = 0",
        "commit",
      ].join(";"),
    );
    await this.setTime(now);
    this.#carried = new Map();
    this.interleaved = 0;
    this.misapplied = [];
  }

  async setTime(now: number): Promise<void> {
    await this.#plain.query("update clock set ms = $1", [now]);
  }

  /** A statement of the simulation's own. */
  async query(text: string, values: unknown[] = []): Promise<readonly unknown[]> {
    return (await this.#plain.query<Record<string, unknown>>(text, values)).rows;
  }

  /** The read models as they stand. */
  async readModels(): Promise<Tables> {
    return await storedTables(this.#plain);
  }

  async close(): Promise<void> {
    this.#plain.release(true);
    for (const client of this.#spare) client.release(true);
    await this.#pool.end();
  }

  /** What an instance takes for its pool. */
  poolOf(life: Life, scheduler: Scheduler): pg.Pool {
    const open = (): Connection => {
      const connection = new Connection(this, life, scheduler);
      this.#connections.add(connection);
      life.onEnd(async () => await this.end(connection));
      return connection;
    };
    return new Proxy(this.#pool, {
      get: (_target, name) => {
        if (name === "query") {
          const once = new Connection(this, life, scheduler);
          return async (first: unknown, values?: unknown) => await once.query(first, values);
        }
        if (name === "connect") return async () => open().asClient(this.#plain);
        throw new Error(`the simulated pool has no ${String(name)}`);
      },
    });
  }

  mayRun(connection: Connection, text: string): boolean {
    if (this.#holder === null || this.#holder === connection) return true;
    if (this.#makesCards && /card_alias|claim_request|open_requests/i.test(text)) return false;
    return !/^(begin|insert into checkpoints|update checkpoints)/i.test(text);
  }

  /** Whoever holds an advisory lock for its session loses it, and is not told: it goes on as if it had it. */
  async takeLocksAway(): Promise<void> {
    for (const { own } of this.#connections) {
      await own?.query("select pg_advisory_unlock_all()").catch((error: unknown) => {
        // In a transaction that has failed nothing is taken any more: this one keeps its locks for now.
        if (sqlState(error) !== FAILED_TRANSACTION) throw error;
      });
    }
  }

  /** Runs a statement to its end, on a connection of its own where the session matters. */
  async run(connection: Connection, asked: Statement): Promise<unknown> {
    const { text, values, name, rowMode, types, copied } = asked;
    if (/^(begin|set |select pg_try_advisory_lock)/i.test(text)) {
      connection.own ??= this.#spare.pop() ?? (await this.#pool.connect());
    }
    if (this.#holder !== null && this.#holder !== connection) this.interleaved++;
    if (copied !== null) {
      const stream = (connection.own ?? this.#plain).query(copyFrom(text));
      stream.end(copied);
      await once(stream, "finish");
      return null;
    }
    const config = {
      text: this.movesAnyCheckpoint ? text.replace(" and c.position = m.from_position", "") : text,
      ...(values.length === 0 ? {} : { values }),
      ...(name === undefined ? {} : { name }),
      ...(rowMode === undefined ? {} : { rowMode }),
      ...(types === undefined ? {} : { types }),
    };
    const result = await (connection.own ?? this.#plain).query<Record<string, unknown>>(config);
    if (/^begin/i.test(text)) this.#hold(connection);
    if (/^insert into card_alias/i.test(text)) this.#makesCards = true;
    if (/^update checkpoints c/i.test(text)) this.#moves = movesIn(values);
    if (/^commit/i.test(text)) this.#carry();
    if (/^(commit|rollback)/i.test(text)) this.#hold(null);
    await this.#remember(name);
    return result;
  }

  #hold(connection: Connection | null): void {
    this.#holder = connection;
    this.#makesCards = false;
    this.#moves = [];
  }

  #carry(): void {
    for (const [name, from, to] of this.#moves) {
      const before = this.#carried.get(name) ?? START;
      if (before !== from) this.misapplied.push(`${name} stood at "${before}" and went on from "${from}"`);
      this.#carried.set(name, to);
    }
  }

  /** Of the register's rows a crash of the database would lose those that no synchronous commit came after. */
  async #remember(name: string | undefined): Promise<void> {
    if (name?.startsWith("announce") === true) await this.#plain.query("delete from sim.unsynced");
    // One new card in the group, and the whole group is on disk.
    if (name === "open_requests" || name === "claim_request") {
      await this.#plain.query(
        "with made as (delete from sim.new_alias returning 1) delete from sim.unsynced where exists (select from made)",
      );
    }
  }

  /** The server is killed and starts again: what was not on disk is lost, and every connection breaks. */
  async crash(): Promise<number> {
    for (const connection of this.#connections) await connection.break();
    const { rowCount } = await this.#plain.query(
      `with lost as (delete from sim.unsynced returning *)
       delete from request_register r using lost l
       where r.terminal = l.terminal and r.operation = l.operation and r.request_id = l.request_id`,
    );
    return rowCount ?? 0;
  }

  /** The server notices that the other side has gone. */
  async end(connection: Connection): Promise<void> {
    this.#connections.delete(connection);
    if (this.#holder === connection) this.#hold(null);
    const { own } = connection;
    if (own === null) return;
    connection.own = null;
    await own.query("rollback");
    await own.query("discard all");
    this.#spare.push(own);
  }
}

const texts = z.array(z.string());

/** What `moveCheckpoints` moves: names, where from, where to. */
function movesIn(values: readonly unknown[]): readonly (readonly [string, string, string])[] {
  const [names = [], from = [], to = []] = values.slice(0, 3).map((one) => texts.parse(one));
  return names.map((name, index) => [name, from[index] ?? START, to[index] ?? START] as const);
}
