import type pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CopyRows } from "../../src/database/copyRows.ts";
import { createPool } from "../../src/database/pool.ts";
import { createTestDatabase, type TestDatabase } from "../support/postgres.ts";

let database: TestDatabase;
let pool: pg.Pool;
let client: pg.PoolClient;

beforeAll(async () => {
  database = await createTestDatabase();
  pool = createPool(database.url, { max: 1 });
  client = await pool.connect();
  await client.query(
    "create table copied (at timestamptz, words text, raw bytea, number int, yes boolean, key int primary key)",
  );
});

afterAll(async () => {
  client.release();
  await pool.end();
  await database.drop();
});

const TARGET = "copied (key, at, words, raw, number, yes)";

test("rows arrive as they were given", async () => {
  const rows = new CopyRows(6);
  rows.row().int4(1).time(0).text("Łódź\n\t\\N").bytes(Buffer.of(0, 255)).int4(-2_147_483_648).bool(true);
  rows.row().int4(2).null().null().null().null().bool(false);
  const late = Date.parse("9999-12-31T23:59:59.999Z");
  rows.row().int4(3).time(late).text("").bytes(Buffer.alloc(0)).int4(7).null();
  rows.row().int4(4).time(null).text("a").bytes(Buffer.of(1)).int4(0).bool(true);
  await rows.into(client, TARGET);
  const { rows: found } = await client.query("select * from copied order by key");
  expect(found).toEqual([
    { key: 1, at: new Date(0), words: "Łódź\n\t\\N", raw: Buffer.of(0, 255), number: -(2 ** 31), yes: true },
    { key: 2, at: null, words: null, raw: null, number: null, yes: false },
    { key: 3, at: new Date(late), words: "", raw: Buffer.alloc(0), number: 7, yes: null },
    { key: 4, at: null, words: "a", raw: Buffer.of(1), number: 0, yes: true },
  ]);
});

test("many rows arrive, some at a time, in memory that is used again", async () => {
  for (const group of [1, 2, 3]) {
    const rows = new CopyRows(6);
    for (let index = 0; index < 3_000; index++) {
      const key = group * 10_000 + index;
      rows
        .row()
        .int4(key)
        .null()
        .text(`row ${String(key)}`)
        .bytes(Buffer.alloc(40, group))
        .null()
        .null();
    }
    await rows.into(client, TARGET);
  }
  const { rows: found } = await client.query(
    `select count(*)::int as n, bool_and(words = 'row ' || key and get_byte(raw, 39) = key / 10000) as same
     from copied where key >= 10000`,
  );
  expect(found).toEqual([{ n: 9_000, same: true }]);
});

test("rows of which one is there already are refused as a whole, and the connection goes on", async () => {
  const rows = new CopyRows(6);
  for (const key of [100, 101, 1]) rows.row().int4(key).null().null().null().null().null();
  await expect(rows.into(client, TARGET)).rejects.toMatchObject({ code: "23505" });
  const { rows: found } = await client.query("select key from copied where key between 100 and 101");
  expect(found).toEqual([]);
});
