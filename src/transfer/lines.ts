import { TransferError } from "./errors.ts";

const NEWLINE = 0x0a;

export interface RawLine {
  /** From 1. */
  readonly number: number;
  /** With its line end. */
  readonly bytes: Buffer;
  readonly text: string;
}

/**
 * The lines of a stream of bytes, in the groups that they arrive in. Each ends with a newline.
 * @throws TransferError for a line that is longer than `mostBytes`, not UTF-8, or cut off
 */
export async function* linesOf(
  chunks: AsyncIterable<unknown>,
  mostBytes: number,
): AsyncGenerator<readonly RawLine[], void, undefined> {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let parts: Buffer[] = [];
  let held = 0;
  let number = 0;
  const lineOf = (bytes: Buffer): RawLine => {
    number += 1;
    if (bytes.length > mostBytes) throw tooLong(number);
    try {
      return { number, bytes, text: decoder.decode(bytes.subarray(0, -1)) };
    } catch {
      throw new TransferError(`Line ${number} is not UTF-8.`);
    }
  };
  for await (const chunk of chunks) {
    if (!Buffer.isBuffer(chunk)) throw new TypeError("bytes are wanted");
    const lines: RawLine[] = [];
    let from = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, from)) {
      const rest = chunk.subarray(from, end + 1);
      lines.push(lineOf(parts.length === 0 ? rest : Buffer.concat([...parts, rest])));
      parts = [];
      held = 0;
      from = end + 1;
    }
    if (from < chunk.length) {
      parts.push(chunk.subarray(from));
      held += chunk.length - from;
      if (held > mostBytes) throw tooLong(number + 1);
    }
    if (lines.length > 0) yield lines;
  }
  if (held > 0) throw new TransferError(`The file is cut off in line ${number + 1}.`);
}

function tooLong(number: number): TransferError {
  return new TransferError(`Line ${number} is longer than any line of an export.`);
}
