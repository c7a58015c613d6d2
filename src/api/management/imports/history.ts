import { z } from "zod";
import { callerOf, isUnlimited } from "../../../domain/user/access.ts";
import {
  badLinesOf,
  findImport,
  IMPORT_KINDS,
  IMPORT_STATES,
  type ImportSight,
  type ListedImport,
  listImports,
  MOST_BAD_LINES,
  reportedLines,
} from "../../../engine/imports/records.ts";
import { reply, streamed } from "../../http/answer.ts";
import { problem } from "../../http/problems.ts";
import { actorNames, actorShape, type NameActor } from "../actors.ts";
import { fileOf, MEDIA_TYPES } from "../exports/files.ts";
import { listPage } from "../listPage.ts";
import { paging, several } from "../page.ts";
import type { Kit, ManagementCall, SecuredAnyRoute } from "../secured.ts";
import { badLineShape } from "./reported.ts";

/** Who brought which file, how far it is, and which of its lines were bad. */

const tag = "Imports";
const path = "/api/imports";
const id = z.strictObject({ id: z.string().regex(/^[0-9A-Z]{26}$/) });

const importShape = z.object({
  id: z.string(),
  kind: z.enum(IMPORT_KINDS),
  fileName: z.string().nullable().describe("What the file was called; of opening balances their source."),
  state: z
    .enum(IMPORT_STATES)
    .describe("`INTERRUPTED` can be taken up again; `FAILED` ended before the file did."),
  lines: z.int().describe("Lines read so far that hold something, the header apart."),
  accepted: z.int().describe("Lines that were stored."),
  known: z.int().describe("Lines that were known already."),
  bad: z.int().describe("Lines that were not taken."),
  committedLine: z
    .int()
    .describe("The line of the file up to which all is committed; 0 where that is not counted."),
  committedBytes: z.int().describe("The same in bytes."),
  at: z.string(),
  changedAt: z.string().describe("When it went on last."),
  by: actorShape,
});

export function importRoutes(kit: Kit): readonly SecuredAnyRoute[] {
  return [list(kit), one(kit), report(kit)];
}

type Asking = Pick<ManagementCall<unknown, unknown, unknown>, "visibility" | "write">;

/** A file has cards of any scope: who has one sees their own files. */
function sightOf({ visibility, write: { principal } }: Asking): ImportSight {
  return { by: isUnlimited(visibility) ? null : principal.id, owner: callerOf(principal) };
}

function list(kit: Kit): SecuredAnyRoute {
  return listPage(kit, {
    path,
    summary: "Imports of files, the newest first",
    tag,
    permission: "imports:read",
    query: z.strictObject({
      ...paging,
      kind: several(z.enum(IMPORT_KINDS)).optional(),
      state: several(z.enum(IMPORT_STATES)).optional(),
      idempotencyKey: z
        .string()
        .min(1)
        .max(255)
        .optional()
        .describe("The import that you began with this `Idempotency-Key`."),
    }),
    load: async (filter, page, call) => await listImports(kit.services, filter, sightOf(call), page),
    item: importShape,
    view: async (found, { nameOf }) => await importView(found, nameOf),
  });
}

function one({ services, secure }: Kit): SecuredAnyRoute {
  return secure({
    method: "GET",
    path: `${path}/{id}`,
    summary: "An import, and how far it is",
    tag,
    permission: "imports:read",
    refusals: ["NOT_FOUND"],
    sends: [],
    params: id,
    answers: { 200: importShape },
    handle: async (call) => {
      const found = await findImport(services, call.params.id, sightOf(call));
      if (found === null) return problem("NOT_FOUND");
      return reply(200, await importView(found, actorNames(services, call.visibility)));
    },
  });
}

const REPORT_FORMATS = ["json", "csv"] as const;

function report({ services, secure }: Kit): SecuredAnyRoute {
  return secure({
    method: "GET",
    path: `${path}/{id}/report`,
    summary: "The bad lines of an import, the first 10,000",
    description: "Line, column and why, as JSON or as CSV; never what stands there.",
    tag,
    permission: "imports:read",
    refusals: ["NOT_FOUND"],
    sends: ["Content-Disposition"],
    produces: REPORT_FORMATS.map((format) => MEDIA_TYPES[format].split(";")[0] ?? format),
    params: id,
    query: z.strictObject({ format: z.enum(REPORT_FORMATS).default("json") }),
    answers: {
      200: z.union([
        z.object({
          importId: z.string(),
          bad: z.int().describe("Lines that were not taken."),
          leftOut: z.int().describe("Bad lines that are not here."),
          badLines: z.array(badLineShape).describe("In the file's order."),
        }),
        z.string(),
      ]),
    },
    handle: async (call) => {
      const found = await findImport(services, call.params.id, sightOf(call));
      if (found === null) return problem("NOT_FOUND");
      const rows = await badLinesOf(services, found.id, MOST_ROWS);
      if (call.query.format === "csv") {
        const cells = rows.map(({ line, field, message }) => [line, field, message] as const);
        const headers = ["line", "column", "message"];
        const file = await fileOf({ headers, rows: each(cells), about: [] }, "csv");
        const name = `attachment; filename="import-${found.id}.csv"`;
        return streamed(file, MEDIA_TYPES.csv, { "Content-Disposition": name });
      }
      const leftOut = found.bad - (await reportedLines(services, found.id));
      const badLines = rows.map(({ line, field, message }) => ({ line, column: field, message }));
      return reply(200, { importId: found.id, bad: found.bad, leftOut, badLines });
    },
  });
}

/** A line may be bad for several reasons. */
const MOST_ROWS = MOST_BAD_LINES * 10;

async function* each<Row>(rows: readonly Row[]): AsyncGenerator<Row, undefined> {
  for (const row of rows) yield await Promise.resolve(row);
}

async function importView(found: ListedImport, nameOf: NameActor): Promise<z.infer<typeof importShape>> {
  return {
    ...{ id: found.id, kind: found.kind, fileName: found.file_name, state: found.state },
    ...{ lines: found.lines, accepted: found.accepted, known: found.known, bad: found.bad },
    ...{ committedLine: found.file_lines, committedBytes: found.file_bytes },
    at: found.at.toISOString(),
    changedAt: found.changed_at.toISOString(),
    by: await nameOf({ id: found.actor_id, role: found.actor_role }),
  };
}
