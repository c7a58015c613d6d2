import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "../support/postgres.ts";
import { SimulatedDatabase } from "./database.ts";
import { report } from "./report.ts";
import { simulate } from "./simulate.ts";

/** In each of the two files; `npm run test:long` runs more, and `SEEDS=n` as many as it says. */
export const SEEDS = Number(process.env["SEEDS"] ?? (process.env["LONG"] === "1" ? 5_000 : 1_000));

/** So many seeds in one test: short enough to see how far a run is. */
const CHUNK = 100;

/** The simulated database of a test file. */
export function simulatedDatabase(): () => SimulatedDatabase {
  let created: TestDatabase;
  let database: SimulatedDatabase;
  beforeAll(async () => {
    created = await createTestDatabase();
    database = await SimulatedDatabase.open(created.url);
  });
  afterAll(async () => {
    await database.close();
    await created.drop();
  });
  return () => database;
}

/** Tests that every invariant holds for so many seeds. */
export function testSeeds(database: () => SimulatedDatabase, first: number, count: number): void {
  for (let from = first; from < first + count; from += CHUNK) {
    const to = Math.min(from + CHUNK, first + count) - 1;
    test(`everyInvariantHolds for seeds ${String(from)} to ${String(to)}`, { timeout: 300_000 }, async () => {
      for (let seed = from; seed <= to; seed++) {
        const result = await simulate(database(), seed);
        if (result.violations.length > 0) expect.fail(report(result));
      }
    });
  }
}
