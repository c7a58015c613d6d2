import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import type { Terminal } from "../../src/cli/pos/terminal.ts";
import { maskPan } from "../../src/domain/pan.ts";
import { check, confirm, outcome, simpleProgramme, testPan } from "../support/programme.ts";
import { type PanelServer, startPanel } from "./support/panel.ts";

/** Where people approve what others proposed, and bring what was used under an earlier system. */

let panel: PanelServer;
let terminal: Terminal;
let rulesetId = "";
let cards = 0;

beforeAll(async () => {
  panel = await startPanel({ testClock: true });
  ({ terminal, rulesetId } = await simpleProgramme(panel.admin, panel.url, {
    name: "Lounge rule",
    cardholder: { free: 1, window: { kind: "ROLLING", days: 30 } },
  }));
});
afterAll(async () => {
  await panel.stop();
});

async function seenCard(): Promise<{ readonly pan: string; readonly cardId: string }> {
  const pan = testPan(++cards);
  const { accessId } = outcome(await check(terminal, pan));
  await confirm(terminal, accessId);
  const { body } = await panel.admin.send("POST", "/api/cards/lookup", { pan });
  return { pan, cardId: z.looseObject({ cardId: z.string() }).parse(body).cardId };
}

async function proposed(): Promise<{ readonly pan: string; readonly id: string }> {
  const { pan, cardId } = await seenCard();
  const body = { cardId, rulesetId, free: 1, reason: "closed <b>early</b>" };
  const made = await panel.admin.send("POST", "/api/adjustments", body);
  await panel.admin.request("GET", "/api/adjustments", undefined, {
    "Wait-For": made.headers.get("position") ?? "",
  });
  return { pan, id: z.looseObject({ id: z.string() }).parse(made.body).id };
}

test("a User declines many at once with a reason; what somebody else decided meanwhile is said", async () => {
  const [first, second, third] = [await proposed(), await proposed(), await proposed()];
  const window = await panel.signedIn(await panel.person("USER"));
  const { page } = window;
  await page.goto("/admin/adjustments");
  for (const { pan } of [first, second])
    await page.getByRole("checkbox", { name: `Select the proposal for card ${maskPan(pan)}` }).check();
  await page.getByRole("button", { name: "Decline 2" }).click();
  const dialog = page.getByRole("dialog", { name: "Decline" });
  await dialog.getByRole("button", { name: "Decline 2" }).click();
  await dialog.getByText("Say why.").waitFor();
  await dialog.getByLabel("Why").fill("It was open");
  await dialog.getByRole("button", { name: "Decline 2" }).click();
  await page.getByText("2 proposals are decided.").waitFor();
  await expect.poll(async () => await page.getByText("closed <b>early</b>").count()).toBe(1);

  await page.getByRole("checkbox", { name: `Select the proposal for card ${maskPan(third.pan)}` }).check();
  const other = await panel.signedIn(await panel.person("USER"));
  await other.page.goto("/admin/adjustments");
  await other.page.getByRole("checkbox").check();
  await other.page.getByRole("button", { name: "Approve" }).click();
  await other.page.getByRole("dialog").getByRole("button", { name: "Approve" }).click();
  await other.page.getByText("It is decided.").waitFor();
  await other.close();
  await page.getByRole("button", { name: "Approve" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Approve" }).click();
  await page.getByText(/One could not be decided/).waitFor();
  await page.getByRole("button", { name: "Cancel" }).click();
  await page.getByText("Nothing waits for approval").waitFor();

  await page.goto("/admin/adjustments?status=DECLINED&status=APPROVED");
  await expect.poll(async () => await page.getByRole("row").count()).toBe(4);
  await window.close();
});

test("a Call Center takes its own proposal back, and sees no way to approve", async () => {
  const { cardId } = await seenCard();
  await proposed();
  const window = await panel.signedIn(await panel.person("CALL_CENTER"));
  const { page } = window;
  await page.goto(`/admin/cards/${cardId}`);
  await page.getByRole("button", { name: "Propose visits" }).click();
  const dialog = page.getByRole("dialog", { name: "Propose visits" });
  await dialog.getByRole("button", { name: "Propose visits" }).click();
  await dialog.getByRole("alert").getByText("Say how many free or paid visits.").waitFor();
  await dialog.getByLabel("Free visits").fill("2");
  await dialog.getByLabel("Reason").fill("Goodwill");
  await dialog.getByRole("button", { name: "Propose visits" }).click();
  await page.getByText("The visits are proposed.").waitFor();
  await page.getByRole("link", { name: "All proposals" }).click();
  await page.getByRole("heading", { level: 1, name: "Adjustments", exact: true }).waitFor();
  expect(await page.getByRole("checkbox").count()).toBe(0);
  await page.getByRole("button", { name: /^Withdraw the proposal/ }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Withdraw" }).click();
  await page.getByText("The proposal is withdrawn.").waitFor();
  await window.close();
});

test("a User looks at a file of opening balances, and takes it over", async () => {
  const pan = testPan(++cards);
  const window = await panel.signedIn(await panel.person("USER"), { expected: [/422/] });
  const { page } = window;
  await page.goto("/admin/adjustments");
  await page.getByRole("link", { name: "Import opening balances" }).click();
  const header = "pan,rulesetId,usedAt,free";
  const day = new Date(Date.now() - 86_400_000).toISOString();
  const file = (lines: readonly string[]) => ({
    name: "balances.csv",
    mimeType: "text/csv",
    buffer: Buffer.from([header, ...lines, ""].join("\n")),
  });
  const input = page.getByLabel("CSV file");
  await input.setInputFiles(file([`${pan},${rulesetId},yesterday,1`]));
  await page.getByRole("alert").waitFor();
  expect(await page.getByRole("alert").innerText()).not.toContain(pan);
  await input.setInputFiles(file([`${pan},${rulesetId},${day},1`, `${pan},${rulesetId},2999-01-01,1`]));
  await page.getByText("1 would be taken, 0 are known, 1 are refused.").waitFor();
  await page.getByText("The date lies ahead.").waitFor();
  await page.getByRole("button", { name: "Take 1 over" }).click();
  await page.getByText("1 opening balances were taken over.").waitFor();
  await page.getByRole("link", { name: "Opening balances", exact: true }).click();
  await page.getByRole("heading", { level: 1, name: "Imports of opening balances", exact: true }).waitFor();
  await expect.poll(async () => await page.getByRole("row").count()).toBe(2);
  expect(outcome(await check(terminal, pan)).code).toBe("LIMIT_EXCEEDED");
  await window.close();
});
