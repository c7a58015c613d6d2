import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { CsvError, parse } from "csv-parse";
import { z } from "zod";
import { type NotPlain, PlainRows } from "./plainRows.ts";

/** Tells the rows of a CSV one by one, with their lines. What is plain goes quickly; a parser reads all else. */

const MOST_RECORD_BYTES = 16_384;

const record = z.array(z.string());

interface RowTaker {
  take(fields: readonly string[], line: number): void;
  /** From this line on it is no CSV. */
  broken(line: number): void;
}

export async function readRows(texts: AsyncGenerator<string, undefined>, taker: RowTaker): Promise<void> {
  const plain = new PlainRows((fields, line) => {
    taker.take(fields, line);
  }, MOST_RECORD_BYTES);
  for (;;) {
    const { value } = await texts.next();
    const left = value === undefined ? plain.end() : plain.read(value);
    if (left !== null) {
      await parseRows(left, texts, taker);
      return;
    }
    if (value === undefined) return;
  }
}

async function parseRows(
  { text, lines: before, delimiter }: NotPlain,
  more: AsyncGenerator<string, undefined>,
  taker: RowTaker,
): Promise<void> {
  const parser = parse({
    ...(delimiter === null ? {} : { record_delimiter: delimiter }),
    relax_column_count: true,
    skip_empty_lines: true,
    trim: true,
    max_record_size: MOST_RECORD_BYTES,
    // A row is read where it is parsed, and goes no further: handed on one by one they take twice as long.
    on_record: (fields: unknown, { lines }) => {
      taker.take(record.parse(fields), before + lines);
      return null;
    },
  });
  async function* all(): AsyncGenerator<string> {
    yield text;
    yield* more;
  }
  try {
    const read = pipeline(Readable.from(all()), parser);
    parser.resume();
    await read;
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    taker.broken(before + Number(error["lines"] ?? 1));
  }
}
