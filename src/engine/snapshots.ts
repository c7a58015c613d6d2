import { setImmediate as nextTurn } from "node:timers/promises";
import type pg from "pg";
import type { Logger } from "pino";
import type { SnapshotForm } from "../domain/streamKind.ts";
import type { Folded, SnapshotStore } from "./streams.ts";

/** A stream with fewer events than this is folded from the start faster than a snapshot is read. */
const WORTH_FROM = 64;

interface Row {
  readonly revision: number;
  readonly head_hash: string;
  readonly state: string;
}

/** States in a table: a disposable cache, keyed by fold version, revision and head hash. */
export class Snapshots<State> implements SnapshotStore<State> {
  readonly worthFrom = WORTH_FROM;
  readonly #pool: pg.Pool;
  readonly #logger: Logger;
  readonly #form: SnapshotForm<State>;

  constructor(pool: pg.Pool, logger: Logger, form: SnapshotForm<State>) {
    this.#pool = pool;
    this.#logger = logger;
    this.#form = form;
  }

  async load(stream: string): Promise<Folded<State> | null> {
    const { rows } = await this.#pool.query<Row>({
      name: "load_snapshot",
      text: "select revision, head_hash, state from snapshots where stream = $1 and fold_version = $2",
      values: [stream, this.#form.version],
    });
    const row = rows[0];
    if (row === undefined) return null;
    const reading = this.#form.read(row.state);
    for (;;) {
      const step = reading.next();
      if (step.done === true) return { state: step.value, revision: row.revision, headHash: row.head_hash };
      await nextTurn();
    }
  }

  due(before: number, after: number): boolean {
    const { every } = this.#form;
    // A stream at revision n has n + 1 events, and an empty one, at -1, none.
    return Math.floor((before + 1) / every) < Math.floor((after + 1) / every);
  }

  async save(stream: string, folded: Folded<State>): Promise<void> {
    try {
      await this.#pool.query(
        `insert into snapshots (stream, fold_version, revision, head_hash, state) values ($1, $2, $3, $4, $5)
         on conflict (stream) do update set fold_version = excluded.fold_version, revision = excluded.revision,
           head_hash = excluded.head_hash, state = excluded.state
         where snapshots.fold_version <> excluded.fold_version or snapshots.revision < excluded.revision`,
        [stream, this.#form.version, folded.revision, folded.headHash, this.#form.write(folded.state)],
      );
    } catch (error) {
      this.#logger.warn({ err: error, stream }, "a snapshot was not saved");
    }
  }
}
