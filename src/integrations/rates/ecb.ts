import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { CsvError, parse } from "csv-parse";
import { unzipSync } from "fflate";
import { SaxesParser } from "saxes";
import { MINOR_DIGITS } from "../../domain/currencies.ts";

/**
 * The files in which the European Central Bank publishes its reference rates: of a day, of 90 days, of all days since 1999;
 * as XML, as CSV, and the CSV in a zip. So many units of a currency for one euro.
 */

export interface EcbRate {
  /** `YYYY-MM-DD` */
  readonly date: string;
  readonly currency: string;
  /** As it is printed: a positive decimal. */
  readonly rate: string;
}

export interface EcbFile {
  readonly kind: "rates";
  readonly rates: readonly EcbRate[];
  /** Currencies that ISO 4217 knows no more: nobody pays with them. Sorted. */
  readonly leftOut: readonly string[];
}

export interface WrongEcbFile {
  readonly kind: "wrong";
  readonly why: string;
}

/** More than twice what all days come to as XML. */
export const MOST_ECB_BYTES = 32 * 1_024 * 1_024;
const PIECE = 16_384;

/** @param pause awaited between pieces, so that a long file holds nobody up */
export async function readEcbFile(
  bytes: Uint8Array,
  pause: () => Promise<void>,
): Promise<EcbFile | WrongEcbFile> {
  const plain = isZip(bytes) ? unzipped(bytes) : bytes;
  if (!(plain instanceof Uint8Array)) return plain;
  const text = decoded(plain);
  if (text === null) return wrong("it is not UTF-8");
  const collected = new Collected();
  try {
    await (text.trimStart().startsWith("<") ? readXml : readCsv)(text, collected, pause);
  } catch (error) {
    if (error instanceof UnreadableError) return wrong(error.message);
    throw error;
  }
  if (collected.rates.length === 0)
    return wrong("it holds no rates as the European Central Bank prints them");
  return { kind: "rates", rates: collected.rates, leftOut: [...collected.leftOut].sort() };
}

class UnreadableError extends Error {
  override readonly name = "UnreadableError";
}

function wrong(why: string): WrongEcbFile {
  return { kind: "wrong", why };
}

class Collected {
  readonly rates: EcbRate[] = [];
  readonly leftOut = new Set<string>();

  add(date: string, currency: string, rate: string, where: string): void {
    if (!/^[A-Z]{3}$/.test(currency)) throw new UnreadableError(`${where}: three letters name a currency`);
    if (!/^\d{1,12}(\.\d{1,12})?$/.test(rate) || !/[1-9]/.test(rate)) {
      throw new UnreadableError(`${where}: a rate is a positive decimal`);
    }
    if (MINOR_DIGITS.has(currency)) this.rates.push({ date, currency, rate });
    else this.leftOut.add(currency);
  }
}

function isZip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b;
}

function unzipped(bytes: Uint8Array): Uint8Array | WrongEcbFile {
  try {
    const sizes: number[] = [];
    const files = Object.values(
      unzipSync(bytes, {
        filter: ({ name, originalSize }) => {
          if (!/\.(csv|xml)$/i.test(name)) return false;
          sizes.push(originalSize);
          return originalSize <= MOST_ECB_BYTES;
        },
      }),
    );
    if (sizes.some((size) => size > MOST_ECB_BYTES)) return wrong("what is in the zip is too large");
    const [file] = files;
    return file === undefined || files.length > 1 ? wrong("one CSV or XML in the zip is wanted") : file;
  } catch {
    return wrong("the zip can't be read");
  }
}

function decoded(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

async function readXml(text: string, into: Collected, pause: () => Promise<void>): Promise<void> {
  const parser = new SaxesParser();
  const day: { now: string | null } = { now: null };
  parser.on("error", (error) => {
    throw new UnreadableError(`it is no XML: ${error.message.slice(0, 100)}`);
  });
  parser.on("opentag", ({ name, attributes }) => {
    if (!/(^|:)Cube$/.test(name)) return;
    const where = `line ${String(parser.line)}`;
    const { time, currency, rate } = attributes;
    if (time !== undefined) day.now = dayOf(time, where);
    if (currency === undefined || rate === undefined) return;
    if (day.now === null) throw new UnreadableError(`${where}: a rate without its day`);
    into.add(day.now, currency, rate, where);
  });
  for (let from = 0; from < text.length; from += PIECE) {
    parser.write(text.slice(from, from + PIECE));
    await pause();
  }
  parser.close();
}

async function readCsv(text: string, into: Collected, pause: () => Promise<void>): Promise<void> {
  let currencies: readonly string[] | null = null;
  const parser = parse({
    relax_column_count: true,
    skip_empty_lines: true,
    trim: true,
    bom: true,
    max_record_size: PIECE,
    on_record: (fields: readonly string[], { lines }) => {
      const [first = "", ...rest] = fields;
      const where = `line ${String(lines)}`;
      if (currencies === null) {
        if (first !== "Date") throw new UnreadableError("the first column of its first line is not Date");
        currencies = rest;
        return null;
      }
      const date = dayOf(first, where);
      currencies.forEach((currency, column) => {
        const rate = rest[column] ?? "";
        if (currency !== "" && rate !== "" && rate !== "N/A") into.add(date, currency, rate, where);
      });
      return null;
    },
  });
  async function* pieces(): AsyncGenerator<string> {
    for (let from = 0; from < text.length; from += PIECE) {
      yield text.slice(from, from + PIECE);
      await pause();
    }
  }
  parser.resume();
  try {
    await pipeline(Readable.from(pieces()), parser);
  } catch (error) {
    if (error instanceof CsvError) throw new UnreadableError(`it is no CSV: ${error.message.slice(0, 100)}`);
    throw error;
  }
}

const MONTHS = "January February March April May June July August September October November December".split(
  " ",
);

/** `2026-11-28`, or `28 November 2026` as the file of one day has it. */
function dayOf(text: string, where: string): string {
  const [, day = "", month = "", year = ""] = /^(\d{1,2}) ([A-Z][a-z]+) (\d{4})$/.exec(text) ?? [];
  const number = MONTHS.indexOf(month) + 1;
  const date = number === 0 ? text : `${year}-${two(String(number))}-${two(day)}`;
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(date) && isReal(date);
  if (!isDay) throw new UnreadableError(`${where}: a day is wanted, for example 2026-11-28`);
  return date;
}

function two(text: string): string {
  return text.padStart(2, "0");
}

function isReal(date: string): boolean {
  const at = new Date(`${date}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(date) && date >= "1999-01-01";
}
