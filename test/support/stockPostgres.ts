import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { chown, mkdir, mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { locateBinaries } from "../../src/database/embedded/binaries.ts";
import { clusterDirectory } from "../../src/database/embedded/cluster.ts";
import { readPidFile, stopPostmaster } from "../../src/database/embedded/postmaster.ts";
import { chooseUser, type SystemUser } from "../../src/database/embedded/systemUser.ts";
import { freePort } from "../../src/database/embedded/embedded.ts";
import { until } from "./until.ts";

const run = promisify(execFile);
const DEBIAN = "/usr/lib/postgresql";
const ENV = { PATH: process.env["PATH"] ?? "/usr/bin:/bin", LC_ALL: "C.UTF-8" };

export interface StockServer {
  /** Of its superuser, without a password. */
  readonly url: string;
  readonly port: number;
  /** Where it and its programs are. */
  readonly binaries: string;
  destroy(): Promise<void>;
}

/**
 * A server as an operator has it: the machine's own PostgreSQL if one is installed (`scripts/test.mjs` installs Debian's
 * where it can), as `initdb` makes it and with no setting of ours but its port. Else the embedded programs with the same
 * defaults; those compile nothing, whatever `jit` says.
 */
export async function startStockServer(): Promise<StockServer> {
  const user = await chooseUser();
  const binaries = await stockBinaries(user);
  const home = await mkdtemp(join(tmpdir(), `admittance-test-${String(process.pid)}-stock-`));
  const directory = clusterDirectory(home);
  await mkdir(directory, { mode: 0o700 });
  if (user !== undefined) {
    await chown(home, user.uid, user.gid);
    await chown(directory, user.uid, user.gid);
  }
  const as = { ...user, cwd: directory, env: ENV };
  const settings = ["-U", "postgres", "-A", "trust", "--encoding=UTF8", "--no-sync"];
  await run(join(binaries, "initdb"), ["-D", directory, ...settings], as);
  const port = await freePort();
  const options = ["-D", directory, "-p", String(port), "-c", "unix_socket_directories="];
  const child = spawn(join(binaries, "postgres"), options, { ...as, stdio: "ignore" });
  const ended = once(child, "exit");
  await Promise.race([
    until(async () => await Promise.resolve(readPidFile(directory)?.ready === true)),
    ended.then(() => Promise.reject(new Error("the stock server does not start"))),
  ]);
  return {
    url: `postgres://postgres@127.0.0.1:${String(port)}/postgres`,
    port,
    binaries,
    destroy: async () => {
      await stopPostmaster(directory, "immediate");
      await rm(home, { recursive: true, force: true });
    },
  };
}

/** The directory of the newest PostgreSQL that Debian's packages have installed; null where there is none. */
export async function debianBinaries(): Promise<string | null> {
  const versions = await readdir(DEBIAN).catch(() => []);
  for (const version of versions.toSorted((a, b) => Number(b) - Number(a))) {
    const binaries = join(DEBIAN, version, "bin");
    if ((await stat(join(binaries, "postgres")).catch(() => null)) !== null) return binaries;
  }
  return null;
}

async function stockBinaries(user: SystemUser): Promise<string> {
  return (await debianBinaries()) ?? join((await locateBinaries(user)).postgres, "..");
}
