/**
 * One-dimensional arrays in PostgreSQL's binary form, which `pg` sends as they are. As text, every element
 * would be escaped here, quote by quote, and parsed again there.
 */

const HEADER_BYTES = 20;
const LENGTH_BYTES = 4;
const BOOL_OID = 16;
const BYTEA_OID = 17;
const TEXT_OID = 25;
const INT4_OID = 23;
const INT8_OID = 20;
const UUID_OID = 2950;
const INT4_BYTES = 4;
const INT8_BYTES = 8;
const UUID_BYTES = 16;
const NULL_LENGTH = -1;

export function textArray(values: readonly (string | null)[]): Buffer {
  const sizes = values.map((value) => (value === null ? 0 : Buffer.byteLength(value)));
  const array = begin(TEXT_OID, values.length, sizes.reduce(sum, 0));
  let at = HEADER_BYTES;
  for (const [index, value] of values.entries()) {
    at = array.writeInt32BE(value === null ? NULL_LENGTH : (sizes[index] ?? 0), at);
    if (value !== null) at += array.write(value, at);
  }
  return array;
}

export function byteaArray(values: readonly (Buffer | null)[]): Buffer {
  const size = values.reduce((bytes, value) => bytes + (value?.length ?? 0), 0);
  const array = begin(BYTEA_OID, values.length, size);
  let at = HEADER_BYTES;
  for (const value of values) {
    at = array.writeInt32BE(value?.length ?? NULL_LENGTH, at);
    if (value !== null) at += value.copy(array, at);
  }
  return array;
}

export function boolArray(values: readonly boolean[]): Buffer {
  const array = begin(BOOL_OID, values.length, values.length);
  let at = HEADER_BYTES;
  for (const value of values) at = array.writeUInt8(value ? 1 : 0, array.writeInt32BE(1, at));
  return array;
}

/** Of whole numbers within 32 bits. */
export function int4Array(values: readonly number[]): Buffer {
  const array = begin(INT4_OID, values.length, values.length * INT4_BYTES);
  let at = HEADER_BYTES;
  for (const value of values) at = array.writeInt32BE(value, array.writeInt32BE(INT4_BYTES, at));
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
  // Dimensions, has nulls (read by nobody), type of the elements, elements, index of the first.
  for (const [index, value] of [1, 0, oid, count, 1].entries())
    array.writeInt32BE(value, index * LENGTH_BYTES);
  return array;
}

function sum(a: number, b: number): number {
  return a + b;
}
