const DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/**
 * A ULID: 48 bits of time and 80 of randomness, 26 characters.
 * @param now milliseconds
 * @param random 10 bytes
 */
export function newReportId(now: number, random: Uint8Array): string {
  let value = BigInt(Math.max(0, now));
  for (const byte of random.subarray(0, 10)) value = (value << 8n) | BigInt(byte);
  let text = "";
  for (let place = 0; place < 26; place++) {
    text = (DIGITS[Number(value & 31n)] ?? "") + text;
    value >>= 5n;
  }
  return text;
}
