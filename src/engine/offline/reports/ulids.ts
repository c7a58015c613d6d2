const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const TIME_CHARACTERS = 10;
const RANDOM_CHARACTERS = 16;
const MOST_MS = 2 ** 48 - 1;

/** A ULID of an instant and of bytes that are as good as random; at least 10 of them. */
export function ulidOf(at: number, bytes: Uint8Array): string {
  let time = Math.min(at, MOST_MS);
  let text = "";
  for (let i = 0; i < TIME_CHARACTERS; i++) {
    text = (ALPHABET[time % 32] ?? "0") + text;
    time = Math.floor(time / 32);
  }
  let rest = BigInt(`0x${Buffer.from(bytes.subarray(0, 10)).toString("hex")}`);
  let random = "";
  for (let i = 0; i < RANDOM_CHARACTERS; i++) {
    random = (ALPHABET[Number(rest % 32n)] ?? "0") + random;
    rest /= 32n;
  }
  return text + random;
}
