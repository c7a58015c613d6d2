import { describe, expect, test } from "vitest";
import { rulesetInput, type RulesetInput } from "../../../src/domain/ruleset/input.ts";
import { type LintContext, lintRuleset } from "../../../src/domain/ruleset/lint/lint.ts";
import { padBounds } from "../../../src/domain/accountRange.ts";
import { instant } from "../../../src/domain/time.ts";

const HERE = "01M8KBTZMPKCM5YYD5WTK6PANE";
const THERE = "01M8KBTZMPKCM5YYD5WTK6PANF";
const places = new Map([
  [HERE, { name: "Warsaw lounge", country: "POL", service: "LOUNGE" }],
  [THERE, { name: "Berlin fast lane", country: "DEU", service: "FAST_LINE" }],
]);
const ranges = ["1", "2"].map((ica) => ({ ica, ...padBounds("5100", "5299") }));
const context: LintContext = {
  now: instant("2026-11-29T10:00:00Z"),
  others: [],
  places,
  ranges,
  hasRates: true,
};

const body = (change: Partial<RulesetInput>) => rulesetInput.parse({ name: "x", ...change });
const found = (change: Partial<RulesetInput>, others: readonly Partial<RulesetInput>[] = []) =>
  lintRuleset(body(change), {
    ...context,
    others: others.map((one, index) => body({ name: `other ${String(index + 1)}`, ...one })),
  }).map(({ kind, severity, pointer, names }) => [kind, severity, pointer, names.join(", ")]);

const PAID = { paid: 2, fee: { amount: "25.00", currency: "EUR" } };
const SPEND = { amount: "10.00", currency: "EUR", days: 30 };
const never = (pointer: string) => ["TIER_NEVER_REACHED", "WARNING", `/${pointer}`, ""];

describe("what stands out in a ruleset", () => {
  test("whatStandsInTheWayComesFirst, then what has to be read, then what is worth knowing", () => {
    const change = {
      validTo: "2026-11-29T10:00:00Z",
      cardholder: { free: 2, perLocation: 3 },
      spend: { ...SPEND, mccs: ["0001"] },
    };
    const severities = lintRuleset(body(change), { ...context, hasRates: false }).map((one) => one.severity);
    expect(severities).toEqual(["ERROR", "WARNING", "WARNING", "HINT"]);
  });

  test("aPlainRuleHasNothing", () => {
    expect(found({})).toEqual([]);
    expect(found({ cardholder: { free: 3 } })).toEqual([]);
  });

  test.each<[string, Partial<RulesetInput>, unknown[]]>([
    [
      "no free and no paid visits",
      { cardholder: { free: 0, paid: 0 } },
      ["NOBODY_GETS_IN", "ERROR", "/cardholder", ""],
    ],
    [
      "an empty pool and nothing paid",
      { guests: { sharedPool: { free: 0 } } },
      ["NOBODY_GETS_IN", "ERROR", "/guests/sharedPool/free", ""],
    ],
    ["an end that is over", { validTo: "2026-11-29T10:00:00Z" }, ["ENDED_ALREADY", "ERROR", "/validTo", ""]],
    [
      "a count that the pool hides",
      { guests: { sharedPool: { free: 6 }, adults: { free: 1 } } },
      ["POOL_HIDES_FREE", "WARNING", "/guests/adults/free", ""],
    ],
    [
      "a place's limit above all visits",
      { cardholder: { free: 2, perLocation: 3 } },
      ["PER_LOCATION_ABOVE_TOTAL", "WARNING", "/cardholder/perLocation", ""],
    ],
    [
      "a place of another service",
      { criteria: { services: ["LOUNGE"], locations: { locationIds: [HERE, THERE] } } },
      ["PLACE_OF_OTHER_SERVICE", "WARNING", "/criteria/locations/locationIds", "Berlin fast lane"],
    ],
    [
      "a place that is not there",
      { criteria: { locations: { locationIds: ["01M8KBTZMPKCM5YYD5WTK6PANG"] } } },
      ["PLACE_UNKNOWN", "WARNING", "/criteria/locations/locationIds", "01M8KBTZMPKCM5YYD5WTK6PANG"],
    ],
    ["a budget of none", { totalUsage: { max: 0 } }, ["NOBODY_GETS_IN", "ERROR", "/totalUsage/max", ""]],
    [
      "no visit at any place",
      { cardholder: { free: 1, perLocation: 0 } },
      ["NOBODY_GETS_IN", "ERROR", "/cardholder/perLocation", ""],
    ],
    [
      "a fee behind free visits without an end",
      { cardholder: { ...PAID, free: "UNLIMITED" } },
      never("cardholder/paid"),
    ],
    [
      "a fee behind a pool without an end",
      { cardholder: { ...PAID, free: 0 }, guests: { sharedPool: { free: "UNLIMITED" } } },
      never("cardholder/paid"),
    ],
    [
      "a fee behind all that may be had at the only place",
      {
        cardholder: { ...PAID, free: 2, perLocation: 2 },
        criteria: { locations: { locationIds: [HERE] } },
      },
      never("cardholder/paid"),
    ],
    [
      "a guest's fee behind free guests without an end",
      { guests: { adults: { ...PAID, free: "UNLIMITED" } } },
      never("guests/adults/paid"),
    ],
    [
      "guests of whom none may come along",
      { guests: { children: { free: 2, maxPerEntry: 0 } } },
      never("guests/children/maxPerEntry"),
    ],
    [
      "an ICA that nothing was imported of",
      { criteria: { icas: [{ ica: "1" }, { ica: "3" }] } },
      ["RANGE_UNKNOWN", "WARNING", "/criteria/icas/1", "ICA 3"],
    ],
    [
      "account ranges beside the imported ones, and of another ICA",
      {
        criteria: {
          icas: [
            {
              ica: "1",
              accountRanges: [
                { low: "5299", high: "5300" },
                { low: "5300", high: "5300" },
              ],
            },
          ],
        },
      },
      ["RANGE_UNKNOWN", "WARNING", "/criteria/icas/0/accountRanges", "5300–5300"],
    ],
    [
      "an MCC that is in no use",
      { spend: { ...SPEND, mccs: ["5812", "0001", "3999", "4000"] } },
      ["MCC_UNKNOWN", "WARNING", "/spend/mccs", "0001, 4000"],
    ],
    [
      "fees that the acquirer is to charge of cards that nobody verifies",
      { verification: { mode: "NONE", onFailure: "CLOSED", chargesFees: true } },
      ["FEES_NOT_CHARGED", "WARNING", "/verification/chargesFees", ""],
    ],
  ])("isFound: %s", (_name, change, finding) => {
    expect(found(change)).toEqual([finding]);
  });

  test.each<[string, Partial<RulesetInput>]>([
    [
      "a pool lets in though nothing else does",
      { cardholder: { free: 0 }, guests: { sharedPool: { free: 1 } } },
    ],
    ["an end a millisecond ahead", { validTo: "2026-11-29T10:00:00.001Z" }],
    ["a place's limit that is all visits", { cardholder: { free: 2, perLocation: 2 } }],
    ["a place's limit below unlimited", { cardholder: { free: "UNLIMITED", perLocation: 5 } }],
    [
      "a fee behind what is had at one place of two",
      {
        cardholder: { ...PAID, free: 2, perLocation: 2 },
        criteria: { locations: { locationIds: [HERE], countries: ["DEU"] } },
      },
    ],
    ["a fee that comes first", { cardholder: { ...PAID, free: 0 } }],
    [
      "a range that an imported one lies in",
      { criteria: { icas: [{ ica: "2", accountRanges: [{ low: "4000", high: "6000" }] }] } },
    ],
    [
      "fees of cards that are verified",
      { verification: { mode: "ASI", onFailure: "CLOSED", chargesFees: true } },
    ],
    ["any service at a named place", { criteria: { locations: { locationIds: [THERE] } } }],
  ])("isNotFound: %s", (_name, change) => {
    expect(found(change)).toEqual([]);
  });
});

test("aSpendInACurrencyThatNothingIsConvertedToIsFound", () => {
  const asked = body({ spend: SPEND });
  const kinds = (hasRates: boolean) =>
    lintRuleset(asked, { ...context, hasRates }).map(({ kind, names }) => [kind, ...names]);
  expect(kinds(false)).toEqual([["CURRENCY_WITHOUT_RATES", "EUR"]]);
  expect(kinds(true)).toEqual([]);
});

describe("a ruleset beside others", () => {
  const shadow = (names: string) => ["SHADOWED", "WARNING", "/priority", names];
  const overlap = (names: string) => ["OVERLAPS", "HINT", "/priority", names];

  test("oneOfALowerNumberThatIsForAllOfItsCardsStandsBeforeIt", () => {
    const own = { criteria: { productCodes: ["WLE"] } };
    expect(found(own, [{ priority: 50 }])).toEqual([shadow("other 1 (50)")]);
    expect(found(own, [{ priority: 100 }])).toEqual([overlap("other 1 (100)")]);
    expect(found(own, [{ priority: 50, criteria: { productCodes: ["WLE", "MPL"] } }])).toEqual([
      shadow("other 1 (50)"),
    ]);
    expect(found({ criteria: { productCodes: ["WLE", "MCG"] } }, [{ priority: 50, ...own }])).toEqual([
      overlap("other 1 (50)"),
    ]);
  });

  test.each<[string, RulesetInput["criteria"], RulesetInput["criteria"]]>([
    ["products", { productCodes: ["WLE"] }, { productCodes: ["MPL"] }],
    ["issuers' countries", { issuerCountries: ["POL"] }, { issuerCountries: ["DEU"] }],
    ["services", { services: ["LOUNGE"] }, { services: ["FAST_LINE"] }],
    ["ICAs", { icas: [{ ica: "1" }] }, { icas: [{ ica: "2" }] }],
    [
      "account ranges of one ICA",
      { icas: [{ ica: "1", accountRanges: [{ low: "5100", high: "5199" }] }] },
      { icas: [{ ica: "1", accountRanges: [{ low: "5200", high: "5299" }] }] },
    ],
    ["places", { locations: { locationIds: [HERE] } }, { locations: { locationIds: [THERE] } }],
    [
      "a place and another country",
      { locations: { locationIds: [HERE] } },
      { locations: { countries: ["DEU"] } },
    ],
  ])("thoseThatShareNoCardOrPlaceDoNotMeet: %s", (_name, criteria, other) => {
    expect(found({ criteria: criteria ?? null }, [{ priority: 1, criteria: other ?? null }])).toEqual([]);
  });

  test("aPlaceIsInsideOfItsCountry, and a range inside of its ICA", () => {
    const place = { criteria: { locations: { locationIds: [HERE] } } };
    const country = { criteria: { locations: { countries: ["POL"] } } };
    expect(found(place, [{ priority: 1, ...country }])).toEqual([shadow("other 1 (1)")]);
    expect(found(country, [{ priority: 1, ...place }])).toEqual([overlap("other 1 (1)")]);
    const range = { criteria: { icas: [{ ica: "1", accountRanges: [{ low: "5100", high: "5199" }] }] } };
    const whole = { criteria: { icas: [{ ica: "1" }] } };
    expect(found(range, [{ priority: 1, ...whole }])).toEqual([shadow("other 1 (1)")]);
    expect(found(whole, [{ priority: 1, ...range }])).toEqual([overlap("other 1 (1)")]);
  });

  test("thoseWhoseTimesOnlyTouchDoNotMeet", () => {
    const turn = "2027-01-01T00:00:00Z";
    expect(found({ validFrom: turn }, [{ priority: 1, validTo: turn }])).toEqual([]);
    expect(found({ validFrom: turn }, [{ priority: 1, validTo: "2027-01-01T00:00:00.001Z" }])).toEqual([
      overlap("other 1 (1)"),
    ]);
  });
});
