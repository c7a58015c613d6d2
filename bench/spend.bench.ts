import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type pg from "pg";

import { migrations } from "../migrations/index.ts";
import { migrate } from "../src/database/migrate.ts";
import { startEmbedded } from "../src/database/embedded/embedded.ts";
import { createKysely, createPool } from "../src/database/pool.ts";
import { DAY } from "../src/domain/time.ts";
import { readSpend } from "../src/engine/referenceData/spend.ts";
import { storeTransactions } from "../src/engine/referenceData/transactions.ts";
import { Slices } from "../src/engine/slices.ts";
import { median, round2 } from "./support/statistics.ts";

/**
 * What a decision reads of a card's transactions: 30 in the window, and outside of it so few that the card has 1,000, or so
 * many that it has 1,000,000. Against reading all of them, and against a sum that PostgreSQL makes itself. Then an import.
 */
export const name = "spend";

const IN_WINDOW = 30;
const WINDOW = 30 * DAY;
const NOW = Date.UTC(2026, 10, 30);

export async function run({ quick }: { quick: boolean }): Promise<{ figures: Record<string, number> }> {
  const dataDir = await mkdtemp(join(tmpdir(), "admittance-bench-spend-"));
  const server = await startEmbedded({ dataDir });
  const pool = createPool(server.url, { max: 4 });
  try {
    await migrate(createKysely(pool), migrations);
    const [many, million] = quick ? [1_000, 100_000] : [1_000, 1_000_000];
    await fill(pool, "FEW", many);
    await fill(pool, "MANY", million);
    await pool.query("vacuum analyze transactions");
    const rounds = quick ? 300 : 2_000;
    const times = await inTurn(rounds, {
      few: async () => await ours(pool, "FEW"),
      many: async () => await ours(pool, "MANY"),
      sum: async () => await bySum(pool, "MANY"),
    });
    const all = await inTurn(quick ? 5 : 11, { all: async () => await everything(pool, "MANY") });
    const rate = await imported(pool, quick ? 20_000 : 100_000);
    const figures = {
      "us@1k": round2(median(times["few"] ?? [])),
      "us@1M": round2(median(times["many"] ?? [])),
      "us@1M/us@1k": round2(median(times["many"] ?? []) / median(times["few"] ?? [])),
      "sum/ours@1M": round2(median(times["sum"] ?? []) / median(times["many"] ?? [])),
      "all/ours@1M": round2(median(all["all"] ?? []) / median(times["many"] ?? [])),
      "imported/s": Math.round(rate),
    };
    console.log(`a card of ${String(many)} transactions: ${String(figures["us@1k"])} us`);
    console.log(`a card of ${String(million)} transactions: ${String(figures["us@1M"])} us`);
    console.log(`a sum that PostgreSQL makes itself: ${String(figures["sum/ours@1M"])} of it`);
    console.log(`reading all of them: ${String(figures["all/ours@1M"])} of it`);
    console.log(`stored by an import: ${String(figures["imported/s"])} transactions/s`);
    return { figures };
  } finally {
    await pool.end();
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function fill(pool: pg.Pool, cardId: string, count: number): Promise<void> {
  await pool.query(
    `insert into transactions (transaction_id, card_id, type, refers_to, minor, currency, mcc, transaction_at)
     select $1 || '-' || n, $1, case when n % 10 = 9 then 'REFUND' else 'PURCHASE' end,
            case when n % 10 = 9 then $1 || '-' || (n - 1) end, '1000', 'EUR', '5411',
            case when n < $3 then $4::timestamptz - n * interval '20 hours'
                 else $4::timestamptz - interval '31 days' - n * interval '30 seconds' end
       from generate_series(0, $2::int - 1) n`,
    [cardId, count, IN_WINDOW, new Date(NOW)],
  );
}

const noRates = () => Promise.resolve({ find: () => null });

async function ours(pool: pg.Pool, cardId: string): Promise<number> {
  return (await readSpend(pool, [cardId], NOW - WINDOW, noRates)).transactions.length;
}

async function everything(pool: pg.Pool, cardId: string): Promise<number> {
  return (await readSpend(pool, [cardId], 0, noRates)).transactions.length;
}

async function bySum(pool: pg.Pool, cardId: string): Promise<number> {
  const { rows } = await pool.query<{ sum: string }>({
    name: "sum",
    text: `select sum(case type when 'PURCHASE' then minor::numeric else -minor::numeric end) as sum
           from transactions where card_id = $1 and transaction_at >= $2`,
    values: [cardId, new Date(NOW - WINDOW)],
  });
  return Number(rows[0]?.sum);
}

/** Each in its turn, so that what else the machine does falls on all alike. Microseconds. */
async function inTurn(
  rounds: number,
  contestants: Readonly<Record<string, () => Promise<number>>>,
): Promise<Readonly<Record<string, readonly number[]>>> {
  const times: Record<string, number[]> = {};
  for (let round = 0; round < rounds; round++) {
    for (const [contestant, work] of Object.entries(contestants)) {
      const begun = performance.now();
      if ((await work()) === 0) throw new Error(`${contestant} has read nothing`);
      (times[contestant] ??= []).push((performance.now() - begun) * 1_000);
    }
  }
  return times;
}

async function imported(pool: pg.Pool, count: number): Promise<number> {
  const items = Array.from({ length: count }, (_, index) => ({
    transactionId: `i-${String(index)}`,
    cardId: `CARD-${String(index % 20_000)}`,
    type: "PURCHASE" as const,
    refersTo: null,
    amount: { amount: "12.50", currency: "EUR" },
    mcc: "5411",
    transactionAt: new Date(NOW - index * 1_000).toISOString(),
    postedAt: null,
  }));
  const begun = performance.now();
  await storeTransactions({ pool }, items, new Slices(), false);
  return (count * 1_000) / (performance.now() - begun);
}
