import { expect, test } from "vitest";
import { REJECTION_CODES } from "../../../src/domain/codes.ts";
import { toMinor } from "../../../src/domain/money.ts";
import { compileRuleset } from "../../../src/domain/ruleset/evaluate/compile.ts";
import { evaluate, type Verdict } from "../../../src/domain/ruleset/evaluate/evaluate.ts";
import { compilePortfolio } from "../../../src/domain/ruleset/evaluate/portfolio.ts";
import { evaluateSpend } from "../../../src/domain/ruleset/evaluate/spend.ts";
import { DAY, instant } from "../../../src/domain/time.ts";
import { naiveEvaluate, type Outcome } from "../../support/domain/naive/evaluate.ts";
import { naiveSpendMet, naiveSpendReached, naiveSpendSum } from "../../support/domain/naive/spend.ts";
import { Seen } from "../../support/domain/world/seen.ts";
import { FILLER, type World, worldOf } from "../../support/domain/world/world.ts";

/**
 * The evaluator against a second one that was written from the design alone. `WORLDS=n` makes n
 * worlds, `LONG=1` two million, `FIRST=seed` begins at another one.
 */

const FIRST = Number(process.env["FIRST"] ?? 1);
const WORLDS = Number(process.env["WORLDS"] ?? (process.env["LONG"] === "1" ? 2_000_000 : 200_000));

function outcomeOf(verdict: Verdict): Outcome {
  if (verdict.kind === "needs") return { kind: verdict.kind, need: verdict.need };
  const { trace: _trace, matchedRanges: _ranges, ...outcome } = verdict;
  return outcome;
}

/** What the spend condition of each ruleset comes to, by both ways of summing. */
function spendBoth({ published, facts }: World): { readonly ours: unknown; readonly naive: unknown }[] {
  const { spend, now } = facts;
  if (spend === null) return [];
  return published.flatMap((version) => {
    const condition = version.body.spend;
    const compiled = compileRuleset(version).spend;
    if (condition === null || compiled === null) return [];
    const result = evaluateSpend(compiled, now, spend);
    const at = result.metAt === null ? null : instant(result.metAt);
    const ours = { met: result.met, sum: minorOf(result.sum), metAtHolds: true };
    const withinGrace =
      at === null ||
      (now - (condition.graceDays ?? 0) * DAY <= at && naiveSpendReached(condition, at, spend, now));
    const naive = {
      met: naiveSpendMet(condition, now, spend),
      sum: naiveSpendSum(condition, now, spend),
      metAtHolds: withinGrace,
    };
    return [{ ours, naive }];
  });
}

function minorOf({ amount, currency }: { readonly amount: string; readonly currency: string }): bigint {
  return amount.startsWith("-")
    ? -toMinor({ amount: amount.slice(1), currency })
    : toMinor({ amount, currency });
}

function same(a: unknown, b: unknown): boolean {
  const text = (value: unknown): string =>
    JSON.stringify(value, (_key, inner: unknown) =>
      typeof inner === "bigint" ? `${String(inner)}n` : inner,
    );
  return text(a) === text(b);
}

test(`evaluatorAgreesWithTheNaiveOne on ${String(WORLDS)} random worlds`, { timeout: 3_600_000 }, () => {
  const seen = new Seen();
  for (let seed = FIRST; seed < FIRST + WORLDS; seed++) {
    const world = worldOf(seed);
    // Among few rulesets the index is a list; among many it is looked up.
    const crowded = seed % 16 === 0;
    const portfolio = compilePortfolio(crowded ? [...FILLER, ...world.published] : world.published);
    const verdict = evaluate(world.facts, portfolio);
    const ours = outcomeOf(verdict);
    const naive = naiveEvaluate(world.facts, world.published);
    const spends = spendBoth(world);
    const wrongSpend = spends.find((both) => !same(both.ours, both.naive));
    if (!same(ours, naive) || wrongSpend !== undefined) {
      const again = `FIRST=${String(seed)} WORLDS=1 npx vitest run test/domain/ruleset/differential.test.ts`;
      expect(wrongSpend?.ours, `world ${String(seed)}; again with: ${again}`).toEqual(wrongSpend?.naive);
      expect(ours, `world ${String(seed)}; again with: ${again}`).toEqual(naive);
      expect.unreachable(`world ${String(seed)}: the members stand in another order; again with: ${again}`);
    }
    seen.note(world, verdict);
  }
  if (process.env["PRINT"] === "1") console.log(seen.report(WORLDS));
  if (WORLDS < 50_000) return;
  // What does not occur is not compared: 1 in 2,000 worlds is 100 in a default run.
  expect(seen.rarerThan(WORLDS / 2_000)).toEqual([]);
  expect(REJECTION_CODES.filter((code) => seen.of(`REJECTED ${code}`) < WORLDS / 500)).toEqual([]);
  expect(seen.of("GRANTED FREE")).toBeGreaterThan(WORLDS / 20);
  expect(seen.of("GRANTED PAID")).toBeGreaterThan(WORLDS / 50);
});
