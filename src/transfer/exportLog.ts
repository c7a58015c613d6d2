import type { Pool } from "pg";
import { type EventLog, type Position, START } from "../eventlog/log.ts";
import { ahead, ChainKeeper, hashIn } from "./chain.ts";
import { eventLine, type Footer, type Header } from "./format.ts";
import type { LineOutput } from "./output.ts";
import { readRecords } from "./records.ts";

export interface ExportOptions {
  readonly log: EventLog;
  readonly pool: Pool;
  readonly header: Header;
  readonly output: LineOutput;
  readonly progress: (events: number) => void;
}

export interface Exported {
  readonly footer: Footer;
  /** Position of the last event that was written. */
  readonly last: Position;
}

/**
 * Writes the log as it stands now, in constant memory. Events that arrive meanwhile may be in it or not.
 * @throws AlteredEventError for the first event that is not what was stored: the file then has no footer
 */
export async function exportLog({ log, pool, header, output, progress }: ExportOptions): Promise<Exported> {
  const keeper = new ChainKeeper(hashIn(log));
  let last = START;
  await output.write([JSON.stringify(header)]);
  for await (const batch of ahead(log.readAll({ after: START }))) {
    await keeper.check(batch);
    await output.write(batch.map(eventLine));
    last = batch.at(-1)?.position ?? last;
    progress(keeper.events);
  }
  let records = 0;
  for await (const rows of readRecords(pool)) {
    await output.write(rows.map((row) => JSON.stringify(row)));
    records += rows.length;
  }
  const { events, streams } = keeper;
  const footer = { events, streams, records, sha256: output.digest() };
  await output.write([JSON.stringify(footer)]);
  await output.flushed();
  return { footer, last };
}
