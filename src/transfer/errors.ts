/** A log or a file is not what it has to be, or not what it was said to be. `message` is one clear line. */
export class TransferError extends Error {
  override readonly name = "TransferError";
}

/** An event was altered, or one is missing before it. */
export class AlteredEventError extends TransferError {
  readonly stream: string;
  readonly revision: number;

  constructor(stream: string, revision: number, why: string) {
    super(`Altered: ${stream} at revision ${revision}: ${oneLine(why)}`);
    this.stream = stream;
    this.revision = revision;
  }
}

const MOST = 300;

/** What others wrote, fit for one line of a terminal. */
export function oneLine(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is taken out
  const plain = text.replace(/[\u0000-\u001f\u007f-\u009f]+/g, " ").trim();
  return plain.length > MOST ? `${plain.slice(0, MOST)}...` : plain;
}
