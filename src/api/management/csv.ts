import { type FieldError, type Problem, problem } from "../http/problems.ts";
import { encodingProblem } from "../http/body.ts";
import { isNotText, refusedText } from "../http/text.ts";
import { LimitedBody, NotUtf8Error } from "./csvBody.ts";
import { readRows } from "./csvRows.ts";

/** Reads CSV bodies row by row: a header line first, comma-separated, RFC 4180 quotes, UTF-8. */

const CSV_BYTES = 64 * 1024 * 1024;
const MOST_ERRORS = 100;

/** What a column is called, and whether it may be missing. */
export interface Column {
  readonly name: string;
  readonly optional?: boolean;
}

/** A row by the names of its columns; what is empty or missing is absent. */
export type CsvRow = Readonly<Record<string, string>>;

export interface Csv<Item> {
  readonly kind: "csv";
  readonly items: readonly Item[];
  /** The line of the file in which each item ends. */
  readonly lines: readonly number[];
  /** SHA-256 of the body. */
  readonly digest: string;
}

/** Says what is wrong with a row: `pointer` names the column (`/low`). */
export type ReadRow<Item> = (
  row: CsvRow,
) => { readonly item: Item } | { readonly errors: readonly FieldError[] };

/** A request whose body is CSV. */
interface CsvCall {
  readonly stream: ReadableStream<Uint8Array> | null;
  header(name: string): string | null;
  isWhole(): boolean;
}

/** All or nothing: 422 with pointers `/line/column` for the first hundred errors. */
export async function readCsv<Item>(
  call: CsvCall,
  columns: readonly Column[],
  readRow: ReadRow<Item>,
  mostBytes: number = CSV_BYTES,
): Promise<Csv<Item> | Problem> {
  const items: Item[] = [];
  const lines: number[] = [];
  const keep = (item: Item, line: number): void => {
    items.push(item);
    lines.push(line);
  };
  const read = await readCsvInto(call, columns, readRow, keep, mostBytes);
  return read.kind === "problem" ? read : { kind: "csv", items, lines, digest: read.digest };
}

/** As {@link readCsv}; what each row says is handed to `keep`, with its line. What was kept counts only if all is well. */
export async function readCsvInto<Item>(
  call: CsvCall,
  columns: readonly Column[],
  readRow: ReadRow<Item>,
  keep: (item: Item, line: number) => void,
  mostBytes: number = CSV_BYTES,
): Promise<Pick<Csv<Item>, "kind" | "digest"> | Problem> {
  const opened = await openFile(call, ["text/csv"], mostBytes);
  if (opened.kind === "problem") return opened;
  const { body } = opened;
  const reader = new RowReader(columns, readRow, keep);
  try {
    await readRows(body.texts(), reader);
  } catch (error) {
    if (error instanceof NotUtf8Error) reader.notUtf8(error.line);
    else throw error;
  }
  await body.drain();
  const unread = unreadRest(call, body, mostBytes);
  if (unread !== null) return unread;
  const missing = reader.end();
  const errors = missing === null ? reader.errors : [missing, ...reader.errors];
  if (errors.length > 0) return problem("INVALID_REQUEST", "Nothing was stored.", { errors });
  return { kind: "csv", digest: body.digest() };
}

/** The body of a request that is a file of one of these types, as it was sent. */
export async function openFile(
  call: Pick<CsvCall, "stream" | "header">,
  types: readonly string[],
  mostBytes: number,
): Promise<{ readonly kind: "file"; readonly body: LimitedBody; readonly type: string } | Problem> {
  if (Number(call.header("content-length") ?? "0") > mostBytes) return tooLarge(mostBytes);
  const body = new LimitedBody(call.stream, mostBytes);
  const type = (call.header("content-type") ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
  const refused = types.includes(type)
    ? encodingProblem((name) => call.header(name))
    : problem("UNSUPPORTED_MEDIA_TYPE", `${types.join(" or ")} is wanted.`);
  if (refused === null) return { kind: "file", body, type };
  await body.drain();
  return refused;
}

/** Why not all of a body could be read; null where it was. */
export function unreadRest(
  call: Pick<CsvCall, "isWhole">,
  body: LimitedBody,
  mostBytes: number,
): Problem | null {
  if (body.tooLarge) return tooLarge(mostBytes);
  return call.isWhole() ? null : problem("MALFORMED_REQUEST", "The request ended before its body did.");
}

function tooLarge(mostBytes: number): Problem {
  return problem("TOO_LARGE", `At most ${String(mostBytes)} bytes are taken here.`);
}

/** What is wrong with a header. */
export function headerErrors(fields: readonly string[], columns: readonly Column[]): readonly FieldError[] {
  const known = new Set(columns.map(({ name }) => name));
  const errors: FieldError[] = fields.flatMap((name, index) => {
    if (!known.has(name))
      return [{ pointer: `/${String(index + 1)}`, message: "no column of this name is known" }];
    return fields.indexOf(name) === index
      ? []
      : [{ pointer: `/${name}`, message: "the column stands here twice" }];
  });
  for (const { name, optional } of columns) {
    if (optional !== true && !fields.includes(name)) {
      errors.push({ pointer: `/${name}`, message: "the header lacks this column" });
    }
  }
  return errors;
}

export function headerWanted(columns: readonly Column[]): FieldError {
  return { pointer: "/1", message: `a header is wanted: ${columns.map(({ name }) => name).join(",")}` };
}

/** What the fields under a header say, or why that can't be taken. */
export function readFields<Item>(
  header: readonly string[],
  fields: readonly string[],
  read: ReadRow<Item>,
): ReturnType<ReadRow<Item>> {
  if (fields.length > header.length || fields.some(isNotText)) {
    const message = `${String(header.length)} columns of text are wanted`;
    return { errors: [{ pointer: "", message }] };
  }
  const row: Record<string, string> = {};
  for (const [index, name] of header.entries()) {
    const value = fields[index] ?? "";
    if (value !== "") row[name] = value;
  }
  const refused = refusedText(row);
  return refused === null ? read(row) : { errors: [refused] };
}

class RowReader<Item> {
  readonly errors: FieldError[] = [];
  readonly #columns: readonly Column[];
  readonly #read: ReadRow<Item>;
  readonly #keep: (item: Item, line: number) => void;
  #header: readonly string[] | null = null;
  /** There are errors enough: what comes after is not looked at. */
  #full = false;

  constructor(columns: readonly Column[], readRow: ReadRow<Item>, keep: (item: Item, line: number) => void) {
    this.#columns = columns;
    this.#read = readRow;
    this.#keep = keep;
  }

  take(fields: readonly string[], line: number): void {
    if (this.#full) return;
    if (this.#header === null) {
      this.#readHeader(fields, line);
      this.#full = this.errors.length > 0;
      return;
    }
    const read = readFields(this.#header, fields, this.#read);
    if ("errors" in read) this.#add(read.errors, line);
    else if (this.errors.length === 0) this.#keep(read.item, line);
    this.#full = this.errors.length >= MOST_ERRORS;
  }

  broken(line: number): void {
    this.#add([{ pointer: "", message: "the row can't be read: look for a quote that does not end" }], line);
  }

  notUtf8(line: number): void {
    this.#add([{ pointer: "", message: "the line is not UTF-8" }], line);
  }

  /** What is missing as a whole; null if nothing is. */
  end(): FieldError | null {
    if (this.#header !== null || this.errors.length > 0) return null;
    return headerWanted(this.#columns);
  }

  #readHeader(fields: readonly string[], line: number): void {
    this.#header = fields;
    this.#add(headerErrors(fields, this.#columns), line);
  }

  #add(errors: readonly FieldError[], line: number): void {
    for (const { pointer, message } of errors) {
      if (this.errors.length < MOST_ERRORS)
        this.errors.push({ pointer: `/${String(line)}${pointer}`, message });
    }
  }
}
