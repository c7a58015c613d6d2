import pg from "pg";
import { passesLuhn } from "../../src/domain/pan.ts";

/** Looks for card numbers where none may be: raw, spaced or dashed, url-encoded, in base64 or hex. */

/** The first digits of every number that tests and the demo use. */
const TEST_BINS = ["555555", "545454", "542400", "510510", "222240", "550000", "520082", "222300", "411111"];

/** Numbers found in a text, masked so that a failing test does not print one. */
export function cardNumbersIn(text: string): readonly string[] {
  const found = new Set<string>();
  for (const form of [text, decoded(text), ...base64Parts(text), ...hexParts(text)]) {
    for (const [number] of form.matchAll(STANDING_ALONE)) {
      if (passesLuhn(number) && !/(000000|999999)$/.test(number)) found.add(shown(number));
    }
    for (const [run] of form.matchAll(/\d(?:[ \-+_.]?\d){11,22}/g)) {
      const digits = run.replace(/\D/g, "");
      for (let length = 12; length <= Math.min(19, digits.length); length++) {
        for (let start = 0; start + length <= digits.length; start++) {
          const number = digits.slice(start, start + length);
          if (isTestNumber(number)) found.add(shown(number));
        }
      }
    }
  }
  return [...found];
}

function shown(number: string): string {
  return `${number.slice(0, 6)}…${number.slice(-4)} (${String(number.length)} digits)`;
}

/** Whatever stands alone and looks like a number of the large schemes, whoever's test number it may be. */
const STANDING_ALONE =
  /(?<![0-9A-Za-z.-])(?:4\d{15}|5[1-5]\d{14}|2[2-7]\d{14}|3[47]\d{13})(?![0-9A-Za-z.-])/g;

/** Bounds of account ranges end in filled-up digits; a card number of the tests does not. */
function isTestNumber(digits: string): boolean {
  return (
    digits.length === 16 &&
    TEST_BINS.some((bin) => digits.startsWith(bin)) &&
    !/(0000000|9999999)$/.test(digits) &&
    passesLuhn(digits)
  );
}

function decoded(text: string): string {
  return text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

function base64Parts(text: string): readonly string[] {
  return [...text.matchAll(/[A-Za-z0-9+/_-]{16,}={0,2}/g)].map(([part]) =>
    Buffer.from(part, "base64").toString("latin1"),
  );
}

function hexParts(text: string): readonly string[] {
  return [...text.matchAll(/(?:3[0-9]){12,}/g)].map(([part]) => Buffer.from(part, "hex").toString("latin1"));
}

/** Every row of every table of a database, as text. */
export async function cardNumbersInDatabase(url: string): Promise<readonly string[]> {
  const client = new pg.Client(url);
  await client.connect();
  await client.query("set search_path = public");
  try {
    const tables = await client.query<{ name: string }>(
      "select quote_ident(table_name) as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'",
    );
    const found: string[] = [];
    for (const { name } of tables.rows) {
      const { rows } = await client.query<{ line: string }>(`select t::text as line from ${name} t`);
      for (const { line } of rows) found.push(...cardNumbersIn(line).map((number) => `${name}: ${number}`));
    }
    return found;
  } finally {
    await client.end();
  }
}
