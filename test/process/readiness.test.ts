import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { createClient } from "../../src/client.ts";
import { ADVISORY_LOCKS } from "../../src/database/advisoryLocks.ts";
import { mountSmallDisk } from "../faults/disk.ts";
import { createTestDatabase, query, startCluster, type TestDatabase } from "../support/postgres.ts";
import { type Product, type ProductHome, productHome } from "../support/product.ts";
import { until } from "../support/until.ts";

/** Ready is who would decide now, and can show what happened before. */

const readiness = z.object({
  ready: z.boolean(),
  parts: z.array(z.object({ part: z.string(), ready: z.boolean(), detail: z.string() })),
});

let home: ProductHome;
let database: TestDatabase;

beforeAll(async () => {
  home = await productHome();
  database = await createTestDatabase();
});
afterAll(async () => {
  await home.destroy();
  await database.drop();
});

async function readinessOf(product: Product) {
  return readiness.parse(await (await fetch(new URL("/readyz", product.url))).json());
}

test("whileReadModelsAreBuiltAnewItIsNotReadyAndSaysHowFar", async () => {
  const first = await home.start({ DATABASE_URL: database.url });
  const admin = createClient(first.url, await home.adminKey());
  for (let index = 0; index < 20; index += 1) {
    await admin.send("POST", "/api/merchants", { name: `Merchant ${String(index)}` });
  }
  await first.end("SIGTERM");
  await query(database.url, "update checkpoints set version = 0, position = ''");
  // Whoever builds them waits for this lock.
  const other = new pg.Client({ connectionString: database.url });
  await other.connect();
  await other.query("select pg_advisory_lock($1)", [ADVISORY_LOCKS.rebuild]);

  const again = await home.start({ DATABASE_URL: database.url });
  const during = await readinessOf(again);
  expect(during.ready).toBe(false);
  const directory = during.parts.find(({ part }) => part === "projection directory");
  expect(directory).toMatchObject({ ready: false });
  expect(directory?.detail).toMatch(/^being built, 2\d events, \d+\.\d s behind$/);
  expect((await fetch(new URL("/readyz", again.url))).status).toBe(503);

  await other.end();
  await until(async () => (await readinessOf(again)).ready);
  const listed = await createClient(again.url, await home.adminKey()).send("GET", "/api/merchants?limit=50");
  expect(z.object({ total: z.number() }).parse(listed.body).total).toBe(20);
  await again.end("SIGTERM");
});

const disk = await mountSmallDisk();
test.skipIf("reason" in disk)("withAFullDiskItIsNotReady", async () => {
  if ("reason" in disk) return;
  const cluster = await startCluster({ parent: disk.directory });
  try {
    const own = await productHome();
    const product = await own.start({ DATABASE_URL: cluster.url() });
    await until(async () => (await readinessOf(product)).ready);
    await disk.fill();
    await until(async () => {
      const { parts } = await readinessOf(product);
      return parts.some(({ part, ready }) => part === "database writes" && !ready);
    });
    expect((await fetch(new URL("/readyz", product.url))).status).toBe(503);
    await disk.free();
    await until(async () => (await readinessOf(product)).ready);
    await own.destroy();
  } finally {
    await cluster.destroy();
    await disk.unmount();
  }
});
