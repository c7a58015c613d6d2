import { describe, expect, test } from "vitest";
import { compilePortfolio } from "../../../src/domain/ruleset/evaluate/portfolio.ts";
import { readingPlan } from "../../../src/domain/ruleset/evaluate/plan.ts";
import { evaluate } from "../../../src/domain/ruleset/evaluate/evaluate.ts";
import { portfolioOf, versionOf } from "../../support/domain/fixtures.ts";
import { ISSUER, LOCATION, LOCATIONS, RULESETS } from "../../support/domain/ids.ts";
import { FILLER, type World, worldOf } from "../../support/domain/world/world.ts";
import type { RulesetVersion } from "../../../src/domain/ruleset/stream.ts";

/** The index, few rulesets and many, against looking at every ruleset. */

const WORLDS = 4_000;

const SIZES = [
  ["few", []],
  ["many", FILLER],
] as const;

function fits({ body }: RulesetVersion, { facts }: World): boolean {
  const { issuer, location } = facts;
  const { criteria } = body;
  const among = (list: readonly string[] | null | undefined, value: string | undefined): boolean =>
    list == null || list.length === 0 || (value !== undefined && list.includes(value));
  const icas = criteria?.icas ?? [];
  const byIssuer =
    icas.length > 0
      ? icas.some(({ ica }) => ica === issuer?.ica)
      : among(criteria?.issuerCountries, issuer?.country);
  const ids = criteria?.locations?.locationIds ?? [];
  const countries = criteria?.locations?.countries ?? [];
  const byPlace =
    ids.length + countries.length === 0 ||
    ids.includes(location?.id ?? "") ||
    countries.includes(location?.country ?? "");
  return byIssuer && byPlace && among(criteria?.productCodes, issuer?.productCode);
}

describe.each(SIZES)("%s rulesets", (_name, filler) => {
  test("candidatesAreThoseThatFitEachOnce", () => {
    let found = 0;
    let named = 0;
    for (let seed = 0; seed < WORLDS; seed++) {
      const world = worldOf(seed);
      const { issuer, location } = world.facts;
      if (location === null) continue;
      const portfolio = compilePortfolio([...filler, ...world.published]);
      const candidates = portfolio.candidates(issuer, { locationId: location.id, country: location.country });
      const key = (one: { readonly id: string; readonly version: number }): string =>
        `${one.id} ${String(one.version)}`;
      const expected = world.published.filter((version) => fits(version, world));
      expect(candidates.map(({ ruleset }) => key(ruleset)).sort(), `world ${String(seed)}`).toEqual(
        expected.map(key).sort(),
      );
      found += candidates.length;
      named += candidates.filter(
        ({ locationIds, locationCountries }) =>
          locationIds?.has(location.id) === true && locationCountries?.has(location.country) === true,
      ).length;
    }
    expect(found).toBeGreaterThan(WORLDS / 2);
    expect(named).toBeGreaterThan(10);
  });

  test("theTraceLooksAtEachConditionOfARulesetOnce", () => {
    for (let seed = 0; seed < WORLDS; seed++) {
      const { published, facts } = worldOf(seed);
      const verdict = evaluate(facts, compilePortfolio([...filler, ...published]));
      if (verdict.kind === "needs") continue;
      const looked = verdict.trace.map((step) => `${step.condition} ${String(step.rulesetId)}`);
      expect(new Set(looked).size, `world ${String(seed)}`).toBe(looked.length);
    }
  });

  test("theSmallerPortfolioDecidesAsTheLarger", () => {
    for (let seed = 0; seed < WORLDS; seed++) {
      const { published, facts } = worldOf(seed);
      expect(evaluate(facts, compilePortfolio([...filler, ...published]))).toEqual(
        evaluate(facts, compilePortfolio(published)),
      );
    }
  });
});

describe("what has to be read before a decision", () => {
  const place = { locationId: LOCATION, country: "POL" };
  const now = Date.UTC(2027, 2, 10);
  // Two days of its window, before three of grace.
  const SINCE = Date.UTC(2027, 2, 5);
  const spend = versionOf({ spend: { amount: "1", currency: "EUR", days: 2, graceDays: 3 } });
  const budget = versionOf({ totalUsage: { max: 1 } }, { id: RULESETS[1] });
  const elsewhere = versionOf(
    { totalUsage: { max: 1 }, criteria: { locations: { locationIds: [LOCATIONS[1]] } } },
    { id: RULESETS[2] },
  );
  const over = versionOf(
    {
      totalUsage: { max: 1 },
      spend: { amount: "1", currency: "EUR", days: 1 },
      validTo: "2027-01-01T00:00:00Z",
    },
    { id: RULESETS[3] },
  );

  test.each([
    ["nothing", [versionOf()], { spendSince: null, budgets: [] }],
    ["spend", [spend], { spendSince: SINCE, budgets: [] }],
    ["a budget", [budget], { spendSince: null, budgets: [RULESETS[1]] }],
    ["not of what holds elsewhere, or no longer", [elsewhere, over], { spendSince: null, budgets: [] }],
    ["both", [spend, budget, elsewhere, over], { spendSince: SINCE, budgets: [RULESETS[1]] }],
  ])("%s", (_name, versions, plan) => {
    expect(readingPlan(portfolioOf(...versions), ISSUER, place, now)).toEqual(plan);
  });
});

test("a version is found by its id and by the time it is in force", () => {
  const first = versionOf({}, { inForceTo: 100 });
  const second = versionOf({}, { version: 2, inForceFrom: 100 });
  const portfolio = portfolioOf(second, first, first);
  expect(portfolio.size).toBe(1);
  expect(portfolio.byId.get(first.id)?.map((one) => one.version)).toEqual([2, 1]);
  expect([99, 100].map((now) => portfolio.inForce(first.id, now)?.version)).toEqual([1, 2]);
  expect(portfolio.inForce(RULESETS[3], 100)).toBeNull();
});
