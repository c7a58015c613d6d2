import { compactVerify, createLocalJWKSet, errors, type JSONWebKeySet } from "jose";
import type { z } from "zod";
import { validityPayload } from "./listShape.ts";

/** What is checked of every list: who signed it, for which terminal it counts, and until when. */

/** Why a list is not taken, the first that holds. */
export const LIST_REFUSALS = [
  /** It is no JWS, or not what a list looks like. */
  "MALFORMED",
  /** None of the server's keys is the one it names: fetch the keys anew, once. */
  "UNKNOWN_KEY",
  /** Altered, truncated, or signed by somebody else. */
  "BAD_SIGNATURE",
  /** What says how long it counts speaks of another list. */
  "OTHER_LIST",
  "OTHER_TERMINAL",
  /** This terminal has taken one that was issued later. */
  "OLDER_THAN_SEEN",
  "EXPIRED",
  /** Of a whitelist: it is not encrypted to this terminal's key. */
  "UNREADABLE",
] as const;
export type ListRefusal = (typeof LIST_REFUSALS)[number];

export interface Refused {
  readonly kind: "refused";
  readonly why: ListRefusal;
}

export interface Checks {
  /** The server's keys, from `/.well-known/jwks.json`. */
  readonly keys: JSONWebKeySet;
  readonly serialNumber: string;
  /** When the newest list was issued that this terminal has taken so far, in milliseconds; null for the first. */
  readonly newestIssuedAt: number | null;
  /** The server's time, as the terminal knows it, in milliseconds. */
  readonly now: number;
}

/** What a list has to be. */
export interface Wanted<Payload> {
  readonly kind: z.infer<typeof validityPayload>["kind"];
  readonly typ: string;
  readonly shape: z.ZodType<Payload>;
}

export interface SignedList<Payload> {
  readonly kind: "signed";
  readonly version: string;
  readonly issuedAt: number;
  readonly validUntil: number;
  readonly payload: Payload;
}

/** Both are compact JWS. */
export async function signedList<Payload>(
  list: string,
  validity: string,
  { kind, typ, shape }: Wanted<Payload>,
  { keys, serialNumber, newestIssuedAt, now }: Checks,
): Promise<SignedList<Payload> | Refused> {
  const said = await verified(validity, "admittance-validity+jws", keys, validityPayload);
  if (said.kind === "refused") return said;
  if (said.payload.kind !== kind) return refused("MALFORMED");
  const listed = await verified(list, typ, keys, shape);
  if (listed.kind === "refused") return listed;
  if ((await versionOf(listed.bytes)) !== said.payload.list) return refused("OTHER_LIST");
  if (said.payload.terminal !== serialNumber) return refused("OTHER_TERMINAL");
  const [issuedAt, validUntil] = [Date.parse(said.payload.issuedAt), Date.parse(said.payload.validUntil)];
  if (newestIssuedAt !== null && issuedAt < newestIssuedAt) return refused("OLDER_THAN_SEEN");
  if (now >= validUntil) return refused("EXPIRED");
  return { kind: "signed", version: said.payload.list, issuedAt, validUntil, payload: listed.payload };
}

interface Verified<Payload> {
  readonly kind: "verified";
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly payload: Payload;
}

async function verified<Payload>(
  jws: string,
  typ: string,
  keys: JSONWebKeySet,
  shape: z.ZodType<Payload>,
): Promise<Verified<Payload> | Refused> {
  try {
    const { payload, protectedHeader } = await compactVerify(jws, createLocalJWKSet(keys), {
      algorithms: ["ES256"],
    });
    if (protectedHeader.typ !== typ) return refused("MALFORMED");
    const bytes = Uint8Array.from(payload);
    const parsed = shape.safeParse(JSON.parse(new TextDecoder().decode(bytes)));
    return parsed.success ? { kind: "verified", bytes, payload: parsed.data } : refused("MALFORMED");
  } catch (error) {
    if (error instanceof errors.JWKSNoMatchingKey) return refused("UNKNOWN_KEY");
    if (error instanceof errors.JWSSignatureVerificationFailed) return refused("BAD_SIGNATURE");
    if (error instanceof errors.JOSEError || error instanceof SyntaxError) return refused("MALFORMED");
    throw error;
  }
}

async function versionOf(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return btoa(String.fromCharCode(...hash))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}

export function refused(why: ListRefusal): Refused {
  return { kind: "refused", why };
}
