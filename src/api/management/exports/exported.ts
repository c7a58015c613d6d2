import { z } from "zod";
import { callerOf, type Principal } from "../../../domain/user/access.ts";
import { type Instant, iso } from "../../../domain/time.ts";
import { streamed } from "../../http/answer.ts";
import { invalid, type Problem } from "../../http/problems.ts";
import { timeZone } from "../operationFilter.ts";
import type { Cell } from "./cell.ts";
import { type FileFormat, fileOf, MEDIA_TYPES } from "./files.ts";

/** A spreadsheet is made in memory. */
const MOST_IN_XLSX = 50_000;

const FORMATS = ["csv", "json", "xlsx"] as const satisfies readonly FileFormat[];

/** What every export takes beside the list's filter. */
export const exportQuery = {
  format: z.enum(FORMATS).default("csv"),
  timeZone: timeZone.default("UTC"),
};

/** A file; as JSON an array of what the columns' headers name. */
export const exported = z.union([
  z.string(),
  z.array(z.record(z.string(), z.union([z.string(), z.number(), z.null()]))),
]);

export const EXPORT_MEDIA_TYPES = FORMATS.map((format) => MEDIA_TYPES[format].split(";")[0] ?? format);

/** How an instant is written in a file: null for none. */
export type Written = (at: string | null) => string | null;

/** As `2026-11-28 14:02:11 GMT+1`: what is read by people and by programs. */
export function timeIn(zone: string): Written {
  const format = new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "long" });
  return (at) => (at === null ? null : format.format(new Date(at)));
}

type Told = string | number | boolean | undefined;

interface Export {
  /** What its rows are, in the plural: `Operations`. */
  readonly what: string;
  /** The file's name without day and ending. */
  readonly name: string;
  readonly headers: readonly string[];
  readonly rows: AsyncIterable<readonly Cell[]>;
  readonly filter: Readonly<Record<string, Told | readonly Told[]>>;
  readonly format: FileFormat;
  readonly timeZone: string;
  readonly by: Principal;
  readonly at: Instant;
}

export async function sendFile({
  what,
  name,
  headers,
  rows,
  filter,
  format,
  timeZone: zone,
  by,
  at,
}: Export) {
  const given = Object.entries(filter).flatMap(([member, value]) =>
    value === undefined ? [] : [[member, [value].flat().join(", ")] as const],
  );
  const about = [[what, ""], ["Made", iso(at)], ["By", callerOf(by)], ["Times in", zone], ...given] as const;
  const file = await fileOf({ headers, rows, about }, format);
  return streamed(file, MEDIA_TYPES[format], {
    "Content-Disposition": `attachment; filename="${name}-${iso(at).slice(0, 10)}.${format}"`,
  });
}

/** Null where a file of this format takes the rows. @param count counts them, no further than it is told */
export async function tooManyRows(
  format: FileFormat,
  count: (most: number) => Promise<number>,
): Promise<Problem | null> {
  if (format !== "xlsx" || (await count(MOST_IN_XLSX + 1)) <= MOST_IN_XLSX) return null;
  const most = String(MOST_IN_XLSX);
  return invalid("/query/format", `a spreadsheet takes ${most} rows: narrow the filter, or take csv`);
}
