import { z } from "zod";
import { keptTime } from "./clock.ts";
import { report } from "./reportShape.ts";

/**
 * One line of a terminal's journal: the CRC-32 of the record in 8 hexadecimal digits, a blank, the record as JSON. So a
 * line that was cut, or damaged later, is known as such.
 */

const at = z.number();
/** A keyed hash of the number, with a key that lies elsewhere. */
const cardHash = z.string();
/** An entry that the caps count, once its report has been acknowledged. */
const counted = z.object({ at, card: cardHash, ruleset: z.string() });
export type Counted = z.infer<typeof counted>;

const invalid = z.object({ reportId: z.string(), number: z.int(), why: z.string().nullable() });
/** A report that the server has kept and can't use: for the operator of the terminal. */
export type InvalidReport = z.infer<typeof invalid>;

const record = z.discriminatedUnion("kind", [
  /** A decision, before the door opens. */
  z.object({ kind: z.literal("decided"), report, card: cardHash }),
  /** Reports that the server has. */
  z.object({
    kind: z.literal("acknowledged"),
    numbers: z.array(z.int()),
    invalid: z.array(invalid),
  }),
  z.object({ kind: z.literal("heard"), time: keptTime }),
  z.object({ kind: z.literal("counted"), entry: counted }),
  /** What the lines said that are here no more; it stands first and last, for it is worth two. */
  z.object({
    kind: z.literal("condensed"),
    nextNumber: z.int().min(1),
    lastAt: at.nullable(),
    invalid: z.array(invalid),
  }),
]);
export type JournalRecord = z.infer<typeof record>;

/** The journal holds what only a later release knows. The message names the line, and nothing of it. */
export class UnknownRecordError extends Error {
  override readonly name = "UnknownRecordError";
}

export function lineOf(entry: JournalRecord): string {
  const json = JSON.stringify(entry);
  return `${crc32(json)} ${json}`;
}

/**
 * Null: the line is not what was written.
 * @throws UnknownRecordError where it is whole, and of a kind that is not known here
 */
export function recordOf(line: string, place: number): JournalRecord | null {
  const json = line.slice(9);
  if (line[8] !== " " || line.slice(0, 8) !== crc32(json)) return null;
  const parsed = record.safeParse(JSON.parse(json));
  if (!parsed.success)
    throw new UnknownRecordError(`line ${place} of the journal is of a later release of the terminal`);
  return parsed.data;
}

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

/** CRC-32 (ISO-HDLC, as in zip) of the text in UTF-8. */
function crc32(text: string): string {
  let sum = 0xffffffff;
  for (const byte of new TextEncoder().encode(text)) sum = (sum >>> 8) ^ (TABLE[(sum ^ byte) & 0xff] ?? 0);
  return ((sum ^ 0xffffffff) >>> 0).toString(16).padStart(8, "0");
}
