import { setTimeout as sleep } from "node:timers/promises";
import type { ClientBase } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { START } from "../../src/eventlog/log.ts";
import { createDatabaseApart } from "../support/postgres.ts";
import { openTestLog, rawAppend, type TestLog, untilWaiting, withClient } from "./postgresSupport.ts";
import { all, collect, event, events, eventually, faults, reached } from "./support.ts";

let test: TestLog;
beforeAll(async () => {
  test = await openTestLog({}, await createDatabaseApart());
});
afterAll(async () => {
  await test.dispose();
});

describe("slow commits and cursors", () => {
  it.each(["commit", "rollback"] as const)("aLateTransactionIsNeverSkipped: %s", async (end) => {
    const { log, url } = test;
    const prefix = `late-${end}-`;
    const after = await log.head();
    const subscription = collect(log, { after, prefixes: [prefix] });
    await withClient(url, async (slow) => {
      await slow.query("begin");
      const late = events(2);
      expect(await rawAppend(slow, `${prefix}slow`, late)).toEqual({ outcome: "a", revision: 0 });
      const quick = events(5);
      for (const [n, one] of quick.entries())
        await log.append(`${prefix}${n % 2}`, [one], { expected: "any" });

      // Committed, readable, and yet after something that may still appear: not delivered.
      expect(await log.read(`${prefix}1`)).toHaveLength(2);
      await eventually(
        () => log.stats().withheldSeconds > 0.2,
        () => "nothing is counted as withheld",
      );
      expect(subscription.found).toEqual([]);
      expect(await log.head()).toBe(after);
      expect(await all(log.readAll({ after, prefixes: [prefix] }))).toEqual([]);

      await slow.query(end);
      const expected = [...(end === "commit" ? late : []), ...quick].map(({ id }) => id);
      await eventually(
        () => subscription.found.length >= expected.length,
        () => `${subscription.found.length} came`,
      );
      expect(subscription.found.map(({ id }) => id)).toEqual(expected);
      await eventually(
        () => log.stats().withheldSeconds === 0,
        () => "still counted as withheld",
      );
    });
    await subscription.stop();
  });

  it("anotherDatabasesTransactionDelaysButLosesNothing", async () => {
    const { log, url } = test;
    const elsewhere = new URL(url);
    elsewhere.pathname = "/postgres";
    const after = await log.head();
    const subscription = collect(log, { after });
    await withClient(elsewhere.href, async (stranger) => {
      await stranger.query("begin");
      await stranger.query("select pg_current_xact_id()");
      const [one] = events(1);
      if (one === undefined) throw new Error("no event");
      await log.append("stranger-1", [one], { expected: "any" });
      await eventually(
        () => (log.gauges()["withheld_seconds"] ?? 0) > 0,
        () => "nothing is withheld",
      );
      expect(subscription.found).toEqual([]);
      await stranger.query("commit");
      await eventually(
        () => subscription.found.length === 1,
        () => "not delivered",
      );
      expect(subscription.found[0]?.id).toBe(one.id);
    });
    await subscription.stop();
  });

  it("deliveredWithinMilliseconds: once nothing holds it back", async () => {
    const { log, other } = test;
    const subscription = collect(log, { after: await log.head(), prefixes: ["prompt-"] });
    await sleep(100);
    for (const writer of [log, other]) {
      const count = subscription.found.length;
      await writer.append("prompt-1", [event()], { expected: "any" });
      // Well below the second after which a subscriber looks by itself.
      await eventually(
        () => subscription.found.length > count,
        () => "not delivered",
        600,
      );
    }
    await subscription.stop();
  });
});

describe("transaction ids and stream order", () => {
  it("feedOrderIsStreamOrder: the second writer waits before it has an id", async () => {
    const { log, pool, url } = test;
    const append = async (client: ClientBase, stream: string) => await rawAppend(client, stream, [event()]);
    for (let round = 0; round < 10; round += 1) {
      const stream = `race-${round}`;
      await withClient(url, (first) =>
        withClient(url, async (second) => {
          await second.query("begin");
          await first.query("begin");
          expect(await append(first, stream)).toEqual({ outcome: "a", revision: 0 });
          const waiting = append(second, stream);
          await untilWaiting(pool, 1);
          const ids = await pool.query(
            "select 1 from pg_locks where locktype = 'transactionid' and pid = $1 and granted",
            [await waitingBackend(pool)],
          );
          expect(ids.rowCount).toBe(0);
          // The lock is free from here on, in whatever order the commits are seen.
          await first.query("commit");
          expect(await waiting).toEqual({ outcome: "a", revision: 1 });
          await second.query("commit");
        }),
      );
    }
    const last = (await log.read("race-9")).at(-1);
    await reached(log, last?.position ?? "");
    const feed = await all(log.readAll({ after: START, prefixes: ["race-"] }));
    expect(faults(feed, [])).toEqual([]);
    expect(feed).toHaveLength(20);
  });

  it("aStreamThatAnotherHoldsIsWaitedFor: what comes with it does not wait for nothing", async () => {
    const { log, pool, url } = test;
    await withClient(url, async (holder) => {
      await holder.query("begin");
      await rawAppend(holder, "held-1", events(2));
      const appends = ["held-1", "free-1", "free-2"].map(async (stream) => ({
        stream,
        ...(await log.append(stream, [event()], { expected: "noStream" })),
      }));
      await untilWaiting(pool, 1);
      // They are stored, whatever becomes of the first.
      await eventually(
        async () => (await log.read("free-1")).length === 1 && (await log.read("free-2")).length === 1,
        () => "free-1 and free-2 wait",
      );
      await holder.query("commit");
      expect(await Promise.all(appends)).toMatchObject([
        { stream: "held-1", outcome: "conflict", actual: 1 },
        { stream: "free-1", outcome: "appended", firstRevision: 0 },
        { stream: "free-2", outcome: "appended", firstRevision: 0 },
      ]);
    });
  });

  it("exactRevisionsAreWonOnce: by single events and groups of two instances", async () => {
    const { log, other } = test;
    const streams = Array.from({ length: 6 }, (_, n) => `won-${n}`);
    const written: string[] = [];
    for (let round = 0; round < 40; round += 1) {
      const tries = streams.flatMap((stream) =>
        [log, other, log].map(async (one, at) => {
          const batch = at === 2 ? events(2) : [event()];
          const head = (await one.read(stream)).length - 1;
          const expected = head === -1 ? "noStream" : head;
          const { outcome } = await one.append(stream, batch, { expected });
          if (outcome === "appended") written.push(...batch.map(({ id }) => id));
          return { stream, expected, outcome };
        }),
      );
      const outcomes = await Promise.all(tries);
      for (const stream of streams) {
        const won = outcomes.filter((one) => one.stream === stream && one.outcome === "appended");
        expect(new Set(won.map(({ expected }) => expected)).size).toBe(won.length);
      }
    }
    for (const stream of streams) {
      const last = (await log.read(stream)).at(-1);
      await reached(log, last?.position ?? "");
    }
    const feed = await all(log.readAll({ after: START, prefixes: ["won-"] }));
    expect(faults(feed, written)).toEqual([]);
    expect(feed).toHaveLength(written.length);
  });

  it("aWriterThatHasWaitedSeesTheNewHead: it conflicts, it doesn't fail", async () => {
    const { pool, url } = test;
    await withClient(url, (first) =>
      withClient(url, async (second) => {
        await first.query("begin");
        await rawAppend(first, "head-1", events(3));
        const waiting = rawAppend(second, "head-1", events(1), -1);
        await untilWaiting(pool, 1);
        await first.query("commit");
        expect(await waiting).toEqual({ outcome: "c", revision: 2 });
      }),
    );
  });

  it.each([
    ["that has an id already", "begin; select pg_current_xact_id()"],
    ["with one old snapshot", "begin isolation level repeatable read"],
    ["that is serializable", "begin isolation level serializable"],
  ])("aTransactionIsRefused: %s", async (_, begin) => {
    const { log, url } = test;
    await withClient(url, async (client) => {
      await client.query(begin);
      await expect(rawAppend(client, "refused-1", [event()])).rejects.toMatchObject({ code: "AD001" });
    });
    expect(await log.read("refused-1")).toEqual([]);
  });

  it("anAsynchronousSessionStillCommitsDurably", async () => {
    await withClient(test.url, async (client) => {
      await client.query("set synchronous_commit = off; begin");
      await rawAppend(client, "durable-1", [event()]);
      const { rows } = await client.query("show synchronous_commit");
      expect(rows).toEqual([{ synchronous_commit: "on" }]);
      await client.query("commit");
    });
  });
});

describe("first appends and what is written", () => {
  it("manyFirstAppendsGiveOneStream: at any revision, gapless; with noStream, one", async () => {
    const { log, other, url } = test;
    const writers = Array.from({ length: 30 }, (_, n) => n);
    await Promise.all(
      writers.flatMap((n) => [
        (n % 2 === 0 ? log : other).append("first-any", events(2), { expected: "any" }),
        withClient(url, (client) => rawAppend(client, "first-any", events(1))),
      ]),
    );
    const revisions = (await log.read("first-any")).map(({ revision }) => revision);
    expect(revisions).toEqual(Array.from({ length: 90 }, (_, index) => index));

    const outcomes = await Promise.all(
      writers.map((n) =>
        n % 2 === 0
          ? log.append("first-one", events(1), { expected: "noStream" }).then(({ outcome }) => outcome[0])
          : withClient(url, (client) => rawAppend(client, "first-one", events(1), -1)).then(
              ({ outcome }) => outcome,
            ),
      ),
    );
    expect(outcomes.filter((outcome) => outcome === "a")).toHaveLength(1);
    expect(await log.read("first-one")).toHaveLength(1);
  });

  it.each(["update events set body = body", "delete from events where false", "truncate events"])(
    "eventsAreNeverChanged: %s",
    async (statement) => {
      const { log, pool, url } = test;
      await log.append("kept-1", [event()], { expected: "any" });
      const table = async (): Promise<unknown> =>
        (
          await pool.query(
            "select count(*)::int as n, md5(string_agg(e::text, '|' order by position)) from events e",
          )
        ).rows;
      const before = await table();
      await withClient(url, async (client) => {
        await expect(client.query(statement)).rejects.toMatchObject({ code: "AD003" });
        await client.query("set session_replication_role = replica");
        await expect(client.query(statement)).rejects.toMatchObject({ code: "AD003" });
      });
      expect(await table()).toEqual(before);
    },
  );
});

// Asked from outside: the client itself is busy waiting.
async function waitingBackend(pool: TestLog["pool"]): Promise<number> {
  const { rows } = await pool.query<{ pid: number }>(
    `select l.pid from pg_locks l join pg_database d on d.oid = l.database
      where l.locktype = 'advisory' and not l.granted and d.datname = current_database()`,
  );
  const [row] = rows;
  if (row === undefined || rows.length > 1) throw new Error(`${rows.length} backends wait`);
  return row.pid;
}
