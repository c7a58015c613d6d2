import { createHash, createPublicKey, verify } from "node:crypto";
import { promisify } from "node:util";
import { z } from "zod";
import { SIGNED_REQUEST_AHEAD, SIGNED_REQUEST_LIVES } from "../../domain/policies.ts";
import { serialNumber } from "../../domain/terminal/input.ts";
import { iso } from "../../domain/time.ts";
import { secretHash } from "../../vault/hashing.ts";
import { type Problem, problem } from "../problem.ts";
import type { Services } from "../services.ts";

/**
 * A request that a device has signed with its own key, before it has a credential: RSASSA-PKCS1-v1_5 with SHA-256 over
 * method, path, SHA-256 of the body (hex), timestamp and nonce, each on a line of its own, no newline at the end.
 */
export interface SignedRequest {
  readonly deviceId: string;
  /** As it was sent: RFC 3339, UTC. */
  readonly timestamp: string;
  readonly nonce: string;
  readonly signature: Buffer;
  readonly method: string;
  readonly path: string;
  readonly body: Uint8Array;
}

const headers = z.object({
  deviceId: serialNumber,
  timestamp: z.iso.datetime(),
  nonce: z.string().regex(/^[A-Za-z0-9_-]{16,64}$/),
  signature: z
    .string()
    .max(1_024)
    .regex(/^[A-Za-z0-9+/]+={0,2}$/),
});

/** Null where a header is missing or not of its form. */
export function signedRequest(
  header: (name: string) => string | null,
  sent: Pick<SignedRequest, "method" | "path" | "body">,
): SignedRequest | null {
  const parsed = headers.safeParse({
    deviceId: header("device-id"),
    timestamp: header("device-timestamp"),
    nonce: header("device-nonce"),
    signature: header("device-signature"),
  });
  if (!parsed.success) return null;
  return { ...sent, ...parsed.data, signature: Buffer.from(parsed.data.signature, "base64") };
}

const verifying = promisify(verify);

/** Whether this key has signed the request, and lately. Real time, whatever the test clock says. */
export async function isSignedBy(
  { now }: Pick<Services, "now">,
  { method, path, body, timestamp, nonce, signature }: SignedRequest,
  spki: string,
): Promise<boolean> {
  const age = now() - Date.parse(timestamp);
  if (age > SIGNED_REQUEST_LIVES || age < -SIGNED_REQUEST_AHEAD) return false;
  const hash = createHash("sha256").update(body).digest("hex");
  const text = [method, path, hash, timestamp, nonce].join("\n");
  const key = createPublicKey({ key: Buffer.from(spki, "base64"), format: "der", type: "spki" });
  return await verifying("sha256", Buffer.from(text), key, signature);
}

/** Takes the nonce, once for each key. False: it was taken before. */
export async function takeNonce(
  { db, keyring, now }: Services,
  { nonce }: SignedRequest,
  spki: string,
): Promise<boolean> {
  const key = createHash("sha256").update(spki).digest("hex");
  const taken = await db
    .insertInto("device_nonces")
    .values({ hash: secretHash(keyring, "claim", `nonce ${key} ${nonce}`), seen_at: new Date(now()) })
    .onConflict((conflict) => conflict.doNothing())
    .returning("hash")
    .executeTakeFirst();
  return taken !== undefined;
}

/** Whatever was wrong with it. The server's time is told, so that a device whose clock is wrong can see it. */
export function notSigned({ now }: Pick<Services, "now">): Problem {
  return problem("UNAUTHENTICATED", "Device authentication failed", {
    members: { serverTime: iso(now()) },
  });
}
