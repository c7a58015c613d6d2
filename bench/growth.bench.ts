import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Pool } from "pg";
import { pino } from "pino";
import { ulid } from "ulid";
import { Snapshots } from "../src/engine/snapshots.ts";
import { type Folded, Streams } from "../src/engine/streams.ts";
import { createClient } from "../src/client.ts";
import { terminalOf } from "../src/cli/pos/terminal.ts";
import { startEmbedded } from "../src/database/embedded/embedded.ts";
import { createPool } from "../src/database/pool.ts";
import { type QuotaEvent, quotaEvent, quotaStream } from "../src/domain/quota/events.ts";
import { quota } from "../src/domain/quota/quota.ts";
import { quotaSnapshots, type QuotaState } from "../src/domain/quota/state.ts";
import { DAY, iso } from "../src/domain/time.ts";
import { PostgresEventLog } from "../src/eventlog/postgres/log.ts";
import { productHome } from "../test/support/product.ts";
import { check, outcome, simpleProgramme, testKeys, testPan } from "../test/support/programme.ts";

/**
 * What a long life costs. First part: one budget that holds 1,000,000 visits of 30 days, each reserved and confirmed; the
 * product is started again, and answers the first check that has to look at that budget. `restartMs`: from the start of
 * the process to that answer; `loopMs`: the longest that `/healthz`, asked all the while, waited for its answer.
 */
export const name = "growth";

const VISITS_AT_ONCE = 500;

export async function run({ quick }: { quick: boolean }): Promise<{ figures: Record<string, number> }> {
  const visits = quick ? 50_000 : 1_000_000;
  const dataDir = await mkdtemp(join(tmpdir(), "admittance-bench-growth-"));
  const database = await startEmbedded({ dataDir });
  const pool = createPool(database.url, { max: 4 });
  const home = await productHome();
  try {
    // An empty setting is none: the log is in this database.
    const env = { DATABASE_URL: database.url, EVENTSTORE_URL: "" };
    const first = await home.start(env);
    const admin = createClient(first.url, await home.adminKey());
    const { terminal, rulesetId } = await simpleProgramme(admin, first.url, {
      totalUsage: { max: 2 * visits, window: { kind: "ROLLING", days: 60 } },
    });
    const began = performance.now();
    await fill(pool, rulesetId, visits);
    await caughtUp(pool);
    console.log(`${String(visits)} visits stored in ${seconds(performance.now() - began)} s`);
    await first.end("SIGTERM");

    const started = performance.now();
    const again = await home.start(env);
    const ready = performance.now();
    const health = watchHealth(again.url);
    const { privateKey } = testKeys();
    const device = terminalOf(again.url, terminal.serialNumber, privateKey, () => Date.now());
    const answer = outcome(await check(device, testPan(1)));
    const answered = performance.now();
    if (answer.decision !== "GRANTED") throw new Error(`the check was answered ${JSON.stringify(answer)}`);
    await sleep(500);
    const loopMs = Math.round(await health.stop());
    const restartMs = Math.round(answered - started);
    console.log(
      `ready ${seconds(ready - started)} s after the start, the first check answered ${String(Math.round(answered - ready))} ms later; /healthz waited at most ${String(loopMs)} ms`,
    );
    return { figures: { restartMs, loopMs } };
  } finally {
    await home.destroy();
    await pool.end();
    await database.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** As the product would have written them, snapshots included. */
async function fill(pool: Pool, rulesetId: string, visits: number): Promise<void> {
  const log = new PostgresEventLog(pool);
  const logger = pino({ level: "warn" });
  const streams = new Streams<QuotaState, QuotaEvent>(
    log,
    { decider: quota, event: quotaEvent, snapshots: new Snapshots(pool, logger, quotaSnapshots) },
    1,
  );
  const stream = quotaStream(rulesetId);
  let folded: Folded<QuotaState> = await streams.refresh(stream);
  const begin = Date.now() - 30 * DAY;
  for (let done = 0; done < visits; done += VISITS_AT_ONCE) {
    const events = Array.from({ length: VISITS_AT_ONCE }, (_, index): readonly QuotaEvent[] => {
      const at = iso(begin + Math.floor(((done + index) * 30 * DAY) / visits));
      const [accessId, cardId] = [ulid(), ulid()];
      return [
        { type: "QuotaReserved", data: { accessId, cardId, attemptKey: accessId, at } },
        { type: "QuotaCommitted", data: { accessId, cardId, at, visitAt: at } },
      ];
    }).flat();
    const result = await streams.append(stream, folded, events, {
      actor: { kind: "system", id: "bench" },
      correlationId: "bench",
      causationId: "bench",
      recordedAt: Date.now(),
      identity: { caller: "bench", operation: "fill", requestId: String(done) },
    });
    if (result.outcome === "conflict") throw new Error("somebody else writes to the budget");
    folded = result.folded;
  }
  await log.close();
}

/** Until the read models have seen everything: a restart must not wait for them. */
async function caughtUp(pool: Pool): Promise<void> {
  for (;;) {
    const { rows } = await pool.query<{ behind: boolean }>(
      `select (select count(*) from quota_holds) < (select count(*) from events where type = 'QuotaCommitted') as behind`,
    );
    if (rows[0]?.behind === false) return;
    await sleep(500);
  }
}

/** Asks `/healthz` again and again; `stop` answers the longest wait in milliseconds. */
function watchHealth(url: string): { stop: () => Promise<number> } {
  const stopping = new AbortController();
  let longest = 0;
  const asking = (async () => {
    while (!stopping.signal.aborted) {
      const asked = performance.now();
      await (await fetch(new URL("/healthz", url))).text();
      longest = Math.max(longest, performance.now() - asked);
      await sleep(2);
    }
  })();
  return {
    stop: async () => {
      stopping.abort();
      await asking;
      return longest;
    },
  };
}

function seconds(ms: number): string {
  return (ms / 1_000).toFixed(1);
}
