import { listKey } from "../../../vault/listHashing.ts";
import { ShortHmac } from "../../../vault/shortHmac.ts";
import type { Keyring } from "../../../vault/keyring.ts";
import { Slices } from "../../slices.ts";
import type { WhitelistLines } from "./lines.ts";
import { PackedRows, sortedOrder } from "./packedRows.ts";

/** By so much of their hashes lines are put in order: all of a million hashes would take four times as much. */
const BEGINNING_BYTES = 8;
/** So many are hashed before others have their turn. */
const AT_ONCE = 256;

/** The lines of an upload by their list hashes, which are made as they are needed: they take more room than time. */
export class HashedLines {
  readonly #lines: WhitelistLines;
  readonly #hmac: ShortHmac;
  readonly #slices = new Slices();

  constructor(lines: WhitelistLines, keyring: Keyring) {
    this.#lines = lines;
    this.#hmac = new ShortHmac(listKey(keyring));
  }

  hashOf(index: number): Buffer {
    return this.#hmac.of(this.#lines.pan(index));
  }

  /** The lines ascending by hash; those of the same number one after the other, as they came. */
  async order(): Promise<Uint32Array> {
    const begins = new PackedRows(BEGINNING_BYTES);
    for (let index = 0; index < this.#lines.count; index++) {
      this.#hmac.into(this.#lines.pan(index), begins.add(), 0, BEGINNING_BYTES);
      if (index % AT_ONCE === 0) await this.#slices.pause();
    }
    return await sortedOrder(begins, this.#slices, (one, other) =>
      this.#lines.compare(one, other) === 0 ? 0 : this.hashOf(one).compare(this.hashOf(other)),
    );
  }
}
