import type { Proof } from "../../domain/terminal/credential.ts";
import { serialNumber } from "../../domain/terminal/input.ts";
import { sameHash, secretHash } from "../../vault/hashing.ts";
import type { Services } from "../services.ts";

/**
 * What a device without a key of its own shows: `admd.`, its serial number (base64url), a dot, 32 random bytes. A JWT
 * never begins so. It is told once, and only a keyed hash of it is kept.
 */

const FORM = /^admd\.([\w-]{1,88})\.[\w-]{43}$/;

export function makeBearerToken(
  services: Pick<Services, "keyring" | "randomBytes">,
  serial: string,
): { readonly token: string; readonly tokenHash: string } {
  const random = services.randomBytes(32).toString("base64url");
  const token = `admd.${Buffer.from(serial).toString("base64url")}.${random}`;
  return { token, tokenHash: hashOf(services, token).toString("hex") };
}

/** Whose token it says it is; null for what is no such token. */
export function serialOfBearer(token: string): string | null {
  const serial = FORM.exec(token)?.[1];
  if (serial === undefined) return null;
  return serialNumber.safeParse(Buffer.from(serial, "base64url").toString()).data ?? null;
}

export function isBearer(token: string): boolean {
  return FORM.test(token);
}

export function isTokenOf(services: Pick<Services, "keyring">, token: string, proof: Proof): boolean {
  return proof.kind === "BEARER" && sameHash(hashOf(services, token), Buffer.from(proof.tokenHash, "hex"));
}

function hashOf({ keyring }: Pick<Services, "keyring">, token: string): Buffer {
  return secretHash(keyring, "device", token);
}
