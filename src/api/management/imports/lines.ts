import { createHash } from "node:crypto";
import type { FilePlace } from "../../../engine/imports/begun.ts";

/**
 * The lines of a file as it comes, in pieces that end where lines do. A line that can't be read is said to be one, and the next
 * is read all the same. Where pieces end depends on the file alone, not on how it comes.
 */

const PIECE_BYTES = 40_960;
const MOST_LINE_BYTES = 16_384;
const NEWLINE = 10;

export interface Unreadable {
  readonly why: string;
}
const NOT_UTF8: Unreadable = { why: "the line is not UTF-8" };
const TOO_LONG: Unreadable = { why: `at most ${String(MOST_LINE_BYTES)} bytes are taken in a line` };

export interface Piece {
  /** Lines of the file before it. */
  readonly before: number;
  /** Without their ends. */
  readonly lines: readonly (string | Unreadable)[];
  readonly until: FilePlace;
}

/**
 * @param cutAt so many bytes from the beginning a piece ends, wherever others would: what is committed reaches so far
 * @param isWhole whether all of it has come, asked at its end: the last line of a file that broke off is none
 */
export async function* piecesOf(
  chunks: AsyncIterable<Buffer>,
  cutAt: number,
  isWhole: () => boolean,
): AsyncGenerator<Piece, undefined> {
  const cutter = new Cutter(cutAt);
  for await (const chunk of chunks) yield* cutter.take(chunk);
  yield* cutter.end(isWhole());
}

class Cutter {
  readonly #cutAt: number;
  readonly #hash = createHash("sha256");
  readonly #decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  #rest: Buffer = Buffer.alloc(0);
  #lines = 0;
  #bytes = 0;
  /** The beginning of a line that is too long is gone already. */
  #isCut = false;

  constructor(cutAt: number) {
    this.#cutAt = cutAt;
  }

  *take(chunk: Buffer): Generator<Piece, undefined> {
    let all = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    for (;;) {
      const left = this.#cutAt - this.#bytes;
      const isForced = left > 0 && left <= PIECE_BYTES;
      const most = isForced ? left : PIECE_BYTES;
      if (all.length < most) break;
      const end = isForced ? left : all.lastIndexOf(NEWLINE, most - 1) + 1;
      if (end === 0) {
        this.#pass(all.subarray(0, most));
        this.#isCut = true;
        all = all.subarray(most);
      } else {
        yield this.#piece(all.subarray(0, end));
        all = all.subarray(end);
      }
    }
    this.#rest = all;
  }

  *end(isWhole: boolean): Generator<Piece, undefined> {
    const end = isWhole ? this.#rest.length : this.#rest.lastIndexOf(NEWLINE) + 1;
    if (end > 0 || (isWhole && this.#isCut)) yield this.#piece(this.#rest.subarray(0, end));
  }

  #pass(bytes: Buffer): void {
    this.#hash.update(bytes);
    this.#bytes += bytes.length;
  }

  #piece(bytes: Buffer): Piece {
    this.#pass(bytes);
    const lines = this.#linesOf(bytes).map((line) =>
      typeof line === "string" && line.length > MOST_LINE_BYTES ? TOO_LONG : line,
    );
    if (this.#isCut) lines[0] = TOO_LONG;
    this.#isCut = false;
    const before = this.#lines;
    const [first] = lines;
    if (before === 0 && typeof first === "string") lines[0] = first.replace(/^\uFEFF/, "");
    this.#lines += lines.length;
    const digest = this.#hash.copy().digest("hex");
    return { before, lines, until: { lines: this.#lines, bytes: this.#bytes, digest } };
  }

  #linesOf(bytes: Buffer): (string | Unreadable)[] {
    try {
      const lines = this.#decoder.decode(bytes).split("\n");
      if (bytes.at(-1) === NEWLINE) lines.pop();
      return lines.map((line) => (line.endsWith("\r") ? line.slice(0, -1) : line));
    } catch {
      return [...this.#oneByOne(bytes)];
    }
  }

  *#oneByOne(bytes: Buffer): Generator<string | Unreadable> {
    for (let from = 0; from < bytes.length; ) {
      const end = bytes.indexOf(NEWLINE, from);
      const to = end === -1 ? bytes.length : end;
      yield this.#decoded(bytes.subarray(from, to));
      from = to + 1;
    }
  }

  #decoded(line: Buffer): string | Unreadable {
    try {
      return this.#decoder.decode(line).replace(/\r$/, "");
    } catch {
      return NOT_UTF8;
    }
  }
}
