import type { EventLog } from "../../src/eventlog/log.ts";

/** One adapter under test. A log of its own, empty, for each `open`. */
export interface Adapter {
  /** The log as two instances of the product see it (the same object where there can be only one). */
  open(): Promise<{ readonly log: EventLog; readonly other: EventLog; dispose(): Promise<void> }>;
}

/** What a running suite sees of the adapter. */
export interface Subject {
  readonly log: EventLog;
  readonly other: EventLog;
}
