import type { Instant } from "./time.ts";
import type { WindowBounds } from "./window.ts";

/** A chunk is split when it has grown to this many. */
const MOST = 2_048;

/**
 * Instants in ascending order, some of them equal; immutable, and fast at a million: a change copies one chunk.
 * What windows are counted over. Its text is short, and only those chunks of a text are read that are looked into.
 */
export class Instants {
  readonly #chunks: readonly Chunk[];
  /** How many stand before each chunk. */
  readonly #before: readonly number[];
  readonly size: number;

  private constructor(chunks: readonly Chunk[]) {
    const before: number[] = [];
    let size = 0;
    for (const chunk of chunks) {
      before.push(size);
      size += chunk.size;
    }
    this.#chunks = chunks;
    this.#before = before;
    this.size = size;
  }

  static readonly none = new Instants([]);

  /** In any order. */
  static of(instants: Iterable<Instant>): Instants {
    const sorted = [...instants].sort((a, b) => a - b);
    const chunks: Chunk[] = [];
    for (let from = 0; from < sorted.length; from += MOST / 2)
      chunks.push(Chunk.of(sorted.slice(from, from + MOST / 2)));
    return new Instants(chunks);
  }

  static fromTexts(texts: readonly string[]): Instants {
    return new Instants(texts.map((text) => Chunk.stored(text)));
  }

  /** What {@link Instants.fromTexts} reads: some kilobytes each. */
  toTexts(): readonly string[] {
    return this.#chunks.map((chunk) => chunk.text);
  }

  with(at: Instant): Instants {
    const place = Math.max(0, this.#chunksFrom(at + 1) - 1);
    const values = this.#chunks[place]?.values ?? [];
    const index = countBefore(values, at + 1);
    const grown = [...values.slice(0, index), at, ...values.slice(index)];
    const parts = grown.length < MOST ? [grown] : [grown.slice(0, MOST / 2), grown.slice(MOST / 2)];
    return this.#replaced(place, parts);
  }

  /** Without one that is equal to `at` or, where none is, the last before it; unchanged where there is neither. */
  without(at: Instant): Instants {
    const index = this.before(at + 1) - 1;
    if (index < 0) return this;
    const place = countBefore(this.#before, index + 1) - 1;
    const values = this.#chunks[place]?.values ?? [];
    const inChunk = index - (this.#before[place] ?? 0);
    const left = [...values.slice(0, inChunk), ...values.slice(inChunk + 1)];
    return this.#replaced(place, left.length === 0 ? [] : [left]);
  }

  /** How many are earlier than `at`. */
  before(at: Instant): number {
    const place = this.#chunksFrom(at) - 1;
    const chunk = this.#chunks[place];
    if (chunk === undefined) return 0;
    return (this.#before[place] ?? 0) + (at > chunk.last ? chunk.size : countBefore(chunk.values, at));
  }

  /** How many lie in the bounds. */
  within({ from, to }: WindowBounds): number {
    return Math.max(0, this.before(to) - this.before(from));
  }

  /** The one with so many before it; undefined for none. */
  at(index: number): Instant | undefined {
    if (index < 0 || index >= this.size) return undefined;
    const place = countBefore(this.#before, index + 1) - 1;
    return this.#chunks[place]?.values[index - (this.#before[place] ?? 0)];
  }

  *[Symbol.iterator](): IterableIterator<Instant> {
    for (const { values } of this.#chunks) yield* values;
  }

  /** How many chunks begin before `at`. */
  #chunksFrom(at: Instant): number {
    let low = 0;
    let high = this.#chunks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#chunks[middle]?.first ?? 0) < at) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #replaced(place: number, parts: readonly (readonly Instant[])[]): Instants {
    const chunks = this.#chunks.slice();
    chunks.splice(place, 1, ...parts.map((part) => Chunk.of(part)));
    return new Instants(chunks);
  }
}

const RADIX = 36;

/** Some instants in a row, at least one. As text: how many, the last, the first, and how far each of the others is from the one before. */
class Chunk {
  readonly first: Instant;
  readonly last: Instant;
  readonly size: number;
  #values: readonly Instant[] | null;
  #text: string | null;

  private constructor(
    first: Instant,
    last: Instant,
    size: number,
    values: readonly Instant[] | null,
    text: string | null,
  ) {
    this.first = first;
    this.last = last;
    this.size = size;
    this.#values = values;
    this.#text = text;
  }

  static of(values: readonly Instant[]): Chunk {
    return new Chunk(values[0] ?? 0, values.at(-1) ?? 0, values.length, values, null);
  }

  static stored(text: string): Chunk {
    const [size = 0, last = 0, first = 0] = text.split(" ", 3).map((part) => Number.parseInt(part, RADIX));
    return new Chunk(first, last, size, null, text);
  }

  get values(): readonly Instant[] {
    if (this.#values === null) {
      const [, , ...steps] = (this.#text ?? "").split(" ");
      let at = 0;
      this.#values = steps.map((step) => (at += Number.parseInt(step, RADIX)));
    }
    return this.#values;
  }

  get text(): string {
    if (this.#text === null) {
      const values = this.values;
      let before = 0;
      const steps = values.map((at) => {
        const step = at - before;
        before = at;
        return step.toString(RADIX);
      });
      this.#text = `${this.size.toString(RADIX)} ${this.last.toString(RADIX)} ${steps.join(" ")}`;
    }
    return this.#text;
  }
}

function countBefore(ascending: readonly number[], at: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ascending[middle] ?? 0) < at) low = middle + 1;
    else high = middle;
  }
  return low;
}
