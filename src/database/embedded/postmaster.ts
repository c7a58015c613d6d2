import { DATABASE_IS_THERE, sqlState, TEMPLATE_IN_USE } from "../sqlState.ts";
import { readdirSync, readFileSync, readlinkSync, rmSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";

import { SetupError } from "../../settings.ts";
import { EMBEDDED_USER, type Cluster } from "./cluster.ts";
import { isTaken, processExists } from "./starter.ts";

/** Of any operating system that there are binaries for. */
const MOST_PID = 2 ** 31 - 1;
/** A server needs less than this from making its file to writing it. Milliseconds. */
const UNREADABLE_MS = 10_000;

/** A running server, as its postmaster.pid tells. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
  readonly ready: boolean;
  /** Process id, directory and start time: what tells this run of this server from any other. */
  readonly identity: string;
}

/** The server that runs on this cluster, if one does. Removes what a dead one left behind where it would be in the way. */
export function findPostmaster(directory: string): Postmaster | undefined {
  const found = readPidFile(directory);
  if (found === undefined) {
    removeUnreadable(directory);
    return undefined;
  }
  if (processExists(found.pid) && servesIn(found.pid, directory) !== false) return found;
  // After a reboot the id may belong to another program, and PostgreSQL would refuse to start for ever. But backends
  // of a killed postmaster may still write, and they are found through this file: it goes when they have gone.
  if (isTaken(found.pid) && !isInUse(directory) && readPidFile(directory)?.identity === found.identity) {
    // At once after the look, so that no other server's file is taken away.
    rmSync(join(directory, "postmaster.pid"), { force: true });
  }
  return undefined;
}

/**
 * A machine that lost its power leaves a file without its content, and PostgreSQL would refuse to start for ever. A
 * server that is just writing it works in the directory already, where that can be seen; elsewhere its age tells.
 */
function removeUnreadable(directory: string): void {
  const file = join(directory, "postmaster.pid");
  const written = statSync(file, { throwIfNoEntry: false })?.mtimeMs;
  if (written === undefined || readPidFile(directory) !== undefined) return;
  const isYoung = Date.now() - written < UNREADABLE_MS;
  if (process.platform === "linux" ? isInUse(directory) : isYoung) return;
  rmSync(file, { force: true });
}

export function readPidFile(directory: string): Postmaster | undefined {
  let text: string;
  try {
    text = readFileSync(join(directory, "postmaster.pid"), "utf8");
  } catch {
    return undefined;
  }
  const lines = text.split("\n");
  const pid = Math.abs(Number(lines[0]));
  if (!Number.isSafeInteger(pid) || pid === 0 || pid > MOST_PID) return undefined;
  return {
    pid,
    port: Number(lines[3] ?? 0),
    ready: lines[7]?.trim() === "ready",
    identity: lines.slice(0, 3).join("\n"),
  };
}

/** Connection address of a server of this cluster. */
export function urlOf(cluster: Cluster, port: number, database: string): string {
  return `postgres://${EMBEDDED_USER}:${cluster.password}@127.0.0.1:${port}/${database}`;
}

/**
 * Makes sure that what answers is the server of this directory, and that our database exists. `false`: not yet, try again.
 * @throws SetupError when something else answers
 */
export async function verify(cluster: Cluster, postmaster: Postmaster): Promise<boolean> {
  const client = new pg.Client({
    ssl: false,
    connectionString: urlOf(cluster, postmaster.port, "postgres"),
    connectionTimeoutMillis: 10_000,
    query_timeout: 30_000,
  });
  client.on("error", () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ id: string; pidfile: string }>(
      "SELECT system_identifier::text AS id, pg_read_file('postmaster.pid') AS pidfile FROM pg_control_system()",
    );
    const row = rows[0];
    const sameRun = row?.pidfile.startsWith(`${postmaster.identity}\n`) === true;
    if (row?.id !== cluster.systemIdentifier || !sameRun) throw notOurs(cluster, postmaster);
    await createDatabase(client);
    return true;
  } catch (error) {
    if (error instanceof SetupError) throw error;
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    const stillThere = readPidFile(cluster.directory)?.identity === postmaster.identity;
    // 28xxx: it answers, but refuses our password.
    if (typeof code === "string" && code.startsWith("28") && stillThere) throw notOurs(cluster, postmaster);
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

function notOurs(cluster: Cluster, postmaster: Postmaster): SetupError {
  return new SetupError(
    `What answers on 127.0.0.1:${postmaster.port} is not the database server of ${cluster.directory}: stop one of the two.`,
  );
}

async function createDatabase(client: pg.Client): Promise<void> {
  const { rowCount } = await client.query("SELECT 1 FROM pg_database WHERE datname = $1", [EMBEDDED_USER]);
  if (rowCount) return;
  await client.query(`CREATE DATABASE ${EMBEDDED_USER}`).catch((error: unknown) => {
    const state = sqlState(error) ?? "";
    if (state === TEMPLATE_IN_USE) throw new Error("template in use, try again");
    if (!DATABASE_IS_THERE.has(state)) throw error;
  });
}

/**
 * Stops the server and waits until it has gone: `fast` writes everything out, `immediate` is like a crash.
 * @throws SetupError when it still runs after a minute
 */
export async function stopPostmaster(directory: string, mode: "fast" | "immediate" = "fast"): Promise<void> {
  const postmaster = findPostmaster(directory);
  if (postmaster === undefined) return;
  signal(postmaster.pid, mode === "fast" ? "SIGINT" : "SIGQUIT");
  const start = performance.now();
  let hurried = false;
  while (readPidFile(directory)?.identity === postmaster.identity && processExists(postmaster.pid)) {
    const waited = performance.now() - start;
    if (waited > 60_000)
      throw new SetupError(`The database server (process ${postmaster.pid}) does not stop.`);
    if (waited > 45_000 && !hurried) {
      hurried = true;
      signal(postmaster.pid, "SIGQUIT");
    }
    await sleep(10);
  }
  // The file goes a moment before the process; whoever deletes the directory next must not meet it.
  await waitUntilGone(directory);
}

/** Waits until no process of a server works in this directory any more, at most 20 s. */
export async function waitUntilGone(directory: string): Promise<void> {
  const start = performance.now();
  while (isInUse(directory) && performance.now() - start < 20_000) await sleep(10);
}

/** Whether a postmaster or a backend without one works in this directory; `false` where that can't be seen. */
export function isInUse(directory: string): boolean {
  if (process.platform !== "linux") return false;
  const pids = readdirSync("/proc").map(Number).filter(Number.isSafeInteger);
  return pids.some((pid) => servesIn(pid, directory) === true);
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // Gone already.
  }
}

/** Whether this is a process of a server of this directory, in which all of them work; `undefined` where that can't be seen. */
function servesIn(pid: number, directory: string): boolean | undefined {
  if (process.platform !== "linux") return undefined;
  try {
    const [works, wanted] = [statSync(`/proc/${pid}/cwd`), statSync(directory)];
    // Somebody's shell may stand there too.
    const isServer = basename(readlinkSync(`/proc/${pid}/exe`)).startsWith("postgres");
    return works.dev === wanted.dev && works.ino === wanted.ino && isServer;
  } catch (error) {
    // Another user's process can't be ours: a server runs as the owner of its directory, and we are that one or root.
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    return code === "ENOENT" || code === "ESRCH" || code === "EACCES" || code === "EPERM" ? false : undefined;
  }
}
