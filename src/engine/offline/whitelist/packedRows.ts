import type { Slices } from "../../slices.ts";

/** Many rows of equal width, one after the other in memory: a million of them as objects would take ten times as much. */

const ROWS_A_CHUNK = 16_384;
/** Rows are dealt out by their first two bytes before they are sorted. */
const DEALT = 65_536;
/** So many are looked at before others have their turn. */
const AT_ONCE = 2_048;

/** Rows that come one by one, however many. */
export class PackedRows {
  readonly #width: number;
  readonly #chunks: Buffer[] = [];
  #count = 0;

  constructor(width: number) {
    this.#width = width;
  }

  get count(): number {
    return this.#count;
  }

  /** A new row at the end, to be written into. */
  add(): Buffer {
    const within = this.#count % ROWS_A_CHUNK;
    if (within === 0) this.#chunks.push(Buffer.alloc(ROWS_A_CHUNK * this.#width));
    this.#count += 1;
    return this.row(this.#count - 1);
  }

  row(index: number): Buffer {
    const from = (index % ROWS_A_CHUNK) * this.#width;
    return this.#chunkOf(index).subarray(from, from + this.#width);
  }

  /** Orders two rows by their first bytes. */
  compare(one: number, other: number, bytes = this.#width): number {
    const from = (one % ROWS_A_CHUNK) * this.#width;
    const to = (other % ROWS_A_CHUNK) * this.#width;
    return this.#chunkOf(one).compare(this.#chunkOf(other), to, to + bytes, from, from + bytes);
  }

  /** The first two bytes of a row. */
  begin(index: number): number {
    return this.#chunkOf(index).readUInt16BE((index % ROWS_A_CHUNK) * this.#width);
  }

  #chunkOf(index: number): Buffer {
    const chunk = this.#chunks[Math.floor(index / ROWS_A_CHUNK)];
    if (chunk === undefined || index >= this.#count) throw new RangeError("there is no such row");
    return chunk;
  }
}

/**
 * The numbers of the rows in the order of their bytes; equal ones as `tie` says, else in the order they came. Rows that are
 * spread evenly, as hashes are, take time in proportion to their number.
 */
export async function sortedOrder(
  rows: PackedRows,
  slices: Slices,
  tie: (one: number, other: number) => number = () => 0,
): Promise<Uint32Array> {
  const starts = new Uint32Array(DEALT + 1);
  for (let index = 0; index < rows.count; index++) {
    const next = rows.begin(index) + 1;
    starts[next] = (starts[next] ?? 0) + 1;
    if (index % AT_ONCE === 0) await slices.pause();
  }
  for (let bucket = 0; bucket < DEALT; bucket++) {
    starts[bucket + 1] = (starts[bucket + 1] ?? 0) + (starts[bucket] ?? 0);
  }
  const order = new Uint32Array(rows.count);
  const ends = starts.slice();
  for (let index = 0; index < rows.count; index++) {
    const bucket = rows.begin(index);
    const place = ends[bucket] ?? 0;
    order[place] = index;
    ends[bucket] = place + 1;
    if (index % AT_ONCE === 0) await slices.pause();
  }
  for (let bucket = 0; bucket < DEALT; bucket++) {
    const own = order.subarray(starts[bucket] ?? 0, starts[bucket + 1] ?? 0);
    if (own.length > 1) own.sort((a, b) => rows.compare(a, b) || tie(a, b) || a - b);
    if (bucket % AT_ONCE === 0) await slices.pause();
  }
  return order;
}
