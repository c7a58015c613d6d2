import type { ClientBase, Connection, QueryArrayConfig, Submittable } from "pg";

/** A statement that each connection parses once and keeps under its name. One name stands for one text. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

/** A `Buffer` is in PostgreSQL's binary form already, as `binaryArray.ts` makes it; everything else goes as text. */
export type Value = string | number | boolean | Buffer | null;

/** The columns of a row in their order, each as PostgreSQL's text. */
export type TextRow = readonly (string | null)[];

/**
 * Runs a statement on a connection that nobody else uses meanwhile. Unlike a query of `pg` itself it doesn't ask what
 * the columns are: who runs a statement thousands of times a second knows, and each answer is shorter, sooner and
 * cheaper to read.
 *
 * @param known the names this connection has; the statement's is added
 * @throws what the server or the connection says
 */
export async function runStatement(
  client: ClientBase,
  known: Set<string>,
  statement: Statement,
  values: readonly Value[],
): Promise<readonly TextRow[]> {
  return await new Promise((resolve, reject) => {
    client.query(new Run(statement, values, known, resolve, reject));
  });
}

/** A statement as a query of `pg` with the same rows: for what runs seldom, or on connections that are not ours alone. */
export function asQuery({ text }: Statement, values: readonly Value[]): QueryArrayConfig<Value[]> {
  return { text, values: [...values], rowMode: "array", types: AS_TEXT };
}

const AS_TEXT = { getTypeParser: () => String };

/** `pg` calls its methods by their names. */
class Run implements Submittable {
  readonly #statement: Statement;
  readonly #values: readonly Value[];
  readonly #known: Set<string>;
  readonly #resolve: (rows: readonly TextRow[]) => void;
  readonly #reject: (error: unknown) => void;
  readonly #rows: TextRow[] = [];

  constructor(
    statement: Statement,
    values: readonly Value[],
    known: Set<string>,
    resolve: (rows: readonly TextRow[]) => void,
    reject: (error: unknown) => void,
  ) {
    this.#statement = statement;
    this.#values = values;
    this.#known = known;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  submit(connection: Connection): void {
    const { name, text } = this.#statement;
    connection.stream.cork();
    if (!this.#known.has(name)) {
      // It may be there: parsed by a try that failed later. Closing what isn't there is no error.
      connection.close({ type: "S", name }, true);
      connection.parse({ name, text, types: [] }, true);
    }
    connection.bind({ statement: name, values: this.#values.map(toWire) }, true);
    connection.execute(null, true);
    connection.sync();
    connection.stream.uncork();
  }

  handleDataRow({ fields }: { readonly fields: TextRow }): void {
    this.#rows.push(fields);
  }

  handleCommandComplete(): void {
    this.#known.add(this.#statement.name);
  }

  handleReadyForQuery(): void {
    this.#resolve(this.#rows);
  }

  handleError(error: unknown): void {
    this.#reject(error);
  }
}

function toWire(value: Value): string | Buffer | null {
  return value === null || typeof value === "string" || value instanceof Buffer ? value : String(value);
}
