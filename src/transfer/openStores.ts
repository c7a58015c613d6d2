import type pg from "pg";
import { PostgresEventLog } from "../eventlog/postgres/log.ts";
import { anythingAfter } from "../eventlog/postgres/withheld.ts";
import type { EventLog, Position } from "../eventlog/log.ts";
import type { Ending } from "../start/ending.ts";
import { describeHome, readInstallation, sameHome } from "../start/installation.ts";
import { createLogger } from "../logging.ts";
import { openDatabase } from "../start/openDatabase.ts";
import { LOG_CLOSE_MS, type LogHome, logHomeOf, openLog } from "../start/openLog.ts";
import { ADVISORY_LOCKS, tryLock } from "../database/advisoryLocks.ts";
import { type Settings, SetupError } from "../settings.ts";
import { logSink, postgresSink, type Sink } from "./sink.ts";

type Installed = NonNullable<Awaited<ReturnType<typeof readInstallation>>>;

/** @throws SetupError where no installation ever started */
export async function openInstalled(
  settings: Settings,
  ending: Ending,
): Promise<{ readonly pool: pg.Pool; readonly installed: Installed }> {
  const pool = await openDatabase(settings, createLogger({ level: "silent" }), ending);
  const installed = await readInstallation(pool);
  if (installed === null) {
    throw new SetupError("Nothing is installed in this database yet. Look at DATABASE_URL and DATA_DIR.");
  }
  return { pool, installed };
}

/** The log that holds the installation's events. @throws SetupError when the settings name another one */
export async function openHome(
  settings: Settings,
  ending: Ending,
): Promise<{
  readonly pool: pg.Pool;
  readonly installed: Installed;
  readonly log: EventLog;
  readonly isBehind: IsBehind;
}> {
  const { pool, installed } = await openInstalled(settings, ending);
  const wanted = logHomeOf(settings);
  if (!sameHome(installed.logHome, wanted)) {
    throw new SetupError(
      `The events of this installation are in ${describeHome(installed.logHome)}, not in ${describeHome(wanted)}. Set EVENTSTORE_URL and EVENTSTORE_PREFIX as the instances have them.`,
    );
  }
  const log = await openIn(wanted, settings, pool, ending);
  return { pool, installed, log, isBehind: behindIn(wanted, pool) };
}

/** Whether events stand behind a position that the feed does not deliver yet. */
export type IsBehind = (position: Position) => Promise<boolean>;

export function behindIn(home: LogHome, pool: pg.Pool): IsBehind {
  // EventStoreDB delivers what it has acknowledged.
  if (home.log === "EVENTSTOREDB") return async () => await Promise.resolve(false);
  return async (position) => await anythingAfter(pool, position);
}

export async function openIn(
  home: LogHome,
  settings: Settings,
  pool: pg.Pool,
  ending: Ending,
): Promise<EventLog> {
  const log = home.log === "POSTGRESQL" ? new PostgresEventLog(pool) : await openLog(settings, pool);
  ending.push("event log", async () => await log.close(), LOG_CLOSE_MS);
  return log;
}

/** @param inFlight appends at once where the order of the source is to be given up for speed; PostgreSQL needs none */
export function sinkOf(home: LogHome, log: EventLog, pool: pg.Pool, inFlight: number): Sink {
  return home.log === "POSTGRESQL" ? postgresSink(pool, log) : logSink(log, inFlight);
}

/** Makes sure that no instance runs, and keeps one that starts meanwhile from projecting. */
export async function withoutInstances(pool: pg.Pool, ending: Ending): Promise<void> {
  const client = await pool.connect();
  // A connection that breaks fails the next statement; unheard, its error would end the process.
  client.on("error", () => undefined);
  ending.push("lock", async () => {
    client.release(true);
    await Promise.resolve();
  });
  if (
    !(await tryLock(client, ADVISORY_LOCKS.serving)) ||
    !(await tryLock(client, ADVISORY_LOCKS.projecting))
  ) {
    throw new SetupError("An instance is running on this database: stop all of them first.");
  }
}
