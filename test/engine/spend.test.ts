import type pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createPool } from "../../src/database/pool.ts";
import type { CompiledSpend } from "../../src/domain/ruleset/evaluate/compile.ts";
import type { CardTransaction, SpendFacts } from "../../src/domain/ruleset/evaluate/facts.ts";
import { evaluateSpend, nextSpendChange } from "../../src/domain/ruleset/evaluate/spend.ts";
import { fromMinor } from "../../src/domain/money.ts";
import { DAY, HOUR, type Instant, iso } from "../../src/domain/time.ts";
import { readSpend, readSpendAgain } from "../../src/engine/referenceData/spend.ts";
import { type Incoming, storeTransactions } from "../../src/engine/referenceData/transactions.ts";
import { Slices } from "../../src/engine/slices.ts";
import { Random } from "../support/domain/random.ts";
import { someSpend } from "../support/domain/world/facts.ts";
import { createMigratedDatabase, type TestDatabase } from "../support/postgres.ts";

/** What a decision reads of a card's transactions: no more than matters, and exactly what its watermark says. */

const NOW = Date.UTC(2026, 2, 20, 12);

let database: TestDatabase;
let pool: pg.Pool;
beforeAll(async () => {
  database = await createMigratedDatabase();
  pool = createPool(database.url);
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

const store = async (items: readonly Incoming[]) =>
  await storeTransactions({ pool }, items, new Slices(), false);

function incoming(cardId: string, prefix: string, one: CardTransaction): Incoming {
  const { id, type, refersTo, minor, currency, mcc, at } = one;
  return {
    ...{ transactionId: prefix + id, cardId, type, mcc, postedAt: null, transactionAt: iso(at) },
    refersTo: refersTo === null ? null : prefix + refersTo,
    amount: fromMinor(minor, currency),
  };
}

const condition = (days: number, graceDays: number): CompiledSpend => ({
  ...{ amount: { amount: "100.00", currency: "EUR" }, days, window: days * DAY, mccs: null, graceDays },
});

type Seen = ReturnType<typeof seen>;

/** What a decision makes of it. */
function seen(spend: CompiledSpend, now: Instant, facts: SpendFacts, prefix = "") {
  const { met, sum, metAt, count, transactions, missingRates } = evaluateSpend(spend, now, facts);
  const named = transactions.map((one) => ({ ...one, id: one.id.slice(prefix.length) }));
  return {
    met,
    sum,
    metAt,
    count,
    transactions: named,
    missingRates,
    next: nextSpendChange(spend, now, facts),
  };
}

test("whatLiesOutsideTheWindowIsNotReadAndIsNotMissed: the same is decided as on everything", async () => {
  let read = 0;
  let all = 0;
  for (let seed = 0; seed < 400; seed++) {
    const random = new Random(seed);
    const spend = condition(random.pick([1, 5, 30]), random.pick([0, 0, 3]));
    const facts = someSpend(random, NOW, []);
    const cardId = `WINDOW-${String(seed)}`;
    const prefix = `w${String(seed)}-`;
    await store(facts.transactions.map((one) => incoming(cardId, prefix, one)));
    const since = NOW - spend.window - spend.graceDays * DAY;
    const own = await readSpend(pool, [cardId], since, () => Promise.resolve(facts.rates));
    expect([seed, seen(spend, NOW, own, prefix)]).toEqual([seed, seen(spend, NOW, facts)]);
    read += own.transactions.length;
    all += facts.transactions.length;
  }
  // Else it would be everything that was read.
  expect(read / all).toBeLessThan(0.9);
  expect(read).toBeGreaterThan(100);
});

test("theWatermarkNamesWhatWasRead, also while others store transactions of the same card", async () => {
  const cardId = "MARKED";
  const reads: { readonly watermark: string; readonly ids: readonly string[] }[] = [];
  const writing = { now: true };
  const writer = async (name: number): Promise<void> => {
    for (let part = 0; part < 25; part++) {
      const items = Array.from({ length: 4 }, (_, index): Incoming => {
        const id = `m-${String(name)}-${String(part)}-${String(index)}`;
        const of = index === 3 ? "OTHER" : cardId;
        const one = {
          id,
          type: "PURCHASE" as const,
          refersTo: null,
          minor: 100n,
          currency: "EUR",
          mcc: "5411",
        };
        return incoming(of, "", { ...one, at: NOW - name * HOUR });
      });
      await store(items);
    }
  };
  const reader = async (): Promise<void> => {
    while (writing.now) {
      const { watermark, transactions } = await readSpend(pool, [cardId], NOW - DAY, noRates);
      reads.push({ watermark, ids: transactions.map(({ id }) => id).sort() });
    }
  };
  const readers = [reader(), reader()];
  await Promise.all(Array.from({ length: 6 }, async (_, name) => await writer(name)));
  writing.now = false;
  await Promise.all(readers);
  expect(new Set(reads.map(({ watermark }) => watermark)).size).toBeGreaterThan(5);
  for (const { watermark, ids } of reads) {
    const { rows } = await pool.query<{ id: string }>(
      "select transaction_id as id from transactions where card_id = $1 and seq <= $2",
      [cardId, watermark],
    );
    expect(rows.map(({ id }) => id).sort()).toEqual(ids);
    const again = await readSpendAgain(pool, { cardId, watermark }, NOW - DAY, noRates);
    expect(again.transactions.map(({ id }) => id).sort()).toEqual(ids);
    expect(again.watermark).toBe(watermark);
  }
});

test("ofCardsThatAreOneAccountTheWatermarkNamesEach", async () => {
  const cards = ["JOINED-A", "JOINED-B", "JOINED-C"];
  const one = { type: "PURCHASE" as const, refersTo: null, minor: 100n, currency: "EUR", mcc: "5411" };
  const purchase = (cardId: string, id: string) => incoming(cardId, "", { ...one, id, at: NOW - HOUR });
  await store([purchase("JOINED-A", "j-1"), purchase("JOINED-B", "j-2")]);
  const { rates: _, ...before } = await readSpend(pool, cards, NOW - DAY, noRates);
  await store(cards.map((cardId) => purchase(cardId, `later-${cardId}`)));
  const { watermark } = before;
  const again = await readSpendAgain(pool, { cardId: "JOINED-A", watermark }, NOW - DAY, noRates);
  expect(again).toMatchObject(before);
  expect(again.transactions).toHaveLength(2);
});

const noRates = () => Promise.resolve({ find: () => null });

describe("aMonthOfTransactions", () => {
  test("shuffled, doubled and late, in 20 orders, is the same spend at every instant", async () => {
    const random = new Random(7);
    const begin = NOW - 30 * DAY;
    const month: CardTransaction[] = [];
    for (let index = 0; index < 120; index++) {
      const isPurchase = index < 10 || random.chance(0.7);
      const named = random.pick([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
      month.push({
        id: `t${String(index)}`,
        type: isPurchase ? "PURCHASE" : random.chance(0.8) ? "REFUND" : "REVERSAL",
        refersTo: isPurchase ? null : `t${String(random.chance(0.5) ? named : random.upTo(index - 1))}`,
        minor: BigInt(random.between(50, 9_000)),
        currency: random.pick(["EUR", "USD", "PLN"]),
        mcc: random.pick(["5411", "5941"]),
        at: begin + random.upTo(30 * 24) * HOUR,
      });
    }
    const rates = {
      find: (_day: string, from: string) => ({
        rate: { numerator: from === "USD" ? 9n : 23n, denominator: from === "USD" ? 10n : 100n },
        text: from,
      }),
    };
    const spend = condition(7, 2);
    const instants = Array.from({ length: 31 * 4 }, (_, index) => begin + index * 6 * HOUR);
    const orders: (readonly Seen[])[] = [];
    for (let order = 0; order < 20; order++) {
      const prefix = `o${String(order)}-`;
      const cardId = `ORDER-${String(order)}`;
      const brought = month.flatMap((one) => (random.chance(0.3) ? [one, one] : [one]));
      if (order > 0) brought.sort(() => random.next() - 0.5);
      for (let from = 0; from < brought.length; ) {
        const part = brought.slice(from, from + random.between(1, 40));
        await store(part.map((one) => incoming(cardId, prefix, one)));
        from += part.length;
      }
      const found: Seen[] = [];
      for (const now of instants) {
        const since = now - spend.window - spend.graceDays * DAY;
        const facts = await readSpend(pool, [cardId], since, () => Promise.resolve(rates));
        found.push(seen(spend, now, facts, prefix));
      }
      orders.push(found);
    }
    for (const found of orders) expect(found).toEqual(orders[0]);
    // There was something to be different.
    expect(new Set(orders[0]?.map(({ sum }) => sum.amount)).size).toBeGreaterThan(40);
  });
});
