import { timingSafeEqual } from "node:crypto";
import { MINUTE, SECOND } from "../../domain/time.ts";
import { signedHeaders } from "../../engine/webhooks/secrets.ts";

/** The receiver's side of the signature, for simulators. */

const TOLERANCE = 5 * MINUTE;

/** Null for what is no secret. */
export function secretBytes(shown: string): Buffer | null {
  const [, text] = /^(?:whsec_)?([A-Za-z0-9+/]{32,88}={0,2})$/.exec(shown) ?? [];
  return text === undefined ? null : Buffer.from(text, "base64");
}

export interface Signed {
  readonly id: string;
  readonly timestamp: string;
  readonly signature: string;
  readonly body: string;
}

export function isSignedBy(secret: Buffer, { id, timestamp, signature, body }: Signed, now: number): boolean {
  const at = Number(timestamp) * SECOND;
  if (!/^\d{1,12}$/.test(timestamp) || Math.abs(now - at) > TOLERANCE) return false;
  const wanted = Buffer.from(signedHeaders([secret], { id, body, now: at })["webhook-signature"]);
  return signature.split(" ").some((one) => {
    const given = Buffer.from(one);
    return given.length === wanted.length && timingSafeEqual(given, wanted);
  });
}
