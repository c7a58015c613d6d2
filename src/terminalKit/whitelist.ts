import { compactDecrypt, type CryptoKey, errors, type JWK } from "jose";
import { type Terms, whitelistPayload } from "./listShape.ts";
import type { Delivered } from "./lists.ts";
import { type Checks, refused, type Refused, signedList } from "./signed.ts";

/**
 * The list that names cards, by hashes that nobody but terminals of the same place can tell. It is kept as it came,
 * encrypted to the terminal's own key, and read anew after each start.
 */
export interface Whitelist {
  readonly kind: "whitelist";
  /** What a report names it by. */
  readonly version: string;
  readonly issuedAt: number;
  readonly validUntil: number;
  readonly locationId: string | null;
  /** The preferred first. */
  readonly terms: readonly Terms[];
  /** Null: nobody is listed. */
  readonly secrets: { readonly listKey: CryptoKey; readonly locationSecret: CryptoKey } | null;
  readonly groups: readonly WhitelistGroup[];
}

export interface WhitelistGroup {
  /** Places in `terms`. */
  readonly terms: readonly number[];
  /** Milliseconds; null: without a beginning, or an end. */
  readonly from: number | null;
  readonly to: number | null;
  /** {@link HASH_BYTES} each, ascending, one after the other. */
  readonly hashes: Uint8Array;
}

export const HASH_BYTES = 16;

/** How many cards it names. */
export function namedIn({ groups }: Pick<Whitelist, "groups">): number {
  return groups.reduce((sum, { hashes }) => sum + hashes.length / HASH_BYTES, 0);
}

export interface WhitelistChecks extends Checks {
  /** The private half of the terminal's `encryptionKey`. */
  readonly encryptionKey: CryptoKey | JWK;
}

/** `list` is the JWE, as the server answers it. */
export async function takeWhitelist(
  { list, validity }: Delivered,
  checks: WhitelistChecks,
): Promise<Whitelist | Refused> {
  const inner = await decrypted(list, checks.encryptionKey);
  if (inner === null) return refused("UNREADABLE");
  const wanted = { kind: "WHITELIST", typ: "admittance-whitelist+jws", shape: whitelistPayload } as const;
  const taken = await signedList(inner, validity, wanted, checks);
  if (taken.kind === "refused") return taken;
  const { version, issuedAt, validUntil, payload } = taken;
  const { locationId, terms, secrets } = payload;
  const groups = payload.groups.map((group): WhitelistGroup => {
    const { from, to } = group;
    return {
      terms: group.terms,
      from: from === null ? null : Date.parse(from),
      to: to === null ? null : Date.parse(to),
      hashes: bytesOf(group.hashes),
    };
  });
  const isSound = groups.every(
    (group) => isAscending(group.hashes) && group.terms.every((place) => place < terms.length),
  );
  if (!isSound || (secrets === null && groups.length > 0)) return refused("MALFORMED");
  const keys = secrets && {
    listKey: await hmacKey(bytesOf(secrets.listKey)),
    locationSecret: await hmacKey(bytesOf(secrets.locationSecret)),
  };
  return { kind: "whitelist", version, issuedAt, validUntil, locationId, terms, secrets: keys, groups };
}

/** A card as the whitelist may name it. */
export interface NamedCard {
  readonly whitelist: Whitelist;
  /** What a report may name the card by; null where nobody is listed. */
  readonly hash: Uint8Array | null;
}

export async function nameCard(whitelist: Whitelist, pan: string): Promise<NamedCard> {
  const { secrets } = whitelist;
  if (secrets === null) return { whitelist, hash: null };
  const listed = await hmac(secrets.listKey, new TextEncoder().encode(pan));
  return { whitelist, hash: (await hmac(secrets.locationSecret, listed)).slice(0, HASH_BYTES) };
}

/** The places in `terms` of what lets the card in now, the preferred first. */
export function placesOfNamed(named: NamedCard | null, now: number): readonly number[] {
  const hash = named?.hash ?? null;
  if (named === null || hash === null) return [];
  const places = new Set<number>();
  for (const { from, to, hashes, terms } of named.whitelist.groups) {
    if ((from !== null && now < from) || (to !== null && now >= to)) continue;
    if (holds(hashes, hash)) for (const place of terms) places.add(place);
  }
  return [...places].sort((a, b) => a - b);
}

/** By bisection. */
function holds(hashes: Uint8Array, hash: Uint8Array): boolean {
  let [first, end] = [0, hashes.length / HASH_BYTES];
  while (first < end) {
    const middle = (first + end) >>> 1;
    const order = compare(hashes, middle * HASH_BYTES, hash, 0);
    if (order === 0) return true;
    if (order < 0) first = middle + 1;
    else end = middle;
  }
  return false;
}

function isAscending(hashes: Uint8Array): boolean {
  if (hashes.length % HASH_BYTES !== 0) return false;
  for (let at = HASH_BYTES; at < hashes.length; at += HASH_BYTES) {
    if (compare(hashes, at - HASH_BYTES, hashes, at) > 0) return false;
  }
  return true;
}

function compare(a: Uint8Array, from: number, b: Uint8Array, at: number): number {
  for (let byte = 0; byte < HASH_BYTES; byte++) {
    const order = (a[from + byte] ?? 0) - (b[at + byte] ?? 0);
    if (order !== 0) return order;
  }
  return 0;
}

/** Null where it is not encrypted to this key, or was altered. */
async function decrypted(jwe: string, key: CryptoKey | JWK): Promise<string | null> {
  try {
    const { plaintext } = await compactDecrypt(jwe, key, {
      keyManagementAlgorithms: ["RSA-OAEP-256", "ECDH-ES"],
      contentEncryptionAlgorithms: ["A256GCM"],
    });
    return new TextDecoder().decode(plaintext);
  } catch (error) {
    // An elliptic key of another curve, or an RSA key where one is wanted, is a TypeError or the browser's own.
    if (error instanceof errors.JOSEError || error instanceof TypeError || error instanceof DOMException)
      return null;
    throw error;
  }
}

async function hmacKey(bytes: Uint8Array<ArrayBuffer>): Promise<CryptoKey> {
  return await crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
}

async function hmac(key: CryptoKey, bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await crypto.subtle.sign("HMAC", key, bytes));
}

function bytesOf(base64url: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64url.replaceAll("-", "+").replaceAll("_", "/"));
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
  return bytes;
}
