import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { migrations } from "../../migrations/index.ts";
import { migrate } from "../../src/database/migrate.ts";
import { createKysely, createPool } from "../../src/database/pool.ts";
import { LogBusyError, LogUnavailableError, START } from "../../src/eventlog/log.ts";
import { PostgresEventLog, type PostgresEventLogOptions } from "../../src/eventlog/postgres/log.ts";
import { createDatabaseApart, startCluster } from "../support/postgres.ts";
import { appendStubbornly, openTestLog, rawAppend, type TestLog, withClient } from "./postgresSupport.ts";
import { silentProxy } from "./silentProxy.ts";
import { all, appendAndReach, collect, event, events, eventually, faults } from "./support.ts";

const DEADLINE_MS = 400;

let test: TestLog;
beforeAll(async () => {
  test = await openTestLog({}, await createDatabaseApart());
});
afterAll(async () => {
  await test.dispose();
});

async function withLog(
  url: string,
  options: PostgresEventLogOptions,
  work: (log: PostgresEventLog) => Promise<void>,
): Promise<void> {
  const pool = createPool(url);
  const log = new PostgresEventLog(pool, options);
  try {
    await work(log);
  } finally {
    await log.close();
    await pool.end();
  }
}

/** Holds a stream's lock as long as `work` takes; what it appended itself is rolled back. */
async function whileLocked(stream: string, work: () => Promise<void>): Promise<void> {
  await withClient(test.url, async (holder) => {
    await holder.query("begin");
    await rawAppend(holder, stream, [event()]);
    await work();
    await holder.query("rollback");
  });
}

async function refusalOf(work: Promise<unknown>): Promise<unknown> {
  return await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
}

describe("an unreachable server", () => {
  it("refusedConnectionsAreUnavailable", async () => {
    await withLog("postgres://nobody:x@127.0.0.1:1/none", { deadlineMs: DEADLINE_MS }, async (log) => {
      await expect(log.append("a-1", [event()], { expected: "any" })).rejects.toBeInstanceOf(
        LogUnavailableError,
      );
      await expect(log.read("a-1")).rejects.toBeInstanceOf(LogUnavailableError);
      await expect(log.head()).rejects.toBeInstanceOf(LogUnavailableError);
      await expect(all(log.readAll({ after: START }))).rejects.toBeInstanceOf(LogUnavailableError);
      const signal = AbortSignal.timeout(200);
      expect(await all(log.subscribe({ after: START, signal }))).toEqual([]);
      // It went on trying for as long as somebody wanted it to.
      expect(signal.aborted).toBe(true);
    });
  });

  it("aServerThatNeverAnswersIsUnavailable: within the deadline", async () => {
    const proxy = await silentProxy(test.url);
    proxy.silence();
    try {
      await withLog(proxy.url, { deadlineMs: DEADLINE_MS }, async (log) => {
        const error = await refusalOf(log.append("mute-1", [event()], { expected: "any" }));
        expect(error).toBeInstanceOf(LogUnavailableError);
      });
    } finally {
      await proxy.close();
    }
  });

  it("aServerThatFallsSilentIsUnavailable: and the log recovers by itself", async () => {
    const proxy = await silentProxy(test.url);
    try {
      await withLog(proxy.url, { deadlineMs: DEADLINE_MS }, async (log) => {
        const subscription = collect(log, { after: await log.head(), prefixes: ["silent-"] });
        const [before, during, after] = [event(), event(), event()];
        await log.append("silent-1", [before], { expected: "any" });
        await eventually(
          () => subscription.found.length === 1,
          () => "not delivered",
        );
        proxy.silence();
        const attempts = [
          refusalOf(log.append("silent-1", [during], { expected: "any" })),
          refusalOf(log.read("silent-1")),
        ];
        for (const error of await Promise.all(attempts)) expect(error).toBeInstanceOf(LogUnavailableError);
        proxy.speak();
        await appendStubbornly(log, "silent-1", [during]);
        await appendStubbornly(log, "silent-1", [after]);
        await eventually(
          () => subscription.found.length === 3,
          () => `${subscription.found.length} came`,
        );
        await subscription.stop();
        expect(subscription.found.map(({ id }) => id)).toEqual([before.id, during.id, after.id]);
      });
    } finally {
      await proxy.close();
    }
  });

  it("aBlockedStreamIsUnavailable: others go on, and the repeat is stored once", async () => {
    await withLog(test.url, { deadlineMs: DEADLINE_MS }, async (log) => {
      const blocked = event();
      await whileLocked("blocked-1", async () => {
        // The lock is held until this is over: only the deadline ends it.
        const error = await refusalOf(log.append("blocked-1", [blocked], { expected: "any" }));
        expect(error).toBeInstanceOf(LogUnavailableError);
        await log.append("blocked-2", [event()], { expected: "any" });
      });
      await appendStubbornly(log, "blocked-1", [blocked]);
      expect((await log.read("blocked-1")).map(({ id }) => id)).toEqual([blocked.id]);
    });
  });
});

describe("a full queue", () => {
  it("tooManyWaitingAreBusy: those that wait are served, or told in time", async () => {
    await withLog(test.url, { deadlineMs: 5_000, maxInFlight: 1, maxQueue: 10 }, async (log) => {
      let results: Promise<PromiseSettledResult<unknown>[]> | undefined;
      await whileLocked("busy-0", async () => {
        const first = log.append("busy-0", [event()], { expected: "any" });
        await sleep(100);
        const rest = Array.from({ length: 14 }, (_, n) =>
          log.append(`busy-${n + 1}`, [event()], { expected: "any" }),
        );
        results = Promise.allSettled([first, ...rest]);
        expect(log.stats().queued).toBe(10);
      });
      const settled = (await results) ?? [];
      expect(settled.map(({ status }) => status)).toEqual([
        ...Array.from({ length: 11 }, () => "fulfilled"),
        ...Array.from({ length: 4 }, () => "rejected"),
      ]);
      for (const one of settled)
        if (one.status === "rejected") expect(one.reason).toBeInstanceOf(LogBusyError);
      expect(log.stats()).toMatchObject({ queued: 0, eventsAppended: 11 });
    });
  });

  it("waitingTooLongIsUnavailable: and what was given up is not stored", async () => {
    await withLog(test.url, { deadlineMs: DEADLINE_MS, maxInFlight: 1 }, async (log) => {
      await whileLocked("late-0", async () => {
        const first = refusalOf(log.append("late-0", [event()], { expected: "any" }));
        await sleep(50);
        const second = refusalOf(log.append("late-0", [event()], { expected: "any" }));
        for (const error of await Promise.all([first, second])) {
          expect(error).toBeInstanceOf(LogUnavailableError);
        }
      });
      expect(await log.read("late-0")).toEqual([]);
    });
  });
});

describe("a group", () => {
  it("groupsFormWithoutWaiting: what arrives meanwhile leaves together", async () => {
    const { log } = test;
    const before = log.stats();
    const appends = Array.from({ length: 200 }, (_, n) =>
      log.append(`group-${n}`, [event()], { expected: "noStream" }),
    );
    await Promise.all(appends);
    const after = log.stats();
    expect(after.eventsAppended - before.eventsAppended).toBe(200);
    expect(after.groupsSent - before.groupsSent).toBeLessThanOrEqual(4);
  });

  it("whatTheServerRefusesFailsNoOther", async () => {
    const { log, pool } = test;
    await pool.query("alter table events add constraint no_poison check (type <> 'Poison')");
    const poison = new Set([3, 17]);
    const results = await Promise.allSettled(
      Array.from({ length: 40 }, (_, n) =>
        log.append(`refused-${n}`, [{ ...event(), type: poison.has(n) ? "Poison" : "Fine" }], {
          expected: "noStream",
        }),
      ),
    );
    await pool.query("alter table events drop constraint no_poison");
    expect(results.map(({ status }) => status)).toEqual(
      results.map((_, n) => (poison.has(n) ? "rejected" : "fulfilled")),
    );
    const reason: unknown = results[3]?.status === "rejected" ? results[3].reason : undefined;
    expect(reason).toMatchObject({ code: "23514" });
  });
});

describe("a restore on another cluster", () => {
  it("aNewClusterStartsAnEpoch: old events are delivered before new ones, whatever their ids", async () => {
    const { log, pool, dispose } = await openTestLog();
    try {
      await appendAndReach(log, "moved-1", events(2));
      // As a dump from a cluster whose transaction ids were far ahead leaves it.
      await pool.query("update log_epoch set system_identifier = 42");
      await pool.query(
        `insert into events (stream, revision, id, type, body, hash, epoch, xid)
         values ('moved-2', 0, gen_random_uuid(), 'Old', '{}', '', 1, '9000000000000000000')`,
      );
      const old = await all(log.readAll({ after: START }));
      expect(old.map(({ stream, revision }) => [stream, revision])).toEqual([
        ["moved-1", 0],
        ["moved-1", 1],
        ["moved-2", 0],
      ]);
      await appendAndReach(log, "moved-1", events(2));
      await Promise.all(
        ["moved-1", "moved-2"].map((stream) => log.append(stream, events(1), { expected: "any" })),
      );
      const { rows } = await pool.query("select epoch from log_epoch order by epoch");
      expect(rows).toEqual([{ epoch: 1 }, { epoch: 2 }]);
      const head = await appendAndReach(log, "moved-1", events(1));
      const whole = await all(log.readAll({ after: START }));
      expect(faults(whole, [])).toEqual([]);
      expect(whole.slice(0, 3)).toEqual(old);
      expect([whole.length, whole.at(-1)?.position]).toEqual([8, head]);
    } finally {
      await dispose();
    }
  });
});

describe("kill -9 of the server", () => {
  it("acknowledgedAppendsSurvive: and nothing is doubled by the repeats", async () => {
    const port = await freePort();
    const cluster = await startCluster({ port });
    try {
      const pool = createPool(cluster.url());
      await migrate(createKysely(pool), migrations);
      const log = new PostgresEventLog(pool, { deadlineMs: 2_000 });
      const subscription = collect(log, { after: START });
      const ids: string[] = [];
      const writers = Array.from({ length: 8 }, async (_, writer) => {
        for (let n = 0; n < 60; n += 1) {
          const batch = events(1 + (n % 2));
          await appendStubbornly(log, `kill-${n % 3 === 0 ? "shared" : writer}`, batch);
          ids.push(...batch.map(({ id }) => id));
          await sleep(5);
        }
      });
      await eventually(
        () => ids.length >= 50,
        () => `${ids.length} acknowledged`,
      );
      const acknowledgedBeforeKill = [...ids];
      await cluster.kill();
      await cluster.start();
      const stored = new Set((await all(log.readAll({ after: START }))).map(({ id }) => id));
      expect(acknowledgedBeforeKill.filter((id) => !stored.has(id))).toEqual([]);
      await Promise.all(writers);
      await eventually(
        () => subscription.found.length >= ids.length,
        () => `${subscription.found.length} came`,
      );
      await subscription.stop();
      expect(faults(subscription.found, ids)).toEqual([]);
      expect(subscription.found).toHaveLength(ids.length);
      await log.close();
      await pool.end();
    } finally {
      await cluster.destroy();
    }
  });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}
