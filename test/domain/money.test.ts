import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { asCount, asNumber, count } from "../../src/domain/count.ts";
import { MINOR_DIGITS } from "../../src/domain/currencies.ts";
import {
  convertMinor,
  fromMinor,
  inverse,
  minorDigits,
  money,
  ratio,
  timesMinor,
  toMinor,
} from "../../src/domain/money.ts";
import { isPan, maskPan, passesLuhn } from "../../src/domain/pan.ts";
import { timestamp } from "../../src/domain/timestamp.ts";

const currency = fc.constantFrom(...MINOR_DIGITS.keys());
const minor = fc.bigInt({ min: 0n, max: 10n ** 15n });
/** As large as can be typed in any currency: twelve digits before the point. */
const typed = fc.bigInt({ min: 0n, max: 10n ** 12n - 1n });
const rate = fc
  .tuple(fc.nat(10_000), fc.nat(999_999))
  .map(([whole, part]) => ratio(`${String(whole)}.${String(part + 1).padStart(7, "0")}`));

describe("moneyNeverGainsOrLosesAMinorUnit", () => {
  test("between minor units and text", () => {
    fc.assert(
      fc.property(typed, currency, (amount, code) => {
        const text = fromMinor(amount, code);
        expect(toMinor(text)).toBe(amount);
        expect(money.parse(text)).toEqual(text);
        expect((text.amount.split(".")[1] ?? "").length).toBe(minorDigits(code));
      }),
    );
  });

  test("when an amount and its negation are converted", () => {
    fc.assert(
      fc.property(minor, currency, currency, rate, (amount, from, to, at) => {
        expect(convertMinor(-amount, from, to, at) + convertMinor(amount, from, to, at)).toBe(0n);
      }),
    );
  });

  test("beyond half of one when converted", () => {
    fc.assert(
      fc.property(minor, currency, currency, rate, (amount, from, to, at) => {
        const converted = convertMinor(amount, from, to, at);
        const exact = amount * at.numerator * 10n ** BigInt(minorDigits(to));
        const unit = at.denominator * 10n ** BigInt(minorDigits(from));
        const off = converted * unit - exact;
        expect(2n * (off < 0n ? -off : off)).toBeLessThanOrEqual(unit);
      }),
    );
  });

  test("when converted by one, or by a rate and its inverse where nothing is rounded", () => {
    fc.assert(
      fc.property(minor, currency, rate, (amount, code, at) => {
        expect(convertMinor(amount, code, code, ratio("1"))).toBe(amount);
        const there = amount * at.denominator;
        expect(convertMinor(convertMinor(there, code, code, at), code, code, inverse(at))).toBe(there);
      }),
    );
  });

  test("when a fee is taken for heads one by one or at once", () => {
    fc.assert(
      fc.property(minor, currency, fc.nat(50), fc.nat(50), (amount, code, a, b) => {
        const fee = fromMinor(amount, code);
        expect(timesMinor(fee, a) + timesMinor(fee, b)).toBe(timesMinor(fee, a + b));
        expect(timesMinor(null, a)).toBe(0n);
      }),
    );
  });
});

test.each([
  ["half up", 5n, "EUR", "EUR", "0.1", 1n],
  ["below half", 4n, "EUR", "EUR", "0.1", 0n],
  ["half away from zero", -5n, "EUR", "EUR", "0.1", -1n],
  ["to fewer digits", 1_050n, "EUR", "JPY", "160", 1_680n],
  ["to more digits", 100n, "JPY", "KWD", "0.002", 200n],
])("conversion: %s", (_name, amount, from, to, at, expected) => {
  expect(convertMinor(amount, from, to, ratio(at))).toBe(expected);
});

test.each([
  ["12.5", "EUR", "12.50"],
  ["12", "EUR", "12.00"],
  ["0", "JPY", "0"],
  ["1.234", "KWD", "1.234"],
  ["007", "EUR", "7.00"],
])("money %s %s is written %s", (amount, code, written) => {
  expect(money.parse({ amount, currency: code })).toEqual({ amount: written, currency: code });
});

test.each([
  { amount: "12.505", currency: "EUR" },
  { amount: "1.5", currency: "JPY" },
  { amount: "-1", currency: "EUR" },
  { amount: "1e3", currency: "EUR" },
  { amount: "", currency: "EUR" },
  { amount: "1.", currency: "EUR" },
  { amount: 1, currency: "EUR" },
  { amount: "1", currency: "XXX" },
  { amount: "1", currency: "EUR", more: true },
])("not money: %o", (value) => {
  expect(money.safeParse(value).success).toBe(false);
});

test("countsGoThereAndBack", () => {
  fc.assert(
    fc.property(fc.oneof(fc.nat(1_000_000), fc.constant("UNLIMITED" as const)), (value) => {
      expect(asCount(asNumber(count.parse(value)))).toBe(value);
    }),
  );
  expect([asCount(-3), asNumber(null)]).toEqual([0, 0]);
});

test("luhnCatchesEveryWrongDigit", () => {
  const digits = fc.array(fc.nat(9), { minLength: 11, maxLength: 18 }).map((list) => list.join(""));
  fc.assert(
    fc.property(digits, fc.nat(), fc.integer({ min: 1, max: 9 }), (head, where, by) => {
      const check =
        ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"].find((digit) => passesLuhn(head + digit)) ?? "";
      const pan = head + check;
      expect(isPan(pan)).toBe(true);
      const at = where % pan.length;
      const wrong = pan.slice(0, at) + String((Number(pan[at]) + by) % 10) + pan.slice(at + 1);
      expect(isPan(wrong)).toBe(false);
      expect(maskPan(pan)).toHaveLength(pan.length);
      expect(maskPan(pan).slice(6, -4)).toMatch(/^\**$/);
    }),
  );
  expect(["4111111111111111", "411111111111111", "4111 1111 1111 1111", ""].map(isPan)).toEqual([
    true,
    false,
    false,
    false,
  ]);
});

test.each([
  ["2027-03-10T12:00:00Z", "2027-03-10T12:00:00.000Z"],
  ["2027-03-10T13:00:00.5+01:00", "2027-03-10T12:00:00.500Z"],
])("a time %s is %s", (given, utc) => {
  expect(timestamp.parse(given)).toBe(utc);
});

test.each(["2027-03-10", "2027-03-10T12:00:00", "2027-02-29T12:00:00Z", "1969-12-31T23:59:59Z", "now"])(
  "not a time with a zone: %s",
  (given) => {
    expect(timestamp.safeParse(given).success).toBe(false);
  },
);

test.each([
  "CLF",
  "UYW",
  "UYI",
  "BOV",
  "CHE",
  "CHW",
  "COU",
  "MXV",
  "USN",
  "XAU",
  "XDR",
  "XTS",
  "XXX",
  "EURO",
  "eur",
])("%s is no currency that anybody pays with, and is told so", (code) => {
  const refused = money.safeParse({ amount: "1", currency: code });
  expect(refused.error?.issues.map(({ message }) => message)).toContainEqual(
    expect.stringContaining("units of account (fund codes such as CLF)"),
  );
});
