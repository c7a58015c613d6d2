import type pg from "pg";
import type { MeasuredLog } from "../eventlog/log.ts";
import { PostgresEventLog } from "../eventlog/postgres/log.ts";
import { STREAM_KINDS } from "../domain/streams.ts";
import { type Settings, SetupError } from "../settings.ts";

const KINDS = STREAM_KINDS.map((kind) => `${kind}-`);

/** How long the log may take to close: appends under way end first. Milliseconds. */
export const LOG_CLOSE_MS = 12_000;

/** Which log holds the events of an installation. */
export interface LogHome {
  readonly log: "POSTGRESQL" | "EVENTSTOREDB";
  /** What the names of its streams begin with there; empty in PostgreSQL. */
  readonly prefix: string;
}

export function logHomeOf(settings: Settings): LogHome {
  if (settings.eventStoreUrl === undefined) return { log: "POSTGRESQL", prefix: "" };
  return { log: "EVENTSTOREDB", prefix: settings.eventStorePrefix };
}

/**
 * Opens the log that the settings name.
 * @throws SetupError for an EVENTSTORE_URL that can't be used, or where nobody answers
 */
export async function openLog(settings: Settings, pool: pg.Pool): Promise<MeasuredLog> {
  const { eventStoreUrl, eventStorePrefix } = settings;
  if (eventStoreUrl === undefined) return new PostgresEventLog(pool);
  const kind = KINDS.find((one) => eventStorePrefix.includes(one));
  if (kind !== undefined) {
    throw new SetupError(
      `EVENTSTORE_PREFIX ${JSON.stringify(eventStorePrefix)} holds "${kind}", by which other installations on the server would take its streams for theirs: give another one.`,
    );
  }
  // Loaded here, so that an installation on PostgreSQL never loads the client.
  const { openEventStoreLog } = await import("../eventlog/eventstoredb/open.ts");
  let log: MeasuredLog | undefined;
  try {
    log = await openEventStoreLog(eventStoreUrl, { prefix: eventStorePrefix, kinds: KINDS });
    await log.head();
    return log;
  } catch (error) {
    await log?.close();
    const why = error instanceof Error ? error.message.replaceAll(/\s+/g, " ").trim() : "unknown";
    throw new SetupError(`EVENTSTORE_URL can't be used: ${why}`);
  }
}
