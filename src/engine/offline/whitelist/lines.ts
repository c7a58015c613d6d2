import { PackedRows } from "./packedRows.ts";

/** Lines of an upload while it is under way, and nowhere else: the number packed into ten bytes, and when it counts. */

const NUMBER_BYTES = 10;
const FROM_AT = NUMBER_BYTES;
const TO_AT = FROM_AT + 8;
const LINE_AT = TO_AT + 8;
const WIDTH = LINE_AT + 4;
/** Stands behind the last digit. */
const END = 0xf;

export interface WhitelistLine {
  readonly pan: string;
  /** Milliseconds; null: without a beginning, or an end. */
  readonly validFrom: number | null;
  readonly validTo: number | null;
}

/** When an entry counts. */
export type Validity = Omit<WhitelistLine, "pan">;

export class WhitelistLines {
  readonly #rows = new PackedRows(WIDTH);

  get count(): number {
    return this.#rows.count;
  }

  /** @param number of the file's line */
  add({ pan, validFrom, validTo }: WhitelistLine, number: number): void {
    const row = this.#rows.add();
    row.write(packed(pan), 0, "hex");
    row.writeDoubleBE(validFrom ?? Number.NEGATIVE_INFINITY, FROM_AT);
    row.writeDoubleBE(validTo ?? Number.POSITIVE_INFINITY, TO_AT);
    row.writeUInt32BE(number, LINE_AT);
  }

  pan(index: number): string {
    const hex = this.#rows.row(index).toString("hex", 0, NUMBER_BYTES);
    return hex.slice(0, hex.indexOf("f"));
  }

  validity(index: number): Validity {
    const row = this.#rows.row(index);
    const [from, to] = [row.readDoubleBE(FROM_AT), row.readDoubleBE(TO_AT)];
    return {
      validFrom: Number.isFinite(from) ? from : null,
      validTo: Number.isFinite(to) ? to : null,
    };
  }

  lineNumber(index: number): number {
    return this.#rows.row(index).readUInt32BE(LINE_AT);
  }
}

function packed(pan: string): string {
  return (pan + END.toString(16)).padEnd(NUMBER_BYTES * 2, "0");
}
