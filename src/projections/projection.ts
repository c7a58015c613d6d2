import type { ClientBase } from "pg";
import type { StreamKindName } from "../domain/streams.ts";
import type { ReadEvent } from "./events.ts";

/** A read model as the runner sees it: which events it wants, and how they change its tables. */
export interface Projection {
  readonly name: string;
  /** Raised whenever the fold or the tables change: the runner then builds the tables anew beside the old ones. */
  readonly version: number;
  readonly tables: readonly string[];
  readonly wants: ReadonlySet<StreamKindName>;
  /**
   * Folds these events, in feed order, into the tables. Runs inside the transaction that moves the checkpoint; reads
   * before it writes, and names its tables without a schema, because a rebuild has them in another one.
   */
  readonly apply: (client: ClientBase, events: readonly ReadEvent[]) => Promise<void>;
}

/** The rows of a table that a batch touches: read once, changed in memory, written back at once. */
export class Rows<Row extends object> {
  readonly #table: string;
  readonly #key: (row: Row) => string;
  readonly #rows: Map<string, Row>;
  readonly #written = new Map<string, Row>();
  readonly #removed = new Map<string, Row>();

  constructor(table: string, key: (row: Row) => string, rows: readonly Row[]) {
    this.#table = table;
    this.#key = key;
    this.#rows = new Map(rows.map((row) => [key(row), row]));
  }

  /** The rows of a table whose `column` is among the values; where there are none nothing is asked. */
  static async read<Row extends object>(
    client: ClientBase,
    table: string,
    column: string,
    values: readonly string[],
    key: (row: Row) => string,
  ): Promise<Rows<Row>> {
    if (values.length === 0) return new Rows(table, key, []);
    const { rows } = await client.query<Row>(`select * from ${table} where ${column} = any($1)`, [values]);
    return new Rows(table, key, rows);
  }

  get(key: string): Row | undefined {
    return this.#rows.get(key);
  }

  put(row: Row): void {
    const key = this.#key(row);
    this.#rows.set(key, row);
    this.#written.set(key, row);
    this.#removed.delete(key);
  }

  remove(key: string): void {
    const row = this.#rows.get(key);
    if (row === undefined) return;
    this.#rows.delete(key);
    this.#written.delete(key);
    this.#removed.set(key, row);
  }

  /** @param primaryKey the columns of the table's primary key */
  async save(client: ClientBase, primaryKey: readonly string[]): Promise<void> {
    const keys = primaryKey.join(", ");
    if (this.#removed.size > 0) {
      await client.query(
        `delete from ${this.#table} t using json_populate_recordset(null::${this.#table}, $1) gone
         where ${primaryKey.map((column) => `t.${column} = gone.${column}`).join(" and ")}`,
        [rowsText(this.#removed.values())],
      );
    }
    const [first] = this.#written.values();
    if (first === undefined) return;
    const others = Object.keys(first).filter((column) => !primaryKey.includes(column));
    await client.query(
      `insert into ${this.#table} select * from json_populate_recordset(null::${this.#table}, $1)
       on conflict (${keys}) do update set ${others.map((column) => `${column} = excluded.${column}`).join(", ")}`,
      [rowsText(this.#written.values())],
    );
  }
}

// PostgreSQL keeps neither U+0000 nor a lone surrogate in text; an event that holds one must not stop a projection for
// ever. JSON spells both as escapes, so that a look at the whole text tells whether there is any.
const MAYBE_UNSTORABLE = /\\u(0000|d[89a-f])/;
const UNSTORABLE = /[\0\p{Surrogate}]/gu;

function rowsText(rows: Iterable<object>): string {
  const all = [...rows];
  const text = JSON.stringify(all);
  if (!MAYBE_UNSTORABLE.test(text)) return text;
  return JSON.stringify(all, (_key, value: unknown) =>
    typeof value === "string" ? value.replace(UNSTORABLE, "\uFFFD") : value,
  );
}
