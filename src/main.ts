import { randomBytes as systemBytes } from "node:crypto";
import { isMainThread, parentPort, workerData } from "node:worker_threads";
import { monotonicFactory } from "ulid";
import { z } from "zod";
import { prepareFirstStart } from "./firstStart.ts";
import { createLogger } from "./logging.ts";
import { project, projectorIn } from "./projector.ts";
import { startServer, type World } from "./server.ts";
import { parseSettings } from "./settings.ts";

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

const settings = parseSettings(process.env);
const logger = createLogger({ level: settings.logLevel });

async function serve(): Promise<void> {
  const server = await startServer(settings, world, logger, projectorIn(new URL(import.meta.url)));
  const print = (line: string): void => {
    process.stdout.write(`${line}\n`);
  };

  let stopping = false;
  const stop = (signal: string): void => {
    if (stopping) return;
    stopping = true;
    logger.info({ signal }, "stopping");
    server.stop().then(
      () => {
        process.exit(0);
      },
      (error: unknown) => {
        logger.error({ err: error }, "the stop was not clean");
        process.exit(1);
      },
    );
  };
  process.on("SIGTERM", () => {
    stop("SIGTERM");
  });
  process.on("SIGINT", () => {
    stop("SIGINT");
  });

  await prepareFirstStart(server, settings, print);
}

if (isMainThread) await serve();
else if (parentPort !== null) await project(parentPort, z.string().parse(workerData), settings, logger);
