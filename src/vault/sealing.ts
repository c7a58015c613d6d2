import { createCipheriv, createDecipheriv, hkdfSync } from "node:crypto";
import type { Keyring } from "./keyring.ts";

/**
 * Secrets that lie in the database and only whoever holds the keyring can read: AES-256-GCM, under a key of its own for
 * each purpose, bound to their name.
 */

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** @param nonce 12 random bytes, never the same twice */
export function seal(
  keyring: Keyring,
  purpose: string,
  name: string,
  plain: Uint8Array,
  nonce: Buffer,
): Buffer {
  const cipher = createCipheriv("aes-256-gcm", keyOf(keyring, purpose), nonce);
  cipher.setAAD(Buffer.from(name));
  const sealed = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([nonce, sealed, cipher.getAuthTag()]);
}

/** @throws for what was sealed under another keyring, purpose or name, or was altered */
export function unseal(keyring: Keyring, purpose: string, name: string, sealed: Buffer): Buffer {
  const decipher = createDecipheriv("aes-256-gcm", keyOf(keyring, purpose), sealed.subarray(0, NONCE_BYTES), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(Buffer.from(name));
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
  return Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
}

export const SEALING_NONCE_BYTES = NONCE_BYTES;

function keyOf({ secrets }: Keyring, purpose: string): Buffer {
  return Buffer.from(hkdfSync("sha256", secrets, "", `sealing:${purpose}`, 32));
}
