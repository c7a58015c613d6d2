import { spawn } from "node:child_process";
import { closeSync, existsSync, openSync, readSync, renameSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { SetupError } from "../settings.ts";
import { type Binaries, locateBinaries } from "./embedded/binaries.ts";
import {
  type Cluster,
  clusterDirectory,
  createCluster,
  directoryArgument,
  EMBEDDED_USER,
  inspectDataDir,
  openCluster,
  postgresEnvironment,
} from "./embedded/cluster.ts";
import { memoryHere, sharedBuffers } from "./embedded/memory.ts";
import { findPostmaster, isInUse, stopPostmaster, urlOf, verify } from "./embedded/postmaster.ts";
import { isStarter, replaceStarter, resignStarter, succeedStarter } from "./embedded/starter.ts";
import { chooseUser, ownerOf, type SystemUser } from "./embedded/systemUser.ts";

/*
 * The programs of the npm package are driven directly. Its wrapper writes the password to a shared directory, takes the
 * system's locale, starts the server in our process group (so that Ctrl-C stops it before we have finished), does not
 * know a server that survived us, needs a data directory that another user can walk to, and installs exit hooks.
 */

/** How long a start may take, in milliseconds; recovery after a crash replays up to 2 GB of log. */
const START_TIMEOUT = 300_000;
/** How long a starter that lives may take to launch its server before another process does, in milliseconds. */
const STARTER_PATIENCE = 3_000;
const MAX_LOG_BYTES = 10_000_000;

export interface EmbeddedOptions {
  /** A directory of its own; created when absent. It holds `cluster/` and `server.log`. */
  readonly dataDir: string;
  /** TCP port on 127.0.0.1; a free one when absent. A server that runs already keeps its own. */
  readonly port?: number;
  /** `false` trades safety against a crash of the machine for speed: for tests only. Default `true`. */
  readonly fsync?: boolean;
}

export interface EmbeddedPostgres {
  /** Superuser access to the database `admittance`, with the password: never log it. */
  readonly url: string;
  /** Whether this process is the one to stop the server: it started it, or found it left behind by one that is gone. */
  readonly started: boolean;
  /** Stops the server cleanly if this process is the one to do so; else does nothing. Repeating it is harmless. */
  stop(): Promise<void>;
}

/**
 * Starts PostgreSQL on `dataDir`, or attaches to the server that runs on it. Any number of processes may do so at once.
 * @throws SetupError when it can't be done: a foreign directory, a busy port, no binaries for this platform, ...
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const dataDir = resolve(options.dataDir);
  const fsync = options.fsync ?? true;
  const directory = clusterDirectory(dataDir);
  const found = await inspectDataDir(dataDir);
  const user = found === "ours" ? await ownerOf(directory) : await chooseUser();
  const binaries = await locateBinaries(user);
  if (found === "empty") await createCluster(dataDir, binaries, user, fsync).catch(explain(dataDir));
  const cluster = await openCluster(dataDir);
  const server = { cluster, binaries, user: await ownerOf(directory), port: options.port, fsync };
  return { ...(await startOrAttach(server)), stop: () => stop(directory) };
}

interface Server {
  readonly cluster: Cluster;
  readonly binaries: Binaries;
  readonly user: SystemUser;
  readonly port: number | undefined;
  readonly fsync: boolean;
}

async function startOrAttach(server: Server): Promise<{ url: string; started: boolean }> {
  const { directory } = server.cluster;
  try {
    const port = await serve(server);
    await succeedStarter(directory);
    return { url: urlOf(server.cluster, port, EMBEDDED_USER), started: isStarter(directory) };
  } catch (error) {
    await resignStarter(directory);
    throw error;
  }
}

/** Waits for a server on the cluster, and launches one where nobody else does. @returns its port */
async function serve(server: Server): Promise<number> {
  const { directory, logFile } = server.cluster;
  const start = performance.now();
  let idleSince = start;
  let failures = 0;
  let child: Launched | undefined;
  while (performance.now() - start < START_TIMEOUT) {
    const running = findPostmaster(directory);
    // Another process's server that is about to tell, or the last backends of one that was killed.
    const busy = running !== undefined || isInUse(directory);
    if (busy) idleSince = performance.now();
    if (running?.ready === true && (await verify(server.cluster, running))) return running.port;
    if (child?.ended() === true) {
      failures += 1;
      const patience = judge(server, child.fatal(), failures);
      child = undefined;
      await sleep(patience);
    } else if (child === undefined && !busy) {
      const patient = performance.now() - idleSince < STARTER_PATIENCE;
      if (await (patient ? succeedStarter(directory) : replaceStarter(directory))) {
        child = launch(server, server.port ?? (await freePort()), rotateLog(logFile));
      }
    }
    await sleep(10);
  }
  throw new SetupError(`The database server in ${directory} was not ready in ${START_TIMEOUT / 1000} s.`);
}

/**
 * What to make of a server that ended at once: it may have lost a port, or the directory to another process's server.
 * @returns how long to wait before the next try, in milliseconds
 * @throws SetupError when another try won't help
 */
function judge({ cluster, port }: Server, reason: string, failures: number): number {
  if (port !== undefined && reason.includes("could not create any TCP/IP sockets")) {
    throw new SetupError(`Port ${port} on 127.0.0.1 is in use: the database needs another port.`);
  }
  const passes = /pre-existing shared memory block|lock file/.test(reason);
  if (failures < (passes ? 60 : 5)) return passes ? 250 : 50;
  throw new SetupError(
    `The database server does not start (see ${cluster.logFile}): ${reason || "no reason given"}`,
  );
}

async function stop(directory: string): Promise<void> {
  if (!existsSync(directory) || !isStarter(directory)) return;
  await stopPostmaster(directory);
  await resignStarter(directory);
}

interface Launched {
  /** Whether it has ended, or could not even be spawned. */
  ended(): boolean;
  /** Why it ended, as far as its log says. */
  fatal(): string;
}

function launch({ cluster, binaries, user, fsync }: Server, port: number, logStart: number): Launched {
  const log = openSync(cluster.logFile, "a", 0o600);
  const settings = [
    `port=${port}`,
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
    "max_connections=100",
    `shared_buffers=${sharedBuffers(memoryHere())}`,
    "max_wal_size=2GB",
    `fsync=${fsync ? "on" : "off"}`,
    `full_page_writes=${fsync ? "on" : "off"}`,
    "synchronous_commit=on",
    "idle_in_transaction_session_timeout=10s",
    "jit=off",
    "timezone=UTC",
    "log_timezone=UTC",
    "log_checkpoints=off",
    "logging_collector=off",
    "log_destination=stderr",
    "password_encryption=scram-sha-256",
  ];
  try {
    const child = spawn(
      binaries.postgres,
      ["-D", directoryArgument(cluster.directory, user), ...settings.flatMap((setting) => ["-c", setting])],
      // A session of its own: a Ctrl-C for us must not stop it while we still finish requests.
      {
        ...user,
        cwd: cluster.directory,
        env: postgresEnvironment(),
        detached: true,
        stdio: ["ignore", log, log],
      },
    );
    let failed = false;
    child.once("error", () => {
      failed = true;
    });
    child.unref();
    return {
      ended: () => failed || child.exitCode !== null || child.signalCode !== null,
      fatal: () => lastFatal(cluster.logFile, logStart),
    };
  } finally {
    closeSync(log);
  }
}

/** A TCP port of 127.0.0.1 that nobody used a moment ago. */
export async function freePort(): Promise<number> {
  const probe = createServer();
  return new Promise((resolvePort, reject) => {
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => {
        if (address !== null && typeof address === "object") resolvePort(address.port);
        else reject(new SetupError("There is no free port on 127.0.0.1."));
      });
    });
  });
}

/** Keeps one old log. @returns where this run's lines begin, in bytes */
function rotateLog(file: string): number {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size < MAX_LOG_BYTES) return size;
  renameSync(file, `${file}.1`);
  return 0;
}

function lastFatal(file: string, from: number): string {
  const buffer = Buffer.alloc(64 * 1024);
  const log = openSync(file, "r");
  try {
    const text = buffer.toString("utf8", 0, readSync(log, buffer, 0, buffer.length, from));
    const lines = text.split("\n").filter((line) => /\b(FATAL|PANIC):/.test(line));
    return lines.at(-1)?.replace(/^.*?(FATAL|PANIC):\s*/, "") ?? "";
  } finally {
    closeSync(log);
  }
}

function explain(dataDir: string): (error: unknown) => never {
  return (error) => {
    if (error instanceof SetupError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new SetupError(`The database could not be created in ${dataDir}: ${reason}`);
  };
}
