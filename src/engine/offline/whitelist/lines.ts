import { PackedRows } from "./packedRows.ts";

/** Lines of an upload while it is under way, and nowhere else: the number packed into ten bytes, and when it counts. */

const NUMBER_BYTES = 10;
const VALIDITY_AT = NUMBER_BYTES;
const LINE_AT = VALIDITY_AT + 2;
const WIDTH = LINE_AT + 4;
/** Stands behind the last digit. */
const END = 0xf;
/** Two bytes name one of them. */
export const MOST_VALIDITIES = 65_536;

/** When an entry counts. Milliseconds; null: without a beginning, or an end. */
export interface Validity {
  readonly validFrom: number | null;
  readonly validTo: number | null;
}

export interface WhitelistLine extends Validity {
  readonly pan: string;
}

export class WhitelistLines {
  readonly #rows = new PackedRows(WIDTH);
  /** Each once: lines of a file have few different ones. */
  readonly #validities: Validity[] = [];
  readonly #places = new Map<string, number>();

  #isTooVaried = false;

  get count(): number {
    return this.#rows.count;
  }

  /** There were more than {@link MOST_VALIDITIES}: not all lines are here. */
  get isTooVaried(): boolean {
    return this.#isTooVaried;
  }

  /** @param number of the file's line */
  add({ pan, validFrom, validTo }: WhitelistLine, number: number): void {
    const place = this.#placeOf({ validFrom, validTo });
    if (place === MOST_VALIDITIES) {
      this.#isTooVaried = true;
      return;
    }
    const row = this.#rows.add();
    row.write(packed(pan), 0, "hex");
    row.writeUInt16BE(place, VALIDITY_AT);
    row.writeUInt32BE(number, LINE_AT);
  }

  pan(index: number): string {
    const hex = this.#rows.row(index).toString("hex", 0, NUMBER_BYTES);
    return hex.slice(0, hex.indexOf("f"));
  }

  /** Orders lines by their numbers: 0 for the same one. */
  compare(one: number, other: number): number {
    return this.#rows.compare(one, other, NUMBER_BYTES);
  }

  validity(index: number): Validity {
    const validity = this.#validities[this.#rows.row(index).readUInt16BE(VALIDITY_AT)];
    if (validity === undefined) throw new Error("a line has its validity");
    return validity;
  }

  lineNumber(index: number): number {
    return this.#rows.row(index).readUInt32BE(LINE_AT);
  }

  #placeOf(validity: Validity): number {
    const name = `${String(validity.validFrom)} ${String(validity.validTo)}`;
    const known = this.#places.get(name);
    if (known !== undefined) return known;
    const place = this.#validities.length;
    if (place < MOST_VALIDITIES) {
      this.#validities.push(validity);
      this.#places.set(name, place);
    }
    return place;
  }
}

function packed(pan: string): string {
  return (pan + END.toString(16)).padEnd(NUMBER_BYTES * 2, "0");
}
