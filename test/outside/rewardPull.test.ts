import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { createPool } from "../../src/database/pool.ts";
import { readSpend } from "../../src/engine/referenceData/spend.ts";
import { lastPull, pullTransactions } from "../../src/engine/rewards/pull.ts";
import { isPullDue } from "../../src/engine/rewards/schedule.ts";
import type { Services } from "../../src/engine/services.ts";
import type { RunningServer } from "../../src/start/server.ts";
import { clientFor } from "../api/management/support.ts";
import { createTestDatabase } from "../support/postgres.ts";
import { productHome } from "../support/product.ts";
import { importRanges, testPan } from "../support/programme.ts";
import { startTestServer, type TestServer } from "../support/server.ts";
import { until } from "../support/until.ts";
import { KEY, startRewards, type Told } from "./support.ts";

/** Transactions that are pulled from the reward system, against its simulator: each once, whatever happens on the way. */

const RANGE = "5000,5999,0001234,Test Bank,POL,WLE,World Elite";
const PAGE = 100;

const view = z.object({
  url: z.string().nullable(),
  everySeconds: z.number().nullable(),
  running: z.boolean(),
  last: z
    .object({
      outcome: z.string(),
      status: z.number().nullable(),
      stored: z.number(),
      hasMore: z.boolean(),
      movedAt: z.string().nullable(),
      newest: z.string().nullable(),
      differing: z.number(),
    })
    .nullable(),
  waiting: z.object({ transactions: z.number(), cards: z.number(), since: z.string().nullable() }).nullable(),
});

let rewards: Told;
let server: TestServer;
let services: Services;
let other: RunningServer;
let pans = 610_000;
let feeds = 0;

beforeAll(async () => {
  rewards = await startRewards();
  await rewards.feed({ transactions: [spent("at-start", "AREF-START")] });
  server = await startTestServer({
    settings: { REWARDS_URL: rewards.url, REWARDS_KEY: KEY, REWARDS_PULL_SECONDS: "86400" },
  });
  ({ services } = server.server);
  other = await server.another();
  await importRanges(server.admin, [RANGE]);
  await until(async () => (await lastPull(services))?.outcome === "DONE");
});
afterAll(async () => {
  await other.stop();
  await server.stop();
  await rewards.close();
});
beforeEach(async () => await rewards.faults());

function spent(id: string, aref: string, more: object = {}) {
  return {
    ...{ id, aref, kind: "PURCHASE", mcc: "5411", amountMinor: 1_000, currency: "EUR" },
    ...{ transactionTime: "2026-11-01T10:00:00.000Z", ...more },
  };
}

/** Enrolled by this AREF; the card's id. */
async function enrol(aref: string, pan = testPan(++pans)): Promise<string> {
  const { body } = await server.admin.send("POST", "/api/cards/enrolments", { pan, aref });
  return z.object({ cardId: z.string() }).parse(body).cardId;
}

/** So many transactions of the AREF; their ids. */
async function feed(aref: string, count: number): Promise<readonly string[]> {
  const run = ++feeds;
  const ids = Array.from({ length: count }, (_, index) => `f${String(run)}-${String(index)}`);
  await rewards.feed({ transactions: ids.map((id) => spent(id, aref)) });
  return ids;
}

async function pull(): Promise<z.output<typeof view>> {
  return view.parse((await server.admin.send("POST", "/api/transactions/pull", {})).body);
}

async function shown(): Promise<z.output<typeof view>> {
  return view.parse((await server.admin.send("GET", "/api/transactions/pull")).body);
}

async function storedOf(cardId: string): Promise<readonly string[]> {
  const { rows } = await services.pool.query<{ transaction_id: string }>(
    "select transaction_id from transactions where card_id = $1",
    [cardId],
  );
  return rows.map((row) => row.transaction_id).sort();
}

/** The cursors of the pages that were asked for, since so many requests. */
async function cursorsSince(before: number): Promise<readonly (string | null)[]> {
  return (await rewards.seen())
    .slice(before)
    .filter(({ path }) => path.startsWith("/v1/transactions"))
    .map(({ path }) => new URL(path, rewards.url).searchParams.get("after"));
}

describe("each fault on the way", () => {
  test.each([
    ["hang", "NO_ANSWER"],
    ["late:400", "NO_ANSWER"],
    ["garbage", "BAD_ANSWER"],
    ["status:503", "BAD_ANSWER"],
    ["status:400", "REFUSED"],
    ["drop", "NO_ANSWER"],
    ["drop-after-processing", "NO_ANSWER"],
  ])("%s loses nothing and doubles nothing", async (fault, outcome) => {
    const cardId = await enrol(`AREF-FAULT-${fault}`);
    const ids = await feed(`AREF-FAULT-${fault}`, 2 * PAGE + 50);
    await rewards.faults("none", fault);
    const first = await pullTransactions(services, { mostPages: 20, within: 200 });
    expect(first).toMatchObject({ outcome, stored: PAGE, hasMore: true });
    expect(first?.status).toBe(fault === "status:400" ? 400 : null);
    expect(await storedOf(cardId)).toHaveLength(PAGE);
    const second = await pullTransactions(services, { mostPages: 20, within: 5_000 });
    expect(second).toMatchObject({ outcome: "DONE", stored: PAGE + 50, hasMore: false });
    expect(await storedOf(cardId)).toEqual([...ids].sort());
  });

  test("aPageThatIsGarbageMovesNothing, and stands among what is connected", async () => {
    const cardId = await enrol("AREF-GARBAGE");
    const before = await shown();
    const good = spent("of-a-bad-page", "AREF-GARBAGE");
    await rewards.answers({
      next: [{ items: [good, { ...good, mcc: "food" }], next: "far", hasMore: false }],
    });
    const { last } = await pull();
    expect(last).toMatchObject({ outcome: "BAD_ANSWER", stored: 0, movedAt: before.last?.movedAt });
    expect(await storedOf(cardId)).toEqual([]);
    const { body } = await server.admin.send("GET", "/api/connections");
    const { items } = z
      .object({ items: z.array(z.looseObject({ name: z.string(), answers: z.array(z.unknown()) })) })
      .parse(body);
    const connection = items.find(({ name }) => name === "rewards");
    expect(connection).toMatchObject({ configured: true, healthy: false, url: rewards.url });
    expect(connection?.answers[0]).toMatchObject({
      asked: "TRANSACTIONS",
      outcome: "BAD_ANSWER",
      status: 200,
    });
    const ids = await feed("AREF-GARBAGE", 1);
    expect((await pull()).last).toMatchObject({ outcome: "DONE", stored: 1 });
    expect(await storedOf(cardId)).toEqual(ids);
  });
});

describe("transactions of an AREF that nobody has enrolled", () => {
  test("wait, are counted, hold nothing up, and are the card's once it is enrolled", async () => {
    const before = (await shown()).waiting;
    const known = await enrol("AREF-KNOWN");
    const early = await feed("AREF-EARLY", 3);
    const own = await feed("AREF-KNOWN", 2);
    const { last, waiting } = await pull();
    expect(last).toMatchObject({ outcome: "DONE", stored: 5 });
    expect(await storedOf(known)).toEqual([...own].sort());
    expect(waiting).toMatchObject({
      ...{ transactions: (before?.transactions ?? 0) + 3, cards: (before?.cards ?? 0) + 1 },
    });
    const late = await enrol("AREF-EARLY");
    expect(await storedOf(late)).toEqual([...early].sort());
    expect((await shown()).waiting).toEqual(before);
  });

  test("that an enrolment could not take are taken by the next pull", async () => {
    const ids = await feed("AREF-MISSED", 2);
    await pull();
    const [first = ""] = ids;
    const { rows } = await services.pool.query("select * from reward_waiting where transaction_id = $1", [
      first,
    ]);
    const cardId = await enrol("AREF-MISSED");
    // As a page does that comes in while the card is being enrolled.
    await services.pool.query("delete from transactions where transaction_id = $1", [first]);
    await services.pool.query(
      "insert into reward_waiting select * from jsonb_populate_recordset(null::reward_waiting, $1::jsonb)",
      [JSON.stringify(rows)],
    );
    expect(await storedOf(cardId)).toHaveLength(1);
    await pull();
    expect(await storedOf(cardId)).toEqual([...ids].sort());
  });

  test("wait again once it is taken out; a card that takes another's place gets what is to come", async () => {
    const gone = await enrol("AREF-GONE");
    await server.admin.send("POST", `/api/cards/${gone}/unenroll`, { reason: "asked for" });
    await feed("AREF-GONE", 1);
    const before = (await shown()).waiting?.transactions ?? 0;
    expect((await pull()).waiting?.transactions).toBe(before + 1);
    expect(await storedOf(gone)).toEqual([]);
    const old = await enrol("AREF-MOVES");
    const { body } = await server.admin.send("POST", `/api/cards/${old}/replacement`, {
      ...{ pan: testPan(++pans), cause: "LOST" },
    });
    const { cardId: fresh } = z.object({ cardId: z.string() }).parse(body);
    const ids = await feed("AREF-MOVES", 1);
    await pull();
    expect(await storedOf(fresh)).toEqual(ids);
  });
});

describe("what comes again", () => {
  test("is stored once, in whatever order, however late: the same is spent", async () => {
    const [inOrder, shuffled] = [await enrol("AREF-ORDER"), await enrol("AREF-CHAOS")];
    const story = (prefix: string, aref: string) => [
      ...Array.from({ length: 40 }, (_, index) =>
        spent(`${prefix}p${String(index)}`, aref, {
          amountMinor: 100 + index,
          transactionTime: new Date(Date.UTC(2026, 10, 1 + (index % 20))).toISOString(),
        }),
      ),
      ...[3, 7].map((index) =>
        spent(`${prefix}r${String(index)}`, aref, {
          ...{ kind: "REFUND", refersTo: `${prefix}p${String(index)}`, amountMinor: 50 },
          transactionTime: "2026-11-25T00:00:00.000Z",
        }),
      ),
    ];
    await rewards.feed({ transactions: story("order-", "AREF-ORDER") });
    await pull();
    const chaos = story("chaos-", "AREF-CHAOS");
    const doubled = [...chaos, ...chaos, ...chaos].map((one, index) => [(index * 7_919) % 131, one] as const);
    const mixed = doubled.sort(([a], [b]) => a - b).map(([, one]) => one);
    for (let from = 0; from < mixed.length; from += 31) {
      await rewards.feed({ transactions: mixed.slice(from, from + 31) });
      await pull();
    }
    const spendOf = async (cardId: string) => {
      const since = Date.UTC(2026, 9, 1);
      const noRates = async () => await Promise.resolve({ find: () => null });
      const { transactions } = await readSpend(services.pool, [cardId], since, noRates);
      return transactions
        .map((one) => ({ ...one, id: one.id.slice(6), refersTo: one.refersTo?.slice(6) ?? null }))
        .sort((a, b) => a.id.localeCompare(b.id));
    };
    expect(await spendOf(shuffled)).toEqual(await spendOf(inOrder));
    expect(await spendOf(inOrder)).toHaveLength(42);
  });

  test("with other content stays as it was known, and is counted", async () => {
    const cardId = await enrol("AREF-OTHER");
    const before = (await shown()).last?.differing ?? 0;
    await rewards.feed({ transactions: [spent("told-twice", "AREF-OTHER")] });
    await pull();
    await rewards.feed({
      transactions: [
        spent("told-twice", "AREF-OTHER", { amountMinor: 9 }),
        spent("told-after", "AREF-OTHER"),
      ],
    });
    expect((await pull()).last).toMatchObject({ outcome: "DONE", stored: 1, differing: before + 1 });
    expect(await storedOf(cardId)).toEqual(["told-after", "told-twice"]);
    const { rows } = await services.pool.query(
      "select minor from transactions where transaction_id = 'told-twice'",
    );
    expect(rows).toEqual([{ minor: "1000" }]);
  });

  test("from the beginning, because it is asked of another address, is stored no second time", async () => {
    const cardId = await enrol("AREF-MOVED");
    const transactions = [spent("moved-1", "AREF-MOVED"), spent("moved-2", "AREF-MOVED")];
    await rewards.feed({ transactions });
    await pull();
    const elsewhere = await startRewards();
    await elsewhere.feed({ transactions: [...transactions, spent("moved-3", "AREF-MOVED")] });
    const moved = await server.another(0, { REWARDS_URL: elsewhere.url });
    await expect.poll(async () => await storedOf(cardId)).toEqual(["moved-1", "moved-2", "moved-3"]);
    await moved.stop();
    await elsewhere.close();
    const before = (await rewards.seen()).length;
    expect((await pull()).last).toMatchObject({ outcome: "DONE", stored: 0 });
    expect((await cursorsSince(before))[0]).toBeNull();
  });
});

describe("of several instances", () => {
  test("one pulls, and the others say that it does", async () => {
    const cardId = await enrol("AREF-TWO");
    const ids = await feed("AREF-TWO", 3 * PAGE);
    const before = (await rewards.seen()).length;
    await rewards.faults("late:300");
    const runs = await Promise.all(
      [services, other.services, services, other.services].map(
        async (one) => await pullTransactions(one, { mostPages: 20 }),
      ),
    );
    expect(runs.filter((run) => run !== null)).toHaveLength(1);
    expect(await storedOf(cardId)).toEqual([...ids].sort());
    expect(await cursorsSince(before)).toHaveLength(new Set(await cursorsSince(before)).size);
  });

  test("one that has lost its place stores nothing", async () => {
    const cardId = await enrol("AREF-LOST");
    const ids = await feed("AREF-LOST", 1);
    const { transactionsAfter } = services.rewards;
    const slow: Services = {
      ...services,
      rewards: {
        ...services.rewards,
        isConnected: true,
        url: services.rewards.url,
        // Another brings the page while this one still reads it.
        transactionsAfter: async (cursor, within) => {
          const page = await transactionsAfter.call(services.rewards, cursor, within);
          await services.pool.query("update reward_pull set cursor = 'elsewhere'");
          return page;
        },
      },
    };
    const { rows } = await services.pool.query<{ cursor: string }>("select cursor from reward_pull");
    await pullTransactions(slow, { mostPages: 20 });
    expect(await storedOf(cardId)).toEqual([]);
    await services.pool.query("update reward_pull set cursor = $1", [rows[0]?.cursor]);
    await pull();
    expect(await storedOf(cardId)).toEqual(ids);
  });
});

test("aProcessThatIsKilledBetweenTwoPagesGoesOnWhereItWas", async () => {
  const told = await startRewards();
  const database = await createTestDatabase();
  const pool = createPool(database.url);
  const home = await productHome();
  const env = { DATABASE_URL: database.url, REWARDS_URL: told.url, REWARDS_KEY: KEY };
  const ids = Array.from({ length: 2 * PAGE + 50 }, (_, index) => `k-${String(index)}`);
  await told.feed({ transactions: ids.map((id) => spent(id, "AREF-KILLED")) });
  await told.faults("none", "none", "hang");
  const first = await home.start(env);
  const waiting = async (): Promise<number> => {
    const { rows } = await pool.query<{ count: number }>("select count(*)::int as count from reward_waiting");
    return rows[0]?.count ?? 0;
  };
  await expect.poll(async () => (await told.seen()).length).toBe(3);
  expect(await waiting()).toBe(2 * PAGE);
  await first.end("SIGKILL");
  await pool.query("update reward_pull set at = at - interval '1 day'");
  const second = await home.start(env);
  await expect.poll(waiting).toBe(ids.length);
  const cursors = (await told.seen()).map(({ path }) => new URL(path, told.url).searchParams.get("after"));
  expect(cursors).toEqual([null, "after-100", "after-200", "after-200"]);
  await second.end("SIGTERM");
  await home.destroy();
  await pool.end();
  await database.drop();
  await told.close();
});

test("nothingThatIsAskedHoldsANumber", async () => {
  const pan = testPan(++pans);
  await enrol("AREF-NUMBER", pan);
  await feed("AREF-NUMBER", 1);
  await pull();
  expect(JSON.stringify(await rewards.seen())).not.toContain(pan);
});

test("whoeverHasAScopeSeesNoCountAndPullsNothing", async () => {
  const scoped = await clientFor(server, "USER", { icas: ["0001234"], merchantIds: [], locationIds: [] });
  expect(view.parse((await scoped.send("GET", "/api/transactions/pull")).body).waiting).toBeNull();
  expect((await scoped.request("POST", "/api/transactions/pull", {})).status).toBe(403);
});

test.each([
  ["before its time", { hasMore: false, ago: 299 }, false],
  ["when its time is there", { hasMore: false, ago: 300 }, true],
  ["at once where there is more", { hasMore: true, ago: 1 }, true],
])("aPullIsDue %s: %o %s", (_name, { hasMore, ago }, isDue) => {
  const seen = {
    ...{ at: "2026-11-30T12:00:00.000Z", outcome: "DONE" as const, status: null, stored: 0, hasMore },
    ...{ movedAt: null, newest: null, differing: 0 },
  };
  expect(isPullDue(seen, 300_000, Date.parse(seen.at) + ago * 1_000)).toBe(isDue);
});
