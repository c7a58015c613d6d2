import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { KEY, startRewards, type Told } from "../outside/support.ts";
import { importRanges, testPan } from "../support/programme.ts";
import { type PanelServer, startPanel } from "./support/panel.ts";

/** The reward system in the panel: what was pulled and what waits, a card's verification, and its HASH. */

let rewards: Told;
let panel: PanelServer;
let cardId: string;

const SPENT = {
  ...{ kind: "PURCHASE", mcc: "5411", amountMinor: 1_250, currency: "EUR" },
  transactionTime: "2026-11-01T10:00:00Z",
};

beforeAll(async () => {
  rewards = await startRewards();
  panel = await startPanel({
    settings: { REWARDS_URL: rewards.url, REWARDS_KEY: KEY, REWARDS_PULL_SECONDS: "86400" },
  });
  await importRanges(panel.admin, ["5000,5999,0001234,Test Bank,POL,WLE,World Elite"]);
  const enrolled = await panel.admin.send("POST", "/api/cards/enrolments", {
    ...{ pan: testPan(650_001), aref: "AREF-1" },
  });
  ({ cardId } = z.object({ cardId: z.string() }).parse(enrolled.body));
});
afterAll(async () => {
  await panel.stop();
  await rewards.close();
});

test("whatIsPulledStandsThere, with what waits and what went wrong", async () => {
  await rewards.feed({
    transactions: [
      { ...SPENT, id: "panel-1", aref: "AREF-1" },
      { ...SPENT, id: "panel-2", aref: "AREF-NOBODY" },
    ],
  });
  const window = await panel.signedIn(await panel.person("ADMIN"));
  const { page } = window;
  await page.goto("/admin/transactions");
  const pull = page.getByRole("region", { name: "Pulled from the reward system" });
  await pull.getByText(rewards.url).waitFor();
  await pull.getByRole("button", { name: "Pull now" }).click();
  await pull.getByText("1 transaction of 1 card that nobody has enrolled here, since").waitFor();
  await page.getByText("panel-1").waitFor();
  await rewards.faults("garbage");
  await pull.getByRole("button", { name: "Pull now" }).click();
  await pull.getByText("Not a valid answer").waitFor();
  await page.goto("/admin/connections");
  const answers = page.getByRole("table", { name: "Last answers: Reward system" });
  await answers.getByRole("row", { name: /Transactions Not a valid answer 200/ }).waitFor();
  await page.getByRole("button", { name: "Test: Reward system" }).click();
  await answers.getByRole("row", { name: /Test Answered 200/ }).waitFor();
  await window.close();
});

test("aCardIsVerified, in words, and a difference is said and changes nothing", async () => {
  await rewards.faults();
  const since = "2026-02-28T12:00:00Z";
  await rewards.feed({ cards: [{ aref: "AREF-1", ica: "1234", productCode: "WLE", since }] });
  const window = await panel.signedIn(await panel.person("CALL_CENTER"));
  const { page } = window;
  await page.goto(`/admin/cards/${cardId}`);
  const verify = page.getByRole("button", { name: "Verify at the reward system" });
  await verify.click();
  const facts = page.getByRole("group", { name: "Facts" }).or(page.locator("dl"));
  await facts.getByText("Known as it is enrolled here").first().waitFor();
  await rewards.feed({ cards: [{ aref: "AREF-1", ica: "1234", productCode: "MCG", since }] });
  await verify.click();
  await facts.getByText("There the product is MCG").first().waitFor();
  await rewards.feed({ gone: ["AREF-1"] });
  await verify.click();
  await facts.getByText("Not enrolled there").first().waitFor();
  await rewards.faults("status:503");
  await verify.click();
  await page.getByText("its answer is not valid. Nothing was recorded.").waitFor();
  await page.getByText("Verified at the reward system: not enrolled there").waitFor();
  await page.getByText("Verified at the reward system: another product there").waitFor();
  await page.getByText("Verified at the reward system: known as enrolled here").waitFor();
  expect(await page.getByText("AREF-1", { exact: true }).count()).toBeGreaterThan(0);
  await window.close();
});

test("theHashIsShownByAClick, which the card's history keeps, in 320 pixels", async () => {
  const window = await panel.signedIn(await panel.person("ADMIN"), { width: 320, scheme: "dark" });
  const { page } = window;
  await page.goto(`/admin/cards/${cardId}`);
  await page.getByText("That you saw it is kept in the card's history.").waitFor();
  expect(await page.getByText(/^v1\./).count()).toBe(0);
  await page.getByRole("button", { name: "Show", exact: true }).click();
  await page.getByText(/^v1\./).waitFor();
  await page.getByText("HASH shown").waitFor();
  const wide = await page.evaluate("document.documentElement.scrollWidth");
  expect(wide).toBeLessThanOrEqual(320);
  await page.goto("/admin/transactions");
  await page.getByRole("region", { name: "Pulled from the reward system" }).waitFor();
  expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(320);
  await window.close();
});
