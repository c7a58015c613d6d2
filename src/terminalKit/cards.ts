import { CompactEncrypt, importJWK, type JSONWebKeySet } from "jose";
import { base64url } from "./base64url.ts";

/** Card numbers leave a terminal's memory in two forms only: encrypted to the server, and counted by a keyed hash. */

/** A card as the terminal has read it. */
export interface ReadCard {
  readonly pan: string;
  /** `YYYY-MM`. */
  readonly expiry?: string;
  readonly entryMode: "CONTACTLESS" | "CHIP" | "MAGSTRIPE" | "MANUAL";
}

/** Null where the server's keys have none to encrypt to. Compact JWE, RSA-OAEP-256 and A256GCM. */
export async function sealCard(keys: JSONWebKeySet, card: ReadCard): Promise<string | null> {
  const jwk = keys.keys.find(({ use, alg }) => use === "enc" && alg === "RSA-OAEP-256");
  if (jwk === undefined) return null;
  const key = await importJWK(jwk, "RSA-OAEP-256");
  return await new CompactEncrypt(new TextEncoder().encode(JSON.stringify(card)))
    .setProtectedHeader({
      alg: "RSA-OAEP-256",
      enc: "A256GCM",
      ...(jwk.kid === undefined ? {} : { kid: jwk.kid }),
    })
    .encrypt(key);
}

export type CountCard = (pan: string) => Promise<string>;

/**
 * How a terminal knows a card again: 16 bytes of HMAC-SHA-256 in base64url.
 * @param secret 32 random bytes of this terminal's own. Who has them and the journal finds the numbers by trying all: they lie
 * where keys lie, and leave the terminal never
 */
export async function cardCounter(secret: Uint8Array<ArrayBuffer>): Promise<CountCard> {
  const key = await crypto.subtle.importKey("raw", secret, { name: "HMAC", hash: "SHA-256" }, false, [
    "sign",
  ]);
  return async (pan) => {
    const hash = await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(pan));
    return base64url(new Uint8Array(hash, 0, 16));
  };
}
