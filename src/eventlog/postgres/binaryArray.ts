/**
 * One-dimensional arrays in PostgreSQL's binary form, which `pg` sends as they are. As text, every body
 * would be escaped here, quote by quote, and parsed again there.
 */

const HEADER_BYTES = 20;
const LENGTH_BYTES = 4;
const TEXT_OID = 25;
const INT8_OID = 20;
const UUID_OID = 2950;
const INT8_BYTES = 8;
const UUID_BYTES = 16;

export function textArray(values: readonly string[]): Buffer {
  const sizes = values.map((value) => Buffer.byteLength(value));
  const array = begin(TEXT_OID, values.length, sizes.reduce(sum, 0));
  let at = HEADER_BYTES;
  for (const [index, value] of values.entries()) {
    at = array.writeInt32BE(sizes[index] ?? 0, at);
    at += array.write(value, at);
  }
  return array;
}

/** Of safe integers. */
export function int8Array(values: readonly number[]): Buffer {
  const array = begin(INT8_OID, values.length, values.length * INT8_BYTES);
  let at = HEADER_BYTES;
  for (const value of values) {
    at = array.writeInt32BE(INT8_BYTES, at);
    at = array.writeBigInt64BE(BigInt(value), at);
  }
  return array;
}

/** Of UUIDs as 36 characters. */
export function uuidArray(values: readonly string[]): Buffer {
  const array = begin(UUID_OID, values.length, values.length * UUID_BYTES);
  let at = HEADER_BYTES;
  for (const value of values) {
    at = array.writeInt32BE(UUID_BYTES, at);
    at += array.write(value.replaceAll("-", ""), at, "hex");
  }
  return array;
}

function begin(oid: number, count: number, bytes: number): Buffer {
  const array = Buffer.allocUnsafe(HEADER_BYTES + count * LENGTH_BYTES + bytes);
  // Dimensions, has nulls, type of the elements, elements, index of the first.
  for (const [index, value] of [1, 0, oid, count, 1].entries())
    array.writeInt32BE(value, index * LENGTH_BYTES);
  return array;
}

function sum(a: number, b: number): number {
  return a + b;
}
