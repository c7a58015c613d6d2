import { z } from "zod";
import { MAX_BODY_BYTES, MAX_NAME_BYTES, type RecordedEvent } from "../eventlog/log.ts";

/**
 * The file: NDJSON. A header, one line an event in feed order, one line a record of the append-only tables, a footer
 * with the counts and the SHA-256 of every line before it, line ends included.
 */
export const FORMAT = "admittance-log";
export const VERSION = 1;

/** Kept beside the log, never changed, and evidence like it. */
export const RECORD_TABLES = [
  "account_ranges",
  "transactions",
  "rates",
  "terms_file_parts",
  "branding_files",
  "whitelist_uploads",
  "whitelist_entries",
  "opening_balance_imports",
] as const;
export type RecordTable = (typeof RECORD_TABLES)[number];

/** A body whose every byte is escaped, and the rest of the line. */
export const MAX_LINE_BYTES = MAX_BODY_BYTES * 6 + 8_192;

const count = z.int().nonnegative();
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

const header = z.strictObject({
  format: z.literal(FORMAT),
  version: z.literal(VERSION),
  exportedAt: z.iso.datetime(),
  installation: z.strictObject({
    /** Names the keyring without telling anything of it: the card vault is worth nothing without that one. */
    keyringId: z.string().max(64),
    testClock: z.boolean(),
    log: z.enum(["POSTGRESQL", "EVENTSTOREDB"]),
  }),
});
const event = z.strictObject({
  stream: z.string().min(1).max(MAX_NAME_BYTES),
  revision: count,
  id: z.uuid(),
  type: z.string().min(1).max(MAX_NAME_BYTES),
  body: z.string(),
  hash: sha256,
});
const record = z.strictObject({ table: z.enum(RECORD_TABLES), row: z.string() });
const footer = z.strictObject({ events: count, streams: count, records: count, sha256 });

export type Header = z.infer<typeof header>;
export type Footer = z.infer<typeof footer>;
/** `row` is the row as JSON, as PostgreSQL writes and reads it. */
export type RecordLine = z.infer<typeof record>;

export type Line =
  | { readonly kind: "event"; readonly event: RecordedEvent }
  | { readonly kind: "record"; readonly record: RecordLine }
  | { readonly kind: "footer"; readonly footer: Footer };

export function eventLine({ stream, revision, id, type, body, hash }: RecordedEvent): string {
  return JSON.stringify({ stream, revision, id, type, body, hash });
}

/** Null for what is no header; a string says why this release can't read a file that is one. */
export function parseHeader(text: string): Header | string | null {
  const json = parseJson(text);
  const parsed = header.safeParse(json);
  if (parsed.success) return parsed.data;
  const named = z.looseObject({ format: z.literal(FORMAT), version: z.int() }).safeParse(json);
  if (!named.success) return null;
  if (named.data.version === VERSION) return null;
  return `it has version ${named.data.version} of the format, this release reads ${VERSION}`;
}

/** Null for what is no line of the format. */
export function parseLine(text: string): Line | null {
  const json = parseJson(text);
  const asEvent = event.safeParse(json);
  // A file knows no positions: feed order is the order of its lines.
  if (asEvent.success) return { kind: "event", event: { ...asEvent.data, position: "" } };
  const asRecord = record.safeParse(json);
  if (asRecord.success) return { kind: "record", record: asRecord.data };
  const asFooter = footer.safeParse(json);
  return asFooter.success ? { kind: "footer", footer: asFooter.data } : null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
