import { existsSync } from "node:fs";
import { createServer } from "node:net";
import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { SetupError } from "../../settings.ts";
import { locateBinaries } from "./binaries.ts";
import { clusterDirectory, createCluster, EMBEDDED_USER, inspectDataDir, openCluster } from "./cluster.ts";
import { enter, type Guest, isUsed } from "./guests.ts";
import { type Launched, launch, rotateLog, type Server } from "./launch.ts";
import { findPostmaster, isInUse, stopPostmaster, urlOf, verify } from "./postmaster.ts";
import { isStarter, replaceStarter, resignStarter, succeedStarter } from "./starter.ts";
import { chooseUser, ownerOf } from "./systemUser.ts";

/*
 * The programs of the npm package are driven directly. Its wrapper writes the password to a shared directory, takes the
 * system's locale, starts the server in our process group (so that Ctrl-C stops it before we have finished), does not
 * know a server that survived us, needs a data directory that another user can walk to, and installs exit hooks.
 */

/** How long a start may take, in milliseconds; recovery after a crash replays up to 2 GB of log. */
const START_TIMEOUT = 300_000;
/** How long a starter that lives may take to launch its server before another process does, in milliseconds. */
const STARTER_PATIENCE = 3_000;
/** How often it is looked whether the server still runs, in milliseconds. */
const KEEP_MS = 500;
const MAX_KEEP_MS = 10_000;

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
  /**
   * Stops the server cleanly, unless others use it: then it is theirs to stop from here on. Repeating it is harmless.
   */
  stop(): Promise<void>;
  /**
   * From here on until `stop` a server that ends is started again, on the same port. `note` hears of it.
   */
  keep(note: (what: string) => void): void;
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
  const guest = enter(dataDir);
  try {
    const { port, ...running } = await startOrAttach(server);
    const keeper = new Keeper({ ...server, port });
    return {
      ...running,
      keep: (note) => keeper.start(note),
      stop: async () => {
        await keeper.stop();
        await leave(dataDir, directory, guest);
      },
    };
  } catch (error) {
    guest.leave();
    throw error;
  }
}

async function startOrAttach(server: Server): Promise<{ url: string; port: number; started: boolean }> {
  const { directory } = server.cluster;
  try {
    const port = await serve(server);
    await succeedStarter(directory);
    return { url: urlOf(server.cluster, port, EMBEDDED_USER), port, started: isStarter(directory) };
  } catch (error) {
    await resignStarter(directory);
    throw error;
  }
}

/**
 * Waits for a server on the cluster, and launches one where nobody else does.
 * @param isWanted asked again and again; once it says no, this gives up
 * @returns its port
 */
async function serve(server: Server, isWanted: () => boolean = () => true): Promise<number> {
  const own: { child?: Launched } = {};
  try {
    return await serveOrThrow(server, own, isWanted);
  } catch (error) {
    // Nobody would know of it any more.
    if (own.child?.ended() === false) await stopPostmaster(server.cluster.directory).catch(() => undefined);
    throw error;
  }
}

async function serveOrThrow(
  server: Server,
  own: { child?: Launched },
  isWanted: () => boolean,
): Promise<number> {
  const { directory, logFile } = server.cluster;
  const start = performance.now();
  let idleSince = start;
  let failures = 0;
  while (isWanted() && performance.now() - start < START_TIMEOUT) {
    const { child } = own;
    const running = findPostmaster(directory);
    // Another process's server that is about to tell, or the last backends of one that was killed.
    const busy = running !== undefined || isInUse(directory);
    if (busy) idleSince = performance.now();
    if (running?.ready === true && (await verify(server.cluster, running))) return running.port;
    if (child?.ended() === true) {
      failures += 1;
      const patience = judge(server, child.fatal(), failures);
      delete own.child;
      await sleep(patience);
    } else if (child === undefined && !busy) {
      const patient = performance.now() - idleSince < STARTER_PATIENCE;
      if (await (patient ? succeedStarter(directory) : replaceStarter(directory))) {
        own.child = launch(server, server.port ?? (await freePort()), rotateLog(logFile));
      }
    }
    await sleep(10);
  }
  if (!isWanted()) throw new SetupError(`The database server in ${directory} is not wanted any more.`);
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

/** The last one to leave stops the server. Each resigns before it looks, so that of two who leave at once one stops it. */
async function leave(dataDir: string, directory: string, guest: Guest): Promise<void> {
  if (!existsSync(directory)) return;
  guest.leave();
  if (!(await succeedStarter(directory))) return;
  await resignStarter(directory);
  if (isUsed(dataDir) || !(await succeedStarter(directory))) return;
  await stopPostmaster(directory);
  await resignStarter(directory);
}

/** Starts the server again when it has ended, and takes over from a starter that is gone. */
class Keeper {
  readonly #server: Server;
  readonly #stopping = new AbortController();
  #running: Promise<void> | undefined;

  constructor(server: Server) {
    this.#server = server;
  }

  start(note: (what: string) => void): void {
    this.#running ??= this.#run(note);
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  async #run(note: (what: string) => void): Promise<void> {
    const { signal } = this.#stopping;
    let wait = KEEP_MS;
    while (await sleptUnless(signal, wait)) {
      try {
        await this.#look(note);
        wait = KEEP_MS;
      } catch (error) {
        wait = Math.min(wait * 2, MAX_KEEP_MS);
        note(error instanceof Error ? error.message : String(error));
      }
    }
  }

  async #look(note: (what: string) => void): Promise<void> {
    const { directory } = this.#server.cluster;
    if (findPostmaster(directory) !== undefined) {
      await succeedStarter(directory);
      return;
    }
    note("The database server has ended: it is started again.");
    await serve(this.#server, () => !this.#stopping.signal.aborted);
    await succeedStarter(directory);
    note("The database server runs again.");
  }
}

/** @returns false when aborted meanwhile */
async function sleptUnless(signal: AbortSignal, ms: number): Promise<boolean> {
  await sleep(ms, undefined, { ref: false, signal }).catch(() => undefined);
  return !signal.aborted;
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

function explain(dataDir: string): (error: unknown) => never {
  return (error) => {
    if (error instanceof SetupError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new SetupError(`The database could not be created in ${dataDir}: ${reason}`);
  };
}
