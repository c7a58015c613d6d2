import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { START } from "../../src/eventlog/log.ts";
import { appendStubbornly, openTestLog, rawAppend, type TestLog, withClient } from "./postgresSupport.ts";
import { collect, events, eventually, faults } from "./support.ts";

const LONG = process.env["LONG"] === "1";
const SOAK_MS = LONG ? 600_000 : 4_000;

let test: TestLog;
beforeAll(async () => {
  test = await openTestLog();
});
afterAll(async () => {
  await test.dispose();
});

describe("under fire", () => {
  it("terminatedBackendsLoseAndDoubleNothing: appends repeat with the same ids", async () => {
    const { log, other, url } = test;
    const subscription = collect(log, { after: START, prefixes: ["fire-"] });
    const ids: string[] = [];
    let retries = 0;
    let writing = true;
    const killer = withClient(url, async (client) => {
      let killed = 0;
      while (writing) {
        const { rowCount } = await client.query(
          `select pg_terminate_backend(pid) from pg_stat_activity
            where datname = current_database() and pid <> pg_backend_pid() and random() < 0.7`,
        );
        killed += rowCount ?? 0;
        await sleep(60);
      }
      return killed;
    });
    const writers = Array.from({ length: 12 }, async (_, writer) => {
      for (let n = 0; n < 120; n += 1) {
        const batch = events(1 + (n % 2));
        const stream = `fire-${n % 3 === 0 ? "shared" : writer}`;
        retries += (await appendStubbornly(writer % 2 === 0 ? log : other, stream, batch)).retries;
        ids.push(...batch.map(({ id }) => id));
        await sleep(5);
      }
    });
    await Promise.all(writers).finally(() => {
      writing = false;
    });
    expect(await killer).toBeGreaterThan(10);
    expect(retries).toBeGreaterThan(0);
    await eventually(
      () => subscription.found.length >= ids.length,
      () => `${subscription.found.length} of ${ids.length}`,
    );
    await subscription.stop();
    expect(faults(subscription.found, ids)).toEqual([]);
    expect(subscription.found).toHaveLength(ids.length);
  });

  it(
    "soak: 24 writers, slow commits and a restless subscriber; missing 0, doubled 0",
    async () => {
      const { log, other, url } = test;
      const prefix = "soak-";
      const after = await log.head();
      const restless = collect(other, { after, prefixes: [prefix], batchSize: 50 }, LONG ? 5_000 : 90);
      const steady = collect(log, { after });
      const ids: string[] = [];
      const end = performance.now() + SOAK_MS;
      const writers = Array.from({ length: 24 }, async (_, writer) => {
        for (let n = 0; performance.now() < end; n += 1) {
          const batch = events(1 + (n % 4));
          const stream = `${prefix}${n % 5 === 0 ? "shared" : `${writer}-${n % 7}`}`;
          await (writer % 2 === 0 ? log : other).append(stream, batch, { expected: "any" });
          for (const { id } of batch) ids.push(id);
          if (LONG) await sleep(20);
        }
      });
      const slow = Array.from({ length: 4 }, (_, side) =>
        withClient(url, async (client) => {
          for (let n = 0; performance.now() < end; n += 1) {
            const batch = events(1 + (n % 2));
            await client.query("begin");
            await rawAppend(client, `${prefix}${n % 3 === 0 ? "shared" : `side-${side}`}`, batch);
            await sleep(Math.random() * 40);
            const kept = n % 4 !== 0;
            await client.query(kept ? "commit" : "rollback");
            if (kept) for (const { id } of batch) ids.push(id);
            await sleep(Math.random() * 20);
          }
        }),
      );
      await Promise.all([...writers, ...slow]);
      for (const subscription of [steady, restless]) {
        const { found } = subscription;
        await eventually(
          () => found.length >= ids.length,
          () => `${found.length} of ${ids.length}`,
          30_000,
        );
        await subscription.stop();
        expect(faults(found, ids)).toEqual([]);
        expect(found).toHaveLength(ids.length);
      }
      expect(restless.restarts()).toBeGreaterThan(5);
      console.info(`soak: ${ids.length} events, ${restless.restarts()} restarts, missing 0, doubled 0`);
    },
    SOAK_MS + 60_000,
  );
});
