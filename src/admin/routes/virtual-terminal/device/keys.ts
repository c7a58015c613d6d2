import { SignJWT } from "jose";
import type { PairedDevice } from "./keyStore.ts";

const ALGORITHM = {
  name: "RSASSA-PKCS1-v1_5",
  hash: "SHA-256",
  modulusLength: 2_048,
  publicExponent: new Uint8Array([1, 0, 1]),
};
const TOKEN_SECONDS = 300;

const ENCRYPTION = { name: "ECDH", namedCurve: "P-256" };

export interface NewKeys {
  readonly privateKey: CryptoKey;
  /** SPKI, DER, base64: what `/pos/pair` takes. */
  readonly publicKey: string;
  /** What whitelists are encrypted to: its private half stays here, its public one goes with the pairing. */
  readonly encryption: { readonly privateKey: CryptoKey; readonly jwk: PublicJwk };
}

interface PublicJwk {
  readonly kty: string;
  readonly crv: string;
  readonly x: string;
  readonly y: string;
}

export async function newKeys(): Promise<NewKeys> {
  const { privateKey, publicKey } = await crypto.subtle.generateKey(ALGORITHM, false, ["sign", "verify"]);
  const der = new Uint8Array(await crypto.subtle.exportKey("spki", publicKey));
  return { privateKey, publicKey: btoa(String.fromCharCode(...der)), encryption: await newEncryptionKey() };
}

async function newEncryptionKey(): Promise<NewKeys["encryption"]> {
  const { privateKey, publicKey } = await crypto.subtle.generateKey(ENCRYPTION, false, ["deriveBits"]);
  const { kty = "", crv = "", x = "", y = "" } = await crypto.subtle.exportKey("jwk", publicKey);
  return { privateKey, jwk: { kty, crv, x, y } };
}

/** @param now the server's time, in milliseconds */
export async function signToken(
  { serialNumber, privateKey }: Pick<PairedDevice, "serialNumber" | "privateKey">,
  now: number,
): Promise<string> {
  const issued = Math.floor(now / 1_000);
  return await new SignJWT({})
    .setProtectedHeader({ alg: "RS256", typ: "JWT" })
    .setSubject(serialNumber)
    .setIssuedAt(issued)
    .setExpirationTime(issued + TOKEN_SECONDS)
    .sign(privateKey);
}
