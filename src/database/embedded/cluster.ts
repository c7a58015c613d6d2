import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmod, chown, mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";

import { SetupError } from "../../settings.ts";
import type { Binaries } from "./binaries.ts";
import { starterFile } from "./starter.ts";
import type { SystemUser } from "./systemUser.ts";

/** Name of the superuser and of the database that the product uses in its own cluster. */
export const EMBEDDED_USER = "admittance";
const MAJOR_VERSION = "18";
const MARKER = "admittance.json";
const PASSWORD = "admittance.password";
const markerSchema = z.object({
  product: z.literal("admittance"),
  systemIdentifier: z.string().regex(/^\d+$/),
});

/** A data directory of ours: `<dataDir>/cluster` is PostgreSQL's, `<dataDir>/server.log` its log. */
export interface Cluster {
  readonly directory: string;
  readonly logFile: string;
  readonly password: string;
  /** PostgreSQL's own identity of this cluster. */
  readonly systemIdentifier: string;
}

export function clusterDirectory(dataDir: string): string {
  return join(dataDir, "cluster");
}

/**
 * Whether `dataDir` holds a cluster of ours (`ours`) or nothing yet (`empty`).
 * @throws SetupError for a directory that is somebody else's, or of another PostgreSQL version
 */
export async function inspectDataDir(dataDir: string): Promise<"ours" | "empty"> {
  const entries = await list(dataDir);
  if (entries === undefined) return "empty";
  const foreign = new SetupError(
    `${dataDir} is not empty and holds no database of Admittance: give DATA_DIR another directory.`,
  );
  if (entries.includes("PG_VERSION")) throw foreign;
  if (!entries.includes("cluster")) {
    if (entries.every((entry) => /^(cluster\.new-|password\.new-|server\.log|lost\+found$)/.test(entry)))
      return "empty";
    throw foreign;
  }
  const directory = clusterDirectory(dataDir);
  const version = (await read(join(directory, "PG_VERSION")))?.trim();
  if (version === undefined || (await readMarker(directory)) === undefined) throw foreign;
  if (version === MAJOR_VERSION) return "ours";
  throw new SetupError(
    `${directory} was written by PostgreSQL ${version}, this release brings ${MAJOR_VERSION}: export with the old release and import here.`,
  );
}

/**
 * Creates the cluster beside its final place and renames it there in one step: it is there as a whole or not at all,
 * also after kill -9, and of two processes one wins.
 * @throws SetupError when initdb fails
 */
export async function createCluster(
  dataDir: string,
  binaries: Binaries,
  user: SystemUser,
  fsync: boolean,
): Promise<void> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  await removeLeftovers(dataDir);
  const id = `${process.pid}-${randomBytes(4).toString("hex")}`;
  const fresh = join(dataDir, `cluster.new-${id}`);
  const passwordFile = join(dataDir, `password.new-${id}`);
  try {
    await mkdir(fresh, { mode: 0o700 });
    await writeFile(passwordFile, `${randomBytes(24).toString("base64url")}\n`, {
      mode: 0o600,
      flush: fsync,
    });
    if (user) await chown(fresh, user.uid, user.gid);
    if (user) await chown(passwordFile, user.uid, user.gid);
    await initialise(fresh, passwordFile, binaries, user, fsync);

    await rename(passwordFile, join(fresh, PASSWORD));
    const marker = { product: "admittance", systemIdentifier: await systemIdentifierOf(fresh) };
    const files: readonly (readonly [string, string])[] = [
      [MARKER, `${JSON.stringify(marker)}\n`],
      [starterFile(), ""],
    ];
    for (const [name, text] of files) {
      await writeFile(join(fresh, name), text, { mode: 0o600, flush: fsync });
      if (user) await chown(join(fresh, name), user.uid, user.gid);
    }
    await rename(fresh, clusterDirectory(dataDir));
    if (fsync) await syncDirectory(dataDir);
  } catch (error) {
    // Lost the race: the other process's cluster is complete, ours isn't needed.
    if ((await stat(clusterDirectory(dataDir)).catch(() => undefined)) === undefined) throw error;
  } finally {
    await rm(passwordFile, { force: true });
    await rm(fresh, { recursive: true, force: true });
  }
}

/** @throws SetupError when one of our own files in it is missing or was altered */
export async function openCluster(dataDir: string): Promise<Cluster> {
  const directory = clusterDirectory(dataDir);
  const marker = await readMarker(directory);
  const password = (await read(join(directory, PASSWORD)))?.trim();
  if (!marker || !password)
    throw new SetupError(`${directory} lacks ${MARKER} or ${PASSWORD}: restore it from a backup.`);
  if ((await systemIdentifierOf(directory)) !== marker.systemIdentifier) {
    throw new SetupError(
      `${directory} is another cluster than its ${MARKER} says: restore it from a backup.`,
    );
  }
  await chmod(join(directory, PASSWORD), 0o600);
  return {
    directory,
    logFile: join(dataDir, "server.log"),
    password,
    systemIdentifier: marker.systemIdentifier,
  };
}

/**
 * How a program is told its data directory. As root on Linux it is started inside it and addresses it as its own
 * working directory, because its user may be unable to walk there (/root is 0700).
 */
export function directoryArgument(directory: string, user: SystemUser): string {
  return user && process.platform === "linux" ? "/proc/self/cwd" : directory;
}

async function initialise(
  directory: string,
  passwordFile: string,
  binaries: Binaries,
  user: SystemUser,
  fsync: boolean,
): Promise<void> {
  const password = await open(passwordFile, "r");
  try {
    const child = spawn(
      binaries.initdb,
      [
        `--pgdata=${directoryArgument(directory, user)}`,
        `--username=${EMBEDDED_USER}`,
        "--pwfile=/dev/fd/3",
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--locale=C",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        "--data-checksums",
        ...(fsync ? [] : ["--no-sync"]),
      ],
      {
        ...user,
        cwd: directory,
        env: postgresEnvironment(),
        stdio: ["ignore", "ignore", "pipe", password.fd],
      },
    );
    let output = "";
    child.stderr?.setEncoding("utf8").on("data", (chunk: string) => {
      output = (output + chunk).slice(-4000);
    });
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once("error", reject).once("close", resolve);
    });
    if (code === 0) return;
    const line = output.split("\n").find((text) => text.includes("error:") || text.includes("FATAL:"));
    throw new SetupError(
      `The database could not be created in ${dirname(directory)}: ${line ?? `initdb ended with ${code}`}`,
    );
  } finally {
    await password.close();
  }
}

/** What PostgreSQL's programs get of our environment: no PG* variables, no LD_PRELOAD, no secrets of ours. */
export function postgresEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env["PATH"] ?? "/usr/bin:/bin", LC_ALL: "C", TZ: "UTC" };
}

/** The first 8 bytes of pg_control, in the machine's byte order (little-endian on every platform with binaries). */
async function systemIdentifierOf(directory: string): Promise<string> {
  const control = await readFile(join(directory, "global", "pg_control"));
  return control.readBigUInt64LE(0).toString();
}

async function readMarker(directory: string): Promise<z.infer<typeof markerSchema> | undefined> {
  try {
    return markerSchema.parse(JSON.parse((await read(join(directory, MARKER))) ?? ""));
  } catch (error) {
    if (error instanceof SetupError) throw error;
    return undefined;
  }
}

async function removeLeftovers(dataDir: string): Promise<void> {
  for (const entry of (await list(dataDir)) ?? []) {
    if (!/^(cluster|password)\.new-/.test(entry)) continue;
    const path = join(dataDir, entry);
    const age = Date.now() - ((await stat(path).catch(() => undefined))?.ctimeMs ?? Date.now());
    // A younger one may be another process's work.
    if (age > 10 * 60_000) await rm(path, { recursive: true, force: true });
  }
}

async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, "r");
  await handle.sync().finally(() => handle.close());
}

async function list(directory: string): Promise<string[] | undefined> {
  return readdir(directory).catch((error: unknown) => absent(error, directory));
}

async function read(file: string): Promise<string | undefined> {
  return readFile(file, "utf8").catch((error: unknown) => absent(error, file));
}

function absent(error: unknown, path: string): undefined {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "ENOENT") return undefined;
  if (code === "ENOTDIR") throw new SetupError(`${path} is not a directory.`);
  throw new SetupError(`${path} can't be read (${String(code)}).`);
}
