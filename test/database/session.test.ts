import type pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Lanes } from "../../src/database/lanes.ts";
import { createPool } from "../../src/database/pool.ts";
import { alterDatabase, createTestDatabase, type TestDatabase } from "../support/postgres.ts";

/** What a database says of itself is not what our connections rely on. */

const FOREIGN: Readonly<Record<string, string>> = {
  datestyle: "'German'",
  intervalstyle: "sql_standard",
  timezone: "'Asia/Kathmandu'",
  bytea_output: "escape",
  extra_float_digits: "0",
  array_nulls: "off",
  transform_null_equals: "on",
  search_path: "elsewhere",
  jit: "on",
  default_transaction_isolation: "'serializable'",
  default_transaction_read_only: "on",
  default_transaction_deferrable: "on",
  synchronous_commit: "off",
  statement_timeout: "'1h'",
  lock_timeout: "'1ms'",
  idle_session_timeout: "'1h'",
};

const OURS: Readonly<Record<string, string>> = {
  datestyle: "ISO, MDY",
  intervalstyle: "postgres",
  timezone: "UTC",
  bytea_output: "hex",
  extra_float_digits: "1",
  array_nulls: "on",
  transform_null_equals: "off",
  search_path: "public, pg_temp",
  jit: "off",
  default_transaction_isolation: "read committed",
  default_transaction_read_only: "off",
  default_transaction_deferrable: "off",
  synchronous_commit: "on",
  lock_timeout: "0",
  idle_session_timeout: "0",
};

const NAMES = Object.keys(OURS);
const ASK = `select ${NAMES.map((name) => `current_setting('${name}')`).join(", ")}`;

let database: TestDatabase;
let pool: pg.Pool;

beforeAll(async () => {
  database = await createTestDatabase();
  await alterDatabase(database.url, FOREIGN);
  pool = createPool(database.url, { max: 2 });
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

test("everyConnectionOfAPoolSaysWhatItReliesOn", async () => {
  const { rows } = await pool.query<string[]>({ text: ASK, rowMode: "array" });
  expect(Object.fromEntries(NAMES.map((name, index) => [name, rows[0]?.[index]]))).toEqual(OURS);
  const { rows: timeout } = await pool.query<{ statement_timeout: string }>("show statement_timeout");
  expect(timeout[0]?.statement_timeout).toBe("0");
});

test("soDoesEveryLaneBesideIt", async () => {
  const lanes = new Lanes(pool, {
    count: 1,
    deadlineMs: 5_000,
    applicationName: "test",
    prepare: "select 1",
  });
  try {
    const [row] = await lanes.use(async (ask) => await ask({ name: "settings", text: ASK }, []));
    expect(Object.fromEntries(NAMES.map((name, index) => [name, row?.[index]]))).toEqual(OURS);
    const [own] = await lanes.use(
      async (ask) =>
        await ask(
          {
            name: "timeouts",
            text: "select current_setting('statement_timeout'), current_setting('idle_in_transaction_session_timeout')",
          },
          [],
        ),
    );
    expect(own).toEqual(["5s", "1s"]);
  } finally {
    await lanes.close();
  }
});

test("whatTheServerHasReadComesBackAsItIs", async () => {
  const { rows } = await pool.query<{ at: Date; bytes: Buffer; list: (string | null)[] }>(
    "select timestamptz '2026-02-03 04:05:06.789+00' as at, '\\xff00'::bytea as bytes, '{a,NULL}'::text[] as list",
  );
  expect(rows[0]).toEqual({
    at: new Date("2026-02-03T04:05:06.789Z"),
    bytes: Buffer.from([0xff, 0]),
    list: ["a", null],
  });
});
