import { fromMinor, type Money } from "../../money.ts";
import { type Instant, iso } from "../../time.ts";
import type { CompiledSpend } from "./compile.ts";
import type { CardTransaction, SpendFacts } from "./facts.ts";
import { convert, type Net, netOf, rootOf } from "./spend.ts";

/**
 * Why a purchase with what was given back of it is in the sum, or is not. `COUNTED`: it is; `OTHER_MCC`: its category is not
 * asked for; `BEFORE_WINDOW`: it is dated before the window (it may have counted in the time of grace); `AFTER_DECISION`: it
 * is dated after the decision; `NO_RATE`: no rate of its day is known.
 */
export const SPEND_OUTCOMES = ["COUNTED", "OTHER_MCC", "BEFORE_WINDOW", "AFTER_DECISION", "NO_RATE"] as const;
export type SpendOutcome = (typeof SPEND_OUTCOMES)[number];

/** Transactions that stand for one amount: a purchase, and what was given back of it in the same currency. */
export interface SpendLine {
  readonly id: string;
  readonly at: string;
  readonly mcc: string;
  readonly outcome: SpendOutcome;
  readonly net: Money;
  /** In the condition's currency; null where it is not converted. */
  readonly counted: Money | null;
  readonly rate: string | null;
  /** What the net is made of, in the order of its dates: the purchase itself, refunds, reversals. */
  readonly parts: readonly {
    readonly id: string;
    readonly type: CardTransaction["type"];
    readonly at: string;
    readonly amount: Money;
  }[];
}

/**
 * Every transaction that was read for a decision, in exactly one line, the newest first; the counted of all lines sum up to
 * {@link evaluateSpend}'s sum.
 */
export function spendLines(condition: CompiledSpend, now: Instant, facts: SpendFacts): readonly SpendLine[] {
  const { transactions } = facts;
  const byId = new Map(transactions.map((one) => [one.id, one]));
  const parts = new Map<string, CardTransaction[]>();
  for (const one of transactions) {
    if (one.at > now) continue;
    const key = keyOf(rootOf(one, byId).target.id, one.currency);
    parts.set(key, [...(parts.get(key) ?? []), one]);
  }
  const lines = netOf(transactions, now).map((net) =>
    lineOf(condition, now, facts, net, parts.get(keyOf(net.id, net.currency)) ?? []),
  );
  // Of these nothing is netted yet: each stands for itself.
  const later = transactions.filter((one) => one.at > now).map((one) => laterLine(one));
  return [...lines, ...later].sort(newestFirst);
}

const keyOf = (id: string, currency: string): string => `${id} ${currency}`;

function lineOf(
  condition: CompiledSpend,
  now: Instant,
  { rates }: SpendFacts,
  net: Net,
  parts: readonly CardTransaction[],
): SpendLine {
  const { currency } = condition.amount;
  const { value, rate } = convert(net, currency, rates);
  const outcome = outcomeOf(condition, now, net, value !== null);
  return {
    ...{ id: net.id, at: iso(net.at), mcc: net.mcc, outcome, rate, net: fromMinor(net.minor, net.currency) },
    counted: outcome === "COUNTED" && value !== null ? fromMinor(value, currency) : null,
    parts: parts.toSorted((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1)).map(partOf),
  };
}

function outcomeOf(condition: CompiledSpend, now: Instant, net: Net, isConverted: boolean): SpendOutcome {
  if (net.at > now) return "AFTER_DECISION";
  if (condition.mccs !== null && !condition.mccs.has(net.mcc)) return "OTHER_MCC";
  if (net.at < now - condition.window) return "BEFORE_WINDOW";
  return isConverted ? "COUNTED" : "NO_RATE";
}

function laterLine(one: CardTransaction): SpendLine {
  const net = partOf(one).amount;
  return {
    ...{ id: one.id, at: iso(one.at), mcc: one.mcc, outcome: "AFTER_DECISION", net },
    ...{ counted: null, rate: null, parts: [partOf(one)] },
  };
}

function partOf({ id, type, at, minor, currency }: CardTransaction): SpendLine["parts"][number] {
  return { id, type, at: iso(at), amount: fromMinor(minor, currency) };
}

function newestFirst(a: SpendLine, b: SpendLine): number {
  if (a.at !== b.at) return a.at > b.at ? -1 : 1;
  return keyOf(a.id, a.net.currency) < keyOf(b.id, b.net.currency) ? -1 : 1;
}
