import type pg from "pg";
import type { Logger } from "pino";
import { CARD_FOLD_VERSION, cardFromSnapshot, cardSnapshot, type CardState } from "../domain/card/state.ts";
import type { Folded, SnapshotStore } from "./streams.ts";

/** A card with fewer events than this is folded from the start faster than a snapshot is read. */
const EVERY = 64;

interface Row {
  readonly revision: number;
  readonly head_hash: string;
  readonly state: string;
}

/** Card states in a table: a disposable cache, keyed by fold version, revision and head hash. */
export class CardSnapshots implements SnapshotStore<CardState> {
  readonly worthFrom = EVERY;
  readonly #pool: pg.Pool;
  readonly #logger: Logger;

  constructor(pool: pg.Pool, logger: Logger) {
    this.#pool = pool;
    this.#logger = logger;
  }

  async load(stream: string): Promise<Folded<CardState> | null> {
    const { rows } = await this.#pool.query<Row>({
      name: "load_snapshot",
      text: "select revision, head_hash, state from snapshots where stream = $1 and fold_version = $2",
      values: [stream, CARD_FOLD_VERSION],
    });
    const row = rows[0];
    if (row === undefined) return null;
    return { state: cardFromSnapshot(row.state), revision: row.revision, headHash: row.head_hash };
  }

  due(revision: number): boolean {
    return revision > 0 && revision % EVERY === 0;
  }

  async save(stream: string, folded: Folded<CardState>): Promise<void> {
    try {
      await this.#pool.query(
        `insert into snapshots (stream, fold_version, revision, head_hash, state) values ($1, $2, $3, $4, $5)
         on conflict (stream) do update set fold_version = excluded.fold_version, revision = excluded.revision,
           head_hash = excluded.head_hash, state = excluded.state
         where snapshots.fold_version <> excluded.fold_version or snapshots.revision < excluded.revision`,
        [stream, CARD_FOLD_VERSION, folded.revision, folded.headHash, cardSnapshot(folded.state)],
      );
    } catch (error) {
      this.#logger.warn({ err: error, stream }, "a snapshot was not saved");
    }
  }
}
