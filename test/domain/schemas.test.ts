import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { z } from "zod";
import { storedKey } from "../../src/domain/key/events.ts";
import { locationInput } from "../../src/domain/location/input.ts";
import { merchantInput } from "../../src/domain/merchant/input.ts";
import { money } from "../../src/domain/money.ts";
import { rulesetInput, rulesetWarnings, type RulesetInput } from "../../src/domain/ruleset/input.ts";
import { timestamp } from "../../src/domain/timestamp.ts";
import { userInput } from "../../src/domain/user/input.ts";
import { window } from "../../src/domain/window.ts";
import { LOCATION, MERCHANT } from "../support/domain/ids.ts";

/** What comes from outside is refused, never a reason to throw. */

const EVERYTHING: RulesetInput = {
  name: "World Elite lounge",
  description: "",
  priority: 100,
  validFrom: "2027-01-01T00:00:00Z",
  validTo: "2028-01-01T00:00:00+01:00",
  criteria: {
    issuerCountries: ["POL"],
    productCodes: ["WLE"],
    icas: [{ ica: "0001234", accountRanges: [{ low: "5100000000", high: "5100009999" }] }],
    services: ["LOUNGE"],
    locations: { countries: ["POL"], locationIds: [LOCATION] },
    enrolledOnly: false,
    minimumTrust: "KEY",
  },
  totalUsage: { max: 100_000, window: { kind: "CALENDAR", unit: "MONTH", timeZone: "Europe/Warsaw" } },
  cardholder: {
    window: { kind: "ROLLING", days: 30 },
    perLocation: 5,
    free: 3,
    paid: "UNLIMITED",
    fee: { amount: "25.00", currency: "EUR" },
  },
  guests: {
    adults: { free: 2, paid: 4, fee: { amount: "20", currency: "EUR" }, maxPerEntry: 2 },
    children: { free: 2, paid: 0, fee: null, maxPerEntry: 2 },
    freeUnderAge: 3,
    sharedPool: { free: 4 },
  },
  spend: { amount: "100.00", currency: "EUR", days: 30, mccs: ["5941"], graceDays: 5 },
  externalRule: { ruleId: "vip", onFailure: "CLOSED" },
  verification: { mode: "ASI", onFailure: "CLOSED" },
};

const LOCATION_BODY = {
  name: "Lounge",
  countryCode: "POL",
  service: "LOUNGE",
  postalCode: "00-001",
  city: "Warszawa",
  address: null,
  cooldownMinutes: 60,
  merchantId: MERCHANT,
  timeZone: "Europe/Warsaw",
  offlineAllowed: true,
};
const SCOPE = { icas: ["0001234"], merchantIds: [MERCHANT], locationIds: [LOCATION] };
const USER_BODY = { email: "a@example.com", firstName: "A", lastName: "B", role: "ADMIN", scope: SCOPE };

const SCHEMAS: readonly (readonly [string, z.ZodType, unknown])[] = [
  ["ruleset", rulesetInput, EVERYTHING],
  ["location", locationInput, LOCATION_BODY],
  ["merchant", merchantInput, { name: "Merchant" }],
  ["user", userInput, USER_BODY],
  ["key", storedKey, { name: "key", role: "ISSUER", scope: SCOPE }],
  ["money", money, { amount: "12.50", currency: "EUR" }],
  ["time", timestamp, "2027-01-01T00:00:00Z"],
  ["window", window, { kind: "CALENDAR", unit: "MONTH", timeZone: "Europe/Warsaw" }],
];

const odd = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.string(),
  fc.constantFrom(
    "",
    "abc",
    "1e3",
    "-1",
    "0x10",
    "1.",
    "9".repeat(400),
    "2027-13-45T00:00:00Z",
    "Mars/Phobos",
    "__proto__",
  ),
  fc.constantFrom(-1, 0.5, 1e300, Number.MAX_SAFE_INTEGER, null, undefined, [], {}, [[]], true),
);

/** Every way from the top to a value inside. */
function paths(value: unknown): string[][] {
  if (typeof value !== "object" || value === null) return [[]];
  return [[], ...Object.entries(value).flatMap(([key, inner]) => paths(inner).map((rest) => [key, ...rest]))];
}

function replaced(value: unknown, [first, ...rest]: readonly string[], by: unknown): unknown {
  if (first === undefined) return by;
  if (Array.isArray(value))
    return value.map((one: unknown, index) => (String(index) === first ? replaced(one, rest, by) : one));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, key === first ? replaced(inner, rest, by) : inner]),
  );
}

describe.each(SCHEMAS)("%s", (_name, schema, valid) => {
  test("accepts what is right, and what it made of it", () => {
    const once = schema.parse(valid);
    expect(schema.parse(JSON.parse(JSON.stringify(once)))).toEqual(once);
  });

  test("parsingNeverThrows", () => {
    let refused = 0;
    const all = paths(valid);
    fc.assert(
      fc.property(fc.constantFrom(...all), fc.constantFrom(...all), odd, odd, (one, other, first, second) => {
        const broken = replaced(replaced(valid, one, first), other, second);
        const result = schema.safeParse(broken);
        if (!result.success) {
          refused++;
          expect(result.error.issues.length).toBeGreaterThan(0);
        }
      }),
      { numRuns: 3_000 },
    );
    expect(refused).toBeGreaterThan(1_000);
  });
});

describe("a ruleset's body", () => {
  const problemsOf = (change: Partial<RulesetInput>): string[] => {
    const result = rulesetInput.safeParse({ name: "x", ...change });
    return result.success ? [] : result.error.issues.map((issue) => `/${issue.path.join("/")}`);
  };
  const fee = { amount: "1", currency: "EUR" };

  test.each<readonly [string, Partial<RulesetInput>, string[]]>([
    ["only a name", {}, []],
    [
      "validTo not after validFrom",
      { validFrom: "2027-01-01T00:00:00Z", validTo: "2027-01-01T00:00:00Z" },
      ["/validTo"],
    ],
    ["paid without a fee", { cardholder: { paid: 1 } }, ["/cardholder/fee"]],
    ["unlimited paid without a fee", { guests: { adults: { paid: "UNLIMITED" } } }, ["/guests/adults/fee"]],
    [
      "fees in two currencies",
      {
        cardholder: { paid: 1, fee },
        guests: { children: { paid: 1, fee: { amount: "1", currency: "PLN" } } },
      },
      ["/cardholder/fee"],
    ],
    [
      "more digits than the currency has",
      { spend: { amount: "1.5", currency: "JPY", days: 1 } },
      ["/spend/amount"],
    ],
    [
      "a range upside down",
      { criteria: { icas: [{ ica: "1", accountRanges: [{ low: "5200", high: "5100" }] }] } },
      ["/criteria/icas/0/accountRanges/0/high"],
    ],
    [
      "a range that names one card",
      {
        criteria: {
          icas: [{ ica: "1", accountRanges: [{ low: "5100000000000008", high: "5100000000000008" }] }],
        },
      },
      ["/criteria/icas/0/accountRanges/0"],
    ],
    [
      "a zone nobody knows",
      { cardholder: { window: { kind: "CALENDAR", unit: "DAY", timeZone: "Mars/Phobos" } } },
      ["/cardholder/window/timeZone"],
    ],
  ])("%s", (_name, change, problems) => {
    expect(problemsOf(change)).toEqual(problems);
  });

  test.each<readonly [string, Partial<RulesetInput>, string[]]>([
    ["nothing strange", {}, []],
    ["nobody is ever let in", { cardholder: { free: 0 } }, ["/cardholder"]],
    [
      "those who pay are let in",
      { cardholder: { free: 0, paid: 1, fee: { amount: "5.00", currency: "EUR" } } },
      [],
    ],
    ["the pool lets in", { cardholder: { free: 0 }, guests: { sharedPool: { free: 2 } } }, []],
    [
      "children's own free beside a pool",
      { guests: { children: { free: 1 }, sharedPool: { free: 2 } } },
      ["/guests/children/free"],
    ],
    [
      "own free beside a pool",
      { cardholder: { free: 1 }, guests: { adults: { free: 1 }, sharedPool: { free: 2 } } },
      ["/cardholder/free", "/guests/adults/free"],
    ],
  ])("lint: %s", (_name, change, pointers) => {
    expect(rulesetWarnings(rulesetInput.parse({ name: "x", ...change })).map((one) => one.pointer)).toEqual(
      pointers,
    );
  });

  test("empty lists and nulls set no condition, and a body survives storage", () => {
    const stored = rulesetInput.parse(JSON.parse(JSON.stringify(rulesetInput.parse(EVERYTHING))));
    expect(stored).toEqual(rulesetInput.parse(EVERYTHING));
    expect(stored.validTo).toBe("2027-12-31T23:00:00.000Z");
    expect(stored.cardholder?.fee).toEqual({ amount: "25.00", currency: "EUR" });
  });
});
