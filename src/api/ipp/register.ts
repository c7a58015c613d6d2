import { registerDevice } from "../../engine/enrollments/register.ts";
import type { Services } from "../../engine/services.ts";
import { invalid, type Problem } from "../../engine/problem.ts";
import { reply } from "../http/answer.ts";
import { type AnyRoute, route } from "../http/route.ts";
import { refusedText } from "../http/text.ts";
import { positionHeader } from "../management/records.ts";
import { flawAmong } from "../../engine/terminals/broughtKeys.ts";
import { NO_KEY, readEncryptionKey, readPublicKey } from "../../vault/terminalKeys.ts";
import { merchantOf } from "./devices.ts";
import { deviceView, registeredShape, registrationBody } from "./shapes.ts";

/** A device comes in by an enrollment's code, and by nothing else. */
export function registrationRoute(services: Services): AnyRoute {
  return route({
    method: "POST",
    path: "/ipp/v1/devices",
    summary: "Register a device by an enrollment's code",
    refusals: ["PAIRING_REFUSED", "ALREADY_EXISTS", "TOO_MANY_TRIES"],
    sends: ["Location", "Position"],
    tag: "Enrollment",
    security: "none",
    body: registrationBody,
    answers: { 201: registeredShape },
    handle: async ({ body, remote, traceId, identify }) => {
      const text = refusedText({ hardware_id: body.hardware_id, name: body.name, platform: body.platform });
      if (text !== null) return invalid(text.pointer, text.message);
      const keys = await readKeys(body.public_key, body.encryption_key);
      if (keys.kind === "problem") return keys;
      const arrived = await registerDevice(
        services,
        {
          ...{ code: body.enrollment_code, serialNumber: body.hardware_id },
          ...{ name: body.name, platform: body.platform },
          ...{ publicKey: keys.publicKey, encryptionKey: keys.encryptionKey, flaw: keys.flaw },
        },
        { remote, traceId },
      );
      if (arrived.kind === "problem") return arrived;
      const { life, token, position } = arrived;
      const device = deviceView(life, await merchantOf(services, life.locationId));
      if (device === null) throw new Error("a device that was enrolled is one");
      identify(`terminal ${life.serialNumber}`);
      const headers = { Location: `/ipp/v1/devices/${device.id}`, ...positionHeader(position) };
      return reply(201, { ...device, token }, headers);
    },
  });
}

async function readKeys(publicKey: string | undefined, encryptionKey: Record<string, unknown> | undefined) {
  const own = publicKey === undefined ? NO_KEY : readPublicKey(publicKey);
  if (own.kind === "refused") return invalid("/public_key", own.why);
  const other = await readEncryptionKey(encryptionKey);
  if (other.kind === "refused") return invalid("/encryption_key", other.why);
  return {
    kind: "keys" as const,
    publicKey: own.key,
    encryptionKey: other.key,
    flaw: async (): Promise<Problem | null> =>
      await flawAmong([
        { pointer: "/public_key", n: own.n },
        { pointer: "/encryption_key", n: other.n },
      ]),
  };
}
