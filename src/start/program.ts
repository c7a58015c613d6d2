import { randomBytes as systemBytes } from "node:crypto";
import { isMainThread, parentPort, workerData } from "node:worker_threads";
import { monotonicFactory } from "ulid";
import { z } from "zod";
import { prepareFirstStart } from "./firstStart.ts";
import { createLogger, type Logger } from "../logging.ts";
import { project, projectorIn } from "./projector.ts";
import { plainLine } from "./plainly.ts";
import { type RunningServer, startServer, type World } from "./server.ts";
import { expectOpenFiles } from "./openFiles.ts";
import { readSettings } from "./secretFiles.ts";
import { type Settings, SetupError } from "../settings.ts";

/**
 * The composition root: the only place that reads the environment, the clock and chance. It is started a second time, in
 * a thread, for the projections.
 */

const randomBytes = pooledBytes();
const newUlid = monotonicFactory(() => randomBytes(1).readUInt8() / 256);
const world: World = { now: () => Date.now(), newId: () => newUlid(), randomBytes };

/** From the system's generator, which is asked for many at a time; each byte is given out once. */
function pooledBytes(): (count: number) => Buffer {
  const size = 8_192;
  let pool = systemBytes(size);
  let at = 0;
  return (count) => {
    if (count > size) return systemBytes(count);
    if (at + count > size) {
      pool = systemBytes(size);
      at = 0;
    }
    at += count;
    return pool.subarray(at - count, at);
  };
}

/** On the command line of a first start: the log may be in use already. */
const JOIN = "--join";

/**
 * Serves until a signal stops it, or does the work of the projections' thread.
 * @param entry what a thread is started with
 * @throws SetupError when the start can't go on; nothing that it launched runs on then
 */
export async function run(entry: URL, args: readonly string[]): Promise<void> {
  expectOpenFiles();
  const settings = readSettings(process.env);
  const unread = new AbortController();
  const logger = createLogger({ level: settings.logLevel, onUnread: () => unread.abort() });
  if (isMainThread) await serve(entry, settings, logger, { join: joinsOf(args), unread: unread.signal });
  else if (parentPort !== null) await project(parentPort, z.string().parse(workerData), settings, logger);
}

function joinsOf(args: readonly string[]): boolean {
  const unknown = args.find((arg) => arg !== JOIN && arg !== "serve");
  if (unknown === undefined) return args.includes(JOIN);
  throw new SetupError(`${JSON.stringify(unknown)} is not known here: settings are given by environment.`);
}

async function serve(
  entry: URL,
  settings: Settings,
  logger: Logger,
  { join, unread }: { readonly join: boolean; readonly unread: AbortSignal },
): Promise<void> {
  const starting = startServer(settings, world, logger, { projector: projectorIn(entry), join });
  const life = new Life(starting, logger, unread);
  life.listen();
  const server = await starting;
  try {
    await prepareFirstStart(server, settings, (line) => process.stdout.write(`${line}\n`));
  } catch (error) {
    if (life.isEnding) return;
    await server.stop();
    throw error;
  }
}

/** How the process ends: always by way of the server's own stop, so that nothing of it runs on. */
class Life {
  readonly #starting: Promise<RunningServer>;
  readonly #logger: Logger;
  readonly #unread: AbortSignal;
  isEnding = false;

  /** @param unread aborts when nobody reads the log any more */
  constructor(starting: Promise<RunningServer>, logger: Logger, unread: AbortSignal) {
    this.#starting = starting;
    this.#logger = logger;
    this.#unread = unread;
  }

  listen(): void {
    // SIGHUP: the terminal that started us has gone.
    for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) {
      process.on(signal, () => {
        this.#logger.info({ signal }, "stopping");
        this.#end(0);
      });
    }
    // Whoever read our output has gone (`| head`): there is nobody left to tell why.
    for (const output of [process.stdout, process.stderr]) output.on("error", () => this.#end(0));
    this.#unread.addEventListener("abort", () => this.#end(0));
    if (this.#unread.aborted) this.#end(0);
    process.on("uncaughtException", (error) => {
      if (isClosedPipe(error)) {
        this.#end(0);
        return;
      }
      this.#logger.fatal({ err: error }, plainLine(error) ?? "a bug ends the process");
      this.#end(1);
    });
  }

  #end(code: number): void {
    if (this.isEnding) return;
    this.isEnding = true;
    this.#stop().then(
      () => process.exit(code),
      (error: unknown) => {
        this.#logger.error({ err: error }, "the stop was not clean");
        process.exit(1);
      },
    );
  }

  async #stop(): Promise<void> {
    // A start that fails has ended what it launched.
    const server = await this.#starting.catch(() => null);
    await server?.stop();
  }
}

function isClosedPipe(error: Error): boolean {
  return "code" in error && error.code === "EPIPE" && "syscall" in error && error.syscall === "write";
}
