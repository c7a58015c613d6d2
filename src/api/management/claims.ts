import { z } from "zod";
import { mayWritePlaces } from "../../domain/user/access.ts";
import { claimDevice, type Entered, lookAtCode } from "../../engine/claims/claim.ts";
import type { Services } from "../../engine/services.ts";
import { type Reply, reply } from "../http/answer.ts";
import { type Problem, problem } from "../http/problems.ts";
import { envelope, enveloped, byEnvelope } from "../pos/claim/envelope.ts";
import { claimAnswer, claimBody } from "../pos/claim/schemas.ts";
import { notYourPlaces } from "./places.ts";
import { positionHeader } from "./records.ts";
import type { Kit, SecuredAnyRoute } from "./secured.ts";
import { terminalShape, terminalView } from "./terminalView.ts";

const entered = z.object({
  outcome: z
    .enum(["OPEN", "CLAIMED", "NOT_FOUND", "EXPIRED", "USED"])
    .describe(
      "`OPEN`: it can be entered, nothing was done. In the strict mode whatever is neither `OPEN` nor `CLAIMED` is `NOT_FOUND`.",
    ),
  terminal: terminalShape.nullable().describe("The device that shows the code; null with `NOT_FOUND`."),
});
const code = z.strictObject({
  code: z
    .string()
    .regex(
      /^\s*[A-HJ-NP-Za-hj-np-z2-9]{6}\s*$/,
      "6 letters and digits are wanted, none of them 0, O, I or 1",
    ),
});
const permission = "terminals:codes" as const;
const refusals = ["TOO_MANY_TRIES"] as const;

/** How whoever owns a device claims it by the code that it shows: as the flow's document says it, and as the panel does it. */
export function claimRoutes(kit: Kit): readonly SecuredAnyRoute[] {
  return [byDocument(kit), look(kit), claim(kit)];
}

function byDocument({ services, secure }: Kit): SecuredAnyRoute {
  return secure({
    method: "POST",
    path: "/pos/claim",
    summary: "Claim the device that shows a code",
    tag: "Claim",
    permission,
    refusals,
    tells: byEnvelope,
    sends: ["Position"],
    body: claimBody,
    answers: { 200: claimAnswer, 400: envelope, 403: envelope },
    handle: async ({ body, write, visibility, traceId }) => {
      if (!mayWritePlaces(visibility)) return notYourPlaces();
      const done = await claimDevice(services, write, body.pairing_code);
      return done.kind === "problem" ? done : told(done, body.pairing_code.trim(), traceId);
    },
  });
}

type Told =
  | Reply<200, z.infer<typeof claimAnswer>>
  | Reply<400, z.infer<typeof envelope>>
  | Reply<403, z.infer<typeof envelope>>;

const NOT_OWNED = "Device does not belong to your merchant account";

/** Word for word (source document, "Claim Device"). */
function told(done: Entered, pairingCode: string, traceId: string): Told {
  const details = { pairing_code: pairingCode };
  switch (done.kind) {
    case "CLAIMED":
      return reply(
        200,
        { status: "claimed", device_id: done.life.serialNumber },
        positionHeader(done.position),
      );
    case "NOT_FOUND":
      return enveloped(400, { code: "4004", message: "Pairing code not found", details }, traceId);
    case "EXPIRED":
      return enveloped(400, { code: "4220", message: "Pairing code has expired", details }, traceId);
    case "USED":
      return enveloped(
        400,
        { code: "4220", message: "Pairing code has already been used", details },
        traceId,
      );
    case "NOT_OWNED": {
      return enveloped(
        403,
        { code: "4003", message: NOT_OWNED, details: { device_id: done.serialNumber } },
        traceId,
      );
    }
    case "OPEN":
      throw new Error("a code that is entered does not stay open");
  }
}

function look({ services, secure }: Kit): SecuredAnyRoute {
  return secure({
    method: "POST",
    path: "/api/claims/lookup",
    summary: "Which device shows this code",
    tag: "Terminals",
    permission,
    refusals,
    reads: [],
    body: code,
    answers: { 200: entered },
    handle: async ({ body, write, visibility }) => {
      if (!mayWritePlaces(visibility)) return notYourPlaces();
      const found = await lookAtCode(services, write, body.code);
      return found.kind === "problem" ? found : await shown(services, found, visibility);
    },
  });
}

function claim({ services, secure }: Kit): SecuredAnyRoute {
  return secure({
    method: "POST",
    path: "/api/claims",
    summary: "Claim the device that shows a code, and see it",
    tag: "Terminals",
    permission,
    refusals,
    sends: ["Position"],
    body: code,
    answers: { 200: entered },
    handle: async ({ body, write, visibility }) => {
      if (!mayWritePlaces(visibility)) return notYourPlaces();
      const done = await claimDevice(services, write, body.code);
      return done.kind === "problem" ? done : await shown(services, done, visibility);
    },
  });
}

async function shown(
  services: Services,
  done: Entered,
  visibility: Parameters<typeof terminalView>[2],
): Promise<Reply<200, z.infer<typeof entered>> | Problem> {
  if (done.kind === "NOT_OWNED") return problem("FORBIDDEN", NOT_OWNED);
  if (done.kind === "NOT_FOUND") return reply(200, { outcome: done.kind, terminal: null });
  const terminal = await terminalView(services, done.life, visibility);
  const headers = done.kind === "CLAIMED" ? positionHeader(done.position) : {};
  return reply(200, { outcome: done.kind, terminal }, headers);
}
