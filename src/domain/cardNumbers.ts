import { passesLuhn } from "./pan.ts";

/**
 * Finds card numbers in text, however they are written: the one guard of what is kept, echoed and logged (decision 28).
 *
 * A check digit is right by chance in one of ten numbers, so that the place decides what else is asked:
 * - `text`, which people write, and the log: any 12 to 19 digits that satisfy Luhn, grouped by blanks or dashes, alone or
 *   beside other groups; grouped by other signs, or with digits glued to it, if it begins as a scheme's numbers do.
 * - `identifier`, which machines make (request ids, serial numbers, ids of transactions): a whole group of digits, or groups
 *   as cards have them, that begins as a scheme's numbers do and is as long.
 * In both also url-encoded, as entities or escapes, in hex and in base64, with full-width digits or those of any script.
 */
export type Place = "text" | "identifier";

const FEWEST = 12;
const MOST = 19;

/** Blanks, dashes, what nobody sees; escaped as well, as they stand in URLs and in JSON. */
const BLANK = String.raw`(?:[\s+\p{Pd}\u2212\u2043\p{Cf}\p{M}]|%(?:25)*(?:20|2[dDbB]|09|[cC]2%(?:25)*[aA]0)|\\[nrtbf])`;
const SIGN = String.raw`(?:[^\p{L}\p{N}%\\]|%(?![0-9A-Fa-f])|\\(?![nrtbfux]))`;
const DIGIT = String.raw`(?:%(?:25)*3\d|\d)`;
const GAP = `(?:${BLANK}|${SIGN})`;
const RUN = new RegExp(`${DIGIT}(?:${GAP}{0,8}${DIGIT}){${String(FEWEST - 1)},}`, "gu");
const GAPS = new RegExp(`(${GAP}+)`, "u");
const BLANKS_ONLY = new RegExp(`^${BLANK}+$`, "u");

const UUID = /(?<![0-9A-Za-z])[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?![0-9A-Za-z])/gi;
const HASH = /(?<![0-9A-Za-z])(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64}|[0-9a-f]{128})(?![0-9A-Za-z])/gi;
/** Of the log: its groups have a fixed width, and their leading zeros leave fewer digits than a card number has. */
const POSITION = /(?<!\d)(?:0{5}\d{5}-0{9}\d{11}-0{8}\d{11}|0{9}\d{11}-0{9}\d{11})(?!\d)/g;

/** No run of digits in it is as long as a card number, and nothing in it can be decoded. */
const UTC_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{3})?Z$/;

/** Whether a card number stands in this text. */
export function holdsCardNumber(text: string, place: Place): boolean {
  if (text.length < FEWEST || UTC_TIME.test(text)) return false;
  const plain = withoutKnownForms(foldDigits(text));
  if (holdsRun(plain, place)) return true;
  // What was encoded was no number by chance.
  return encodedParts(plain).some((part) => holdsRun(part, "text"));
}

/** Whether this very number stands in the text, among whatever other digits. */
export function saysNumber(text: string, pan: string): boolean {
  const folded = foldDigits(text);
  return [folded, ...encodedParts(folded)].some((part) => part.replace(/\D/g, "").includes(pan));
}

/** The text with each run of digits that holds a card number replaced; all of it where one can't be cut out. */
export function withoutCardNumbers(text: string, replacement: string): string {
  if (text.length < FEWEST) return text;
  let cut = "";
  let from = 0;
  for (const match of withoutKnownForms(text).matchAll(RUN)) {
    const [run] = match;
    if (!holdsNumber(run, "text")) continue;
    cut += text.slice(from, match.index) + replacement;
    from = match.index + run.length;
  }
  cut += text.slice(from);
  return holdsCardNumber(cut, "text") ? replacement : cut;
}

/** Whether digits without anything between them hold a scheme's number anywhere. */
export function holdsSchemesNumber(digits: string): boolean {
  return windowsOf(digits).some((window) => isSchemesNumber(window));
}

function holdsRun(text: string, place: Place): boolean {
  return (text.match(RUN) ?? []).some((run) => holdsNumber(run, place));
}

function holdsNumber(run: string, place: Place): boolean {
  const parts = run.split(GAPS);
  const groups = parts
    .filter((_, index) => index % 2 === 0)
    .map((group) => group.replace(/%(?:25)*3(\d)/g, "$1"));
  const gaps = parts.filter((_, index) => index % 2 === 1);
  return place === "text" ? textHolds(groups, gaps) : identifierHolds(groups);
}

function textHolds(groups: readonly string[], gaps: readonly string[]): boolean {
  return groups.some((group, start) => {
    if (group.length > MOST) return windowsOf(group).some((window) => passesLuhn(window));
    if (holdsSchemesNumber(group)) return true;
    let digits = "";
    let blanks = true;
    for (let index = start; index < groups.length; index++) {
      digits += groups[index] ?? "";
      if (digits.length > MOST) return false;
      if (digits.length >= FEWEST && passesLuhn(digits) && (blanks || isSchemesNumber(digits))) return true;
      blanks &&= BLANKS_ONLY.test(gaps[index] ?? "");
    }
    return false;
  });
}

function identifierHolds(groups: readonly string[]): boolean {
  return groups.some((_, start) => {
    for (let end = start + 1; end <= groups.length; end++) {
      const some = groups.slice(start, end);
      const digits = some.join("");
      if (digits.length > MOST) return false;
      if (isSchemesNumber(digits) && isGroupedAsCardsAre(some)) return true;
    }
    return false;
  });
}

/** In equal groups of at most six, the last perhaps shorter; in 4-6-5 or 4-6-4; or not at all. */
function isGroupedAsCardsAre(groups: readonly string[]): boolean {
  const sizes = groups.map(({ length }) => length);
  if (sizes.length === 1 || /^4,6,[45]$/.test(sizes.join())) return true;
  const [first = 0] = sizes;
  return (
    first <= 6 && sizes.every((size, index) => size === first || (index === sizes.length - 1 && size < first))
  );
}

function windowsOf(digits: string): readonly string[] {
  const windows: string[] = [];
  for (let start = 0; start + FEWEST <= digits.length; start++) {
    for (let length = FEWEST; length <= MOST && start + length <= digits.length; length++) {
      windows.push(digits.slice(start, start + length));
    }
  }
  return windows;
}

/** How the numbers of schemes begin (ISO/IEC 7812 issuer identification numbers), and how long they then are. */
const SCHEMES: readonly (readonly [begins: RegExp, lengths: readonly number[]])[] = [
  [/^4/, [13, 16, 19]],
  [/^5[1-5]/, [16]],
  [/^(?:222[1-9]|22[3-9]|2[3-6]|27[01]|2720)/, [16]],
  [/^3[47]/, [15]],
  [/^3(?:0[0-59]|[689])/, [14, 16]],
  [/^35(?:2[89]|[3-8])/, [16, 17, 18, 19]],
  [/^(?:5[0678]|6|220[0-4])/, [16, 17, 18, 19]],
  [/^(?:8[12]|9792)/, [16]],
];

/** Begins as a scheme's numbers do, is as long, and satisfies Luhn. */
export function isSchemesNumber(digits: string): boolean {
  return (
    SCHEMES.some(([begins, lengths]) => lengths.includes(digits.length) && begins.test(digits)) &&
    passesLuhn(digits)
  );
}

/** What is made of hex digits or of fixed zeros is no number, with as many characters put in its place. */
function withoutKnownForms(text: string): string {
  if (text.length < 32) return text;
  const blank = (form: string): string => "x".repeat(form.length);
  return text
    .replace(UUID, (uuid) => (identifierOfUuidHolds(uuid) ? uuid : blank(uuid)))
    .replace(HASH, (hash) => (hash.replace(/\d/g, "").length < 4 ? hash : blank(hash)))
    .replace(POSITION, blank);
}

/** Whole groups of a UUID that are a scheme's number: two in a hundred thousand are. */
function identifierOfUuidHolds(uuid: string): boolean {
  const groups = uuid.split("-");
  return groups.some((_, start) =>
    groups.some((__, end) => end > start && isSchemesNumber(groups.slice(start, end + 1).join(""))),
  );
}

/** Digits of every script and width as ASCII. */
function foldDigits(text: string): string {
  if (!/\P{ASCII}/u.test(text)) return text;
  return text.normalize("NFKC").replace(/(?![0-9])\p{Nd}/gu, digitOf);
}

function digitOf(character: string): string {
  const point = character.codePointAt(0) ?? 0;
  let value = 0;
  while (value < 9 && /^\p{Nd}$/u.test(String.fromCodePoint(point - value - 1))) value++;
  return String(value);
}

const ENCODED_DIGIT = String.raw`(?:&#0*(?:4[89]|5[0-7]);?|(?:&#x0*|\\u\{?0*|\\x|0x|%u00|U\+00|00)?3[0-9][;}]?)`;
const ENCODED_RUN = new RegExp(
  `${ENCODED_DIGIT}(?:[\\s,:.-]{0,3}${ENCODED_DIGIT}){${String(FEWEST - 1)},}`,
  "gi",
);
/** What fewer characters encode is too short for a number: two stand for a digit in hex. */
const FEWEST_ENCODED = 2 * FEWEST;
const BASE64 = /[A-Za-z0-9+/_-]{16,}/g;

/** What stands in the text in another form. */
function encodedParts(text: string): readonly string[] {
  const parts: string[] = [];
  if (text.includes("%")) parts.push(foldDigits(percentDecoded(text)));
  if (text.length >= FEWEST_ENCODED) {
    for (const [run] of text.matchAll(ENCODED_RUN))
      parts.push(run.replace(new RegExp(ENCODED_DIGIT, "gi"), lastDigit));
  }
  for (const [token] of text.matchAll(BASE64)) {
    const plain = token.replaceAll("-", "+").replaceAll("_", "/");
    // It may begin anywhere in a longer token.
    for (let offset = 0; offset < 4; offset++) {
      const whole = plain.slice(offset);
      const decoded = atob(whole.slice(0, whole.length % 4 === 1 ? -1 : whole.length));
      parts.push(decoded.replaceAll("\0", ""));
    }
  }
  return parts;
}

function lastDigit(encoded: string): string {
  const decimal = /^&#0*(\d{2})/.exec(encoded)?.[1];
  return decimal === undefined ? (/\d(?=\D*$)/.exec(encoded)?.[0] ?? "") : String(Number(decimal) - 48);
}

/** Also what was encoded more than once; what is no UTF-8 stays. */
function percentDecoded(text: string): string {
  let decoded = text;
  for (let times = 0; times < 3; times++) {
    decoded = decoded.replace(/(?:%[0-9A-Fa-f]{2})+/g, (bytes) => {
      try {
        return decodeURIComponent(bytes);
      } catch {
        return bytes;
      }
    });
  }
  return decoded;
}
