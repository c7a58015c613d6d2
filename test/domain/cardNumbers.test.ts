import { createHash, randomUUID } from "node:crypto";
import { ulid } from "ulid";
import { describe, expect, test } from "vitest";
import { padBounds, saysCardNumber } from "../../src/domain/accountRange.ts";
import { holdsCardNumber, saysNumber, withoutCardNumbers } from "../../src/domain/cardNumbers.ts";
import { passesLuhn } from "../../src/domain/pan.ts";
import { testPan } from "../support/programme.ts";
import { GLUED, sentNumbersIn, SPELLINGS } from "../support/spellings.ts";

const NUMBERS = [
  testPan(7),
  testPan(123_456_789),
  "4111111111111111",
  "378282246310005",
  "6304000000000000000",
];

const luhn = (digits: string): string => {
  for (let check = 0; check < 10; check++)
    if (passesLuhn(digits + String(check))) return digits + String(check);
  return digits;
};

describe("a card number in text", () => {
  test("is found encoded also where it is as short as one can be", () => {
    const shortest = luhn("41111111111");
    expect(shortest).toHaveLength(12);
    for (const text of [
      shortest,
      Buffer.from(shortest).toString("hex"),
      Buffer.from(shortest).toString("base64"),
    ])
      expect([text, holdsCardNumber(text, "text"), saysNumber(text, shortest)]).toEqual([text, true, true]);
    // Nothing goes before a time, or comes after one.
    expect(holdsCardNumber("2026-11-01T10:00:00.000Z", "text")).toBe(false);
    expect(holdsCardNumber(`2026-11-01T10:00:00.000Z ${shortest}`, "text")).toBe(true);
    expect(holdsCardNumber(`${shortest}\n2026-11-01T10:00:00Z`, "text")).toBe(true);
  });

  test.each(Object.entries({ ...SPELLINGS, ...GLUED }))("is found when written with %s", (_name, spell) => {
    for (const pan of NUMBERS) {
      for (const text of [spell(pan), `at ${spell(pan)}, left`, `(${spell(pan)})`]) {
        expect([text, holdsCardNumber(text, "text")]).toEqual([text, true]);
      }
      expect(saysNumber(spell(pan), pan)).toBe(true);
      const left = withoutCardNumbers(`x ${spell(pan)} y`, "[gone]");
      expect(left).toContain("[gone]");
      expect(sentNumbersIn(left, new Set(NUMBERS))).toEqual([]);
    }
  });

  test("of no scheme that is known is found where it stands alone or in groups", () => {
    for (const text of [luhn("99999999999"), luhn("999999999999"), "1234-5678-9012-3452 end"]) {
      expect([text, holdsCardNumber(text, "text")]).toEqual([text, true]);
    }
  });
});

describe("a card number in an identifier", () => {
  test.each(Object.entries(SPELLINGS))("is found when written with %s", (_name, spell) => {
    for (const pan of NUMBERS) {
      for (const id of [spell(pan), `order-${spell(pan)}`, `${spell(pan)}/x`]) {
        expect([id, holdsCardNumber(id, "identifier")]).toEqual([id, true]);
      }
    }
  });
});

describe("a card number in groups, in an identifier", () => {
  const inGroups = (digits: string, sizes: readonly number[]): string => {
    let from = 0;
    return sizes.map((size) => digits.slice(from, (from += size))).join("-");
  };
  test.each<readonly [number, readonly number[], boolean]>([
    [16, [16], true],
    [16, [4, 4, 4, 4], true],
    [16, [5, 5, 5, 1], true],
    [16, [6, 6, 4], true],
    [19, [4, 4, 4, 4, 3], true],
    [16, [8, 8], false],
    [16, [7, 7, 2], false],
    [16, [5, 6, 5], false],
    [16, [6, 5, 5], false],
    [16, [4, 4, 3, 5], false],
    [16, [1, 5, 5, 5], false],
    [19, [4, 4, 6, 5], false],
    [19, [4, 6, 5, 4], false],
  ])("of %i digits as %j: %s", (length, sizes, holds) => {
    const digits = luhn("455512345678912345".slice(0, length - 1));
    expect(holdsCardNumber(digits, "identifier")).toBe(true);
    expect(holdsCardNumber(inGroups(digits, sizes), "identifier")).toBe(holds);
  });

  test.each<readonly [string, readonly number[], boolean]>([
    ["37828224631000", [4, 6, 5], true],
    ["37828224631000", [4, 5, 6], false],
    ["3600012345678", [4, 6, 4], true],
    ["3600012345678", [6, 4, 4], false],
  ])("of schemes with fewer digits: %s as %j: %s", (start, sizes, holds) => {
    expect(holdsCardNumber(inGroups(luhn(start), sizes), "identifier")).toBe(holds);
  });
});

describe("what machines make stays", () => {
  const many = <Item>(make: (index: number) => Item): readonly Item[] =>
    Array.from({ length: 5_000 }, (_, n) => make(n));
  test.each([
    ["ULIDs", many(() => ulid())],
    ["UUIDs", many(() => randomUUID())],
    ["hashes", many((n) => createHash("sha256").update(String(n)).digest("hex"))],
    ["short hashes", many((n) => createHash("md5").update(String(n)).digest("hex"))],
    ["milliseconds", many((n) => String(1_764_360_000_000 + n * 977))],
    ["microseconds", many((n) => String(1_764_360_000_000_000 + n * 977))],
    ["times as digits", many((n) => luhn(`202611282130${String(n).padStart(5, "0")}`))],
    ["retrieval references of twelve digits", many((n) => luhn(String(50_000_000_000 + n * 7_919)))],
    ["acquirers' references of 23 digits", many((n) => luhn(`74537604221222${String(n).padStart(8, "0")}`))],
    ["a terminal, a day and a number", many((n) => `45213344-20261128-${String(n).padStart(4, "0")}`)],
    ["counters with leading zeros", many((n) => String(n).padStart(16, "0"))],
    ["serial numbers", many((n) => `PAX-A920-${String(820_000_000 + n)}`)],
  ])("%s", (_name, ids) => {
    // Of random hex digits a few in a hundred thousand form a number of a scheme in whole groups.
    const refused = ids.filter((id) => holdsCardNumber(id, "identifier"));
    expect(refused.slice(0, 3)).toHaveLength(Math.min(refused.length, 1));
  });

  test("in text: times, telephone numbers, amounts, addresses", () => {
    for (const text of [
      "from 2026-11-28T21:00:00.000Z to 2026-11-29T21:00:00.000Z",
      "+48 22 123 45 67",
      "EUR 1,234,567.89",
      "192.168.100.101:54321",
      "10 Downing Street, SW1A 2AA",
      "",
    ]) {
      expect([text, holdsCardNumber(text, "text")]).toEqual([text, false]);
    }
  });
});

describe("bounds of account ranges", () => {
  const isCard = (low: string, high: string): boolean => saysCardNumber(padBounds(low, high));
  test("may satisfy Luhn by chance, and be no card's number to the last digit", () => {
    for (const [low, high] of [
      ["5100000000", "5100009999"],
      ["4", "4"],
      ["5555555555554000", "5555555555559999"],
      ["555555555555", "555555555556"],
    ] as const) {
      expect([low, isCard(low, high)]).toEqual([low, false]);
    }
    expect(isCard(testPan(7), "5599999999999999")).toBe(true);
    expect(isCard("5500", testPan(7))).toBe(true);
    expect(isCard(`${testPan(7)}000`, "5599999999999999999")).toBe(true);
    expect(isCard("5500", `${testPan(7)}7`)).toBe(true);
    expect(isCard("5500", `9${testPan(7)}`)).toBe(true);
  });
});

// Work that grows with the square of 64 KiB would not end before the test is given up.
test("hostileTextIsReadToItsEnd", () => {
  for (const part of [
    "1",
    "1 ",
    "1\u200b",
    "%3",
    "%31",
    "%25",
    "\\u0031",
    "&#49;",
    "5-",
    "A",
    "a1",
    "\uff11",
    "0-",
  ]) {
    const text = part.repeat(65_536 / part.length);
    holdsCardNumber(text, "text");
    holdsCardNumber(text, "identifier");
    expect(withoutCardNumbers(text, "x").length).toBeLessThanOrEqual(text.length);
  }
});
