import { createHash, randomBytes } from "node:crypto";
import { link, open, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { exportJWK, generateKeyPair, type JWK } from "jose";
import { z } from "zod";
import { SetupError } from "../settings.ts";

/**
 * The keys of an installation: one file, readable by its owner alone, made on the first start. Whoever
 * holds it and the database can tell which card numbers were here; without it the vault tells nothing.
 */
export interface Keyring {
  /** Names the ring without telling anything of it; the database remembers whose it is. */
  readonly id: string;
  /** Keys of the card vault, that which cards are written by first. The others are tried until they retire. */
  readonly vault: readonly VaultKey[];
  /** Hashes pairing codes, API keys and sessions. */
  readonly secrets: Buffer;
  /** Fingerprints of requests, so that the same id with other content is noticed. */
  readonly register: Buffer;
  /** RSA-OAEP-256 private key that opens `card.jwe`. */
  readonly cardEncryption: JWK;
}

export interface VaultKey {
  readonly version: number;
  readonly key: Buffer;
}

const key = z.string().regex(/^[A-Za-z0-9_-]{43}$/, "32 bytes in base64url are wanted");

const fileSchema = z.strictObject({
  format: z.literal(1),
  vault: z.array(z.strictObject({ version: z.int().min(1), key })).min(1),
  secrets: key,
  register: key,
  cardEncryption: z.looseObject({ kty: z.literal("RSA"), kid: z.string(), d: z.string() }),
});
type KeyringFile = z.infer<typeof fileSchema>;

/**
 * Reads the keyring, or makes one where there is none.
 * @throws SetupError for a file that is not a keyring, or that others may read
 */
export async function openKeyring(
  path: string,
): Promise<{ readonly keyring: Keyring; readonly created: boolean }> {
  const text = await readIfThere(path);
  if (text === null) {
    const made = await makeKeyring();
    if (await writeWhole(path, `${JSON.stringify(made, null, 2)}\n`)) {
      return { keyring: fromFile(made), created: true };
    }
  }
  await refuseReadableByOthers(path);
  const parsed = fileSchema.safeParse(parseJson(text ?? (await readIfThere(path)) ?? ""));
  if (!parsed.success) throw new SetupError(`${path} is not a keyring of this product (format 1).`);
  return { keyring: fromFile(parsed.data), created: false };
}

/** The version of the vault's newest key. */
export function newestKey({ vault }: Pick<Keyring, "vault">): number {
  return Math.max(...vault.map(({ version }) => version));
}

/**
 * Adds a key to the vault's. Instances look cards up by it from when they have read it, and write by it once all have.
 * @returns the new key's version
 * @throws SetupError for a file that is no keyring, or that can't be written
 */
export async function rotateKeyring(path: string): Promise<number> {
  const file = await readKeyringFile(path);
  const version = Math.max(...file.vault.map((one) => one.version)) + 1;
  const fresh = { version, key: randomBytes(32).toString("base64url") };
  await replaceFile(path, { ...file, vault: [fresh, ...file.vault] });
  return version;
}

/**
 * Takes a key out of the vault's: what was found by it alone is not found any more.
 * @throws SetupError for a key that is not there, or the only one; for a file that is no keyring, or that can't be written
 */
export async function retireKey(path: string, version: number): Promise<void> {
  const file = await readKeyringFile(path);
  const vault = file.vault.filter((one) => one.version !== version);
  if (vault.length === file.vault.length) throw new SetupError(`${path} has no key ${String(version)}.`);
  if (vault.length === 0) throw new SetupError(`${path} has no other key of the vault.`);
  await replaceFile(path, { ...file, vault });
}

async function readKeyringFile(path: string): Promise<KeyringFile> {
  const text = await readIfThere(path);
  if (text === null) throw new SetupError(`There is no keyring at ${path}.`);
  // Refuses what is none, and what others may read.
  await openKeyring(path);
  return fileSchema.parse(parseJson(text));
}

async function replaceFile(path: string, file: KeyringFile): Promise<void> {
  const fresh = `${path}.${randomBytes(6).toString("hex")}`;
  try {
    const { mode } = await stat(path);
    const options = { mode: mode & 0o777, flag: "wx", flush: true } as const;
    await writeFile(fresh, `${JSON.stringify(file, null, 2)}\n`, options);
    await rename(fresh, path);
    await syncDirectory(path);
  } catch (error) {
    throw new SetupError(`The keyring ${path} can't be written: ${String(error)}`);
  } finally {
    await rm(fresh, { force: true });
  }
}

/**
 * There as a whole and on the disk, or not at all, whenever the machine loses its power.
 * @returns false where another instance that started at once was faster: its ring counts
 */
async function writeWhole(path: string, text: string): Promise<boolean> {
  const fresh = `${path}.${randomBytes(6).toString("hex")}`;
  try {
    await writeFile(fresh, text, { mode: 0o600, flag: "wx", flush: true });
    await linkOrWrite(fresh, path, text);
    await syncDirectory(path);
    return true;
  } catch (error) {
    if (hasCode(error, "EEXIST")) return false;
    throw new SetupError(`The keyring ${path} can't be written: ${String(error)}`);
  } finally {
    await rm(fresh, { force: true });
  }
}

async function syncDirectory(path: string): Promise<void> {
  const directory = await open(dirname(path), "r");
  await directory.sync().finally(() => directory.close());
}

async function linkOrWrite(fresh: string, path: string, text: string): Promise<void> {
  try {
    await link(fresh, path);
  } catch (error) {
    if (hasCode(error, "EEXIST")) throw error;
    // Not every file system has links.
    await writeFile(path, text, { mode: 0o600, flag: "wx", flush: true });
  }
}

/** As PostgreSQL takes a private key: its owner's alone; a file of root's may be read by a group of ours. */
async function refuseReadableByOthers(path: string): Promise<void> {
  const uid = process.geteuid?.();
  if (uid === undefined) return;
  const { mode, uid: owner } = await stat(path);
  const allowed = owner === 0 && uid !== 0 ? 0o640 : 0o600;
  if ((mode & 0o777 & ~(allowed | 0o100)) === 0) return;
  throw new SetupError(
    `The keyring ${path} can be read or changed by others (mode ${(mode & 0o777).toString(8)}): chmod ${allowed.toString(8)} ${path}`,
  );
}

async function makeKeyring(): Promise<KeyringFile> {
  const random = (): string => randomBytes(32).toString("base64url");
  const pair = await generateKeyPair("RSA-OAEP-256", { modulusLength: 2048, extractable: true });
  const kid = randomBytes(8).toString("hex");
  const jwk = { ...(await exportJWK(pair.privateKey)), kid, alg: "RSA-OAEP-256", use: "enc" };
  return fileSchema.parse({
    format: 1,
    vault: [{ version: 1, key: random() }],
    secrets: random(),
    register: random(),
    cardEncryption: jwk,
  });
}

function fromFile(file: KeyringFile): Keyring {
  const bytes = (text: string): Buffer => Buffer.from(text, "base64url");
  return {
    // Hex digits alone may all be decimal, and then read as a card number.
    id: `kr-${createHash("sha256").update(bytes(file.secrets)).digest("hex").slice(0, 16)}`,
    vault: [...file.vault]
      .sort((a, b) => b.version - a.version)
      .map((one) => ({ version: one.version, key: bytes(one.key) })),
    secrets: bytes(file.secrets),
    register: bytes(file.register),
    cardEncryption: file.cardEncryption,
  };
}

async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (hasCode(error, "ENOENT")) return null;
    throw new SetupError(`The keyring ${path} can't be read: ${String(error)}`);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
