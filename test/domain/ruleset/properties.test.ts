import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { evaluate, type Verdict } from "../../../src/domain/ruleset/evaluate/evaluate.ts";
import { readingPlan } from "../../../src/domain/ruleset/evaluate/plan.ts";
import { compilePortfolio } from "../../../src/domain/ruleset/evaluate/portfolio.ts";
import { traceStep } from "../../../src/domain/ruleset/verdict.ts";
import { DAY } from "../../../src/domain/time.ts";
import { world } from "../../support/domain/arbitraries.ts";
import { portfolioOf, versionOf } from "../../support/domain/fixtures.ts";
import { budgetOf } from "../../support/domain/holds.ts";
import { RULESETS } from "../../support/domain/ids.ts";
import { applyingSpecificity } from "../../support/domain/naive/applies.ts";
import { factsAt } from "../../support/domain/naive/evaluate.ts";
import { type World, worldOf } from "../../support/domain/world/world.ts";

/** Theorems on the evaluator. Random worlds by seed, as in `differential.test.ts`. */

const RUNS = process.env["LONG"] === "1" ? 200_000 : 4_000;

function decide({ facts, published }: World): Verdict {
  return evaluate(facts, compilePortfolio(published));
}

function holds(theorem: (world: World, random: number) => void): void {
  fc.assert(
    fc.property(fc.nat(), fc.nat(), (seed, random) => {
      theorem(worldOf(seed), random);
    }),
    { numRuns: RUNS },
  );
}

test("refusalWithoutMatchingRuleset", () => {
  let refused = 0;
  holds(({ facts, published }) => {
    const { location } = facts;
    if (location === null) return;
    const others = published.filter((version) => applyingSpecificity(version, facts, location) === null);
    refused += others.length;
    expect(decide({ facts, published: others })).toMatchObject({
      kind: "rejected",
      code: "MISSING_ACCESS_RULES",
    });
  });
  expect(refused).toBeGreaterThan(RUNS / 10);
});

test("orderIndependent", () => {
  holds((one, random) => {
    const turned = [...one.published.slice(random % 4), ...one.published.slice(0, random % 4)];
    const shuffled = random % 2 === 0 ? turned : turned.reverse();
    expect(decide({ ...one, published: shuffled })).toEqual(decide(one));
  });
});

test("duplicateIndependent", () => {
  holds((one, random) => {
    const twice = [
      ...one.published,
      ...one.published.filter((_version, index) => (random >> index) % 2 === 0),
    ];
    expect(decide({ ...one, published: twice })).toEqual(decide(one));
  });
});

test("unrelatedRulesetChangesNothing", () => {
  const unrelated = [
    versionOf({ priority: 0, criteria: { icas: [{ ica: "7" }] } }, { id: RULESETS[3] }),
    versionOf({ priority: 0, criteria: { issuerCountries: ["FRA"] } }, { id: RULESETS[3] }),
    versionOf({ priority: 0, criteria: { locations: { countries: ["FRA"] } } }, { id: RULESETS[3] }),
    versionOf({ priority: 0, criteria: { productCodes: ["XXX"] } }, { id: RULESETS[3] }),
    versionOf({ priority: 0, validTo: "2001-01-01T00:00:00Z" }, { id: RULESETS[3] }),
    versionOf({ priority: 0 }, { id: RULESETS[3], inForceTo: 1 }),
  ];
  holds((one, random) => {
    const published = one.published.filter((version) => version.id !== RULESETS[3]);
    const added = unrelated.slice(random % unrelated.length);
    for (const version of added) {
      expect(decide({ ...one, published: [version, ...published] })).toEqual(decide({ ...one, published }));
    }
  });
});

describe("the winner", () => {
  function grantsAlone({
    facts,
    published,
  }: World): { readonly priority: number; readonly cost: string; readonly id: string }[] {
    return published.flatMap((version) => {
      const alone = decide({ facts, published: [version] });
      return alone.kind === "granted"
        ? [{ priority: version.body.priority, cost: alone.cost, id: version.id }]
        : [];
    });
  }

  test("freeBeforePaidAtEqualPriority", () => {
    let compared = 0;
    holds((one) => {
      const verdict = decide(one);
      if (verdict.kind !== "granted" || verdict.cost !== "PAID") return;
      const winner = one.published.find(
        (version) => version.id === verdict.ruleset.id && version.version === verdict.ruleset.version,
      );
      for (const other of grantsAlone(one)) {
        compared++;
        expect(other.cost === "FREE" && other.priority === winner?.body.priority).toBe(false);
      }
    });
    expect(compared).toBeGreaterThan(RUNS / 100);
  });

  test("noRulesetOfALowerPriorityNumberGrantsAlone", () => {
    let compared = 0;
    holds((one) => {
      const verdict = decide(one);
      if (verdict.kind !== "granted") return;
      const winner = one.published.find((version) => version.id === verdict.ruleset.id);
      for (const other of grantsAlone(one)) {
        if (other.id === verdict.ruleset.id) continue;
        compared++;
        expect(other.priority).toBeGreaterThanOrEqual(
          Math.min(
            ...one.published
              .filter((version) => version.id === winner?.id)
              .map((version) => version.body.priority),
          ),
        );
      }
    });
    expect(compared).toBeGreaterThan(RUNS / 100);
  });

  test("whoGrantsAloneGrantsAmongOthersThatRefuse", () => {
    holds((one) => {
      const verdict = decide(one);
      if (verdict.kind === "needs") return;
      const anyGrants = grantsAlone(one).length > 0;
      if (verdict.kind === "granted") expect(anyGrants).toBe(true);
      if (verdict.kind === "rejected" && !verdict.code.startsWith("CARD_A")) expect(anyGrants).toBe(false);
    });
  });
});

test("totalOnAnyFacts", () => {
  const instants = fc.oneof(
    fc.integer({ min: 0, max: Date.UTC(9999, 0, 1) }),
    fc.constantFrom(0, 1, Date.UTC(1999, 11, 31), Date.UTC(2028, 1, 29), Date.UTC(9998, 11, 31)),
  );
  fc.assert(
    fc.property(world, instants, fc.boolean(), fc.boolean(), ({ facts, published }, now, moved, bare) => {
      const portfolio = compilePortfolio(published);
      const at = moved ? now : facts.now;
      const { location, issuer } = facts;
      const plan =
        location === null
          ? { spendSince: null, budgets: [] }
          : readingPlan(portfolio, issuer, { locationId: location.id, country: location.country }, at);
      // Exactly what the plan asks for was read, and nothing more.
      const read = {
        ...facts,
        now: at,
        spend:
          plan.spendSince !== null
            ? (facts.spend ?? {
                transactions: [],
                rates: { find: () => null },
                watermark: "",
                receivedAt: null,
              })
            : null,
        budgets: new Map(
          plan.budgets.map((id) => [id, bare ? budgetOf([]) : (facts.budgets.get(id) ?? budgetOf([]))]),
        ),
        externalAnswers: bare ? new Map() : facts.externalAnswers,
      };
      const verdict = evaluate(read, portfolio);
      if (verdict.kind === "needs") return;
      expect(verdict.trace.length).toBeGreaterThan(0);
      for (const step of verdict.trace)
        expect(traceStep.parse(JSON.parse(JSON.stringify(step)))).toEqual(step);
    }),
    { numRuns: RUNS },
  );
});

test("everyVerdictNamesItsReason", () => {
  holds((one) => {
    const verdict = decide(one);
    if (verdict.kind === "needs") return;
    const failed = verdict.trace.filter((step) => !step.pass);
    if (verdict.kind === "granted") {
      expect(failed.filter((step) => step.rulesetId === verdict.ruleset.id)).toEqual([]);
    } else {
      expect(failed.some((step) => step.rulesetId === (verdict.ruleset?.id ?? null))).toBe(true);
    }
  });
});

test("verdictIsReproducedFromRecordedFacts", () => {
  let ranged = 0;
  holds(({ facts, published }) => {
    const verdict = decide({ facts, published });
    // A replay has no card number: only the criteria ranges in which it was seen.
    const keys = new Set(verdict.matchedRanges);
    ranged += keys.size > 0 ? 1 : 0;
    expect(decide({ facts: { ...facts, cardNumber: { kind: "ranges", keys } }, published })).toEqual(verdict);
  });
  expect(ranged).toBeGreaterThan(RUNS / 50);
});

test("availableIncludesThisVisit", () => {
  holds((one) => {
    const verdict = decide(one);
    if (verdict.kind !== "granted") return;
    const { free, paid, nextFreeAt } = verdict.available;
    expect(verdict.cost === "FREE" ? free : paid).not.toBe(0);
    if (free !== 0) expect(nextFreeAt).toBeNull();
    for (const kind of [verdict.guests.adults, verdict.guests.children]) {
      if (kind.max === "UNLIMITED") expect([kind.free, kind.paid]).toContain("UNLIMITED");
      else expect(Number(kind.free) + Number(kind.paid)).toBe(kind.max);
    }
  });
});

const OF_THE_CARDS_VERIFICATION = new Set([
  "CARD_ASI_FAILED",
  "CARD_AUTH_INSUFFICIENT_FUNDS",
  "CARD_AMOUNT_AUTH_FAILED",
]);

test("grantedFromNextFreeAtAndNotBefore, if nothing else happens", () => {
  let told = 0;
  let never = 0;
  holds(({ facts, published }, random) => {
    const verdict = decide({ facts, published });
    if (verdict.kind !== "rejected" || OF_THE_CARDS_VERIFICATION.has(verdict.code)) return;
    // The acquirer is asked anew at each tap.
    const at = (now: number): string =>
      decide({ facts: { ...factsAt(facts, now), verification: null }, published }).kind;
    if (verdict.nextFreeAt === null) {
      never++;
      expect(at(facts.now + (random % (400 * DAY)))).toBe("rejected");
      return;
    }
    const next = Date.parse(verdict.nextFreeAt);
    told++;
    expect(at(next)).not.toBe("rejected");
    expect(at(next - 1)).toBe("rejected");
    expect(at(facts.now + (random % (next - facts.now)))).toBe("rejected");
  });
  expect(told).toBeGreaterThan(RUNS / 100);
  expect(never).toBeGreaterThan(RUNS / 100);
});

test("anEmptyPortfolioLetsNobodyIn", () => {
  holds(({ facts }) => {
    expect(evaluate(facts, portfolioOf())).toMatchObject({
      kind: "rejected",
      code: facts.location === null ? "UNKNOWN_DEVICE" : "MISSING_ACCESS_RULES",
    });
  });
});
