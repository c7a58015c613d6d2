import { type CryptoKey, exportJWK, generateKeyPair, type JSONWebKeySet } from "jose";
import { z } from "zod";
import type { Answer, Client } from "../../src/client.ts";
import { type Terminal, terminalOf } from "../../src/cli/pos/terminal.ts";
import type { Refused } from "../../src/terminalKit/signed.ts";
import { takeWhitelist, type Whitelist } from "../../src/terminalKit/whitelist.ts";
import { testKeys } from "./programme.ts";

/** A terminal that has given a key for its whitelist, and how it takes one. */

export interface KeyedTerminal extends Terminal {
  readonly encryptionKey: CryptoKey;
}

export const OFFLINE_BY_NAME = {
  accountRanges: false,
  whitelist: true,
  maxGuests: 1,
  perCardAndDay: 2,
  perTerminalAndDay: null,
};

const ALGORITHMS = { RSA: "RSA-OAEP-256", EC: "ECDH-ES" } as const;
let serials = 0;

export async function keyedTerminal(
  admin: Client,
  url: string,
  locationId: string | null,
  kind: keyof typeof ALGORITHMS = "EC",
  body: Record<string, unknown> = {},
): Promise<KeyedTerminal> {
  const serialNumber = `W-${String(process.pid)}-${String(++serials)}`;
  await admin.send("POST", "/api/terminals", { serialNumber, locationId, ...body });
  const issued = await admin.send("POST", `/api/terminals/${serialNumber}/pairing-codes`, {});
  const { code } = z.object({ code: z.string() }).parse(issued.body);
  const keys = testKeys();
  const { publicKey, privateKey } = await generateKeyPair(ALGORITHMS[kind], { extractable: true });
  const terminal = terminalOf(url, serialNumber, keys.privateKey, () => Date.now());
  await terminal.client.send("POST", "/pos/pair", {
    serialNumber,
    pairingCode: code,
    publicKey: keys.publicKey,
    encryptionKey: await exportJWK(publicKey),
  });
  return { ...terminal, encryptionKey: privateKey };
}

export async function askWhitelist(terminal: Terminal, tag?: string): Promise<Answer> {
  const headers = tag === undefined ? {} : { "If-None-Match": tag };
  return await terminal.client.request("GET", "/pos/whitelisted_pans", undefined, headers);
}

export const deliveredWhitelist = z.strictObject({
  version: z.string(),
  issuedAt: z.iso.datetime(),
  validUntil: z.iso.datetime(),
  list: z.string(),
  validity: z.string(),
});

export async function publishedKeys(admin: Client): Promise<JSONWebKeySet> {
  const shape = z.object({ keys: z.array(z.looseObject({ kty: z.string() })) });
  return shape.parse((await admin.send("GET", "/.well-known/jwks.json")).body);
}

/** Asks, and takes what comes. */
export async function whitelistOf(
  admin: Client,
  terminal: KeyedTerminal,
  now = Date.now(),
): Promise<Whitelist | Refused> {
  const delivered = deliveredWhitelist.parse((await askWhitelist(terminal)).body);
  const { serialNumber, encryptionKey } = terminal;
  const keys = await publishedKeys(admin);
  return await takeWhitelist(delivered, { keys, serialNumber, encryptionKey, newestIssuedAt: null, now });
}
