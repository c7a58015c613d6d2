/** How people, machines and attackers write a card number. */
export const SPELLINGS: Readonly<Record<string, (pan: string) => string>> = {
  raw: (pan) => pan,
  blanks: (pan) => grouped(pan, " "),
  dashes: (pan) => grouped(pan, "-"),
  dots: (pan) => grouped(pan, "."),
  slashes: (pan) => grouped(pan, "/"),
  underscores: (pan) => grouped(pan, "_"),
  commas: (pan) => grouped(pan, ", "),
  noBreakSpaces: (pan) => grouped(pan, "\u00a0"),
  doubleBlanks: (pan) => grouped(pan, "  "),
  tabs: (pan) => grouped(pan, "\t"),
  enDashes: (pan) => grouped(pan, "\u2013"),
  emDashes: (pan) => grouped(pan, "\u2014"),
  minusSigns: (pan) => grouped(pan, " \u2212 "),
  fullWidth: (pan) => pan.replace(/\d/g, (digit) => String.fromCodePoint(0xff10 + Number(digit))),
  arabicDigits: (pan) => pan.replace(/\d/g, (digit) => String.fromCodePoint(0x660 + Number(digit))),
  zeroWidth: (pan) => grouped(pan, "\u200b"),
  oneByOne: (pan) => Array.from(pan).join(" "),
  withSecurityCode: (pan) => `${pan} 123`,
  withExpiry: (pan) => `${pan} 12/29`,
  behindDigits: (pan) => `7 ${pan}`,
  betweenLetters: (pan) => `card${pan}end`,
  urlEncoded: (pan) => pan.replace(/\d/g, "%3$&"),
  entities: (pan) => pan.replace(/\d/g, (digit) => `&#${String(48 + Number(digit))};`),
  base64: (pan) => Buffer.from(pan).toString("base64url"),
  base64OfMore: (pan) => Buffer.from(`{"pan":"${pan}"}`).toString("base64"),
  hex: (pan) => Buffer.from(pan).toString("hex"),
};

/** Not told from a longer number where machines count: only text that people write is searched for it. */
export const GLUED: Readonly<Record<string, (pan: string) => string>> = {
  gluedToMore: (pan) => `${pan}7`,
  gluedBehind: (pan) => `9${pan}`,
};

function grouped(pan: string, separator: string): string {
  return (pan.match(/\d{1,4}/g) ?? []).join(separator);
}

/** Which of these numbers stand in a text, in any of the spellings above. It knows nothing of the product's own guard. */
export function sentNumbersIn(text: string, sent: ReadonlySet<string>): readonly string[] {
  const found = new Set<string>();
  const folded = text
    .normalize("NFKC")
    .replace(/[\u0660-\u0669]/g, (digit) => String((digit.codePointAt(0) ?? 0) - 0x660))
    .replace(/&#(\d\d);/g, (_, code: string) => String.fromCodePoint(Number(code)))
    .replace(/%(3\d)/g, (_, hex: string) => String.fromCodePoint(Number.parseInt(hex, 16)));
  const encoded = [
    ...[...folded.matchAll(/[A-Za-z0-9+/_-]{16,}/g)].map(([part]) =>
      Buffer.from(part, "base64").toString("latin1"),
    ),
    ...[...folded.matchAll(/(?:3\d){12,}/g)].map(([part]) => Buffer.from(part, "hex").toString("latin1")),
  ];
  for (const form of [folded, ...encoded]) {
    for (const [run] of form.matchAll(/\d(?:[^0-9A-Za-z]{0,4}\d){15,}/g)) {
      const digits = run.replace(/\D/g, "");
      for (let start = 0; start + 16 <= digits.length; start++) {
        const number = digits.slice(start, start + 16);
        if (sent.has(number)) found.add(`${number.slice(0, 6)}…${number.slice(-4)}`);
      }
    }
  }
  return [...found];
}
