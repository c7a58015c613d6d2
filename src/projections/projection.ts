import type { ClientBase } from "pg";
import type { StreamKindName } from "../domain/streams.ts";
import type { ReadEvent } from "./events.ts";
import type { History } from "./history.ts";
import type { Writes } from "./rows.ts";

/** A read model as the runner sees it: which events it wants, and how they change its tables. */
export interface Projection {
  readonly name: string;
  /** Raised whenever the fold or the tables change: the runner then builds the tables anew beside the old ones. */
  readonly version: number;
  readonly tables: readonly string[];
  readonly wants: ReadonlySet<StreamKindName>;
  /**
   * Folds these events, in feed order, into the tables. Runs inside the transaction that moves the checkpoint; reads
   * before it writes, and names its tables without a schema, because a rebuild has them in another one.
   */
  readonly apply: (
    client: ClientBase,
    events: readonly ReadEvent[],
    writes: Writes,
    history: History,
  ) => Promise<void>;
}
