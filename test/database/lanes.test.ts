import { afterAll, beforeAll, expect, test } from "vitest";
import type pg from "pg";
import { Lanes } from "../../src/database/lanes.ts";
import { createPool } from "../../src/database/pool.ts";
import { createTestDatabase, type TestDatabase } from "../support/postgres.ts";

let database: TestDatabase;
let pool: pg.Pool;
let lanes: Lanes;

beforeAll(async () => {
  database = await createTestDatabase();
  pool = createPool(database.url, { max: 1 });
  lanes = new Lanes(pool, {
    count: 2,
    deadlineMs: 2_000,
    applicationName: "lanes test",
    prepare: "set work_mem = '3MB'",
  });
});

afterAll(async () => {
  await lanes.close();
  await pool.end();
  await database.drop();
});

const pidOf = async (begin = (): void => undefined): Promise<number> => {
  return await lanes.use(async (ask) => {
    begin();
    const text = "select pg_backend_pid(), current_setting('work_mem'), pg_sleep(0.01)::text";
    const [row] = await ask({ name: "pid", text }, []);
    expect(row?.[1]).toBe("3MB");
    return Number(row?.[0]);
  });
};

test("many users take turns on few connections, in their order", async () => {
  // Both are open before anybody waits: how long a connection takes to open is its server's business.
  await Promise.all([pidOf(), pidOf()]);
  const order: number[] = [];
  const pids = await Promise.all(
    Array.from({ length: 30 }, async (_, place) => {
      return await pidOf(() => order.push(place));
    }),
  );
  expect(new Set(pids).size).toBe(2);
  // Two begin at a time, and how long one takes is its server's business: nobody begins before more than the one beside it.
  for (const [at, place] of order.entries()) expect(Math.abs(at - place)).toBeLessThanOrEqual(1);
});

test("users that fail, and connections that break, leave no one waiting", async () => {
  const ask = async (text: string): Promise<unknown> =>
    await lanes.use(async (query) => await query({ name: text, text }, []));
  const bad = ["select 1/0", "select 1 from nowhere", "select pg_terminate_backend(pg_backend_pid())"];
  const outcomes = await Promise.allSettled(
    Array.from({ length: 24 }, async (_, place) => await ask(bad[place % 4] ?? "select 1")),
  );
  expect(outcomes.map(({ status }) => status === "fulfilled")).toEqual(
    outcomes.map((_, place) => place % 4 === 3),
  );
  expect(await pidOf()).toBeGreaterThan(0);
});

test("a statement that takes longer than it may is ended by the server, and its connection stays", async () => {
  const before = await pidOf();
  const slow = lanes.use(async (ask) => await ask({ name: "slow", text: "select pg_sleep(10)" }, []));
  await expect(slow).rejects.toThrow(/statement timeout/);
  expect(new Set([await pidOf(), await pidOf()])).toContain(before);
});
