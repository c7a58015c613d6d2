import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import type { Terminal } from "../../src/cli/pos/terminal.ts";
import { createTerminal, simpleProgramme, testPan } from "../support/programme.ts";
import { type PanelServer, startPanel } from "./support/panel.ts";

/** The desk where people look at what terminals decided by themselves. */

let panel: PanelServer;
let terminal: Terminal;
let locationId = "";
let told = 0;

beforeAll(async () => {
  panel = await startPanel({ testClock: true });
  ({ locationId } = await simpleProgramme(
    panel.admin,
    panel.url,
    {
      name: "Offline rule",
      offline: {
        accountRanges: true,
        whitelist: false,
        maxGuests: 2,
        perCardAndDay: 5,
        perTerminalAndDay: null,
      },
    },
    { offlineAllowed: true },
  ));
  terminal = await createTerminal(panel.admin, panel.url, locationId);
});
afterAll(async () => {
  await panel.stop();
});

/** Entries by a list that was never sent: each waits. Answers their access ids. */
async function tell(count: number): Promise<readonly string[]> {
  const clock = await panel.admin.send("GET", "/api/test-clock");
  const { now } = z.object({ now: z.string() }).parse(clock.body);
  const reports = Array.from({ length: count }, () => {
    told += 1;
    return {
      reportId: `told-${String(told)}`,
      number: told + 1,
      occurredAt: now,
      mode: "BIN_RANGE",
      card: { pan: testPan(told), entryMode: "CHIP" },
      guests: 0,
      outcome: "ADMITTED",
    };
  });
  const answer = await terminal.client.send("POST", "/pos/offline_reports", { reports });
  const position = answer.headers.get("position") ?? "";
  await panel.admin.request("GET", "/api/operations", undefined, { "Wait-For": position });
  const told_ = z.object({ reports: z.array(z.object({ accessId: z.string() })) }).parse(answer.body);
  return told_.reports.map(({ accessId }) => accessId);
}

async function waiting(): Promise<number> {
  const { body } = await panel.admin.send("GET", "/api/offline");
  return z.object({ waiting: z.number() }).parse(body).waiting;
}

async function decide(page: Page, verb: string, reason: string): Promise<void> {
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Reason").fill(reason);
  await dialog.getByRole("button", { name: verb }).click();
}

describe("the desk", () => {
  test("acceptsOneByAKey, and the next opens by itself", async () => {
    await tell(2);
    const window = await panel.signedIn(await panel.person("USER"));
    const { page } = window;
    await page.goto("/admin/offline");
    const rows = page.getByRole("table", { name: "Offline" }).getByRole("row");
    await expect.poll(async () => await rows.count()).toBe(3);
    await rows.nth(1).getByRole("link").first().click();
    await expect
      .poll(async () => await page.getByRole("heading", { level: 1 }).innerText())
      .toContain("Offline entry");
    const first = page.url();
    await expect
      .poll(async () => await page.getByText("names a list that it was never sent").count())
      .toBe(1);
    await page.keyboard.press("a");
    await decide(page, "Accept 1 entry", "the list was being replaced");
    await expect.poll(() => page.url() !== first && /\/offline\/./.test(page.url())).toBe(true);
    await expect.poll(waiting).toBe(1);
    await page.keyboard.press("d");
    await decide(page, "Dispute 1 entry", "nobody knows this card");
    await expect.poll(() => new URL(page.url()).pathname).toBe("/admin/offline");
    await expect.poll(waiting).toBe(0);
    await expect.poll(async () => await page.getByText("Nothing waits").count()).toBe(1);
    await window.close();
  });

  test("disputesManyAtOnce", async () => {
    const ids = await tell(3);
    const window = await panel.signedIn(await panel.person("USER"));
    const { page } = window;
    await page.goto("/admin/offline");
    const boxes = page.getByRole("checkbox", { name: /Select the entry/ });
    await expect.poll(async () => await boxes.count()).toBe(3);
    for (const at of [0, 1, 2]) await boxes.nth(at).check();
    await page.getByRole("button", { name: "Dispute 3 entries" }).click();
    await decide(page, "Dispute 3 entries", "the lounge has to answer for them");
    await expect.poll(waiting).toBe(0);
    const disputed = await panel.admin.send("GET", "/api/operations?review=DISPUTED&limit=500");
    const { items } = z.object({ items: z.array(z.object({ accessId: z.string() })) }).parse(disputed.body);
    expect(items.map(({ accessId }) => accessId)).toEqual(expect.arrayContaining([...ids]));
    await window.close();
  });

  test("anAuditorReads, and decides nothing", async () => {
    const [id = ""] = await tell(1);
    const window = await panel.signedIn(await panel.person("AUDITOR"));
    const { page } = window;
    await page.goto(`/admin/offline/${id}`);
    await expect.poll(async () => await page.getByText("What is amiss").count()).toBe(1);
    expect(await page.getByRole("button", { name: "Accept" }).count()).toBe(0);
    await page.goto("/admin/offline");
    await expect.poll(async () => await page.getByRole("table", { name: "Offline" }).count()).toBe(1);
    expect(await page.getByRole("checkbox").count()).toBe(0);
    await window.close();
  });

  test("aTerminalSaysWhichReportsAreMissing, and an operation what the terminal told", async () => {
    const [id = ""] = await tell(1);
    const window = await panel.signedIn(await panel.person("ADMIN"));
    const { page } = window;
    await page.goto(`/admin/terminals/${terminal.serialNumber}`);
    await expect.poll(async () => await page.getByText("number 1", { exact: true }).count()).toBe(1);
    await page.goto(`/admin/operations/${id}`);
    await expect.poll(async () => await page.getByText("by its list of account ranges").count()).toBe(1);
    await page.getByRole("link", { name: "Review" }).click();
    await expect.poll(() => new URL(page.url()).pathname).toBe(`/admin/offline/${id}`);
    await window.close();
  });
});
