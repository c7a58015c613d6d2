import { convertMinor, fromMinor, type Money, toMinor } from "../../money.ts";
import { DAY, type Instant, iso } from "../../time.ts";
import type { CompiledSpend } from "./compile.ts";
import type { CardTransaction, Rates, SpendFacts } from "./facts.ts";

/** How a card's spend was summed: what the verdict's evidence holds. */
export interface SpendResult {
  readonly met: boolean;
  /** Over the window that ends now, in the condition's currency. */
  readonly sum: Money;
  /** The instant within the grace period at which the requirement was met; null where it is met now, or never was. */
  readonly metAt: string | null;
  readonly from: string;
  readonly to: string;
  readonly watermark: string;
  readonly receivedAt: string | null;
  readonly count: number;
  /** The newest of those in the window, at most {@link LISTED}. */
  readonly transactions: readonly {
    readonly id: string;
    readonly at: string;
    readonly net: Money;
    readonly counted: Money | null;
    readonly rate: string | null;
  }[];
  /** Currency pairs and days for which no rate was known. */
  readonly missingRates: readonly string[];
}

const LISTED = 20;

/** A purchase less what was given back of it, in one currency. */
export interface Net {
  readonly id: string;
  readonly at: Instant;
  readonly mcc: string;
  readonly currency: string;
  readonly minor: bigint;
}

export interface Counted extends Net {
  /** In the condition's currency; null where no rate is known. */
  readonly value: bigint | null;
  readonly rate: string | null;
}

/**
 * Purchases less refunds and reversals over the last `days`, both ends included, each converted at the
 * rate of the purchase's own UTC day. Met also if it was met at some instant of the grace period.
 */
export function evaluateSpend(condition: CompiledSpend, now: Instant, facts: SpendFacts): SpendResult {
  const counted = netOf(facts.transactions, now)
    .filter((one) => one.at <= now && (condition.mccs === null || condition.mccs.has(one.mcc)))
    .map((one) => convert(one, condition.amount.currency, facts.rates))
    .sort(inOrder);
  const from = now - condition.window;
  const within = counted.filter((one) => one.at >= from);
  const sum = within.reduce((total, one) => total + (one.value ?? 0n), 0n);
  const wanted = toMinor(condition.amount);
  const reached = (list: readonly Counted[], total: bigint): boolean =>
    total >= wanted && !list.some((one) => one.value === null && one.minor < 0n);
  const metNow = reached(within, sum);
  const metAt = metNow ? null : metDuringGrace(condition, now, counted, reached);
  return {
    met: metNow || metAt !== null,
    sum: fromMinor(sum, condition.amount.currency),
    metAt: metAt === null ? null : iso(metAt),
    from: iso(Math.max(0, from)),
    to: iso(now),
    watermark: facts.watermark,
    receivedAt: facts.receivedAt === null ? null : iso(facts.receivedAt),
    count: within.length,
    transactions: within
      .slice(-LISTED)
      .reverse()
      .map((one) => ({
        id: one.id,
        at: iso(one.at),
        net: fromMinor(one.minor, one.currency),
        counted: one.value === null ? null : fromMinor(one.value, condition.amount.currency),
        rate: one.rate,
      })),
    missingRates: [
      ...new Set(
        within
          .filter((one) => one.value === null)
          .map((one) => `${one.currency}/${condition.amount.currency} ${iso(one.at).slice(0, 10)}`),
      ),
    ],
  };
}

/** By their time; of one instant always the same way, in whatever order they came. */
function inOrder(a: Net, b: Net): number {
  if (a.at !== b.at) return a.at - b.at;
  if (a.id !== b.id) return a.id < b.id ? -1 : 1;
  return a.currency < b.currency ? -1 : 1;
}

/** Between two changes the sum stands still, so that it is enough to look at each change. */
function metDuringGrace(
  condition: CompiledSpend,
  now: Instant,
  counted: readonly Counted[],
  reached: (list: readonly Counted[], total: bigint) => boolean,
): Instant | null {
  const earliest = now - condition.graceDays * DAY;
  const changes = new Set<Instant>([earliest]);
  for (const { at } of counted) {
    for (const change of [at, at + condition.window + 1]) {
      if (change > earliest && change < now) changes.add(change);
    }
  }
  let entering = 0;
  let leaving = 0;
  let total = 0n;
  let met: Instant | null = null;
  for (const at of [...changes].sort((a, b) => a - b)) {
    for (let one = counted[entering]; one !== undefined && one.at <= at; one = counted[++entering]) {
      total += one.value ?? 0n;
    }
    for (
      let one = counted[leaving];
      one !== undefined && one.at < at - condition.window;
      one = counted[++leaving]
    ) {
      total -= one.value ?? 0n;
    }
    if (reached(counted.slice(leaving, entering), total)) met = at;
  }
  return met;
}

/**
 * The next instant at which a sum that is short may have grown: a transaction's own date, or that of something that takes
 * away leaving the window; null for none.
 */
export function nextSpendChange(
  condition: CompiledSpend,
  now: Instant,
  { transactions }: SpendFacts,
): Instant | null {
  const byId = new Map(transactions.map((one) => [one.id, one]));
  let next = Number.POSITIVE_INFINITY;
  for (const one of transactions) {
    if (one.at > now) next = Math.min(next, one.at);
    if (one.type === "PURCHASE") continue;
    const leaves = rootOf(one, byId).target.at + condition.window + 1;
    if (leaves > now) next = Math.min(next, leaves);
  }
  return next === Number.POSITIVE_INFINITY ? null : next;
}

/**
 * Refunds and reversals taken out of the purchase they name; one that names none stands by itself. What is dated after
 * now does not count yet.
 */
export function netOf(transactions: readonly CardTransaction[], now: Instant): readonly Net[] {
  const byId = new Map(transactions.map((one) => [one.id, one]));
  const nets = new Map<string, Net>();
  const add = (target: CardTransaction, currency: string, minor: bigint): void => {
    // A refund in another currency can't be netted before it is converted: a line of its own, at the purchase.
    const key = `${target.id} ${currency}`;
    const before = nets.get(key);
    nets.set(key, {
      id: target.id,
      at: target.at,
      mcc: target.mcc,
      currency,
      minor: (before?.minor ?? 0n) + minor,
    });
  };
  for (const one of transactions) {
    if (one.at > now) continue;
    const { target, sign } = rootOf(one, byId);
    add(target, one.currency, sign * one.minor);
  }
  return [...nets.values()];
}

/**
 * Follows what a refund or reversal names down to the purchase; a reversal of a refund adds again.
 * One that names itself, by whatever detour, names no purchase: it takes away by itself.
 */
export function rootOf(
  transaction: CardTransaction,
  byId: ReadonlyMap<string, CardTransaction>,
): { readonly target: CardTransaction; readonly sign: bigint } {
  const seen = new Set<string>([transaction.id]);
  let target = transaction;
  let sign = transaction.type === "PURCHASE" ? 1n : -1n;
  while (target.type !== "PURCHASE" && target.refersTo !== null) {
    const named = byId.get(target.refersTo);
    if (named === undefined) break;
    if (seen.has(named.id)) return { target: transaction, sign: -1n };
    seen.add(named.id);
    if (named.type !== "PURCHASE") sign = -sign;
    target = named;
  }
  return { target, sign };
}

/** In the condition's currency, at the rate of the purchase's own UTC day. */
export function convert(one: Net, currency: string, rates: Rates): Counted {
  if (one.currency === currency) return { value: one.minor, rate: null, ...one };
  const found = rates.find(iso(one.at).slice(0, 10), one.currency, currency);
  if (found === null) return { value: null, rate: null, ...one };
  return { value: convertMinor(one.minor, one.currency, currency, found.rate), rate: found.text, ...one };
}
