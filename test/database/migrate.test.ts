import { type Kysely, type Migration, sql } from "kysely";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { migrations as releasedMigrations } from "../../migrations/index.ts";
import { migrate } from "../../src/database/migrate.ts";
import { createKysely, createPool } from "../../src/database/pool.ts";
import type { Database } from "../../src/database/schema.ts";
import { SetupError } from "../../src/settings.ts";
import { createTestDatabase, type TestDatabase } from "../support/postgres.ts";

let database: TestDatabase;
let open: Kysely<Database>[] = [];

beforeEach(async () => {
  database = await createTestDatabase();
  open = [];
});

afterEach(async () => {
  await Promise.all(open.map((db) => db.destroy()));
  await database.drop();
});

function connect(): Kysely<Database> {
  const db = createKysely(createPool(database.url, { max: 2 }));
  open.push(db);
  return db;
}

function statement(text: string): Migration {
  return {
    up: async (db: Kysely<unknown>) => {
      await sql.raw(text).execute(db);
    },
  };
}

const first = { "202601010000_first": statement("CREATE TABLE one (n int)") };
const both = { ...first, "202601020000_second": statement("INSERT INTO one SELECT 1 FROM pg_sleep(0.3)") };

async function rows(db: Kysely<Database>): Promise<number> {
  const result = await sql<{ n: number }>`SELECT count(*) AS n FROM one`.execute(db);
  return result.rows[0]?.n ?? -1;
}

describe("migrations", () => {
  test("run once, in the order of their names, and only what is new", async () => {
    const db = connect();
    expect(await migrate(db, first)).toEqual(["202601010000_first"]);
    expect(await migrate(db, both)).toEqual(["202601020000_second"]);
    expect(await migrate(db, both)).toEqual([]);
    expect(await rows(db)).toBe(1);
  });

  test("of eight instances that start at once one works, and all find everything done", async () => {
    const done = await Promise.all(Array.from({ length: 8 }, () => migrate(connect(), both)));
    expect(done.flat().toSorted()).toEqual(Object.keys(both));
    expect(await rows(connect())).toBe(1);
  });

  test("one that fails leaves nothing behind, says which in one line, and releases the lock", async () => {
    const db = connect();
    const failing = { ...first, "202601020000_bad": statement("SELECT 1 / 0") };
    await expect(migrate(db, failing)).rejects.toThrow(
      new SetupError("The migration 202601020000_bad failed: division by zero"),
    );
    expect((await sql<{ t: string | null }>`SELECT to_regclass('one')::text AS t`.execute(db)).rows).toEqual([
      { t: null },
    ]);
    expect(await migrate(connect(), both)).toHaveLength(2);
  });

  test("a database of a newer release is refused", async () => {
    await migrate(connect(), both);
    await expect(migrate(connect(), first)).rejects.toThrow(/was written by a newer release than this one/);
  });

  test("the released ones have names that sort by date, and run on an empty database", async () => {
    const names = Object.keys(releasedMigrations);
    for (const name of names) expect(name).toMatch(/^20\d{10}_[a-z][A-Za-z0-9_]*$/);
    expect(names).toEqual(names.toSorted());
    expect(await migrate(connect())).toEqual(names);
    expect(await migrate(connect())).toEqual([]);
  });
});
