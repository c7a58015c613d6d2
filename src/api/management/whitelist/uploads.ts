import { z } from "zod";
import { isPan } from "../../../domain/pan.ts";
import { instantOrNull } from "../../../domain/time.ts";
import { MOST_VALIDITIES, WhitelistLines } from "../../../engine/offline/whitelist/lines.ts";
import { applyUpload } from "../../../engine/offline/whitelist/upload.ts";
import { listUploads } from "../../../engine/offline/whitelist/lists.ts";
import type { UploadCounts, UploadRow } from "../../../engine/offline/whitelist/uploadRecords.ts";
import { reply } from "../../http/answer.ts";
import { type FieldError, fieldErrors, invalid, problem } from "../../http/problems.ts";
import { plainCard } from "../../pos/schemas.ts";
import { actorShape, type NameActor } from "../actors.ts";
import { type CsvRow, readCsvInto, type ReadRow } from "../csv.ts";
import { listPage } from "../listPage.ts";
import { paging, yesOrNo } from "../page.ts";
import type { Kit, SecuredAnyRoute } from "../secured.ts";
import {
  isInOrder,
  namedScope,
  NOT_IN_ORDER,
  NOT_YOUR_CARD,
  numbersInSight,
  scopeProblem,
  scopeQuery,
  scopesInSight,
  validity,
} from "./scope.ts";

const tag = "Whitelist";
const path = "/api/whitelist/uploads";
/** As many lines as are taken, with both dates. */
const MOST_BYTES = 128 * 1024 * 1024;
const MOST_LINES = 2_000_000;

const row = z.strictObject({ pan: plainCard.shape.pan, ...validity }).refine(isInOrder, NOT_IN_ORDER);
type Row = z.infer<typeof row>;

const COLUMNS = [{ name: "pan" }, { name: "validFrom", optional: true }, { name: "validTo", optional: true }];

const mode = z.enum(["ADD", "REPLACE", "REMOVE"]);

const counts = {
  lines: z.int().describe("Lines of the file, the header apart."),
  added: z.int().describe("Cards that were not listed before."),
  changed: z.int().describe("Cards that were listed with another validity."),
  unchanged: z.int().describe("Lines that change nothing."),
  removed: z.int().describe("Cards that are listed no longer."),
  notListed: z.int().describe("Lines to be removed whose card was not listed."),
  total: z.int().describe("Cards of the list afterwards."),
};
const uploadedShape = z.object({
  uploadId: z.string().nullable().describe("Names the upload; null for a dry run."),
  ...counts,
});
const uploadShape = z.object({
  id: z.string(),
  rulesetId: z.string().nullable(),
  locationId: z.string().nullable(),
  mode,
  byHand: z.boolean().describe("One card, and no file."),
  ...counts,
  at: z.string(),
  by: actorShape,
});

export function uploadRoutes(kit: Kit): readonly SecuredAnyRoute[] {
  return [uploadList(kit), uploadHistory(kit)];
}

function uploadList({ services, secure }: Kit): SecuredAnyRoute {
  return secure({
    method: "POST",
    path,
    summary: "Upload cards of the whitelist of a ruleset or a location as CSV, all or none",
    description:
      "Columns: `pan`, `validFrom`, `validTo`; the last two may be missing or empty. A date is its beginning in UTC; an entry counts until before `validTo`. `ADD` lists the cards of the file, `REPLACE` lists them and no others, `REMOVE` takes them off the list. With `dryRun` nothing is stored, and no card is made: the answer says what would change. Numbers are hashed, and kept nowhere.",
    refusals: ["MALFORMED_REQUEST", "UNAVAILABLE"],
    tag,
    permission: "whitelist:write",
    streams: "text/csv",
    query: z.strictObject({ ...scopeQuery, mode, dryRun: yesOrNo.optional() }),
    answers: { 200: uploadedShape },
    handle: async (call) => {
      const { query, visibility, write: asked } = call;
      const scope = namedScope(query, "/query");
      const refused =
        scope.kind === "problem"
          ? scope
          : await scopeProblem(services, visibility, scope, asked.now, "/query");
      const lines = new WhitelistLines();
      const read = readerOf(await numbersInSight(services, visibility), lines);
      const keep = ({ pan, validFrom, validTo }: Row, line: number): void => {
        const validity = { validFrom: instantOrNull(validFrom), validTo: instantOrNull(validTo) };
        lines.add({ pan, ...validity }, line);
      };
      const csv = await readCsvInto(call, COLUMNS, read, keep, MOST_BYTES);
      if (scope.kind === "problem") return scope;
      if (refused !== null) return refused;
      if (csv.kind === "problem") return csv;
      if (lines.isTooVaried)
        return invalid("", `at most ${String(MOST_VALIDITIES)} different validities are taken at once`);
      return await call.once(csv.digest, async (write) => {
        const isDryRun = query.dryRun === true;
        const upload = { scope, mode: query.mode, byHand: false, lines };
        const done = await applyUpload(services, write, upload, isDryRun);
        if (done.kind === "differs") {
          const errors = done.lines.map((line) => ({
            pointer: `/${String(line)}/pan`,
            message: "the same card stands in an earlier line with another validity",
          }));
          return problem("INVALID_REQUEST", "Nothing was stored.", { errors });
        }
        return reply(200, { uploadId: isDryRun ? null : write.seed, ...done.counts });
      });
    },
  });
}

function readerOf(isInSight: (pan: string) => boolean, kept: WhitelistLines): ReadRow<Row> {
  const times = new KnownTimes();
  return (fields: CsvRow): ReturnType<ReadRow<Row>> => {
    if (kept.count === MOST_LINES)
      return { errors: [{ pointer: "", message: `at most ${String(MOST_LINES)} lines are taken at once` }] };
    const parsed = times.rowOf(fields) ?? row.safeParse(fields);
    if (!parsed.success) return { errors: fieldErrors(parsed.error) };
    const errors: readonly FieldError[] = [{ pointer: "/pan", message: NOT_YOUR_CARD }];
    return isInSight(parsed.data.pan) ? { item: parsed.data } : { errors };
  };
}

const MOST_TIMES = 1_000;

/** Most lines of a file say the same times: each is looked at by the schema once, and a line without errors by no other. */
class KnownTimes {
  readonly #known = new Map<string, string>();

  /** Null where the schema has to say what the line says, or what is wrong with it. */
  rowOf({
    pan,
    validFrom,
    validTo,
    ...others
  }: CsvRow): { readonly success: true; readonly data: Row } | null {
    if (pan === undefined || !isPan(pan)) return null;
    const [from, to] = [this.#timeOf(validFrom), this.#timeOf(validTo)];
    if (from === undefined || to === undefined || Object.keys(others).length > 0) return null;
    const data = { pan, validFrom: from, validTo: to };
    return isInOrder(data) ? { success: true, data } : null;
  }

  #timeOf(text: string | undefined): string | null | undefined {
    if (text === undefined) return null;
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    const { data } = validity.validTo.safeParse(text);
    if (typeof data === "string" && this.#known.size < MOST_TIMES) this.#known.set(text, data);
    return data ?? undefined;
  }
}

function uploadHistory(kit: Kit): SecuredAnyRoute {
  const { services } = kit;
  return listPage(kit, {
    path,
    summary: "Uploads of whitelists, the newest first, with single cards by hand",
    tag,
    permission: "whitelist:read",
    query: z.strictObject({ ...paging, ...scopeQuery }),
    load: async ({ rulesetId, locationId }, page, { visibility, write }) => {
      const inSight = await scopesInSight(services, visibility, write.now);
      return await listUploads(services, { scopeId: rulesetId ?? locationId, inSight }, page);
    },
    item: uploadShape,
    view: async (upload, { nameOf }) => await uploadView(upload, nameOf),
  });
}

async function uploadView(upload: UploadRow, nameOf: NameActor): Promise<z.infer<typeof uploadShape>> {
  const { scope_kind: kind, scope_id: id, not_listed: notListed } = upload;
  const { lines, added, changed, unchanged, removed, total } = upload;
  const told: UploadCounts = { lines, added, changed, unchanged, removed, notListed, total };
  return {
    id: upload.id,
    rulesetId: kind === "RULESET" ? id : null,
    locationId: kind === "LOCATION" ? id : null,
    mode: upload.mode,
    byHand: upload.by_hand,
    ...told,
    at: upload.at.toISOString(),
    by: await nameOf({ id: upload.actor_id, role: upload.actor_role }),
  };
}
