import { once } from "node:events";
import type { ClientBase } from "pg";
import { from as copyFrom } from "pg-copy-streams";
import { copyText, jsonText } from "./copyText.ts";

/**
 * How rows that a batch begins are written. `COPY`: as rows that can't be there yet, which costs PostgreSQL half as much.
 * `UPSERT`: over what is there all the same.
 */
export type Writes = "COPY" | "UPSERT";

/** A table of a read model. */
export interface Table<Row extends object> {
  readonly name: string;
  readonly primaryKey: readonly (keyof Row & string)[];
  /** The columns that hold JSON. */
  readonly json: readonly (keyof Row & string)[];
  readonly key: (row: Row) => string;
}

/** The rows of a table that a batch touches: read once, changed in memory, written back at once. */
export class Rows<Row extends object> {
  readonly #table: Table<Row>;
  readonly #rows: Map<string, Row>;
  readonly #stored: Set<string>;
  readonly #written = new Map<string, Row>();
  readonly #removed = new Map<string, Row>();

  /** @param rows those of the table that the batch may touch */
  constructor(table: Table<Row>, rows: readonly Row[]) {
    this.#table = table;
    this.#rows = new Map(rows.map((row) => [table.key(row), row]));
    this.#stored = new Set(this.#rows.keys());
  }

  /** The rows of a table whose `column` is among the values; where there are none nothing is asked. */
  static async read<Row extends object>(
    client: ClientBase,
    table: Table<Row>,
    column: keyof Row & string,
    values: readonly string[],
  ): Promise<Rows<Row>> {
    if (values.length === 0) return new Rows(table, []);
    const { rows } = await client.query<Row>(`select * from ${table.name} where ${column} = any($1)`, [
      values,
    ]);
    return new Rows(table, rows);
  }

  get(key: string): Row | undefined {
    return this.#rows.get(key);
  }

  put(row: Row): void {
    const key = this.#table.key(row);
    this.#rows.set(key, row);
    this.#written.set(key, row);
    this.#removed.delete(key);
  }

  remove(key: string): void {
    const row = this.#rows.get(key);
    if (row === undefined) return;
    this.#rows.delete(key);
    this.#written.delete(key);
    if (this.#stored.has(key)) this.#removed.set(key, row);
  }

  async save(client: ClientBase, writes: Writes = "COPY"): Promise<void> {
    if (this.#removed.size > 0) await this.#delete(client);
    const fresh: Row[] = [];
    const changed: Row[] = [];
    for (const [key, row] of this.#written) {
      const isFresh = writes === "COPY" && !this.#stored.has(key);
      (isFresh ? fresh : changed).push(row);
    }
    if (changed.length > 0) await this.#update(client, changed);
    if (fresh.length > 0) await this.#copy(client, fresh);
  }

  async #delete(client: ClientBase): Promise<void> {
    const { name, primaryKey } = this.#table;
    await client.query(
      `delete from ${name} t using json_populate_recordset(null::${name}, $1) gone
       where ${primaryKey.map((column) => `t.${column} = gone.${column}`).join(" and ")}`,
      [jsonText([...this.#removed.values()])],
    );
  }

  async #update(client: ClientBase, rows: readonly Row[]): Promise<void> {
    const { name, primaryKey } = this.#table;
    const keys = new Set<string>(primaryKey);
    const others = Object.keys(rows[0] ?? {}).filter((column) => !keys.has(column));
    await client.query(
      `insert into ${name} select * from json_populate_recordset(null::${name}, $1)
       on conflict (${primaryKey.join(", ")})
       do update set ${others.map((column) => `${column} = excluded.${column}`).join(", ")}`,
      [jsonText(rows)],
    );
  }

  async #copy(client: ClientBase, rows: readonly Row[]): Promise<void> {
    const { name, json } = this.#table;
    const columns = Object.keys(rows[0] ?? {});
    const stream = client.query(copyFrom(`copy ${name} (${columns.join(", ")}) from stdin`));
    stream.end(copyText(rows, columns, new Set(json)));
    await once(stream, "finish");
  }
}
