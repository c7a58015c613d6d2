import { z } from "zod";
import { serialNumber } from "../../domain/terminal/input.ts";
import { type Instant, iso } from "../../domain/time.ts";
import { mayWritePlaces } from "../../domain/user/access.ts";
import { makeSetupCode, revokeCertificate } from "../../engine/certificates/byHand.ts";
import { visibleTerminal } from "../../engine/management/terminalsInSight.ts";
import {
  CERTIFICATE_STATES,
  type ListedCertificate,
  stateOf,
} from "../../projections/certificates/queries.ts";
import { soughtIn } from "../../engine/waitFor.ts";
import { reply } from "../http/answer.ts";
import { problem } from "../http/problems.ts";
import { listPage } from "./listPage.ts";
import { filterText, paging } from "./page.ts";
import { notYourPlaces } from "./places.ts";
import { positionHeader, shown } from "./records.ts";
import type { Kit, ManagementDeps, SecuredAnyRoute } from "./secured.ts";
import { refusedTerminal } from "./terminalCodes.ts";
import { terminalShape, terminalView } from "./terminalView.ts";
import { timeQuery } from "./times.ts";

/** Codes by which POS systems get their certificates, and the certificates that were signed. */

const tag = "Certificates";
const path = "/api/certificates";

const setupCode = z.object({
  id: z.string(),
  code: z.string(),
  expiresAt: z.string(),
  httpsUrl: z
    .string()
    .nullable()
    .describe("The port that wants certificates, by HTTPS; null where this instance has none."),
  wssUrl: z.string().nullable().describe("The same by WebSocket."),
  port: z.int().nullable().describe("The TCP port of both."),
});

export const listedCertificate = z.object({
  id: z.string(),
  terminal: z.string(),
  posId: z.string(),
  state: z
    .enum(CERTIFICATE_STATES)
    .describe("`RETIRING`: another has taken its place, and it counts until `until`."),
  fingerprint: z.string().describe("SHA-256 of the certificate, in hexadecimal digits."),
  subject: z.string().describe("Whom the certificate names."),
  keyMadeBy: z
    .enum(["DEVICE", "SERVER"])
    .describe("`SERVER`: the private key was made here, sent with the certificate, and not kept."),
  notBefore: z.string().describe("From when the certificate counts."),
  notAfter: z.string().describe("The end that the certificate says itself."),
  until: z.string(),
  issuedAt: z.string(),
  endedAt: z.string().nullable().describe("When it became void before its time."),
  endedBy: z.enum(["REVOKED", "REPLACED", "UNPAIRED", "REMOVED"]).nullable().describe("What ended it."),
});

export function certificateRoutes(kit: Kit): readonly SecuredAnyRoute[] {
  return [setupCodes(kit), list(kit), revoke(kit)];
}

function setupCodes({ services, deps, secure }: Kit): SecuredAnyRoute {
  return secure({
    method: "POST",
    path: "/api/terminals/{serialNumber}/setup-codes",
    summary: "A set-up code for this terminal's POS system; the one before is void",
    refusals: ["ALREADY_PAIRED", "SUSPENDED"],
    sends: ["Location", "Position"],
    tag,
    permission: "terminals:codes",
    params: z.strictObject({ serialNumber }),
    body: z.strictObject({}),
    answers: { 201: setupCode },
    handle: async ({ params, write, visibility }) => {
      const serial = params.serialNumber;
      if ((await visibleTerminal(services, visibility, serial)) === null) return problem("NOT_FOUND");
      if (!mayWritePlaces(visibility)) return notYourPlaces();
      const made = await makeSetupCode(services, write, serial);
      if (made.kind === "refused") return refusedTerminal(made.refusal);
      const { id, code, expiresAt, position } = made;
      const headers = {
        Location: `/api/terminals/${encodeURIComponent(serial)}`,
        ...positionHeader(position),
      };
      return reply(201, { id, code, expiresAt, ...addressesOf(deps) }, headers);
    },
  });
}

function addressesOf({ certificatePort }: ManagementDeps) {
  const found = certificatePort();
  if (found === null) return { httpsUrl: null, wssUrl: null, port: null };
  const { host, port } = found;
  return {
    httpsUrl: `https://${host}:${String(port)}/`,
    wssUrl: `wss://${host}:${String(port)}/`,
    port,
  };
}

function list(kit: Kit): SecuredAnyRoute {
  const { services, deps } = kit;
  return listPage(kit, {
    path,
    summary: "Certificates of terminals, and what became of them",
    tag,
    permission: "terminals:read",
    query: z.strictObject({
      ...paging,
      sort: z.enum(["issuedAt", "-issuedAt", "notAfter", "-notAfter"]).optional(),
      terminal: filterText.optional(),
      posId: filterText.optional(),
      serialNumber: filterText.optional().describe("The certificate's."),
      locationId: filterText.optional(),
      state: z.enum(CERTIFICATE_STATES).optional(),
      expiresBefore: timeQuery.optional().describe("Counts now, and will not then."),
    }),
    load: async (filter, page, { visibility }) => {
      const own = { ...filter, serialNumber: filter.serialNumber && plainSerial(filter.serialNumber) };
      return await deps.projections.certificates.list(own, visibility, services.now(), page);
    },
    item: listedCertificate,
    view: (row) => viewOf(row, services.now()),
  });
}

function revoke({ services, deps, secure }: Kit): SecuredAnyRoute {
  return secure({
    method: "POST",
    path: `${path}/{id}/revoke`,
    summary: "Revoke a certificate: void with its next request",
    description:
      "Void with the next request, on every instance; connections that it has made are closed. The terminal is not paired any more once none of its certificates counts. One that is void already stays as it is.",
    tag,
    permission: "terminals:write",
    params: z.strictObject({ id: z.string().regex(/^[\x21-\x7e]{1,100}$/, "a serial number is wanted") }),
    body: z.strictObject({ reason: z.string().trim().max(500).nullable().default(null) }),
    answers: { 200: terminalShape },
    handle: async ({ params, body, write, visibility }) => {
      const id = plainSerial(params.id);
      const sought = await soughtIn(
        services.log,
        deps.projections,
        async () => await deps.projections.certificates.get(id, visibility, services.now()),
      );
      if (sought.kind === "problem") return sought;
      const row = sought.found;
      if ((await visibleTerminal(services, visibility, row.terminal)) === null) return problem("NOT_FOUND");
      if (!mayWritePlaces(visibility)) return notYourPlaces();
      const which = { terminal: row.terminal, serialNumber: id, reason: body.reason };
      const done = await revokeCertificate(services, write, which);
      if (done.kind === "refused") return refusedTerminal(done.refusal);
      const { life, position } = done;
      return shown(await terminalView(services, life, visibility), life.revision, position);
    },
  });
}

/** As it is kept: tools write it with colons, or in capitals. */
function plainSerial(text: string): string {
  return text.replaceAll(":", "").toLowerCase();
}

function viewOf(row: ListedCertificate, now: Instant): z.infer<typeof listedCertificate> {
  return {
    id: row.serial_number,
    terminal: row.terminal,
    posId: row.pos_id,
    state: stateOf(row, now),
    fingerprint: row.fingerprint,
    subject: row.subject,
    keyMadeBy: row.key_made_by,
    notBefore: iso(row.not_before.getTime()),
    notAfter: iso(row.not_after.getTime()),
    until: iso(row.until.getTime()),
    issuedAt: iso(row.issued_at.getTime()),
    endedAt: row.ended_at === null ? null : iso(row.ended_at.getTime()),
    endedBy: row.ended_by,
  };
}
