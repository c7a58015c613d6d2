import { z } from "zod";
import { callerOf, type Visibility } from "../../../domain/user/access.ts";
import { type Instant, iso } from "../../../domain/time.ts";
import type { Projections } from "../../../projections/index.ts";
import { invalid } from "../../http/problems.ts";
import { streamed } from "../../http/answer.ts";
import { operationFilter, timeZone } from "../operationFilter.ts";
import type { Kit, SecuredAnyRoute } from "../secured.ts";
import { type FileFormat, fileOf, MEDIA_TYPES } from "./files.ts";
import { DETAILED, type ExportColumn, SUMMARY } from "./operationColumns.ts";

/** A spreadsheet is made in memory. */
const MOST_IN_XLSX = 50_000;

const FORMATS = ["csv", "json", "xlsx"] as const satisfies readonly FileFormat[];

const query = z.strictObject({
  ...operationFilter,
  sort: z.enum(["at", "-at"]).optional(),
  format: z.enum(FORMATS).default("csv"),
  detail: z.enum(["SUMMARY", "DETAILED"]).default("SUMMARY"),
  timeZone: timeZone.default("UTC"),
});

/** A file; as JSON an array of what the columns' headers name. */
const exported = z.union([
  z.string(),
  z.array(z.record(z.string(), z.union([z.string(), z.number(), z.null()]))),
]);

/** The operations that a list's filter finds, all of them, as a file. */
export function exportOperations({ services, deps, secure }: Kit): SecuredAnyRoute {
  return secure({
    method: "GET",
    path: "/api/exports/operations",
    summary: "The operations that a filter finds, as a file",
    description:
      "Exactly the rows of `GET /api/operations` with the same filter, for whoever may see them, as CSV, JSON or XLSX (at most 50,000 rows). Times are in `timeZone`, ids are text, and nothing in it is taken for a formula.",
    tag: "Operations",
    permission: "operations:export",
    query,
    produces: FORMATS.map((format) => MEDIA_TYPES[format].split(";")[0] ?? format),
    sends: ["Content-Disposition"],
    answers: { 200: exported },
    handle: async ({
      query: { format, detail, timeZone, sort, ...filter },
      visibility,
      principal,
      write,
    }) => {
      const { operations } = deps.projections;
      if (format === "xlsx") {
        const found = await operations.count(filter, visibility, write.now, MOST_IN_XLSX + 1);
        if (found > MOST_IN_XLSX) {
          return invalid(
            "/query/format",
            `a spreadsheet takes ${String(MOST_IN_XLSX)} rows: narrow the filter, or take csv`,
          );
        }
      }
      const columns = detail === "SUMMARY" ? SUMMARY : DETAILED;
      const rows = rowsOf(operations, { filter, sort, visibility, now: write.now, columns, timeZone });
      const about = aboutOf({
        filter: { ...filter, sort },
        at: services.now(),
        by: callerOf(principal),
        timeZone,
      });
      const file = await fileOf({ headers: columns.map(({ header }) => header), rows, about }, format);
      return streamed(file, MEDIA_TYPES[format], {
        "Content-Disposition": `attachment; filename="operations-${detail.toLowerCase()}-${iso(services.now()).slice(0, 10)}.${format}"`,
      });
    },
  });
}

interface Wanted {
  readonly filter: Parameters<Projections["operations"]["list"]>[0];
  readonly sort: "at" | "-at" | undefined;
  readonly visibility: Visibility;
  readonly now: Instant;
  readonly columns: readonly ExportColumn[];
  readonly timeZone: string;
}

async function* rowsOf(
  operations: Projections["operations"],
  { filter, sort, visibility, now, columns, timeZone }: Wanted,
): AsyncGenerator<readonly (string | number | null)[]> {
  const time = timeIn(timeZone);
  for await (const operation of operations.all(filter, visibility, { sort }, now)) {
    yield columns.map(({ cell }) => cell(operation, time));
  }
}

/** As `2026-11-28 14:02:11 GMT+1`: what is read by people and by programs. */
function timeIn(timeZone: string): (at: string | null) => string | null {
  const format = new Intl.DateTimeFormat("sv-SE", {
    timeZone,
    dateStyle: "short",
    timeStyle: "long",
  });
  return (at) => (at === null ? null : format.format(new Date(at)));
}

type Told = string | number | boolean | undefined;

function aboutOf({
  filter,
  at,
  by,
  timeZone,
}: {
  readonly filter: Readonly<Record<string, Told | readonly Told[]>>;
  readonly at: Instant;
  readonly by: string;
  readonly timeZone: string;
}): readonly (readonly [string, string])[] {
  const given = Object.entries(filter).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, [value].flat().join(", ")] as const],
  );
  return [["Operations", ""], ["Made", iso(at)], ["By", by], ["Times in", timeZone], ...given];
}
