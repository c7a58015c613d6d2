import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";

import { freePort } from "../../src/database/embedded/embedded.ts";
import { createPool } from "../../src/database/pool.ts";
import { createTestDatabase, startCluster, type TestDatabase } from "../support/postgres.ts";

let database: TestDatabase;
let pool: pg.Pool;

beforeAll(async () => {
  database = await createTestDatabase();
  pool = createPool(database.url, { max: 2, applicationName: "pool test" });
});

afterAll(async () => {
  await pool.end();
  await database.drop();
});

test("reads int8 as a number, alone and in arrays, and timestamptz as a Date", async () => {
  const { rows } = await pool.query(
    "SELECT 9007199254740991::int8 AS big, ARRAY[1, NULL, -3]::int8[] AS list, '{}'::int8[] AS empty, '2026-11-21T13:54:00.123Z'::timestamptz AS at, 1.50::numeric AS money",
  );
  expect(rows).toEqual([
    {
      big: Number.MAX_SAFE_INTEGER,
      list: [1, null, -3],
      empty: [],
      at: new Date("2026-11-21T13:54:00.123Z"),
      money: "1.50",
    },
  ]);
});

test("refuses to round an int8, and goes on", async () => {
  await expect(pool.query("SELECT 9007199254740992::int8 AS n")).rejects.toThrow(
    /beyond what a number holds exactly/,
  );
  expect((await pool.query("SELECT 9007199254740992::int8::text AS n")).rows).toEqual([
    { n: "9007199254740992" },
  ]);
});

test("leaves the types of other connections in the process alone", async () => {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  expect((await client.query("SELECT 1::int8 AS n")).rows).toEqual([{ n: "1" }]);
  await client.end();
});

test("names itself and lets no transaction idle for long", async () => {
  const { rows } = await pool.query(
    "SELECT current_setting('application_name') AS name, current_setting('idle_in_transaction_session_timeout') AS idle",
  );
  expect(rows).toEqual([{ name: "pool test", idle: "10s" }]);
});

test("survives a killed server, tells of it, and works again after its restart", async () => {
  const cluster = await startCluster({ fsync: false, port: await freePort() });
  const errors: Error[] = [];
  const own = createPool(cluster.url(), { onIdleError: (error) => errors.push(error) });
  try {
    await own.query("SELECT 1");
    await cluster.kill();
    await expect.poll(() => errors.length, { timeout: 5_000 }).toBe(1);
    await expect(own.query("SELECT 1")).rejects.toThrow(/ECONNREFUSED/);
    await cluster.start();
    expect((await own.query("SELECT 1::int8 AS n")).rows).toEqual([{ n: 1 }]);
  } finally {
    await own.end();
    await cluster.destroy();
  }
});
