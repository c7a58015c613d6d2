import type { Request } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Terminal } from "../../src/cli/pos/terminal.ts";
import { check, confirm, outcome, simpleProgramme, testPan } from "../support/programme.ts";
import { silentProxy } from "../eventlog/silentProxy.ts";
import { openWindow } from "./support/browser.ts";
import { type PanelServer, signIn, startPanel } from "./support/panel.ts";

let panel: PanelServer;
let terminal: Terminal;
beforeAll(async () => {
  panel = await startPanel();
  ({ terminal } = await simpleProgramme(panel.admin, panel.url, { cardholder: { free: 1 } }));
});
afterAll(async () => {
  await panel.stop();
});

let cards = 0;
const tap = async (): Promise<string> => outcome(await check(terminal, testPan(++cards))).accessId;

describe("what happens meanwhile", () => {
  test("newEntriesWaitUntilTheyAreWantedAndShownOnesChangeInTheirPlace", async () => {
    const first = await tap();
    const window = await panel.signedIn(await panel.person("ADMIN"));
    const { page } = window;
    await page.goto("/admin/operations");
    await page.getByText("Live", { exact: true }).waitFor();
    const rows = page.getByRole("row");
    await rows.nth(1).getByText("Waiting").waitFor();
    const before = await rows.count();
    await confirm(terminal, first);
    await rows.nth(1).getByText("Completed").waitFor();
    await tap();
    await page.getByRole("button", { name: "Show 1 new entry" }).waitFor();
    await expect.poll(() => rows.count()).toBe(before);
    await page.getByRole("button", { name: "Show 1 new entry" }).click();
    await rows.nth(before).waitFor();
    await rows.nth(1).getByText("Waiting").waitFor();
    await window.close();
  });

  test("severalTabsHoldOneStreamAndAnOpenEntryChangesInItsPlace", async () => {
    const accessId = await tap();
    const window = await panel.signedIn(await panel.person("ADMIN"));
    const { page, context } = window;
    const streams = new Set<Request>();
    const isStream = (request: Request): boolean => request.url().endsWith("/api/operations/stream");
    context.on("request", (request) => {
      if (isStream(request)) streams.add(request);
    });
    context.on("requestfailed", (request) => streams.delete(request));
    await page.goto("/admin/operations");
    await page.getByText("Live", { exact: true }).waitFor();
    for (let tab = 0; tab < 2; tab += 1) {
      const other = await context.newPage();
      await other.goto("/admin/operations");
      await other.getByText("Live", { exact: true }).waitFor();
    }
    const details = await context.newPage();
    await details.goto(`/admin/operations/${accessId}`);
    await details.getByText("Waiting", { exact: true }).first().waitFor();
    await confirm(terminal, accessId);
    await details.getByText("Completed", { exact: true }).first().waitFor();
    expect(streams.size).toBe(1);
    await window.close();
  });

  test("aStreamThatFallsSilentIsSaidAndWhatWasMissedComesOnceItIsBack", async () => {
    const line = await silentProxy(panel.url);
    const window = await openWindow(panel.browser, new URL(line.url).origin);
    const { page } = window;
    await signIn(window, await panel.person("ADMIN"));
    await page.goto("/admin/operations");
    await page.getByText("Live", { exact: true }).waitFor();
    line.forsake();
    await page.getByText("Not live since").waitFor();
    await tap();
    await page.getByText("Live", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Show 1 new entry" }).waitFor();
    await window.close();
    await line.close();
  });
});
