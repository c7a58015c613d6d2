import { parse } from "csv-parse/sync";
import { z } from "zod";
import { saysNumber } from "../../../domain/cardNumbers.ts";
import { mcc, ulid } from "../../../domain/codes.ts";
import { money } from "../../../domain/money.ts";
import { timestamp } from "../../../domain/timestamp.ts";
import type { BadLine } from "../../../engine/imports/records.ts";
import { type FieldError, fieldErrors } from "../../http/problems.ts";
import { isNotText, NO_CARD_NUMBER, refusedText } from "../../http/text.ts";
import { plainCard } from "../../pos/schemas.ts";
import { type Column, type CsvRow, headerErrors, headerWanted, readFields } from "../csv.ts";
import { transactionType } from "../transactionList.ts";
import type { Piece } from "./lines.ts";

/** Card transactions as files say them: CSV with a header, or a JSON object a line. */

const transactionId = z
  .string()
  .min(1)
  .max(100)
  .refine((text) => !isNotText(text), "text is wanted");

/** A card by its number, or by the `cardId` that a lookup answered. */
export const transaction = z
  .strictObject({
    transactionId,
    pan: plainCard.shape.pan.optional(),
    cardRef: ulid.optional(),
    type: transactionType,
    refersTo: transactionId.nullable().default(null),
    amount: money,
    mcc,
    transactionAt: timestamp,
    postedAt: timestamp.nullable().default(null),
  })
  .refine(({ pan, cardRef }) => (pan === undefined) !== (cardRef === undefined), {
    path: ["pan"],
    error: "either pan or cardRef is wanted",
  })
  .refine(({ pan, transactionId: id }) => pan === undefined || !saysNumber(id, pan), {
    path: ["transactionId"],
    error: NO_CARD_NUMBER,
  })
  .refine(({ pan, refersTo }) => pan === undefined || refersTo === null || !saysNumber(refersTo, pan), {
    path: ["refersTo"],
    error: NO_CARD_NUMBER,
  });
export type Transaction = z.infer<typeof transaction>;

export const TRANSACTION_COLUMNS: readonly Column[] = [
  { name: "transactionId" },
  { name: "pan", optional: true },
  { name: "cardRef", optional: true },
  { name: "type" },
  { name: "refersTo", optional: true },
  { name: "amount" },
  { name: "currency" },
  { name: "mcc" },
  { name: "transactionAt" },
  { name: "postedAt", optional: true },
];

type Read = { readonly item: Transaction } | { readonly errors: readonly FieldError[] };

export function readTransactionRow(row: CsvRow): Read {
  // Neither the rest of an object nor a spread one: V8 gives each such object a shape of its own, which outlives it.
  const { transactionId: id, pan, cardRef, type, refersTo, amount, currency, mcc: code } = row;
  const { transactionAt, postedAt } = row;
  const parsed = transaction.safeParse({
    transactionId: id,
    pan,
    cardRef,
    type,
    refersTo,
    amount: { amount, currency },
    mcc: code,
    transactionAt,
    postedAt,
  });
  if (parsed.success) return { item: parsed.data };
  const errors = fieldErrors(parsed.error).map(({ pointer, message }) => {
    return { pointer: pointer.replace(/^\/amount\/(amount|currency)$/, "/$1"), message };
  });
  return { errors };
}

function readJsonLine(line: string): Read {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { errors: [{ pointer: "", message: "the line is no JSON" }] };
  }
  const refused = refusedText(value);
  if (refused !== null) return { errors: [refused] };
  const parsed = transaction.safeParse(value);
  return parsed.success ? { item: parsed.data } : { errors: fieldErrors(parsed.error) };
}

export const FORMATS = { "text/csv": "CSV", "application/x-ndjson": "NDJSON" } as const;
export type Format = (typeof FORMATS)[keyof typeof FORMATS];

/** Longer pointers say what somebody made up. */
const LONGEST_FIELD = 60;

/** Reads a file's lines; a row is one line. */
export class TransactionReader {
  readonly #format: Format;
  #header: readonly string[] | null = null;
  #headerLine = 0;

  constructor(format: Format) {
    this.#format = format;
  }

  /** What is wrong with the header, if it stands in this piece. To be asked before the piece is read. */
  headerProblem({ before, lines }: Piece): readonly FieldError[] | null {
    if (this.#format === "NDJSON" || this.#header !== null) return null;
    const index = lines.findIndex((line) => typeof line !== "string" || line.trim() !== "");
    const line = lines[index];
    if (line === undefined) return null;
    const fields = typeof line === "string" ? fieldsOf(line) : null;
    if (fields === null) return [headerWanted(TRANSACTION_COLUMNS)];
    this.#header = fields;
    this.#headerLine = before + index + 1;
    const errors = headerErrors(fields, TRANSACTION_COLUMNS);
    const root = `/${String(this.#headerLine)}`;
    return errors.length === 0
      ? null
      : errors.map(({ pointer, message }) => ({ pointer: `${root}${pointer}`, message }));
  }

  /** What is wrong with a file that has come to its end without a header. */
  missingHeader(): readonly FieldError[] | null {
    return this.#format === "CSV" && this.#header === null ? [headerWanted(TRANSACTION_COLUMNS)] : null;
  }

  /** What each line says that holds something, or why it is bad. */
  *lines({ before, lines }: Piece): Generator<{ readonly line: number; readonly read: Read }> {
    for (const [index, text] of lines.entries()) {
      const line = before + index + 1;
      const read = line === this.#headerLine ? null : this.#read(text);
      if (read !== null) yield { line, read };
    }
  }

  #read(line: Piece["lines"][number]): Read | null {
    if (typeof line !== "string") return { errors: [{ pointer: "", message: line.why }] };
    if (line.trim() === "") return null;
    if (this.#format === "NDJSON") return readJsonLine(line);
    const fields = fieldsOf(line);
    return fields === null
      ? { errors: [{ pointer: "", message: "the row can't be read: look for a quote that does not end" }] }
      : readFields(this.#header ?? [], fields, readTransactionRow);
  }
}

/** Of one line. */
const MOST_REASONS = 3;

/** One line's errors, as a report says them. */
export function badLinesOfErrors(line: number, errors: readonly FieldError[]): readonly BadLine[] {
  const said = errors.slice(0, MOST_REASONS);
  return said.map(({ pointer, message }) => ({ line, field: fieldOf(pointer), message }));
}

function fieldOf(pointer: string): string | null {
  return pointer === "" ? null : pointer.slice(1, LONGEST_FIELD);
}

const record = z.tuple([z.array(z.string())]);

/** Null where it is no row of a CSV. */
function fieldsOf(line: string): readonly string[] | null {
  if (!line.includes('"')) return line.split(",").map((field) => field.trim());
  try {
    return record.parse(parse(line, { relax_column_count: true, trim: true }))[0];
  } catch {
    return null;
  }
}
