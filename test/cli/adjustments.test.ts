import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { type Client, createClient } from "../../src/client.ts";
import { check, confirm, outcome, simpleProgramme, testPan } from "../support/programme.ts";
import type { Product } from "../support/product.ts";
import { Installation, type Ran } from "../transfer/support.ts";

/** `admittance adjustments`, as processes. */

let home: Installation;
let product: Product;
let admin: Client;
let rulesetId = "";
let cardId = "";
let callerKey = "";

beforeAll(async () => {
  home = await Installation.create();
  product = await home.start();
  admin = home.admin(product);
  const cardholder = { window: { kind: "ROLLING" as const, days: 30 }, free: 3 };
  const programme = await simpleProgramme(admin, product.url, { name: "Lounges", cardholder });
  ({ rulesetId } = programme);
  await confirm(programme.terminal, outcome(await check(programme.terminal, testPan(1))).accessId);
  const looked = await admin.send("POST", "/api/cards/lookup", { pan: testPan(1) });
  ({ cardId } = z.looseObject({ cardId: z.string() }).parse(looked.body));
  const made = await admin.send("POST", "/api/keys", { name: "Caller", role: "CALL_CENTER" });
  callerKey = z.looseObject({ key: z.string() }).parse(made.body).key;
});
afterAll(async () => {
  await home.destroy();
});

async function adjustments(words: readonly string[], key = home.adminKey): Promise<Ran> {
  return await home.run(["adjustments", ...words, "--url", product.url], { ADMITTANCE_KEY: key });
}

const propose = (): readonly string[] => [
  ...["propose", cardId, "--ruleset", rulesetId],
  ...["--free", "2", "--reason", "closed"],
];

test("whatOneProposesAnotherApproves", async () => {
  const made = await adjustments(propose(), callerKey);
  expect([made.code, made.stdout]).toMatchObject([0, expect.stringContaining("waits for another person")]);
  const [id = ""] = made.stdout.split(" ");
  const listed = (await adjustments(["list"])).stdout;
  expect(listed).toMatch(new RegExp(`${id} +OPEN +555555\\*+\\d{4} +Lounges +2 +0 +closed`));
  const own = await adjustments(["approve", id], callerKey);
  expect([own.code, own.stderr]).toMatchObject([1, expect.stringContaining("FORBIDDEN")]);
  expect((await adjustments(["approve", id])).stdout).toContain(`${id} is approved.`);
  expect((await adjustments(["list"])).stdout).not.toContain(id);
});

test("declinesAndWithdraws", async () => {
  const second = (await adjustments(propose(), callerKey)).stdout.split(" ")[0] ?? "";
  expect((await adjustments(["decline", second, "--reason", "it was open"])).stdout).toContain(
    "is declined.",
  );
  const third = (await adjustments(propose(), callerKey)).stdout.split(" ")[0] ?? "";
  expect((await adjustments(["withdraw", third], callerKey)).stdout).toContain("is withdrawn.");
  const ended = await adjustments(["list", "--status", "DECLINED", "WITHDRAWN", "--card", cardId]);
  expect(ended.stdout).toMatch(new RegExp(`${third} +WITHDRAWN[\\s\\S]*${second} +DECLINED`));
});

test("takesAFileOver_AndNamesTheLinesThatItRefuses", async () => {
  const file = join(home.dataDir, "balances.csv");
  const line = `${testPan(2)},${rulesetId},`;
  await writeFile(file, `pan,rulesetId,usedAt,free\n${line}2026-01-01,1\n${line}2999-01-01,1\n`);
  const looked = await adjustments(["import", file, "--dry-run"]);
  expect(looked.stdout).toBe(
    "1 would be taken, 0 known, 1 refused\n/3/usedAt what was used does not lie ahead\n",
  );
  expect((await adjustments(["import", file, "--source", "old"])).stdout).toContain(
    "1 taken, 0 known, 1 refused",
  );
  expect((await adjustments(["import", file, "--source", "old"])).stdout).toContain(
    "0 taken, 1 known, 1 refused",
  );
  await writeFile(file, `pan,rulesetId,usedAt,free\n${line}2026-01-01,x\n`);
  const wrong = await adjustments(["import", file]);
  expect(wrong.code).toBe(1);
  expect(wrong.stderr).toContain("/2/free");
  expect(wrong.stderr).not.toContain(testPan(2));
});

test("asOneObjectForPrograms", async () => {
  const client = createClient(product.url, home.adminKey);
  await client.send("POST", "/api/adjustments", { cardId, rulesetId, free: 1, reason: "json" });
  const ran = await home.run(["--json", "adjustments", "list", "--url", product.url], {
    ADMITTANCE_KEY: home.adminKey,
  });
  expect(JSON.parse(ran.stdout)).toMatchObject({ items: [{ reason: "json", status: "OPEN" }], total: 1 });
});
