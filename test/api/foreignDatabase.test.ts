import { afterAll, expect, test } from "vitest";
import { z } from "zod";
import { check, confirm, outcome, simpleProgramme, testPan } from "../support/programme.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

/** A database that says something else to everyone who connects: nothing that we answer may change. */

const products: TestServer[] = [];
afterAll(async () => {
  for (const product of products) await product.stop();
});

test.each([
  ["German dates", { datestyle: "'German'", timezone: "'Pacific/Auckland'" }],
  ["days before months", { datestyle: "'SQL, DMY'", intervalstyle: "'postgres_verbose'" }],
  ["other transactions", { default_transaction_isolation: "'repeatable read'", lock_timeout: "'1ms'" }],
  ["other schemas", { search_path: "nowhere, information_schema", default_transaction_read_only: "on" }],
  ["other texts", { bytea_output: "escape", array_nulls: "off", standard_conforming_strings: "off" }],
])("aVisitUnderASpendRuleIsTheSameWith %s", async (_what, database) => {
  const product = await startTestServer({ testClock: true, database });
  products.push(product);
  const { admin, url } = product;
  const { terminal } = await simpleProgramme(admin, url, {
    spend: { amount: "120.00", currency: "EUR", days: 10, graceDays: 2 },
    cardholder: { free: 2, window: { kind: "ROLLING", days: 3 } },
  });
  const pan = testPan(88_001);
  expect(outcome(await check(terminal, pan)).code).toBe("UNMET_REQUIREMENTS");

  const clock = async (): Promise<number> =>
    Date.parse(z.object({ now: z.string() }).parse((await admin.send("GET", "/api/test-clock")).body).now);
  expect(Math.abs((await clock()) - Date.now())).toBeLessThan(60_000);
  const purchase = {
    transactionId: "p-1",
    pan,
    type: "PURCHASE",
    amount: { amount: "120.00", currency: "EUR" },
    mcc: "5812",
    transactionAt: new Date((await clock()) - 86_400_000).toISOString(),
  };
  await admin.send("POST", "/api/transactions", { transactions: [purchase] });

  const granted = outcome(await check(terminal, pan));
  expect(granted.decision).toBe("GRANTED");
  const confirmed = await confirm(terminal, granted.accessId);
  expect(confirmed.status).toBe(200);
  const listed = await admin.send("GET", `/api/operations/${granted.accessId}`, undefined, {
    "Wait-For": confirmed.headers.get("position") ?? "",
  });
  expect(listed.body).toMatchObject({ status: "COMPLETED" });
  await admin.send("POST", "/api/test-clock", { advance: "P20D" });
  expect(outcome(await check(terminal, pan)).code).toBe("UNMET_REQUIREMENTS");
});
