const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** As long as a ULID and written like one, and random as a whole: it does not tell when the card was first seen, which may be elsewhere. */
export function newCardId({ randomBytes }: { readonly randomBytes: (count: number) => Buffer }): string {
  let rest = BigInt(`0x${randomBytes(16).toString("hex")}`);
  let id = "";
  for (let place = 0; place < 26; place++) {
    id = (ALPHABET[Number(rest & 31n)] ?? "") + id;
    rest >>= 5n;
  }
  return id;
}
