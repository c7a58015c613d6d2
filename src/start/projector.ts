import { readlinkSync } from "node:fs";
import { constants, setPriority } from "node:os";
import { type MessagePort, Worker } from "node:worker_threads";
import { createPool } from "../database/pool.ts";
import type { Logger } from "../logging.ts";
import { openLog } from "./openLog.ts";
import { type Carrier, carryForThread, type Progress, ThreadCarrier } from "../projections/index.ts";
import type { Settings } from "../settings.ts";

/** The session that projects, one for the feed, and two for a rebuild. */
const CONNECTIONS = 4;

/** Starts the thread of the projections. */
export type Projector = (databaseUrl: string, logger: Logger) => (progress: Progress) => Carrier;

/** @param program started in a thread, with the database's URL for its `workerData`, it calls {@link project} */
export function projectorIn(program: URL): Projector {
  return (databaseUrl, logger) => (progress) =>
    new ThreadCarrier(() => new Worker(program, { workerData: databaseUrl }), progress, logger);
}

/** The work of the thread: the read models, on connections of their own. */
export async function project(
  port: MessagePort,
  databaseUrl: string,
  settings: Settings,
  logger: Logger,
): Promise<void> {
  giveWay(logger);
  const pool = createPool(databaseUrl, {
    max: CONNECTIONS,
    onIdleError: (error) => {
      logger.warn({ err: error }, "an idle database connection of the projections broke");
    },
  });
  const log = await openLog(settings, pool);
  await carryForThread(port, { log, pool, logger });
  await log.close();
  await pool.end();
}

/** Terminals come first: on a busy machine the read models wait. Only on Linux has a thread a priority of its own. */
function giveWay(logger: Logger): void {
  try {
    const thread = Number(readlinkSync("/proc/thread-self").split("/").at(-1));
    setPriority(thread, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch (error) {
    logger.debug({ err: error }, "the projections' thread has the priority of all others");
  }
}
