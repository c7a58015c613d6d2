import { describe, expect, test } from "vitest";
import { rulesetInput, type RulesetInput } from "../../../src/domain/ruleset/input.ts";
import { type LintContext, lintRuleset } from "../../../src/domain/ruleset/lint/lint.ts";
import { instant } from "../../../src/domain/time.ts";

const HERE = "01M8KBTZMPKCM5YYD5WTK6PANE";
const THERE = "01M8KBTZMPKCM5YYD5WTK6PANF";
const places = new Map([
  [HERE, { name: "Warsaw lounge", country: "POL", service: "LOUNGE" }],
  [THERE, { name: "Berlin fast lane", country: "DEU", service: "FAST_LINE" }],
]);
const context: LintContext = { now: instant("2026-11-29T10:00:00Z"), others: [], places };

const body = (change: Partial<RulesetInput>) => rulesetInput.parse({ name: "x", ...change });
const found = (change: Partial<RulesetInput>, others: readonly Partial<RulesetInput>[] = []) =>
  lintRuleset(body(change), {
    ...context,
    others: others.map((one, index) => body({ name: `other ${String(index + 1)}`, ...one })),
  }).map(({ kind, severity, pointer, names }) => [kind, severity, pointer, names.join(", ")]);

describe("what stands out in a ruleset", () => {
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
    ["any service at a named place", { criteria: { locations: { locationIds: [THERE] } } }],
  ])("isNotFound: %s", (_name, change) => {
    expect(found(change)).toEqual([]);
  });
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
