import { createHmac, hkdfSync } from "node:crypto";
import type { Keyring } from "./keyring.ts";

/**
 * The hashes that a whitelist is made of (decision 46). Stored is {@link listHash}; a place's terminals get
 * {@link sentHash} of it, so that its secret is replaced without any number.
 */

export const SENT_HASH_BYTES = 16;

/** Of this installation: derived from its keyring, and never replaced while numbers are stored by it. */
export function listKey({ secrets }: Keyring): Buffer {
  return Buffer.from(hkdfSync("sha256", secrets, "", "whitelist list key", 32));
}

/** HMAC-SHA256 of the number. */
export function listHash(key: Buffer, pan: string): Buffer {
  return createHmac("sha256", key).update(pan).digest();
}

/** The first 16 bytes of HMAC-SHA256 of the list hash under the place's secret. */
export function sentHash(secret: Buffer, hash: Uint8Array): Buffer {
  return createHmac("sha256", secret).update(hash).digest().subarray(0, SENT_HASH_BYTES);
}

/** As the source document says it, with the secret that all share: HMAC-SHA256 of the number. */
export function referenceHash(secret: string, pan: string): Buffer {
  return createHmac("sha256", secret).update(pan).digest();
}
