import type { ClientBase } from "pg";
import { inTransaction } from "../../database/transaction.ts";
import { callerOf } from "../../domain/user/access.ts";
import { requestFingerprint, sameHash } from "../../vault/hashing.ts";
import { byOf, type Write } from "../management/commands.ts";
import { type Problem, problem } from "../problem.ts";
import type { Services } from "../services.ts";
import { type BadLine, type ImportCounts, insertOf, MOST_BAD_LINES } from "./records.ts";

/**
 * An import that is stored piece by piece, and taken up again where it broke off: each piece is committed together with how far
 * it reaches into the file. Whoever comes last with the key has it in hand; what an earlier attempt still stores is undone.
 */

export interface FilePlace {
  readonly lines: number;
  readonly bytes: number;
  /** SHA-256 of the file up to there, in hex. */
  readonly digest: string;
}

/** What of the file is committed; the fingerprint is that of the digest. */
export interface Committed extends ImportCounts {
  readonly id: string;
  readonly format: string;
  readonly isCompleted: boolean;
  readonly place: Omit<FilePlace, "digest">;
  readonly fingerprint: Buffer | null;
}

/** Somebody else has taken the import in hand. */
export class TakenOverError extends Error {
  override readonly name = "TakenOverError";
}

interface Row {
  readonly id: string;
  readonly state: string;
  readonly format: string;
  readonly lines: number;
  readonly accepted: number;
  readonly known: number;
  readonly bad: number;
  readonly file_lines: number;
  readonly file_bytes: number;
  readonly fingerprint: Buffer | null;
}
const COLUMNS = "id, state, format, lines, accepted, known, bad, file_lines, file_bytes, fingerprint";

/** What was begun by this key; null: nothing. */
export async function findBegun(
  { pool }: Pick<Services, "pool">,
  write: Write,
  key: string,
): Promise<Committed | null> {
  const { rows } = await pool.query<Row>(`select ${COLUMNS} from imports where owner = $1 and key = $2`, [
    callerOf(write.principal),
    key,
  ]);
  return rows[0] === undefined ? null : committedOf(rows[0]);
}

export interface Beginning {
  readonly format: string;
  readonly fileName: string | null;
  /** Null: it can't be taken up again. */
  readonly key: string | null;
}

/** Begins it, or takes it in hand where it broke off. */
export async function beginImport(
  services: Services,
  write: Write,
  { format, fileName, key }: Beginning,
): Promise<BegunImport | Problem> {
  const { id: actorId, role } = byOf(write);
  const attempt = services.newId();
  const { rows } = await services.pool.query<Row>(
    `insert into imports as i (id, kind, file_name, state, lines, accepted, known, bad, actor_id, actor_role, at, owner, key, attempt, format)
     values ($1, 'TRANSACTIONS', $2, 'RUNNING', 0, 0, 0, 0, $3, $4, $5, $6, $7, $8, $9)
     on conflict (owner, key) do update set attempt = excluded.attempt, changed_at = clock_timestamp(),
       state = case when i.state = 'COMPLETED' then i.state else excluded.state end
     where i.format = excluded.format
     returning ${COLUMNS}`,
    [
      ...[write.seed, fileName, actorId, role, new Date(write.now)],
      ...[callerOf(write.principal), key, attempt, format],
    ],
  );
  const [row] = rows;
  return row === undefined ? otherFile() : new BegunImport(services, committedOf(row), attempt);
}

export function otherFile(): Problem {
  return problem("REQUEST_ID_REUSED", "This Idempotency-Key was used for another file.");
}

function committedOf({ id, state, format, fingerprint, file_lines, file_bytes, ...counts }: Row): Committed {
  const { lines, accepted, known, bad } = counts;
  return {
    ...{ id, format, lines, accepted, known, bad, fingerprint },
    isCompleted: state === "COMPLETED",
    place: { lines: file_lines, bytes: file_bytes },
  };
}

/** What was stored of a piece of the file. */
export interface StoredPiece {
  readonly counts: ImportCounts;
  /** In the order of their lines. */
  readonly badLines: readonly BadLine[];
}

export class BegunImport {
  readonly kind = "begun";
  readonly #services: Services;
  readonly #attempt: string;
  #committed: Committed;

  constructor(services: Services, committed: Committed, attempt: string) {
    this.#services = services;
    this.#committed = committed;
    this.#attempt = attempt;
  }

  get committed(): Committed {
    return this.#committed;
  }

  /** Whether the file begins as the one whose lines are committed. @param digest up to the same place */
  isSameFile(digest: string): boolean {
    const { fingerprint } = this.#committed;
    return fingerprint !== null && sameHash(fingerprint, this.#fingerprintOf(digest));
  }

  /** Stores a piece and how far it reaches, or nothing. @throws TakenOverError */
  async store(place: FilePlace, work: (client: ClientBase) => Promise<StoredPiece>): Promise<void> {
    const { id } = this.#committed;
    const counts = await inTransaction(this.#services.pool, async (client) => {
      const { counts: more, badLines } = await work(client);
      const room = MOST_BAD_LINES - this.#committed.bad;
      const kept = firstLines(badLines, room);
      if (kept.length > 0) await client.query(...insertOf(id, kept));
      const { rowCount } = await client.query(
        `update imports set lines = lines + $3, accepted = accepted + $4, known = known + $5, bad = bad + $6,
           file_lines = $7, file_bytes = $8, fingerprint = $9, changed_at = clock_timestamp()
         where id = $1 and attempt = $2`,
        [
          ...[id, this.#attempt, more.lines, more.accepted, more.known, more.bad],
          ...[place.lines, place.bytes, this.#fingerprintOf(place.digest)],
        ],
      );
      if (rowCount !== 1) throw new TakenOverError(`the import ${id} has been taken up anew`);
      return more;
    });
    const { lines, accepted, known, bad } = this.#committed;
    this.#committed = {
      ...this.#committed,
      lines: lines + counts.lines,
      accepted: accepted + counts.accepted,
      known: known + counts.known,
      bad: bad + counts.bad,
      place,
      fingerprint: this.#fingerprintOf(place.digest),
    };
  }

  /** @throws TakenOverError */
  async end(state: "COMPLETED" | "INTERRUPTED" | "FAILED"): Promise<void> {
    if (this.#committed.isCompleted) return;
    const { rowCount } = await this.#services.pool.query(
      "update imports set state = $3, changed_at = clock_timestamp() where id = $1 and attempt = $2",
      [this.#committed.id, this.#attempt, state],
    );
    if (rowCount !== 1) throw new TakenOverError(`the import ${this.#committed.id} has been taken up anew`);
  }

  /** The digest alone would let a short file's card number be found by trying. */
  #fingerprintOf(digest: string): Buffer {
    return requestFingerprint(this.#services.keyring, digest);
  }
}

/** All that is said of the first so many bad lines. */
function firstLines(badLines: readonly BadLine[], most: number): readonly BadLine[] {
  let lines = 0;
  const end = badLines.findIndex(({ line }, index) => {
    if (line !== badLines[index - 1]?.line) lines += 1;
    return lines > most;
  });
  return end === -1 ? badLines : badLines.slice(0, end);
}
