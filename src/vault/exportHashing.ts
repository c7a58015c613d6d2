import { createHmac } from "node:crypto";

/** What partners match cards by: hashes by a key of its own, which tells nothing of what the vault finds cards by. */

export const EXPORT_KEY_BYTES = 32;

/** HMAC-SHA256 of the number. */
export function exportHash(key: Buffer, pan: string): Buffer {
  return createHmac("sha256", key).update(pan).digest();
}

/** `v1.` and the hash in base64url: with the key's version, and never read as a number or a formula. */
export function exportHashText(version: number, hash: Buffer): string {
  return `v${String(version)}.${hash.toString("base64url")}`;
}
