import { once } from "node:events";
import type { ClientBase } from "pg";
import { from as copyFrom } from "pg-copy-streams";

/**
 * Rows in the binary format of PostgreSQL's COPY, one after the other in memory that later ones use again: less work than
 * arrays for the server, and nothing to be collected here.
 */

const SIGNATURE = Buffer.from("PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0", "latin1");
const NULL_LENGTH = -1;
const LENGTH_BYTES = 4;
/** 2000-01-01, from which PostgreSQL counts microseconds. */
const EPOCH_MS = 946_684_800_000;
const FIRST_BYTES = 65_536;
/** Memory of rows that have been copied. */
const SPARE: Buffer[] = [];
const MOST_SPARE = 6;
const MOST_SPARE_BYTES = 1_048_576;

export class CopyRows {
  #bytes = SPARE.pop() ?? Buffer.allocUnsafe(FIRST_BYTES);
  #at = SIGNATURE.copy(this.#bytes);
  readonly #columns: number;

  /** @param columns values of a row, each to be added in its order */
  constructor(columns: number) {
    this.#columns = columns;
  }

  /** Begins a row. */
  row(): this {
    this.#room(2);
    this.#at = this.#bytes.writeInt16BE(this.#columns, this.#at);
    return this;
  }

  null(): this {
    this.#room(LENGTH_BYTES);
    this.#at = this.#bytes.writeInt32BE(NULL_LENGTH, this.#at);
    return this;
  }

  text(value: string): this {
    const length = Buffer.byteLength(value);
    this.#begin(length);
    this.#at += this.#bytes.write(value, this.#at, length);
    return this;
  }

  bytes(value: Uint8Array): this {
    this.#begin(value.length);
    this.#bytes.set(value, this.#at);
    this.#at += value.length;
    return this;
  }

  bool(value: boolean): this {
    this.#begin(1);
    this.#at = this.#bytes.writeUInt8(value ? 1 : 0, this.#at);
    return this;
  }

  int4(value: number): this {
    this.#begin(4);
    this.#at = this.#bytes.writeInt32BE(value, this.#at);
    return this;
  }

  /** @param instant milliseconds */
  time(instant: number | null): this {
    if (instant === null) return this.null();
    this.#begin(8);
    this.#at = this.#bytes.writeBigInt64BE(BigInt(instant - EPOCH_MS) * 1_000n, this.#at);
    return this;
  }

  /** Once, as the last. @param target table and columns: `card_vault (card_id, mask)` */
  async into(client: Pick<ClientBase, "query">, target: string): Promise<void> {
    this.#room(2);
    const end = this.#bytes.writeInt16BE(-1, this.#at);
    const stream = client.query(copyFrom(`copy ${target} from stdin (format binary)`));
    stream.end(this.#bytes.subarray(0, end));
    await once(stream, "finish");
    // Only now: the server has all of it.
    if (SPARE.length < MOST_SPARE && this.#bytes.length <= MOST_SPARE_BYTES) SPARE.push(this.#bytes);
    this.#bytes = Buffer.alloc(0);
  }

  #begin(length: number): void {
    this.#room(LENGTH_BYTES + length);
    this.#at = this.#bytes.writeInt32BE(length, this.#at);
  }

  #room(bytes: number): void {
    if (this.#at + bytes <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#at + bytes));
    this.#bytes.copy(larger, 0, 0, this.#at);
    this.#bytes = larger;
  }
}
