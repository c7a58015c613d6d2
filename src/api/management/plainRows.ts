/**
 * The rows of a CSV as machines write it, told from its text without a parser: no quotes, and no white space but at the ends
 * of lines. That takes a third of the time, and leaves little to be collected. From the first line on that says more, all
 * that is left is for a parser.
 */

/** What is left for a parser. */
export interface NotPlain {
  /** From the beginning of a line on; more follows. */
  readonly text: string;
  /** Lines before it. */
  readonly lines: number;
  /** How lines end; null where none has ended yet. */
  readonly delimiter: "\n" | "\r\n" | null;
}

const MORE = /["\s]/;

export class PlainRows {
  readonly #take: (fields: readonly string[], line: number) => void;
  /** The longest line. */
  readonly #most: number;
  #rest = "";
  #lines = 0;
  #delimiter: NotPlain["delimiter"] = null;

  /** @param take gets each row that is not empty, with its line; the first is line 1 */
  constructor(take: (fields: readonly string[], line: number) => void, most: number) {
    this.#take = take;
    this.#most = most;
  }

  /** Null while all is plain. */
  read(text: string): NotPlain | null {
    const all = this.#rest + text;
    let at = 0;
    for (let end = all.indexOf("\n"); end !== -1; end = all.indexOf("\n", at)) {
      const delimiter = this.#delimiter ?? (end > at && all[end - 1] === "\r" ? "\r\n" : "\n");
      const from = end + 1 - delimiter.length;
      const line = all.slice(at, from);
      if (!this.#isPlain(line) || !all.startsWith(delimiter, from)) return this.#left(all, at);
      this.#delimiter = delimiter;
      this.#row(line);
      at = end + 1;
    }
    this.#rest = all.slice(at);
    return this.#rest.length > this.#most ? this.#left(all, at) : null;
  }

  /** The last line, which need not end. */
  end(): NotPlain | null {
    if (this.#rest === "") return null;
    if (!this.#isPlain(this.#rest)) return this.#left(this.#rest, 0);
    this.#row(this.#rest);
    return null;
  }

  #isPlain(line: string): boolean {
    return line.length <= this.#most && !MORE.test(line);
  }

  #row(line: string): void {
    this.#lines += 1;
    if (line !== "") this.#take(line.split(","), this.#lines);
  }

  #left(all: string, at: number): NotPlain {
    return { text: all.slice(at), lines: this.#lines, delimiter: this.#delimiter };
  }
}
