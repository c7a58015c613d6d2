import { readdirSync, readFileSync } from "node:fs";
import type pg from "pg";
import { describe, expect, test } from "vitest";
import { migrations } from "../../migrations/index.ts";
import { migrate } from "../../src/database/migrate.ts";
import { createKysely, createPool } from "../../src/database/pool.ts";
import { createTestDatabase } from "../support/postgres.ts";

/**
 * `test/golden/databases` holds a dump of the tables, with a few rows, as each release left them, by its last migration:
 * what stands in somebody's database. A dump is added with each release and never changed.
 */

const folder = new URL("../golden/databases/", import.meta.url);
const dumps = readdirSync(folder).map((file) => [file.replace(/\.sql$/, ""), file] as const);

/** Everything that statements can name, as the server describes it. */
const SHAPE = `
  select 'column ' || table_name || '.' || column_name as name,
         concat_ws(' ', data_type, is_nullable, column_default, collation_name, is_identity) as shape
  from information_schema.columns where table_schema = 'public'
  union all select 'function ' || p.oid::regprocedure::text, pg_get_functiondef(p.oid)
  from pg_proc p where p.pronamespace = 'public'::regnamespace
  union all select 'index ' || indexname, indexdef from pg_indexes where schemaname = 'public'
  union all select 'constraint ' || conrelid::regclass::text || ' ' || conname, pg_get_constraintdef(oid)
  from pg_constraint where connamespace = 'public'::regnamespace
  union all select 'trigger ' || tgrelid::regclass::text || ' ' || tgname, pg_get_triggerdef(oid) || ' ' || tgenabled::text
  from pg_trigger where not tgisinternal
  order by 1`;

async function withDatabase<Result>(work: (pool: pg.Pool) => Promise<Result>): Promise<Result> {
  const database = await createTestDatabase();
  const pool = createPool(database.url, { max: 2 });
  try {
    return await work(pool);
  } finally {
    await pool.end();
    await database.drop();
  }
}

async function upgraded(pool: pg.Pool): Promise<readonly string[]> {
  return await migrate(createKysely(pool));
}

async function shapeOf(pool: pg.Pool): Promise<ReadonlyMap<string, string>> {
  const { rows } = await pool.query<{ name: string; shape: string }>(SHAPE);
  return new Map(rows.map(({ name, shape }) => [name, shape]));
}

describe.each(dumps)("a database of %s", (last, file) => {
  test("becomesWhatANewOneIs, and keeps its rows", async () => {
    const fresh = await withDatabase(async (pool) => {
      await upgraded(pool);
      return await shapeOf(pool);
    });
    expect(fresh.size).toBeGreaterThan(100);
    await withDatabase(async (pool) => {
      await pool.query(readFileSync(new URL(file, folder), "utf8"));
      const names = Object.keys(migrations);
      expect(await upgraded(pool)).toEqual(names.slice(names.indexOf(last) + 1));
      expect(await shapeOf(pool)).toEqual(fresh);
      const { rows } = await pool.query<{ events: number; cards: number }>(
        `select (select count(*)::int from events) as events, (select count(*)::int from card_vault) as cards`,
      );
      expect(rows).toEqual([{ events: 1, cards: 1 }]);
    });
  });
});

test("everyReleaseLeftADump, the newest too", () => {
  expect(dumps.map(([last]) => last)).toContain(Object.keys(migrations).at(-1));
});
