import { X509Certificate } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { createSecureContext } from "node:tls";
import type { Logger } from "../logging.ts";
import { type Settings, SetupError } from "../settings.ts";

/** How often it is looked whether the files were renewed. Milliseconds. */
const LOOK_MS = 5_000;

export interface Tls {
  readonly cert: Buffer;
  readonly key: Buffer;
  /** When the certificate expires, in milliseconds. */
  readonly validTo: number;
}

export type TlsFiles = NonNullable<Settings["tls"]>;

/**
 * Reads a certificate and its key.
 * @throws SetupError with one line for files that can't be read, are no PEM, or don't belong together
 */
export async function readTls({ certFile, keyFile }: TlsFiles): Promise<Tls> {
  const cert = await read("TLS_CERT_FILE", certFile);
  const key = await read("TLS_KEY_FILE", keyFile);
  const leaf = tried(() => new X509Certificate(cert));
  if (leaf === null) throw new SetupError(`TLS_CERT_FILE ${certFile} holds no certificate in PEM form.`);
  if (!tried(() => createSecureContext({ key }))) {
    throw new SetupError(`TLS_KEY_FILE ${keyFile} holds no private key in PEM form without a passphrase.`);
  }
  if (!tried(() => createSecureContext({ cert, key }))) {
    throw new SetupError(
      `TLS_KEY_FILE ${keyFile} is not the key of the first certificate in TLS_CERT_FILE ${certFile}.`,
    );
  }
  return { cert, key, validTo: Date.parse(leaf.validTo) };
}

/**
 * Hands on a renewed certificate. Files that are wrong, or only half written, are told once and leave the old one in use.
 * @returns what ends the watch
 */
export function watchTls(
  files: TlsFiles,
  options: { readonly logger: Logger; readonly renewed: (tls: Tls) => void },
): () => Promise<void> {
  let seen: Promise<string> = stampOf(files);
  let looking: Promise<void> = Promise.resolve();
  const look = async (): Promise<void> => {
    const [before, stamp] = [await seen, await stampOf(files)];
    if (before === stamp) return;
    seen = Promise.resolve(stamp);
    try {
      options.renewed(await readTls(files));
      options.logger.info("the TLS certificate was renewed");
    } catch (error) {
      options.logger.error({ err: error }, "the new TLS files can't be used: the old certificate stays");
    }
  };
  const timer = setInterval(() => {
    looking = looking.then(look);
  }, LOOK_MS).unref();
  return async () => {
    clearInterval(timer);
    await looking;
  };
}

async function read(setting: string, file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    const why = error instanceof Error && "code" in error ? String(error.code) : "unknown";
    throw new SetupError(`${setting} ${file} can't be read (${why}).`);
  }
}

/** What changes with the files, also where they are links to links. */
async function stampOf({ certFile, keyFile }: TlsFiles): Promise<string> {
  const stamps = [certFile, keyFile].map(async (file) => {
    const found = await stat(file).catch(() => null);
    return found === null ? "none" : `${String(found.ino)} ${String(found.mtimeMs)} ${String(found.size)}`;
  });
  return (await Promise.all(stamps)).join();
}

function tried<T>(work: () => T): T | null {
  try {
    return work();
  } catch {
    return null;
  }
}
