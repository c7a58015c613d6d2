import { z } from "zod";
import { termsInput } from "../../domain/terms/input.ts";
import { termsKind } from "../../domain/terms/kinds.ts";
import { isUnlimited, MAY, type Principal } from "../../domain/user/access.ts";
import { type Consents, countConsents } from "../../engine/terms/consents.ts";
import { hashOfFile, MOST_FILE_BYTES, pdfFlaw, readFile } from "../../engine/terms/files.ts";
import { allTerms, type ListedTerms, standing, uploadTerms } from "../../engine/terms/terms.ts";
import { limitOf, pageOf, sortKeyOf } from "../../projections/page.ts";
import { reply, streamed } from "../http/answer.ts";
import { readFileBody } from "../http/file.ts";
import { invalid, problem } from "../http/problems.ts";
import { listPage } from "./listPage.ts";
import { paging } from "./page.ts";
import { created, idParams, positionHeader } from "./records.ts";
import type { Kit, SecuredAnyRoute } from "./secured.ts";
import { actorShape } from "./actors.ts";
import { type Sign, signer } from "./signatures.ts";

/** Terms & Conditions and Privacy Policy: uploaded, listed, read. There is no route that changes or deletes one. */

const tag = "Terms";
const path = "/api/terms";
const PDF = "application/pdf";
const SORT = "-validFrom";

/** `VALID` counts now, `SCHEDULED` from its day on; `SUPERSEDED` stays in the history. */
const termsStatus = z.enum(["VALID", "SCHEDULED", "SUPERSEDED"]);

export const termsShape = z.object({
  id: z.string(),
  kind: termsKind,
  validFrom: z.string(),
  status: termsStatus,
  bytes: z.int(),
  sha256: z.string(),
  uploadedAt: z.string(),
  /** Null for those who may not upload. */
  uploadedBy: actorShape.nullable(),
  /** How many of those who have to consent have done so; null for those who may not upload. */
  consents: z.object({ given: z.int(), of: z.int() }).nullable(),
});
type Terms = z.infer<typeof termsShape>;

export function termsRoutes(kit: Kit): readonly SecuredAnyRoute[] {
  return [upload(kit), preview(kit), list(kit), file(kit)];
}

function upload({ services, secure }: Kit): SecuredAnyRoute {
  return secure({
    method: "POST",
    path,
    summary: "Upload a PDF that is valid from a day on; of the same day the last one counts",
    description:
      "Nothing of it is ever edited or deleted: the file that it replaces stays in the history. Whoever has to consent does so anew once it is valid. The same file for the same day changes nothing (200).",
    tag,
    permission: "terms:write",
    streams: PDF,
    query: termsInput,
    answers: { 200: termsShape, 201: termsShape },
    sends: ["Location", "ETag", "Position"],
    handle: async (call) => {
      const body = await readFileBody(call, [PDF], MOST_FILE_BYTES);
      if (body.kind === "problem") return body;
      if (!isUnlimited(call.visibility))
        return problem("FORBIDDEN", "The terms are for everybody: whoever has a scope uploads none.");
      const flaw = pdfFlaw(body.bytes);
      if (flaw !== null) return invalid("/file", flaw);
      return await call.once(hashOfFile(body.bytes), async (write) => {
        const done = await uploadTerms(services, write, call.query, body.bytes);
        if (done.kind === "problem") return done;
        const { file: uploaded, status, position } = done;
        const listed = { kind: call.query.kind, file: uploaded, status };
        const view = await viewOf(listed, signer(services, call.visibility), await countConsents(services));
        return position === null
          ? reply(200, view, positionHeader(position))
          : created(path, uploaded.id, view, 0, position);
      });
    },
  });
}

function preview({ services, secure }: Kit): SecuredAnyRoute {
  return secure({
    method: "GET",
    path: `${path}/preview`,
    summary: "What an upload would come to",
    tag,
    permission: "terms:write",
    query: termsInput,
    answers: {
      200: z.object({
        status: termsStatus,
        replaces: z.object({ id: z.string(), given: z.int() }).nullable(),
        of: z.int(),
      }),
    },
    handle: async ({ query, write }) => {
      const { status, replaces } = await standing(services, query, write.now);
      const { given, of } = await countConsents(services);
      return reply(200, {
        status,
        replaces: replaces === null ? null : { id: replaces.id, given: given.get(replaces.id) ?? 0 },
        of,
      });
    },
  });
}

function list(kit: Kit): SecuredAnyRoute {
  const { services } = kit;
  return listPage(kit, {
    path,
    summary: "Every file that was uploaded, that of the latest day first",
    tag,
    permission: "terms:read",
    query: z.strictObject({ ...paging, kind: termsKind.optional(), status: termsStatus.optional() }),
    load: async (filter, { cursor, limit: most }, { write }) => {
      const found = (await allTerms(services, write.now)).filter(
        ({ kind, status }) => (filter.kind ?? kind) === kind && (filter.status ?? status) === status,
      );
      const after = sortKeyOf(cursor, SORT);
      const from = after === null ? 0 : found.findIndex(({ file: { id } }) => id === after.id) + 1;
      const limit = limitOf({ limit: most });
      const isOpen = seesPeople(write.principal);
      const consents = isOpen ? await countConsents(services) : null;
      return pageOf(
        found.slice(from),
        limit,
        SORT,
        found.length,
        ({ file: { validFrom, id } }) => ({ value: validFrom, id }),
        (one) => ({ ...one, consents }),
      );
    },
    item: termsShape,
    view: async ({ consents, ...listed }, { sign }) => await viewOf(listed, sign, consents),
  });
}

function file({ services, secure }: Kit): SecuredAnyRoute {
  return secure({
    method: "GET",
    path: `${path}/{id}/file`,
    summary: "The PDF",
    description: "Also for those who have not consented yet: they have to read it.",
    tag,
    permission: "terms:read",
    beforeConsent: true,
    params: idParams,
    produces: PDF,
    sends: ["Content-Disposition"],
    answers: { 200: z.string() },
    handle: async ({ params, write }) => {
      const found = (await allTerms(services, write.now)).find((one) => one.file.id === params.id);
      if (found === undefined) return problem("NOT_FOUND");
      const bytes = await readFile(services, found.file.hash);
      const name = `${found.kind.toLowerCase().replace("_", "-")}-${found.file.validFrom}.pdf`;
      return streamed(new Blob([bytes]).stream(), PDF, {
        "Content-Disposition": `inline; filename="${name}"`,
        // The panel shows it within its own page; nobody else may.
        "content-security-policy": FILE_POLICY,
      });
    },
  });
}

/** A PDF runs nothing of ours; browsers show it by a page of their own, whose styles stand in it. */
const FILE_POLICY =
  "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'";

/** Who else uploads, and how many have consented, is for those who run the programme. */
function seesPeople({ role }: Principal): boolean {
  return MAY[role].has("terms:write") || MAY[role].has("audit:read");
}

async function viewOf(
  { kind, file: one, status }: ListedTerms,
  sign: Sign,
  consents: Consents | null,
): Promise<Terms> {
  const { id, validFrom, bytes, hash, at, by } = one;
  const signed = await sign({ createdAt: at, createdBy: by, modifiedAt: at, modifiedBy: by });
  return {
    id,
    kind,
    validFrom,
    status,
    bytes,
    sha256: hash,
    uploadedAt: at,
    uploadedBy: consents === null ? null : signed.createdBy,
    consents: consents === null ? null : { given: consents.given.get(id) ?? 0, of: consents.of },
  };
}
