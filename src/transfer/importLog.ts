import type { Pool } from "pg";
import { type Batch, type EventLog, START } from "../eventlog/log.ts";
import { ahead, hashIn } from "./chain.ts";
import { Derived, renewDerived } from "./derived.ts";
import type { Footer } from "./format.ts";
import { Missing } from "./missing.ts";
import type { ExportReader } from "./readExport.ts";
import { afterRecords, storeRecords } from "./records.ts";
import type { Sink } from "./sink.ts";

export interface ImportOptions {
  /** Behind its header. */
  readonly file: ExportReader;
  readonly log: EventLog;
  readonly sink: Sink;
  readonly pool: Pool;
  readonly logName: string;
  readonly progress: (events: number) => void;
}

export interface Imported {
  readonly footer: Footer;
  /** Events that stood there already. */
  readonly standing: number;
}

/**
 * Carries a file into a log that is empty, or that an interrupted import of the same file has begun to fill. At the
 * end everything in the database that is derived from the log is derived anew.
 * @throws TransferError for a file or a log that is not as it should be; what was stored until then stays
 */
export async function importLog(options: ImportOptions): Promise<Imported> {
  const { file, log, sink, pool, logName, progress } = options;
  const derived = new Derived();
  let seen = 0;
  async function* watched(): AsyncGenerator<Batch, void, undefined> {
    for await (const batch of file.events(hashIn(log))) {
      derived.see(batch);
      yield batch;
      seen += batch.length;
      progress(seen);
    }
  }
  const missing = new Missing(watched(), log.readAll({ after: START }), { targetName: logName });
  for await (const batch of ahead(missing.batches())) await sink(batch);
  for await (const records of file.records()) await storeRecords(pool, records);
  await afterRecords(pool);
  const footer = file.checkFooter();
  await renewDerived(pool, derived);
  return { footer, standing: missing.standing };
}
