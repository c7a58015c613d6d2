import { z } from "zod";
import { CLAIM_CODE_LIVES } from "../../../domain/policies.ts";
import { iso, SECOND } from "../../../domain/time.ts";
import type { TerminalRefusal } from "../../../domain/terminal/commands.ts";
import { activateDevice, askForCode, attestDevice } from "../../../engine/claims/device.ts";
import type { Services } from "../../../engine/services.ts";
import { keyFlaw, readEncryptionKey, readPublicKey } from "../../../vault/terminalKeys.ts";
import { type Reply, reply } from "../../http/answer.ts";
import { invalid, type Problem, problem } from "../../http/problems.ts";
import type { AnyRoute } from "../../http/route.ts";
import { positionHeader } from "../../management/records.ts";
import type { PosKit } from "../terminalRoute.ts";
import { deviceRoute, recognizedRoute } from "./deviceRoute.ts";
import { envelope, enveloped } from "./envelope.ts";
import * as schemas from "./schemas.ts";
import { statusRoutes } from "./status.ts";

/** What a device calls to be claimed (source document, "Claim Device"); what its owner calls: `management/claims.ts`. */
export function claimRoutes(kit: PosKit): readonly AnyRoute[] {
  return [askCode(kit), attest(kit), activate(kit), ...statusRoutes(kit)];
}

function askCode({ services }: PosKit): AnyRoute {
  return deviceRoute(
    {
      path: "/pos/pairing-code",
      summary: "A code for the device to show; the one before is void",
      refusals: ["UNAUTHENTICATED", "PAIRING_REFUSED", "TOO_MANY_TRIES"],
      body: schemas.codeBody,
      answers: { 200: schemas.codeAnswer },
    },
    async ({ body, request, traceId, identify }) => {
      if (body.device_id !== request.deviceId) return invalid("/device_id", "is not the Device-Id");
      const key = readPublicKey(body.public_key);
      if (key.kind === "refused") return invalid("/public_key", key.why);
      const issued = await askForCode(services, request, key, traceId);
      if (issued.kind === "problem") return issued;
      identify();
      return reply(
        200,
        {
          pairing_code: issued.code,
          device_id: request.deviceId,
          expires_at: iso(issued.expiresAt),
          expires_in: CLAIM_CODE_LIVES / SECOND,
        },
        positionHeader(issued.position),
      );
    },
  );
}

function attest({ services }: PosKit): AnyRoute {
  return recognizedRoute(
    services,
    {
      path: "/pos/attest",
      summary: "The device that was claimed proves that it is still the one that asked",
      refusals: ["UNAUTHENTICATED", "TERMINAL_SUSPENDED"],
      body: z.strictObject({}),
      answers: { 200: schemas.attestAnswer, 409: envelope },
    },
    async ({ device, traceId }) => {
      const done = await attestDevice(services, device, traceId);
      if (done.kind === "refused") return notNow(services, done.refusal, traceId);
      return reply(
        200,
        { status: "attested", device_id: done.life.serialNumber },
        positionHeader(done.position),
      );
    },
  );
}

function activate({ services }: PosKit): AnyRoute {
  return recognizedRoute(
    services,
    {
      path: "/pos/activate",
      summary: "The device that has attested is paired: its key signs its tokens from now on",
      refusals: ["UNAUTHENTICATED", "TERMINAL_SUSPENDED"],
      body: schemas.activateBody,
      answers: { 200: schemas.activateAnswer, 409: envelope },
    },
    async ({ body, device, traceId }) => {
      const key = await readEncryptionKey(body.encryption_key);
      if (key.kind === "refused") return invalid("/encryption_key", key.why);
      const flaw = await keyFlaw(key.n);
      if (flaw !== null) return invalid("/encryption_key", flaw);
      const done = await activateDevice(services, device, key.key, traceId);
      if (done.kind === "refused") return notNow(services, done.refusal, traceId);
      return reply(
        200,
        { status: "active", device_id: done.life.serialNumber },
        positionHeader(done.position),
      );
    },
  );
}

/** Why a device that is who it says can't go on. */
function notNow(
  services: Services,
  { code }: TerminalRefusal,
  traceId: string,
): Reply<409, z.infer<typeof envelope>> | Problem {
  const conflict = (message: string): Reply<409, z.infer<typeof envelope>> =>
    enveloped(409, { code: "4090", message, details: {} }, traceId);
  switch (code) {
    case "SUSPENDED":
      return problem("TERMINAL_SUSPENDED");
    case "NOT_CLAIMED":
      return conflict("Device has not been claimed");
    case "NOT_ATTESTED":
      return conflict("Device has not attested");
    case "ALREADY_PAIRED":
      return conflict("Device is active with another encryption key");
    case "NOT_FOUND":
    case "CLAIM_REFUSED":
    case "ALREADY_EXISTS":
    case "VERSION_CONFLICT":
    case "NOT_PAIRED":
    case "PAIRING_REFUSED":
    case "CODE_EXPIRED":
    case "KEY_RETIRED":
    case "NO_KEY":
    case "CODE_USED":
    case "CERTIFICATE_REPLACED":
      // Taken back while it asked.
      return problem("UNAUTHENTICATED", "Device authentication failed", {
        members: { serverTime: iso(services.now()) },
      });
  }
}
