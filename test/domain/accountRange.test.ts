import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type AccountRange,
  indexAccountRanges,
  namesOneCard,
  padBounds,
  padPan,
  rangeKey,
} from "../../src/domain/accountRange.ts";
import { ISSUER } from "../support/domain/ids.ts";

function range(low: string, high: string, issuerName: string): AccountRange {
  return { ...padBounds(low, high), issuer: { ...ISSUER, issuerName } };
}

/** Every range is looked at; the narrowest wins, of equally narrow ones the later. */
function naive(ranges: readonly AccountRange[], pan: string): AccountRange | null {
  const number = BigInt(padPan(pan));
  let best: AccountRange | null = null;
  for (const one of ranges) {
    if (number < BigInt(one.low) || number > BigInt(one.high)) continue;
    const width = BigInt(one.high) - BigInt(one.low);
    if (best === null || width <= BigInt(best.high) - BigInt(best.low)) best = one;
  }
  return best;
}

/** Few digits and few lengths, so that ranges nest, overlap and touch often. */
const digits = fc
  .array(fc.constantFrom("0", "1", "9"), { minLength: 2, maxLength: 8 })
  .map((list) => `5${list.join("")}`);
const ranges = fc.array(
  fc.tuple(digits, digits, fc.nat(5)).map(([a, b, name]) => {
    const one = padBounds(a, b);
    return one.low <= one.high ? range(a, b, String(name)) : range(b, a, String(name));
  }),
  { maxLength: 12 },
);
const pan = fc
  .tuple(
    fc.array(fc.constantFrom("0", "1", "9"), { minLength: 8, maxLength: 8 }),
    fc.constantFrom(12, 16, 19),
    fc.constantFrom("0", "9", "5"),
  )
  .map(([head, length, rest]) => `5${head.join("")}`.padEnd(length, rest));

test("indexFindsWhatAScanFinds", () => {
  let found = 0;
  fc.assert(
    fc.property(ranges, fc.array(pan, { minLength: 8, maxLength: 8 }), (all, pans) => {
      const index = indexAccountRanges(all);
      const edges = all.flatMap((one) => [one.low, one.high]);
      for (const number of [...pans, ...edges]) {
        const expected = naive(all, number);
        if (expected !== null) found++;
        expect(index.find(number)).toBe(expected);
      }
    }),
    { numRuns: process.env["LONG"] === "1" ? 100_000 : 3_000 },
  );
  expect(found).toBeGreaterThan(3_000);
});

describe("which range describes a card", () => {
  const cases: readonly (readonly [string, readonly AccountRange[], string, string | null])[] = [
    ["none", [range("51", "52", "a")], "4000000000000002", null],
    ["nothing imported", [], "5100000000000008", null],
    [
      "6- and 8-digit BINs side by side: the 8-digit one",
      [range("510000", "510000", "six"), range("51000012", "51000012", "eight")],
      "5100001200000000",
      "eight",
    ],
    [
      "beside the 8-digit BIN: the 6-digit one",
      [range("510000", "510000", "six"), range("51000012", "51000012", "eight")],
      "5100001300000000",
      "six",
    ],
    [
      "behind a nested range the outer one goes on",
      [range("51", "51", "outer"), range("5150", "5150", "inner")],
      "5151000000000000",
      "outer",
    ],
    [
      "three deep",
      [range("5", "5", "a"), range("51", "51", "b"), range("510", "510", "c")],
      "5100000000000008",
      "c",
    ],
    [
      "partly overlapping: the narrower",
      [range("5100", "5199", "wide"), range("5190", "5209", "narrow")],
      "5195000000000000",
      "narrow",
    ],
    [
      "partly overlapping, before the narrower begins",
      [range("5100", "5199", "wide"), range("5190", "5209", "narrow")],
      "5180000000000000",
      "wide",
    ],
    [
      "the same bounds: the later",
      [range("51", "51", "old"), range("51", "51", "new")],
      "5100000000000008",
      "new",
    ],
    [
      "equally narrow, the later in the list",
      [range("5100", "5109", "first"), range("5105", "5114", "second")],
      "5107000000000000",
      "second",
    ],
    [
      "19 digits, the last number",
      [range("9999999999999990000", "9999999999999999999", "top")],
      "9999999999999999999",
      "top",
    ],
    [
      "19 digits, one below the range",
      [range("5100000000000000100", "5100000000000001099", "r")],
      "5100000000000000099",
      null,
    ],
    [
      "a card of 16 digits is compared as if zeros followed",
      [range("5100000000000008", "5100000000000008", "r")],
      "5100000000000008",
      "r",
    ],
    ["the low end is in", [range("510001", "510002", "r")], "5100010000000000", "r"],
    ["the high end is in", [range("510001", "510002", "r")], "5100029999999999999", "r"],
    ["beyond the high end", [range("510001", "510002", "r")], "5100030000000000", null],
  ];

  test.each(cases)("%s", (_name, all, number, expected) => {
    expect(indexAccountRanges(all).find(number)?.issuer.issuerName ?? null).toBe(expected);
  });
});

test("a range that names one card is told", () => {
  expect(namesOneCard(padBounds("510000000000000", "510000000000000"))).toBe(false);
  expect(namesOneCard(padBounds("5100000000000008", "5100000000000008"))).toBe(true);
  expect(namesOneCard({ low: "5100000000000000000", high: "5100000000000000999" })).toBe(true);
  expect(namesOneCard({ low: "5100000000000000000", high: "5100000000000001000" })).toBe(false);
  expect(rangeKey(padBounds("51", "52"))).toBe("5100000000000000000-5299999999999999999");
});
