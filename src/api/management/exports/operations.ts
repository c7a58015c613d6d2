import { z } from "zod";
import type { Visibility } from "../../../domain/user/access.ts";
import type { Instant } from "../../../domain/time.ts";
import type { Projections } from "../../../projections/index.ts";
import { operationFilter } from "../operationFilter.ts";
import type { Kit, SecuredAnyRoute } from "../secured.ts";
import type { Cell } from "./cell.ts";
import { EXPORT_MEDIA_TYPES, exported, exportQuery, sendFile, timeIn, tooManyRows } from "./exported.ts";
import { DETAILED, type ExportColumn, SUMMARY } from "./operationColumns.ts";

const query = z.strictObject({
  ...operationFilter,
  ...exportQuery,
  sort: z.enum(["at", "-at"]).optional(),
  detail: z.enum(["SUMMARY", "DETAILED"]).default("SUMMARY"),
});

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
    produces: EXPORT_MEDIA_TYPES,
    sends: ["Content-Disposition"],
    answers: { 200: exported },
    handle: async ({
      query: { format, detail, timeZone, sort, ...filter },
      visibility,
      principal,
      write,
    }) => {
      const { operations } = deps.projections;
      const tooMany = await tooManyRows(format, async (most) =>
        operations.count(filter, visibility, write.now, most),
      );
      if (tooMany !== null) return tooMany;
      const columns = detail === "SUMMARY" ? SUMMARY : DETAILED;
      return await sendFile({
        what: "Operations",
        name: `operations-${detail.toLowerCase()}`,
        headers: columns.map(({ header }) => header),
        rows: rowsOf(operations, { filter, sort, visibility, now: write.now, columns, timeZone }),
        filter: { ...filter, sort },
        format,
        timeZone,
        by: principal,
        at: services.now(),
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
): AsyncGenerator<readonly Cell[]> {
  const time = timeIn(timeZone);
  for await (const operation of operations.all(filter, visibility, { sort }, now)) {
    yield columns.map(({ cell }) => cell(operation, time));
  }
}
