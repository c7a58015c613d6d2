import { randomBytes } from "node:crypto";
import { monotonicFactory } from "ulid";
import { prepareFirstStart } from "./firstStart.ts";
import { createLogger } from "./logging.ts";
import { startServer, type World } from "./server.ts";
import { parseSettings } from "./settings.ts";

/** The composition root: the only place that reads the environment, the clock and chance. */

const newUlid = monotonicFactory(pooledChance());
const world: World = {
  now: () => Date.now(),
  newId: () => newUlid(),
  randomBytes: (count) => randomBytes(count),
};

/** Numbers from 0 to below 1, 8 bits each, from the system's generator: asked for many at a time. */
function pooledChance(): () => number {
  let pool = randomBytes(4_096);
  let at = 0;
  return () => {
    if (at === pool.length) {
      pool = randomBytes(pool.length);
      at = 0;
    }
    return pool.readUInt8(at++) / 256;
  };
}

const settings = parseSettings(process.env);
const logger = createLogger({ level: settings.logLevel });
const server = await startServer(settings, world, logger);
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
