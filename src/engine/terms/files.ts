import { createHash } from "node:crypto";
import type { Services } from "../services.ts";

/** Files of terms, by their hash, in a table beside the log. */

export const MOST_FILE_BYTES = 5_000_000;
/** In hexadecimal digits it fits a line of an export. */
const PART_BYTES = 131_072;
const HEAD = Buffer.from("%PDF-");
const END = "%%EOF";
/** As far from the end as readers look for it. */
const END_WITHIN = 1_024;

/** What is wrong with a file; null for a PDF. It begins as one from its first byte on: what is two things at once is taken for neither. */
export function pdfFlaw(bytes: Buffer): string | null {
  if (bytes.length === 0) return "the file is empty";
  if (!bytes.subarray(0, HEAD.length).equals(HEAD)) return "it is not a PDF";
  return bytes.subarray(-END_WITHIN).includes(END) ? null : "the PDF has no end: it was cut off";
}

export function hashOfFile(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** The same file again is kept once. */
export async function keepFile({ pool }: Pick<Services, "pool">, hash: string, bytes: Buffer): Promise<void> {
  const parts = Array.from({ length: Math.ceil(bytes.length / PART_BYTES) }, (_, part) =>
    bytes.subarray(part * PART_BYTES, (part + 1) * PART_BYTES),
  );
  await pool.query(
    `insert into terms_file_parts (hash, part, bytes)
     select $1, p.part, p.bytes from unnest($2::int[], $3::bytea[]) p(part, bytes) on conflict do nothing`,
    [hash, parts.map((_, part) => part), parts],
  );
}

/** @throws Error where the table holds something else than what was uploaded */
export async function readFile({ pool }: Pick<Services, "pool">, hash: string): Promise<Buffer<ArrayBuffer>> {
  const { rows } = await pool.query<{ bytes: Buffer }>(
    "select bytes from terms_file_parts where hash = $1 order by part",
    [hash],
  );
  const bytes = Buffer.concat(rows.map((row) => row.bytes));
  if (hashOfFile(bytes) !== hash) throw new Error(`the file of terms ${hash} is missing or was altered`);
  return bytes;
}
