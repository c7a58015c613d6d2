import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createClient } from "../../src/client.ts";
import { eventually } from "../eventlog/support.ts";
import { createDatabaseApart, type TestDatabase } from "../support/postgres.ts";
import { type Product, type ProductHome, productHome } from "../support/product.ts";
import { check, confirm, outcome, simpleProgramme, testPan } from "../support/programme.ts";

/** The product keeps its read models in a thread, with a log and connections of its own. */
let database: TestDatabase;
let home: ProductHome;
let product: Product;

beforeAll(async () => {
  database = await createDatabaseApart();
  home = await productHome();
  product = await home.start({ DATABASE_URL: database.url });
});
afterAll(async () => {
  await home.destroy();
  await database.drop();
});

async function withheldSeconds(): Promise<number> {
  const text = await (await fetch(`${product.url}/metrics`)).text();
  return Number(/what="log_withheld_seconds"\} (\S+)/.exec(text)?.[1] ?? Number.NaN);
}

test("whatIsAnsweredIsThereForWhoWaitsForIt, also while the thread's connection is taken away", async () => {
  const admin = createClient(product.url, await home.adminKey());
  const { terminal } = await simpleProgramme(admin, product.url);
  const other = new pg.Client({ connectionString: database.url });
  await other.connect();
  for (let visit = 0; visit < 5; visit += 1) {
    const { accessId } = outcome(await check(terminal, testPan(80_000 + visit)));
    await confirm(terminal, accessId);
    await other.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'admittance projections' and datname = current_database()",
    );
    // The client sends the position of its last command as `Wait-For`.
    const { body } = await admin.send("GET", `/api/operations/${accessId}`);
    expect(body).toMatchObject({ accessId, status: "COMPLETED" });
  }
  await other.end();
});

test("theAgeOfWhatIsWithheldIsInTheMetrics", async () => {
  const admin = createClient(product.url, await home.adminKey());
  const idle = new pg.Client({ connectionString: database.url });
  await idle.connect();
  await idle.query("set idle_in_transaction_session_timeout = 0");
  await idle.query("begin; select pg_current_xact_id()");
  await admin.send("POST", "/api/merchants", { name: "Withheld" });
  await eventually(
    async () => (await withheldSeconds()) > 0.2,
    () => "nothing is counted as withheld",
  );
  await idle.query("rollback");
  await idle.end();
  await eventually(
    async () => (await withheldSeconds()) === 0,
    () => "still counted as withheld",
  );
});
