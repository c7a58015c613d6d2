import { type SignedRequest, signedRequest, notSigned } from "../../../engine/claims/signedRequest.ts";
import { type Recognized, recognize } from "../../../engine/claims/device.ts";
import type { Services } from "../../../engine/services.ts";
import type { Answers, ReplyOf } from "../../http/answer.ts";
import { readJson } from "../../http/body.ts";
import { headerOf } from "../../http/context.ts";
import { fieldErrors, invalid, type Problem, problem } from "../../http/problems.ts";
import { type AnyRoute, guardedRoute, type RawCall, type Route } from "../../http/route.ts";
import { refusedText } from "../../http/text.ts";
import { byEnvelope } from "./envelope.ts";

/** A request that says by which device it is signed; nothing of it is proven. */
export interface DeviceCall<Body> {
  readonly body: Body;
  readonly request: SignedRequest;
  readonly traceId: string;
  readonly identify: () => void;
}

type Definition<Body, Declared extends Answers> = Pick<
  Route<Body, unknown, unknown, Declared>,
  "path" | "summary" | "body" | "answers" | "refusals"
>;

const MAX_BYTES = 16_384;

/** Makes a route of devices that have no credential yet. Its handler finds out whether the device has signed it. */
export function deviceRoute<Body, Declared extends Answers>(
  definition: Definition<Body, Declared>,
  handle: (call: DeviceCall<Body>) => Promise<ReplyOf<Declared> | Problem>,
): AnyRoute {
  const plain = {
    ...definition,
    method: "POST" as const,
    tag: "Claim",
    security: "device" as const,
    tells: byEnvelope,
    maxBytes: MAX_BYTES,
    reads: ["Device-Id", "Device-Timestamp", "Device-Nonce"] as const,
    sends: ["Position"] as const,
  };
  return guardedRoute(plain, async (raw) => {
    const read = await readJson(raw.context, MAX_BYTES);
    if (read.kind === "problem") return read;
    const request = signedIn(raw, definition.path, read.bytes);
    const parsed = definition.body?.safeParse(read.value);
    if (parsed === undefined) throw new Error("a device's route has a schema of its body");
    if (!parsed.success) {
      return problem("INVALID_REQUEST", undefined, { errors: fieldErrors(parsed.error) });
    }
    const text = refusedText(read.value);
    if (text !== null) return invalid(text.pointer, text.message);
    if (request === null) return problem("UNAUTHENTICATED", HEADERS_WANTED);
    const { traceId } = raw;
    const identify = (): void => {
      raw.identify(`terminal ${request.deviceId}`);
    };
    return await handle({ body: parsed.data, request, traceId, identify });
  });
}

const HEADERS_WANTED = "Device-Id, Device-Timestamp, Device-Nonce and Device-Signature are wanted";

/** As {@link deviceRoute}, for the device that asked for the code. */
export function recognizedRoute<Body, Declared extends Answers>(
  services: Services,
  definition: Definition<Body, Declared>,
  handle: (call: DeviceCall<Body> & { readonly device: Recognized }) => Promise<ReplyOf<Declared> | Problem>,
): AnyRoute {
  return deviceRoute(definition, async (call) => {
    const device = await recognize(services, call.request);
    if (device.kind === "problem") return device;
    call.identify();
    return await handle({ ...call, device });
  });
}

/** For a request without a body. */
export async function recognizedIn(
  services: Services,
  raw: RawCall,
  path: string,
): Promise<Recognized | Problem> {
  const request = signedIn(raw, path, new Uint8Array());
  const device = request === null ? notSigned(services) : await recognize(services, request);
  if (device.kind === "recognized") raw.identify(`terminal ${device.life.serialNumber}`);
  return device;
}

function signedIn(raw: RawCall, path: string, body: Uint8Array): SignedRequest | null {
  const { method } = raw.context.req;
  return signedRequest((name) => headerOf(raw.context, name) ?? null, { method, path, body });
}
