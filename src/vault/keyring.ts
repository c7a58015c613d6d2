import { createHash, randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
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
  /** Keys of the card vault, the newest first. Older ones are tried until they retire. */
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
    try {
      // `wx`: of two instances that start at once, one makes the ring and the other reads it.
      await writeFile(path, `${JSON.stringify(made, null, 2)}\n`, { mode: 0o600, flag: "wx" });
      return { keyring: fromFile(made), created: true };
    } catch (error) {
      if (!hasCode(error, "EEXIST"))
        throw new SetupError(`The keyring ${path} can't be written: ${String(error)}`);
    }
  }
  const parsed = fileSchema.safeParse(parseJson(text ?? (await readIfThere(path)) ?? ""));
  if (!parsed.success) throw new SetupError(`${path} is not a keyring of this product (format 1).`);
  return { keyring: fromFile(parsed.data), created: false };
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
