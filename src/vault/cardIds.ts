const ALPHABET = Buffer.from("0123456789ABCDEFGHJKMNPQRSTVWXYZ");
const LETTERS = 26;

/** As long as a ULID and written like one, and random as a whole: it does not tell when the card was first seen, which may be elsewhere. */
export function newCardId({ randomBytes }: { readonly randomBytes: (count: number) => Buffer }): string {
  // Not letter by letter: that would make as many texts, and a file of cards a million times as many.
  const id = Buffer.allocUnsafe(LETTERS);
  let at = 0;
  let held = 0;
  // 128 bits are 26 letters of five bits with two bits in front.
  let bits = 2;
  for (const byte of randomBytes(16)) {
    held = ((held << 8) | byte) & 0xfff;
    bits += 8;
    for (; bits >= 5; bits -= 5) id[at++] = ALPHABET[(held >> (bits - 5)) & 31] ?? 0;
  }
  return id.toString("latin1");
}
