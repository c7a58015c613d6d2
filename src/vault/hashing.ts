import { createHmac, timingSafeEqual } from "node:crypto";
import type { Keyring } from "./keyring.ts";
import { ShortHmac } from "./shortHmac.ts";

/** A card number's keyed hashes, by the newest key first: what the vault finds a card by. */
export interface CardHashes {
  readonly hashes: readonly Buffer[];
  readonly versions: readonly number[];
}

/** HMAC-SHA256 of the number under every key version that still counts. */
export function cardHashes(keyring: Keyring, pan: string): CardHashes {
  return {
    hashes: keyring.vault.map(({ key }) => createHmac("sha256", key).update(`PAN:${pan}`).digest()),
    versions: keyring.vault.map(({ version }) => version),
  };
}

/** As {@link cardHashes}, for many numbers one after the other. */
export function cardHasher(keyring: Keyring): (pan: string) => CardHashes {
  const keys = keyring.vault.map(({ key }) => new ShortHmac(key));
  const versions = keyring.vault.map(({ version }) => version);
  return (pan) => ({ hashes: keys.map((key) => key.of(`PAN:${pan}`)), versions });
}

/** Another name of the account that a number belongs to. */
export interface CardLink {
  readonly hash: Buffer;
  readonly version: number;
  readonly kind: "PAN" | "PAR";
}

/** The names that came with a tap: the plastic behind a device token, the payment account reference. */
export function cardLinks(
  keyring: Keyring,
  names: { readonly tokenOf?: string | undefined; readonly par?: string | undefined },
): readonly CardLink[] {
  const link = (kind: CardLink["kind"], text: string): readonly CardLink[] =>
    keyring.vault.map(({ key, version }) => ({
      hash: createHmac("sha256", key).update(`${kind}:${text}`).digest(),
      version,
      kind,
    }));
  return [
    ...(names.tokenOf === undefined ? [] : link("PAN", names.tokenOf)),
    ...(names.par === undefined ? [] : link("PAR", names.par)),
  ];
}

/** Hash of a secret that was handed out: a pairing code with its serial number, an API key, a session, an invitation; a caller whose tries are counted. */
export function secretHash(
  keyring: Keyring,
  purpose:
    | "pairing"
    | "enrollment"
    | "claim"
    | "setup"
    | "device"
    | "key"
    | "session"
    | "client session"
    | "caller"
    | "invitation",
  secret: string,
): Buffer {
  return createHmac("sha256", keyring.secrets).update(`${purpose}:${secret}`).digest();
}

/** What a request said, so that a repeat is told from a reuse of its id. Holds no card number that can be guessed. */
export function requestFingerprint(keyring: Keyring, content: unknown): Buffer {
  return createHmac("sha256", keyring.register).update(JSON.stringify(content)).digest();
}

export function sameHash(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}
