import { z } from "zod";
import { maskPan } from "../../../domain/pan.ts";
import {
  beginImport,
  type BegunImport,
  findBegun,
  otherFile,
  TakenOverError,
} from "../../../engine/imports/begun.ts";
import {
  type BadLine,
  badLinesOf,
  type ImportCounts,
  reportedLines,
} from "../../../engine/imports/records.ts";
import { cardsInSight, type CardsInSight } from "../../../engine/management/cardsInSight.ts";
import { keyProblem } from "../../../engine/management/idempotency.ts";
import {
  prepareTransactions,
  type ReadLine,
  storePrepared,
  tryPrepared,
} from "../../../engine/referenceData/transactionPieces.ts";
import { TriedTransactions } from "../../../engine/referenceData/triedTransactions.ts";
import { Slices } from "../../../engine/slices.ts";
import { type Problem, problem } from "../../http/problems.ts";
import { openFile, unreadRest } from "../csv.ts";
import type { LimitedBody } from "../csvBody.ts";
import type { Kit, ManagementCall } from "../secured.ts";
import { transactionType } from "../transactionList.ts";
import { type Piece, piecesOf } from "./lines.ts";
import { badLinesOfErrors, type Format, FORMATS, TransactionReader } from "./transactionLine.ts";

/** A file of transactions whose good lines are stored as they come, and whose bad lines are reported. */

/** Nothing of it is kept in memory. */
const MOST_BYTES = 1024 * 1024 * 1024;
const MOST_TOLD = 100;
const MOST_SHOWN = 10;

const lineShape = z.object({
  line: z.int().describe("Of the file; its first is line 1."),
  column: z.string().nullable().describe("The column or member that is amiss; null: the line as such."),
  message: z.string(),
});

export const badLineShape = lineShape;

export const reportShape = z.object({
  importId: z.string().nullable().describe("Names the import; null for a dry run."),
  lines: z.int().describe("Lines that hold something, the header apart."),
  bad: z.int().describe("Lines that were not taken."),
  badLines: z.array(lineShape).describe("The first hundred of what was amiss; the import's report has more."),
  leftOut: z.int().describe("Bad lines that stand in no report any more: 10,000 are kept."),
  first: z
    .array(
      z.object({
        line: lineShape.shape.line,
        transactionId: z.string(),
        maskedPan: z.string().nullable(),
        cardRef: z.string().nullable(),
        type: transactionType,
        amount: z.object({ amount: z.string(), currency: z.string() }),
        mcc: z.string(),
        transactionAt: z.string(),
      }),
    )
    .describe("In a dry run the first good lines, as they are understood."),
});

export type Reported = z.infer<typeof reportShape> & Pick<ImportCounts, "accepted" | "known">;

export interface ReportedFile {
  readonly fileName: string | null;
  readonly isDryRun: boolean;
}

type FileCall = Pick<
  ManagementCall<unknown, unknown, unknown>,
  "stream" | "header" | "isWhole" | "write" | "visibility"
>;

export async function importReported(
  kit: Kit,
  call: FileCall,
  file: ReportedFile,
): Promise<Reported | Problem> {
  const key = file.isDryRun ? null : call.header("idempotency-key");
  const wrongKey = key === null ? null : keyProblem(key);
  if (wrongKey !== null) return wrongKey;
  const opened = await openFile(call, Object.keys(FORMATS), MOST_BYTES);
  if (opened.kind === "problem") return opened;
  const { body, type } = opened;
  const format = type === "application/x-ndjson" ? FORMATS[type] : FORMATS["text/csv"];
  const { services, deps } = kit;
  const inSight = await cardsInSight(services, deps.projections, call.visibility);
  const parts = { kit, call, file, body, inSight, format };
  if (file.isDryRun) return await new Trial(parts).run();
  const before = key === null ? null : await findBegun(services, call.write, key);
  return await new Taking(parts, key, before?.place.bytes ?? 0).run();
}

interface Parts {
  readonly kit: Kit;
  readonly call: FileCall;
  readonly file: ReportedFile;
  readonly body: LimitedBody;
  readonly inSight: CardsInSight;
  readonly format: Format;
}

/** What a piece says, and what is wrong with it. */
class PieceReader {
  readonly #reader: TransactionReader;
  readonly #slices = new Slices();

  constructor(format: Format) {
    this.#reader = new TransactionReader(format);
  }

  get slices(): Slices {
    return this.#slices;
  }

  headerProblem(piece: Piece): Problem | null {
    const errors = this.#reader.headerProblem(piece);
    return errors === null ? null : problem("INVALID_REQUEST", "Nothing was stored.", { errors });
  }

  missingHeader(): Problem | null {
    const errors = this.#reader.missingHeader();
    return errors === null ? null : problem("INVALID_REQUEST", "Nothing was stored.", { errors });
  }

  async read(
    piece: Piece,
  ): Promise<{ readonly good: readonly ReadLine[]; readonly bad: readonly (readonly BadLine[])[] }> {
    const good: ReadLine[] = [];
    const bad: (readonly BadLine[])[] = [];
    for (const { line, read } of this.#reader.lines(piece)) {
      if ("item" in read) good.push({ line, transaction: read.item });
      else bad.push(badLinesOfErrors(line, read.errors));
      await this.#slices.pause();
    }
    return { good, bad };
  }
}

/** The dry run. */
class Trial {
  readonly #parts: Parts;
  readonly #reader: PieceReader;
  readonly #told: BadLine[] = [];
  readonly #first: Reported["first"] = [];
  readonly #tried = new TriedTransactions();
  #counts: ImportCounts = { lines: 0, accepted: 0, known: 0, bad: 0 };

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#reader = new PieceReader(parts.format);
  }

  async run(): Promise<Reported | Problem> {
    const { body, call } = this.#parts;
    for await (const piece of piecesOf(body.chunks(), 0, call.isWhole)) {
      const header = this.#reader.headerProblem(piece);
      if (header !== null) {
        await body.drain();
        return header;
      }
      await this.#try(piece);
    }
    const refused = unreadRest(call, body, MOST_BYTES) ?? this.#reader.missingHeader();
    if (refused !== null) return refused;
    const badLines = this.#told.map(lineView);
    return { importId: null, ...this.#counts, badLines, leftOut: 0, first: this.#first };
  }

  async #try(piece: Piece): Promise<void> {
    const { kit, inSight } = this.#parts;
    const { good, bad } = await this.#reader.read(piece);
    for (const one of good.slice(0, MOST_SHOWN - this.#first.length)) this.#first.push(shown(one));
    const prepared = await prepareTransactions(kit.services, inSight, good, this.#reader.slices, true);
    const { counts, badLines } = await tryPrepared(kit.services, prepared, this.#tried);
    this.#told.push(...inOrder([...bad.flat(), ...badLines]).slice(0, MOST_TOLD - this.#told.length));
    this.#counts = {
      lines: this.#counts.lines + counts.lines + bad.length,
      accepted: this.#counts.accepted + counts.accepted,
      known: this.#counts.known + counts.known,
      bad: this.#counts.bad + counts.bad + bad.length,
    };
  }
}

function shown({ line, transaction }: ReadLine): Reported["first"][number] {
  const { transactionId, pan, cardRef, type, amount, mcc, transactionAt } = transaction;
  const card = { maskedPan: pan === undefined ? null : maskPan(pan), cardRef: cardRef ?? null };
  return { line, transactionId, ...card, type, amount, mcc, transactionAt };
}

function inOrder(badLines: readonly BadLine[]): readonly BadLine[] {
  return badLines.toSorted((one, other) => one.line - other.line);
}

function lineView({ line, field, message }: BadLine): z.infer<typeof lineShape> {
  return { line, column: field, message };
}

/** What is stored, piece by piece. */
class Taking {
  readonly #parts: Parts;
  readonly #key: string | null;
  /** What was committed when it was looked for. */
  readonly #from: number;
  readonly #reader: PieceReader;
  #begun: BegunImport | null = null;
  /** Bytes of the file that were read. */
  #read = 0;
  #storing: Promise<void> = Promise.resolve();

  constructor(parts: Parts, key: string | null, from: number) {
    this.#parts = parts;
    this.#key = key;
    this.#from = from;
    this.#reader = new PieceReader(parts.format);
  }

  async run(): Promise<Reported | Problem> {
    const { body } = this.#parts;
    try {
      const refused = await this.#takeAll();
      if (refused === null) return await this.#told();
      await body.drain();
      await this.#storing;
      await this.#begun?.end(body.tooLarge ? "FAILED" : "INTERRUPTED");
      return refused;
    } catch (error) {
      if (error instanceof TakenOverError) {
        await body.drain();
        return problem("IDEMPOTENCY_KEY_IN_USE", "Another request has taken up this import.", {
          retryAfter: 1,
        });
      }
      await this.#interrupted();
      throw error;
    }
  }

  /** Why it was not taken to its end; null where it was. */
  async #takeAll(): Promise<Problem | null> {
    const { body, call } = this.#parts;
    for await (const piece of piecesOf(this.#chunks(), this.#from, call.isWhole)) {
      const refused = this.#reader.headerProblem(piece) ?? (await this.#take(piece));
      if (refused !== null) return refused;
    }
    const unread = unreadRest(call, body, MOST_BYTES) ?? this.#reader.missingHeader();
    if (unread !== null) return unread;
    const begun = await this.#begin();
    if (begun.kind === "problem") return begun;
    if (this.#read < this.#from) return otherFile();
    await this.#storing;
    await begun.end("COMPLETED");
    return null;
  }

  /** Of a client that has gone the stream may end with an error. */
  async *#chunks(): AsyncGenerator<Buffer, undefined> {
    const { body, call } = this.#parts;
    try {
      yield* body.chunks();
    } catch (error) {
      if (call.isWhole()) throw error;
    }
  }

  async #begin(): Promise<BegunImport | Problem> {
    if (this.#begun !== null) return this.#begun;
    const { kit, call, file, format } = this.#parts;
    const { fileName } = file;
    const begun = await beginImport(kit.services, call.write, { format, fileName, key: this.#key });
    if (begun.kind === "problem") return begun;
    this.#begun = begun;
    // It went on between the look and now.
    return begun.committed.place.bytes === this.#from
      ? begun
      : problem("IDEMPOTENCY_KEY_IN_USE", undefined, { retryAfter: 1 });
  }

  async #take(piece: Piece): Promise<Problem | null> {
    const begun = await this.#begin();
    if (begun.kind === "problem") return begun;
    const { bytes, digest } = piece.until;
    this.#read = bytes;
    if (bytes <= this.#from) return bytes < this.#from || begun.isSameFile(digest) ? null : otherFile();
    if (begun.committed.isCompleted) return otherFile();
    const { kit, inSight } = this.#parts;
    const { good, bad } = await this.#reader.read(piece);
    const prepared = await prepareTransactions(kit.services, inSight, good, this.#reader.slices, false);
    // One piece is stored while the next is read.
    await this.#storing;
    this.#storing = begun.store(piece.until, async (client) => {
      const { counts, badLines } = await storePrepared(client, prepared);
      return {
        counts: { ...counts, lines: counts.lines + bad.length, bad: counts.bad + bad.length },
        badLines: inOrder([...bad.flat(), ...badLines]),
      };
    });
    // Told where it is awaited.
    this.#storing.catch(() => undefined);
    return null;
  }

  async #interrupted(): Promise<void> {
    try {
      await this.#storing.catch(() => undefined);
      await this.#begun?.end("INTERRUPTED");
    } catch (error) {
      this.#parts.kit.services.logger.warn({ err: error }, "an import that broke off says so in a minute");
    }
  }

  async #told(): Promise<Reported> {
    if (this.#begun === null) throw new Error("an import that is done was begun");
    const { id, lines, accepted, known, bad } = this.#begun.committed;
    const { services } = this.#parts.kit;
    const badLines = (await badLinesOf(services, id, MOST_TOLD)).map(lineView);
    const leftOut = bad - (await reportedLines(services, id));
    return { importId: id, lines, accepted, known, bad, badLines, leftOut, first: [] };
  }
}
