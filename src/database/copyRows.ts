import { once } from "node:events";
import type { ClientBase } from "pg";
import { from as copyFrom } from "pg-copy-streams";

/**
 * Rows in the binary format of PostgreSQL's COPY, one after the other in memory that the next rows use again: half the work
 * of arrays for the server, and nothing to be collected here.
 */

const SIGNATURE = Buffer.from("PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0", "latin1");
const NULL_LENGTH = -1;
const LENGTH_BYTES = 4;
/** 2000-01-01, from which PostgreSQL counts microseconds. */
const EPOCH_MS = 946_684_800_000;
const FIRST_BYTES = 65_536;

export class CopyRows {
  #bytes = Buffer.allocUnsafe(FIRST_BYTES);
  #at = 0;
  #count = 0;
  readonly #columns: number;

  /** @param columns values of a row, each to be added in its order */
  constructor(columns: number) {
    this.#columns = columns;
    this.clear();
  }

  get count(): number {
    return this.#count;
  }

  /** Once what was there has been copied. */
  clear(): void {
    this.#at = SIGNATURE.copy(this.#bytes);
    this.#count = 0;
  }

  /** Begins a row. */
  row(): this {
    this.#room(2);
    this.#at = this.#bytes.writeInt16BE(this.#columns, this.#at);
    this.#count += 1;
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

  /** @param target table and columns: `card_vault (card_id, mask)` */
  async into(client: Pick<ClientBase, "query">, target: string): Promise<void> {
    this.#room(2);
    const end = this.#bytes.writeInt16BE(-1, this.#at);
    const stream = client.query(copyFrom(`copy ${target} from stdin (format binary)`));
    stream.end(this.#bytes.subarray(0, end));
    await once(stream, "finish");
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
