import { describe, expect, test } from "vitest";
import { type Attempted, nearMisses } from "../../../src/domain/ruleset/evaluate/nearMisses.ts";
import { compilePortfolio } from "../../../src/domain/ruleset/evaluate/portfolio.ts";
import type { RulesetInput } from "../../../src/domain/ruleset/input.ts";
import { bodyOf } from "../../support/domain/fixtures.ts";

const CARD: Attempted = {
  at: 1_000,
  issuer: { ica: "0001234", country: "POL", productCode: "WLE" },
  location: { id: "01J00000000000000000000001", country: "POL", service: "LOUNGE" },
};

function missed(criteria: RulesetInput["criteria"], attempted: Attempted = CARD) {
  const body = bodyOf({ name: "One", criteria });
  const portfolio = compilePortfolio([{ id: "r", version: 1, body, inForceFrom: 0, inForceTo: 2_000 }]);
  return nearMisses(portfolio, attempted, 10).map(({ criterion, wanted, had }) => [criterion, wanted, had]);
}

const ELSEWHERE = "01J00000000000000000000002";
const RANGES = [{ low: "5555550000", high: "5555559999" }];

describe("why a ruleset in force did not fit", () => {
  const cases: readonly (readonly [string, RulesetInput["criteria"], unknown])[] = [
    ["another ICA", { icas: [{ ica: "0005678" }] }, ["ICA", ["0005678"], "0001234"]],
    ["another country", { issuerCountries: ["DEU", "FRA"] }, ["ISSUER_COUNTRY", ["DEU", "FRA"], "POL"]],
    ["another product", { productCodes: ["MCG"] }, ["PRODUCT", ["MCG"], "WLE"]],
    ["another service", { services: ["FAST_LINE"] }, ["SERVICE", ["FAST_LINE"], "LOUNGE"]],
    ["another place", { locations: { locationIds: [ELSEWHERE] } }, ["LOCATION", [], null]],
    ["a place in another country", { locations: { countries: ["DEU"] } }, ["LOCATION", [], null]],
    [
      "other account ranges",
      { icas: [{ ica: "0001234", accountRanges: RANGES }] },
      ["ACCOUNT_RANGE", [], null],
    ],
    ["the first of several", { productCodes: ["MCG"], services: ["FAST_LINE"] }, ["PRODUCT", ["MCG"], "WLE"]],
  ];
  test.each(cases)("%s", (_case, criteria, expected) => {
    expect(missed(criteria)).toEqual([expected]);
  });

  test("a place fits by its name or by its country", () => {
    expect(
      missed({ locations: { countries: ["POL"], locationIds: [ELSEWHERE] }, productCodes: ["MCG"] }),
    ).toEqual([["PRODUCT", ["MCG"], "WLE"]]);
  });

  test("of a card that no account range holds nothing is known", () => {
    expect(missed({ productCodes: ["MCG"] }, { ...CARD, issuer: null })).toEqual([
      ["PRODUCT", ["MCG"], null],
    ]);
  });

  test("what was not in force, or would have fitted, is not named", () => {
    expect(missed({ productCodes: ["MCG"] }, { ...CARD, at: 2_000 })).toEqual([]);
    expect(missed({ productCodes: ["WLE"] })).toEqual([]);
  });

  test("those that missed least come first, at most so many", () => {
    const version = (id: string, criteria: RulesetInput["criteria"]) => ({
      ...{ id, version: 1, inForceFrom: 0, inForceTo: null },
      body: bodyOf({ name: id, criteria }),
    });
    const portfolio = compilePortfolio([
      version("far", { productCodes: ["MCG"], services: ["FAST_LINE"], issuerCountries: ["DEU"] }),
      version("near", { productCodes: ["MCG"] }),
      version("half", { productCodes: ["MCG"], services: ["FAST_LINE"] }),
    ]);
    const names = (most: number) => nearMisses(portfolio, CARD, most).map(({ ruleset }) => ruleset.name);
    expect(names(10)).toEqual(["near", "half", "far"]);
    expect(names(2)).toEqual(["near", "half"]);
  });
});
