import type { Pool } from "pg";
import { type EventLog, type Position, START } from "../eventlog/log.ts";
import type { LogHome } from "./openLog.ts";
import { describeHome, readInstallation } from "./installation.ts";
import { SetupError } from "../settings.ts";
import { Derived, raiseTo, renewDerived } from "../transfer/derived.ts";

/**
 * Makes everything in the database that is derived from the log agree with the log as it is; read models are built anew
 * by the next start. No instance may run meanwhile.
 * @returns how many events there are
 */
export async function deriveAnew(pool: Pool, log: EventLog): Promise<number> {
  const derived = new Derived();
  let events = 0;
  for await (const batch of log.readAll({ after: START })) {
    derived.see(batch);
    events += batch.length;
  }
  await renewDerived(pool, derived);
  return events;
}

/**
 * What a new database does about the log before its first start: nothing where that is empty.
 * @throws SetupError where it holds events, unless they are to be joined
 */
export async function joinLog(pool: Pool, log: EventLog, home: LogHome, join: boolean): Promise<void> {
  if ((await log.head()) === START) return;
  if (join) {
    await deriveAnew(pool, log);
    return;
  }
  // Another instance may have been faster with the same first start.
  if ((await readInstallation(pool)) !== null) return;
  throw new SetupError(
    `${describeHome(home)} holds the events of an installation already, and this database is new: look at DATABASE_URL, EVENTSTORE_URL and EVENTSTORE_PREFIX. If its own database is lost, start once with --join.`,
  );
}

/**
 * A database that was restored from a dump may be older than the log: heads of what it has not seen are raised, lest
 * rulesets of the gap are not among those that apply. In PostgreSQL both are restored together.
 */
export async function raiseHeads(pool: Pool, log: EventLog, home: LogHome): Promise<void> {
  if (home.log === "POSTGRESQL") return;
  // Without any they are built from the start, and whoever saw to that has derived the heads as well.
  const { rows } = await pool.query<{ position: Position }>(
    "select position from checkpoints where version > 0 order by position limit 1",
  );
  const [oldest] = rows;
  if (oldest === undefined) return;
  const derived = new Derived();
  for await (const batch of log.readAll({ after: oldest.position })) derived.see(batch);
  await raiseTo(pool, derived);
}

/**
 * A log that was restored from a backup of its own may lack events that the database has seen. In PostgreSQL both are
 * restored together.
 * @throws SetupError when it does
 */
export async function refuseOlderLog(pool: Pool, log: EventLog, home: LogHome): Promise<void> {
  if (home.log === "POSTGRESQL") return;
  const { rows } = await pool.query<{ seen: Position }>(
    `select greatest(max(position) filter (where version > 0), (select log_seen from installation)) as seen
     from checkpoints`,
  );
  const seen = rows[0]?.seen ?? START;
  if (seen <= (await log.head())) return;
  throw new SetupError(
    "The event log is older than the database, which has seen events that are not there (any more). If the log was restored from a backup, stop all instances and run `admittance log renew`; else look at EVENTSTORE_URL and EVENTSTORE_PREFIX.",
  );
}

/**
 * Writes down how far the log is: read models may be behind it, and what they have not seen would not be missed in a log
 * that was restored.
 */
export async function noteLogSeen(pool: Pool, log: EventLog, home: LogHome): Promise<void> {
  if (home.log === "POSTGRESQL") return;
  await pool.query("update installation set log_seen = $1 where log_seen < $1", [await log.head()]);
}
