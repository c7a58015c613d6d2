import { bytesOf } from "../../http/bytes.ts";
import { Readable } from "node:stream";
import { stringify } from "csv-stringify";
import writeExcelFile from "write-excel-file/node";
import type { Cell } from "./cell.ts";

/** A table as a file: its rows come as they are read, and the file goes out as it is written. */
export interface Table {
  readonly headers: readonly string[];
  readonly rows: AsyncIterable<readonly Cell[]>;
  /** What the file holds, for whoever finds it later: names and what they were. */
  readonly about: readonly (readonly [name: string, value: string])[];
}

export type FileFormat = "csv" | "json" | "xlsx";

export const MEDIA_TYPES: Readonly<Record<FileFormat, string>> = {
  csv: "text/csv; charset=utf-8",
  json: "application/json",
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
};

export async function fileOf(table: Table, format: FileFormat): Promise<ReadableStream<Uint8Array>> {
  switch (format) {
    case "csv":
      return csvOf(table);
    case "json":
      return jsonOf(table);
    case "xlsx":
      return await xlsxOf(table);
  }
}

/** What a spreadsheet would take for a formula is set behind an apostrophe. */
function csvOf({ headers, rows }: Table): ReadableStream<Uint8Array> {
  const lines = Readable.from(rows).pipe(
    stringify({
      header: true,
      columns: [...headers],
      escape_formulas: true,
      bom: true,
      record_delimiter: "windows",
    }),
  );
  return bytesOf(lines);
}

/** An array of objects by the headers. */
function jsonOf({ headers, rows }: Table): ReadableStream<Uint8Array> {
  async function* pieces(): AsyncGenerator<string> {
    let before = "[\n";
    for await (const row of rows) {
      yield before +
        JSON.stringify(Object.fromEntries(headers.map((header, index) => [header, row[index] ?? null])));
      before = ",\n";
    }
    yield before === "[\n" ? "[]\n" : "\n]\n";
  }
  return bytesOf(Readable.from(pieces()));
}

/** The rows, and what they are on a second sheet. Every text is a text there, whatever it begins with. */
async function xlsxOf({ headers, rows, about }: Table): Promise<ReadableStream<Uint8Array>> {
  const data: Row[] = [headers.map((value) => ({ value, type: String, fontWeight: "bold" as const }))];
  for await (const row of rows) data.push(row.map(cellOf));
  const facts: Row[] = about.map(([name, value]) => [cellOf(name), cellOf(value)]);
  const file = writeExcelFile([
    { data, sheet: "Rows" },
    { data: facts, sheet: "About" },
  ]);
  return bytesOf(Readable.from([await file.toBuffer()]));
}

type XlsxCell =
  | { readonly value: string; readonly type: StringConstructor; readonly fontWeight?: "bold" }
  | { readonly value: number; readonly type: NumberConstructor }
  | null;
type Row = XlsxCell[];

function cellOf(value: Cell): XlsxCell {
  if (value === null) return null;
  return typeof value === "number" ? { value, type: Number } : { value: inXml(value), type: String };
}

/** XML has no place for most control characters. */
function inXml(text: string): string {
  return text.replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, "\uFFFD");
}
