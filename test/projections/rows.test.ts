import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import fc from "fast-check";
import type pg from "pg";
import { createPool } from "../../src/database/pool.ts";
import { Rows, type Table } from "../../src/projections/rows.ts";
import { createTestDatabase, type TestDatabase } from "../support/postgres.ts";

/** What is copied in is what an update by JSON writes, and what was put. */

interface Sample {
  readonly id: string;
  readonly words: readonly string[] | null;
  readonly note: string | null;
  readonly count: number;
  readonly is_open: boolean;
  readonly at: Date | null;
  readonly more: unknown;
}

const samples: Table<Sample> = { name: "samples", primaryKey: ["id"], json: ["more"], key: (row) => row.id };

let database: TestDatabase;
let pool: pg.Pool;

beforeAll(async () => {
  database = await createTestDatabase();
  pool = createPool(database.url, { max: 2 });
  await pool.query(
    `create table samples (id text primary key, words text[], note text, count bigint not null,
       is_open boolean not null, at timestamptz, more json)`,
  );
});
beforeEach(async () => {
  await pool.query("truncate samples");
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

async function saved(rows: readonly Sample[], writes: "COPY" | "UPSERT"): Promise<readonly Sample[]> {
  const client = await pool.connect();
  try {
    await client.query("begin");
    const own = new Rows(samples, []);
    for (const row of rows) own.put(row);
    await own.save(client, writes);
    const { rows: stored } = await client.query<Sample>('select * from samples order by id collate "C"');
    return stored;
  } finally {
    await client.query("rollback");
    client.release();
  }
}

const text = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.constantFrom(
    "",
    "\\N",
    "\\.",
    "\\",
    "a\tb",
    "a\nb",
    "a\r\nb",
    '"',
    "{a,b}",
    "NULL",
    "null",
    "\u0000",
    "\ud800",
    "é😀",
  ),
);
const sample: fc.Arbitrary<Sample> = fc.record({
  id: fc.uuid(),
  words: fc.option(fc.array(text, { maxLength: 4 })),
  note: fc.option(text),
  count: fc.integer({ min: -1_000_000, max: 1_000_000 }),
  is_open: fc.boolean(),
  at: fc.option(fc.date({ min: new Date(0), max: new Date("9999-01-01"), noInvalidDate: true })),
  more: fc.option(
    fc.record({
      said: fc.array(text, { maxLength: 3 }),
      deep: fc.dictionary(fc.constantFrom("a", "b\\"), text),
    }),
  ),
});

test("aRowThatIsCopiedInIsTheRowThatAnUpdateWrites", async () => {
  const rows = fc.uniqueArray(sample, { maxLength: 12, selector: ({ id }) => id });
  await fc.assert(
    fc.asyncProperty(rows, async (some) => {
      expect(await saved(some, "COPY")).toEqual(await saved(some, "UPSERT"));
    }),
    { numRuns: 150 },
  );
});

test("whatCanBeKeptIsKeptAsItIs", async () => {
  const row: Sample = {
    ...{ id: "a\\N\t", words: ["a,b", '"', "\\", "", "NULL", "x\ny"], note: "\\.", count: -7, is_open: true },
    ...{ at: new Date("2026-11-29T10:00:00.123Z"), more: { tab: "\t", back: "\\n", quote: '"' } },
  };
  expect(await saved([row], "COPY")).toEqual([row]);
  const nothing: Sample = { ...row, id: "b", words: null, note: null, at: null, more: null };
  expect(await saved([nothing], "COPY")).toEqual([nothing]);
});

describe("rows that are there", () => {
  const row: Sample = { id: "1", words: null, note: "first", count: 1, is_open: false, at: null, more: null };

  test("areWrittenOver, andTakenOut", async () => {
    await pool.query(
      "insert into samples (id, note, count, \is_open) values ('1', 'first', 1, false), ('2', 'x', 2, true)",
    );
    const client = await pool.connect();
    try {
      const rows = await Rows.read(client, samples, "id", ["1", "2"]);
      rows.put({ ...row, note: "second" });
      rows.remove("2");
      rows.put({ ...row, id: "3", note: "new" });
      await rows.save(client);
      const { rows: stored } = await client.query("select id, note from samples order by id");
      expect(stored).toEqual([
        { id: "1", note: "second" },
        { id: "3", note: "new" },
      ]);
    } finally {
      client.release();
    }
  });

  test("areNeverCopiedOver: the batch fails, and is written as an update", async () => {
    await pool.query("insert into samples (id, note, count, \is_open) values ('1', 'first', 1, false)");
    await expect(saved([{ ...row, note: "again" }], "COPY")).rejects.toMatchObject({ code: "23505" });
    expect(await saved([{ ...row, note: "again" }], "UPSERT")).toMatchObject([{ id: "1", note: "again" }]);
  });

  test("aRowThatBeganAndEndedInOneBatchIsNowhere", async () => {
    const client = await pool.connect();
    try {
      const rows = new Rows(samples, []);
      rows.put(row);
      rows.remove("1");
      await rows.save(client);
      expect((await client.query("select 1 from samples")).rows).toEqual([]);
    } finally {
      client.release();
    }
  });
});
