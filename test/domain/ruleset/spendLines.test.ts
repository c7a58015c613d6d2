import { expect, test } from "vitest";
import { toMinor } from "../../../src/domain/money.ts";
import type { CompiledSpend } from "../../../src/domain/ruleset/evaluate/compile.ts";
import type { SpendFacts } from "../../../src/domain/ruleset/evaluate/facts.ts";
import { evaluateSpend } from "../../../src/domain/ruleset/evaluate/spend.ts";
import { type SpendOutcome, spendLines } from "../../../src/domain/ruleset/evaluate/spendLines.ts";
import { DAY, iso } from "../../../src/domain/time.ts";
import { Random } from "../../support/domain/random.ts";
import { someSpend } from "../../support/domain/world/facts.ts";

const NOW = Date.UTC(2026, 2, 20, 12);

function condition(days: number, mccs: ReadonlySet<string> | null, graceDays = 0): CompiledSpend {
  return { amount: { amount: "100.00", currency: "EUR" }, days, window: days * DAY, mccs, graceDays };
}

test("everyTransactionThatWasReadIsInOneLine, and the counted lines are the sum", () => {
  const seen = new Set<SpendOutcome>();
  for (let seed = 0; seed < 600; seed++) {
    const random = new Random(seed);
    const facts = someSpend(random, NOW, []);
    const some = new Set(facts.transactions.slice(0, 3).map(({ mcc }) => mcc));
    const spend = condition(random.pick([1, 5, 30]), random.pick([null, null, some]), random.pick([0, 3]));
    const lines = spendLines(spend, NOW, facts);
    const parts = lines.flatMap((line) => line.parts.map(({ id }) => id)).sort();
    expect([seed, parts]).toEqual([seed, facts.transactions.map(({ id }) => id).sort()]);
    const counted = lines.reduce(
      (sum, line) => sum + (line.counted === null ? 0n : toMinor(line.counted)),
      0n,
    );
    const { sum, count, transactions } = evaluateSpend(spend, NOW, facts);
    expect([seed, counted]).toEqual([seed, toMinor(sum)]);
    // What the decision itself lists are the newest of these, with the same rates.
    const within = lines.filter(({ outcome }) => outcome === "COUNTED" || outcome === "NO_RATE");
    expect([seed, within.length]).toEqual([seed, count]);
    const listed = new Map(within.map((line) => [`${line.id} ${line.net.currency}`, line]));
    for (const { id, net, counted: value, rate } of transactions) {
      expect(listed.get(`${id} ${net.currency}`)).toMatchObject({ net, counted: value, rate });
    }
    for (const { outcome } of lines) seen.add(outcome);
  }
  expect([...seen].sort()).toEqual(["AFTER_DECISION", "BEFORE_WINDOW", "COUNTED", "NO_RATE", "OTHER_MCC"]);
});

test("eachLineSaysWhyItIsInTheSumOrIsNot", () => {
  const at = (days: number) => NOW - days * DAY;
  const one = { type: "PURCHASE" as const, refersTo: null, currency: "EUR", mcc: "5812" };
  const facts: SpendFacts = {
    transactions: [
      { ...one, id: "dinner", minor: 9_000n, at: at(2) },
      { ...one, id: "back", type: "REFUND", refersTo: "dinner", minor: 2_000n, at: at(1) },
      { ...one, id: "abroad", minor: 1_000n, currency: "USD", at: at(3) },
      { ...one, id: "far", minor: 1_000n, currency: "CZK", at: at(3.5) },
      { ...one, id: "petrol", minor: 5_000n, mcc: "5541", at: at(4) },
      { ...one, id: "long ago", minor: 7_000n, at: at(40) },
      { ...one, id: "tomorrow", minor: 3_000n, at: at(-1) },
    ],
    rates: {
      find: (_, from) =>
        from === "USD" ? { rate: { numerator: 9n, denominator: 10n }, text: "USD/EUR 0.9" } : null,
    },
    watermark: "7",
    receivedAt: null,
  };
  const lines = spendLines(condition(30, new Set(["5812"])), NOW, facts);
  expect(lines.map(({ id, outcome, counted, rate }) => [id, outcome, counted?.amount ?? null, rate])).toEqual(
    [
      ["tomorrow", "AFTER_DECISION", null, null],
      ["dinner", "COUNTED", "70.00", null],
      ["abroad", "COUNTED", "9.00", "USD/EUR 0.9"],
      ["far", "NO_RATE", null, null],
      ["petrol", "OTHER_MCC", null, null],
      ["long ago", "BEFORE_WINDOW", null, null],
    ],
  );
  expect(lines[1]?.parts).toEqual([
    { id: "dinner", type: "PURCHASE", at: iso(at(2)), amount: { amount: "90.00", currency: "EUR" } },
    { id: "back", type: "REFUND", at: iso(at(1)), amount: { amount: "20.00", currency: "EUR" } },
  ]);
});
