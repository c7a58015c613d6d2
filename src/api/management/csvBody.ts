import { createHash } from "node:crypto";
import { Slices } from "../../engine/slices.ts";

/** The bytes of a body that is a file: no more than are taken, as text, with their SHA-256. */

/** Some 200 rows. */
const PIECE_BYTES = 16_384;

export class LimitedBody {
  tooLarge = false;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array> | null;
  readonly #hash = createHash("sha256");
  #size = 0;

  readonly #most: number;

  constructor(stream: ReadableStream<Uint8Array> | null, most: number) {
    this.#most = most;
    this.#reader = stream?.getReader() ?? null;
  }

  /** @throws NotUtf8Error */
  async *texts(): AsyncGenerator<string, undefined> {
    const decoder = new Utf8Decoder();
    const slices = new Slices();
    for await (const bytes of this.chunks()) {
      this.#hash.update(bytes);
      // What is read at one go holds the thread.
      for (let from = 0; from < bytes.length; from += PIECE_BYTES) {
        yield decoder.take(bytes.subarray(from, from + PIECE_BYTES));
        await slices.pause();
      }
    }
    decoder.end();
  }

  /** As they come, and not part of the digest. */
  async *chunks(): AsyncGenerator<Buffer, undefined> {
    for (let chunk = await this.#next(); chunk !== null; chunk = await this.#next()) {
      yield Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    }
  }

  /** Reads what is left: the server would close the connection on a client that still sends. */
  async drain(): Promise<void> {
    while ((await this.#next()) !== null);
  }

  digest(): string {
    return this.#hash.digest("hex");
  }

  async #next(): Promise<Uint8Array | null> {
    if (this.#reader === null || this.tooLarge) return null;
    const { value } = await this.#reader.read();
    this.#size += value?.byteLength ?? 0;
    this.tooLarge = this.#size > this.#most;
    return this.tooLarge ? null : (value ?? null);
  }
}

export class NotUtf8Error extends Error {
  override readonly name = "NotUtf8Error";
  readonly line: number;

  constructor(line: number) {
    super(`line ${String(line)} is not UTF-8`);
    this.line = line;
  }
}

/** Text from bytes; finds the first line that is not UTF-8, however the bytes are cut into chunks. */
class Utf8Decoder {
  /** A mark of the byte order in front is left out. */
  readonly #decoder = new TextDecoder("utf-8", { fatal: true });
  #line = 1;

  take(bytes: Buffer): string {
    const text = this.#decoded(bytes);
    for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, at + 1)) this.#line++;
    return text;
  }

  #decoded(bytes: Buffer): string {
    try {
      return this.#decoder.decode(bytes, { stream: true });
    } catch {
      throw new NotUtf8Error(this.#line + firstBadLine(bytes));
    }
  }

  end(): void {
    try {
      this.#decoder.decode();
    } catch {
      throw new NotUtf8Error(this.#line);
    }
  }
}

/** Of a chunk that is not UTF-8. Its first line may have begun with a character cut by the chunk before. */
function firstBadLine(bytes: Buffer): number {
  let from = bytes.indexOf(10) + 1;
  for (let line = 1; from > 0; line++) {
    const to = bytes.indexOf(10, from);
    try {
      const text = bytes.subarray(from, to === -1 ? bytes.length : to);
      new TextDecoder("utf-8", { fatal: true }).decode(text, { stream: to === -1 });
    } catch {
      return line;
    }
    from = to + 1;
  }
  return 0;
}
