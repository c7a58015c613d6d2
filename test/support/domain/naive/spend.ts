import type { CardTransaction, SpendFacts } from "../../../../src/domain/ruleset/evaluate/facts.ts";
import type { SpendCondition } from "../../../../src/domain/ruleset/events.ts";
import { DAY, type Instant } from "../../../../src/domain/time.ts";
import { MINOR_DIGITS } from "../../../../src/domain/currencies.ts";

/** Spend, summed afresh for every instant that could make a difference. */

interface Line {
  readonly at: Instant;
  readonly mcc: string;
  readonly currency: string;
  minor: bigint;
}

export function naiveSpendSum(condition: SpendCondition, at: Instant, facts: SpendFacts): bigint {
  return sumOf(valuesAt(condition, at, facts, at));
}

function sumOf(values: readonly { readonly value: bigint | null }[]): bigint {
  return values.reduce<bigint>((total, one) => total + (one.value ?? 0n), 0n);
}

/** By what is known `now`. A refund that can't be converted makes the sum unknown, and unknown is not enough. */
export function naiveSpendReached(
  condition: SpendCondition,
  at: Instant,
  facts: SpendFacts,
  now: Instant,
): boolean {
  const values = valuesAt(condition, at, facts, now);
  if (values.some((one) => one.value === null && one.minor < 0n)) return false;
  return sumOf(values) >= minorOf(condition.amount, condition.currency);
}

export function naiveSpendMet(condition: SpendCondition, now: Instant, facts: SpendFacts): boolean {
  const earliest = now - (condition.graceDays ?? 0) * DAY;
  const candidates = new Set<Instant>([now, earliest]);
  for (const one of facts.transactions) {
    for (const off of [-1, 0, 1]) {
      candidates.add(one.at + off);
      candidates.add(one.at + condition.days * DAY + off);
    }
  }
  return [...candidates].some(
    (at) => earliest <= at && at <= now && naiveSpendReached(condition, at, facts, now),
  );
}

function valuesAt(
  condition: SpendCondition,
  at: Instant,
  facts: SpendFacts,
  now: Instant,
): { value: bigint | null; minor: bigint }[] {
  const { mccs } = condition;
  return linesOf(facts.transactions, now)
    .filter((line) => at - condition.days * DAY <= line.at && line.at <= at)
    .filter((line) => mccs === null || mccs.length === 0 || mccs.includes(line.mcc))
    .map((line) => ({ value: valueOf(line, condition.currency, facts), minor: line.minor }));
}

/** What is left of each purchase, per currency; and what names no purchase, by itself. */
function linesOf(transactions: readonly CardTransaction[], now: Instant): Line[] {
  const lines = new Map<string, Line>();
  for (const one of transactions) {
    // What is dated later has not happened.
    if (one.at > now) continue;
    const chain = chainOf(one, transactions);
    const root = chain.at(-1) ?? one;
    // A refund takes away; the reversal of a refund gives back; and so on.
    const takesAway = chain.filter((link) => link.type !== "PURCHASE").length % 2 === 1;
    const key = JSON.stringify([root.id, one.currency]);
    const line = lines.get(key) ?? { at: root.at, mcc: root.mcc, currency: one.currency, minor: 0n };
    line.minor += takesAway ? -one.minor : one.minor;
    lines.set(key, line);
  }
  return [...lines.values()];
}

/** The transaction, what it names, what that names, ... A circle names nothing: the transaction stands alone. */
function chainOf(one: CardTransaction, all: readonly CardTransaction[]): CardTransaction[] {
  const chain = [one];
  let last = one;
  while (last.type !== "PURCHASE" && last.refersTo !== null) {
    const named = all.find((other) => other.id === last.refersTo);
    if (named === undefined) break;
    if (chain.includes(named)) return [one];
    chain.push(named);
    last = named;
  }
  return chain;
}

function valueOf(line: Line, currency: string, facts: SpendFacts): bigint | null {
  if (line.currency === currency) return line.minor;
  const day = new Date(line.at).toISOString().slice(0, 10);
  const found = facts.rates.find(day, line.currency, currency);
  if (found === null) return null;
  const [whole = "0", fraction = ""] = found.text.split(".");
  const numerator = BigInt(whole + fraction) * 10n ** BigInt(digitsOf(currency));
  const denominator = 10n ** BigInt(fraction.length + digitsOf(line.currency));
  const size = line.minor < 0n ? -line.minor : line.minor;
  const rounded = (2n * size * numerator + denominator) / (2n * denominator);
  return line.minor < 0n ? -rounded : rounded;
}

function minorOf(amount: string, currency: string): bigint {
  const [whole = "0", fraction = ""] = amount.split(".");
  return (
    BigInt(whole) * 10n ** BigInt(digitsOf(currency)) + BigInt(`0${fraction.padEnd(digitsOf(currency), "0")}`)
  );
}

function digitsOf(currency: string): number {
  return MINOR_DIGITS.get(currency) ?? 0;
}
