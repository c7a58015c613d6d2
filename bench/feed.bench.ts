import { createHash, randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { migrations } from "../migrations/index.ts";
import { migrate } from "../src/database/migrate.ts";
import { startEmbedded } from "../src/database/embedded/embedded.ts";
import { createKysely, createPool } from "../src/database/pool.ts";
import { START } from "../src/eventlog/log.ts";
import { PostgresEventLog } from "../src/eventlog/postgres/log.ts";
import { quantile, round2 } from "./support/statistics.ts";

/**
 * From the acknowledgement of an append to its delivery by a subscription, under 1,000 appends a second on the
 * embedded server, fsync on; then how fast a new subscriber reads the whole log.
 */
export const name = "feed";

const APPENDS_A_SECOND = 1_000;
const TICK_MS = 5;
const BATCH = 1_000;

export async function run({ quick }: { quick: boolean }): Promise<{ figures: Record<string, number> }> {
  const dataDir = await mkdtemp(join(tmpdir(), "admittance-bench-feed-"));
  const server = await startEmbedded({ dataDir });
  const pool = createPool(server.url);
  try {
    await migrate(createKysely(pool), migrations);
    const log = new PostgresEventLog(pool);
    const delays = await latencies(log, quick ? 3_000 : 15_000);
    const rate = await catchUp(log, quick ? 60_000 : 300_000);
    await log.close();
    const figures = {
      p50ms: at(delays, 0.5),
      p99ms: at(delays, 0.99),
      "catchup/s": Math.round(rate),
    };
    console.log(`append to delivered, ${delays.length} events at ${APPENDS_A_SECOND}/s:`);
    console.log(`  p50 ${figures.p50ms} ms, p99 ${figures.p99ms} ms, worst ${at(delays, 1)} ms`);
    console.log(`catch-up from the start: ${figures["catchup/s"]} events/s`);
    return { figures };
  } finally {
    await pool.end();
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function latencies(log: PostgresEventLog, ms: number): Promise<number[]> {
  const acknowledged = new Map<string, number>();
  const delivered = new Map<string, number>();
  const stopping = new AbortController();
  const subscription = (async () => {
    for await (const batch of log.subscribe({ after: START, signal: stopping.signal })) {
      const now = performance.now();
      for (const { id } of batch) delivered.set(id, now);
    }
  })();
  const pending: Promise<void>[] = [];
  const begun = performance.now();
  let sent = 0;
  while (performance.now() - begun < ms) {
    for (const due = ((performance.now() - begun) / 1_000) * APPENDS_A_SECOND; sent < due; sent += 1) {
      const [event] = events(1);
      if (event === undefined) throw new Error("no event");
      pending.push(
        log.append(`card-${sent % 500}`, [event], { expected: "any" }).then(() => {
          acknowledged.set(event.id, performance.now());
        }),
      );
    }
    await sleep(TICK_MS);
  }
  await Promise.all(pending);
  while (delivered.size < acknowledged.size) await sleep(TICK_MS);
  stopping.abort();
  await subscription;
  // Delivered before we knew of the acknowledgement ourselves: no delay.
  return [...acknowledged].map(([id, then]) => Math.max(0, (delivered.get(id) ?? Number.NaN) - then));
}

async function catchUp(log: PostgresEventLog, count: number): Promise<number> {
  for (let stored = 0; stored < count; ) {
    const appends = Array.from({ length: 8 }, () => {
      const batch = events(BATCH);
      stored += batch.length;
      return log.append(`import-${randomUUID()}`, batch, { expected: "noStream" });
    });
    await Promise.all(appends);
  }
  const rates: number[] = [];
  for (let pass = 0; pass < 3; pass += 1) {
    const begun = performance.now();
    let read = 0;
    for await (const batch of log.readAll({ after: START })) read += batch.length;
    rates.push((read * 1_000) / (performance.now() - begun));
  }
  return rates.toSorted((a, b) => a - b)[1] ?? Number.NaN;
}

function events(count: number) {
  return Array.from({ length: count }, () => {
    const body = JSON.stringify({ card: randomUUID(), guests: 2, evidence: "x".repeat(400) });
    return {
      id: randomUUID(),
      type: "EntryGranted",
      body,
      hash: createHash("sha256").update(body).digest("hex"),
    };
  });
}

function at(values: readonly number[], share: number): number {
  return round2(
    quantile(
      values.toSorted((a, b) => a - b),
      share,
    ),
  );
}
