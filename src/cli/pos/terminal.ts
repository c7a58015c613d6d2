import { createPrivateKey, generateKeyPairSync } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type CryptoKey, type JWK, SignJWT } from "jose";
import { z } from "zod";
import { type Client, createClient } from "../../client.ts";
import { certified, type Certified, certifiedClient } from "./certified.ts";

/**
 * A simulated payment terminal: real keys, real tokens, the real wire. What it knows of itself lies in
 * a file of its own, so that each step can be taken from another command.
 */
export interface Terminal {
  readonly serialNumber: string;
  readonly client: Client;
  /** What it shows as Bearer now. */
  readonly token: () => Promise<string>;
  /** The private half of what whitelists are encrypted to; null for one that was paired without. */
  readonly encryptionKey: CryptoKey | JWK | null;
}

const ecKey = z.object({
  kty: z.literal("EC"),
  crv: z.string(),
  x: z.string(),
  y: z.string(),
  d: z.string(),
});
/** A certificate, a key of its own, or the token that it was given. */
const stored = z.union([
  certified,
  z.object({
    serialNumber: z.string(),
    privateKey: z.string(),
    encryptionKey: ecKey.optional(),
    /** PKCS #8, PEM: the key that was sent to take this one's place, until the server has answered. */
    nextKey: z.string().optional(),
  }),
  z.object({ serialNumber: z.string(), token: z.string() }),
]);

export interface TerminalKeys {
  /** SPKI, DER, base64: what `/pos/pair` takes. */
  readonly publicKey: string;
  /** PKCS #8, PEM. */
  readonly privateKey: string;
  /** P-256, with its private half. */
  readonly encryptionKey: z.infer<typeof ecKey>;
}

export function newKeys(): TerminalKeys {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const encryption = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
  return {
    encryptionKey: ecKey.parse(encryption.export({ format: "jwk" })),
    publicKey: publicKey.export({ format: "der", type: "spki" }).toString("base64"),
    privateKey: privateKey.export({ format: "pem", type: "pkcs8" }).toString(),
  };
}

/** `now`: real time in milliseconds. A token lives five minutes and is made anew after four. */
export function terminalOf(
  baseUrl: string,
  serialNumber: string,
  privateKey: string,
  now: () => number,
  encryptionKey: JWK | null = null,
): Terminal {
  const key = createPrivateKey(privateKey);
  let token: { readonly text: string; readonly until: number } | null = null;
  const sign = async (): Promise<string> => {
    if (token === null || now() > token.until) {
      const issued = Math.floor(now() / 1000);
      const jwt = new SignJWT({}).setProtectedHeader({ alg: "RS256", typ: "JWT" }).setSubject(serialNumber);
      const text = await jwt
        .setIssuedAt(issued)
        .setExpirationTime(issued + 300)
        .sign(key);
      token = { text, until: now() + 240_000 };
    }
    return token.text;
  };
  return { serialNumber, client: createClient(baseUrl, sign), token: sign, encryptionKey };
}

/** One that shows a token that it was given once. */
export function bearerOf(baseUrl: string, serialNumber: string, token: string): Terminal {
  const client = createClient(baseUrl, token);
  return { serialNumber, client, token: () => Promise.resolve(token), encryptionKey: null };
}

export function certifiedTerminal(kept: Certified): Terminal {
  const { serialNumber } = kept;
  return {
    serialNumber,
    client: certifiedClient(kept),
    token: () => Promise.resolve(""),
    encryptionKey: null,
  };
}

function fileOf(dataDir: string, serialNumber: string): string {
  return join(dataDir, "pos", `${serialNumber.replace(/[^A-Za-z0-9_-]/g, "_")}.json`);
}

export async function saveTerminal(
  dataDir: string,
  serialNumber: string,
  privateKey: string,
  encryptionKey?: JWK,
): Promise<void> {
  await save(dataDir, { serialNumber, privateKey, encryptionKey });
}

export async function saveBearer(dataDir: string, serialNumber: string, token: string): Promise<void> {
  await save(dataDir, { serialNumber, token });
}

export async function saveCertified(dataDir: string, kept: Certified): Promise<void> {
  await save(dataDir, kept);
}

type Kept =
  | Certified
  | {
      readonly serialNumber: string;
      readonly privateKey: string;
      readonly encryptionKey: JWK | undefined;
      readonly nextKey?: string;
    }
  | { readonly serialNumber: string; readonly token: string };

async function save(dataDir: string, file: Kept): Promise<void> {
  await mkdir(join(dataDir, "pos"), { recursive: true, mode: 0o700 });
  await writeFile(fileOf(dataDir, file.serialNumber), JSON.stringify(file), { mode: 0o600 });
}

/** Of a terminal with a key of its own; null for any other. */
export interface KeyFile {
  readonly privateKey: string;
  readonly encryptionKey: JWK | undefined;
  readonly nextKey: string | null;
}

export async function loadKeys(dataDir: string, serialNumber: string): Promise<KeyFile | null> {
  const file = stored.parse(JSON.parse(await readFile(fileOf(dataDir, serialNumber), "utf8")));
  if (!("privateKey" in file)) return null;
  const { privateKey, encryptionKey, nextKey = null } = file;
  return { privateKey, encryptionKey, nextKey };
}

/** Kept before it is sent: a reply that is lost can then be asked for again. */
export async function saveNextKey(
  dataDir: string,
  serialNumber: string,
  { privateKey, encryptionKey }: KeyFile,
  nextKey: string,
): Promise<void> {
  await save(dataDir, { serialNumber, privateKey, encryptionKey, nextKey });
}

/** Null where no terminal of that serial number was paired from here. */
export async function loadTerminal(
  dataDir: string,
  baseUrl: string,
  serialNumber: string,
  now: () => number,
): Promise<Terminal | null> {
  try {
    const file = stored.parse(JSON.parse(await readFile(fileOf(dataDir, serialNumber), "utf8")));
    if ("chain" in file) return certifiedTerminal(file);
    if ("token" in file) return bearerOf(baseUrl, file.serialNumber, file.token);
    return terminalOf(baseUrl, file.serialNumber, file.privateKey, now, file.encryptionKey ?? null);
  } catch {
    return null;
  }
}

/** Pairs with a code, keeps the key, and answers the terminal ready to use. */
export async function pairTerminal(
  where: { readonly dataDir: string; readonly baseUrl: string; readonly now: () => number },
  serialNumber: string,
  pairingCode: string,
): Promise<{ readonly terminal: Terminal; readonly answer: unknown }> {
  const keys = newKeys();
  const anonymous = createClient(where.baseUrl, null);
  // Kept before it is sent: a reply that is lost can then be asked for again with the same key.
  const { d: _private, ...encryptionKey } = keys.encryptionKey;
  await saveTerminal(where.dataDir, serialNumber, keys.privateKey, keys.encryptionKey);
  const body = { serialNumber, pairingCode, publicKey: keys.publicKey, encryptionKey };
  const { body: answer } = await anonymous.send("POST", "/pos/pair", body);
  const terminal = terminalOf(where.baseUrl, serialNumber, keys.privateKey, where.now, keys.encryptionKey);
  return { terminal, answer };
}
