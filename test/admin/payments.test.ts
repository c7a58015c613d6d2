import { afterAll, beforeAll, expect, test } from "vitest";
import { KEY, startAcquirer, type Told } from "../outside/support.ts";
import { check, confirm, outcome, simpleProgramme, testPan } from "../support/programme.ts";
import type { Terminal } from "../../src/cli/pos/terminal.ts";
import { type PanelServer, startPanel } from "./support/panel.ts";

/** The desk where payments are reconciled. */

const MANY = 10_000;
let acquirer: Told;
let panel: PanelServer;
let terminal: Terminal;

beforeAll(async () => {
  acquirer = await startAcquirer();
  panel = await startPanel({ settings: { ACQUIRER_URL: acquirer.url, ACQUIRER_KEY: KEY } });
  ({ terminal } = await simpleProgramme(panel.admin, panel.url, {
    cardholder: { paid: "UNLIMITED", fee: { amount: "25.00", currency: "EUR" } },
    verification: { mode: "ASI", chargesFees: true },
  }));
});
afterAll(async () => {
  await panel.stop();
  await acquirer.close();
});

async function enter(card: number): Promise<string> {
  const { accessId } = outcome(await check(terminal, testPan(card)));
  await confirm(terminal, accessId);
  return accessId;
}

test("whatNobodyKnows is found at the desk, asked for again, and resolved with a reason", async () => {
  await acquirer.faultsOn("/account-status-inquiries", "none");
  const lost = Array.from({ length: MANY }, () => "status:503");
  await acquirer.faultsOn("/charges", ...lost);
  await acquirer.faults(...lost);
  const accessId = await enter(1);
  const window = await panel.signedIn(await panel.person("USER"));
  const { page } = window;
  await page.goto("/admin/payments");
  const row = page.getByRole("row", { name: /Unknown whether charged.*25\.00/ });
  await row.waitFor();
  await row.getByRole("link").first().click();
  await page.getByRole("heading", { name: `Payment ${accessId}` }).waitFor();
  await page.getByRole("button", { name: "Ask now" }).click();
  await page.getByText("The acquirer was asked.").waitFor();
  const asked = page.getByRole("table", { name: "What was asked and answered" });
  await asked
    .getByRole("row", { name: /What became of the charge (Unknown|Not done)/ })
    .first()
    .waitFor();
  await page.getByRole("button", { name: "Say what became of it" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("It was").selectOption("Not paid");
  await dialog.getByRole("button", { name: "Say what became of it" }).click();
  await dialog.getByText("Say why.").waitFor();
  await dialog.getByLabel("Reason").fill("The bank has no such charge.");
  await dialog.getByRole("button", { name: "Say what became of it" }).click();
  const steps = page.getByRole("table", { name: "What is recorded" });
  await steps.getByRole("row", { name: /Resolved by hand.*Not paid.*no such charge/ }).waitFor();
  await expect.poll(async () => await page.getByRole("button", { name: "Ask now" }).count()).toBe(0);
  await page.getByRole("link", { name: accessId }).click();
  await page.getByRole("link", { name: "Failed" }).waitFor();
  await window.close();
});

test("whatTheBankSaid stands there in words, and an Auditor has no button", async () => {
  await acquirer.faultsOn("/charges", "none");
  await acquirer.faults("none");
  await acquirer.answers({ charge: "51" });
  const accessId = await enter(2);
  await acquirer.answers({});
  const window = await panel.signedIn(await panel.person("AUDITOR"));
  const { page } = window;
  await page.goto(`/admin/payments/${accessId}`);
  await page
    .getByRole("row", { name: /Charge.*Refused.*51: / })
    .first()
    .waitFor();
  expect(await page.getByRole("button", { name: "Say what became of it" }).count()).toBe(0);
  await window.close();
});

test("itIsReadIn320PixelsInTheDark", async () => {
  const options = { width: 320, scheme: "dark" } as const;
  const window = await panel.signedIn(await panel.person("ADMIN"), options);
  await window.page.goto("/admin/payments");
  await window.page.getByRole("heading", { level: 1 }).waitFor();
  const wide = await window.page.evaluate("document.documentElement.scrollWidth");
  expect(wide).toBeLessThanOrEqual(320);
  await window.close();
});
