import { Buffer } from "node:buffer";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Locator, Page } from "playwright-core";
import { newKeys, terminalOf } from "../../src/cli/pos/terminal.ts";
import { DEMO_CARDS } from "../../src/demo/programme.ts";
import { loadDemo } from "../../src/demo/load.ts";
import { check, confirm, createTerminal, outcome } from "../support/programme.ts";
import { z } from "zod";
import { type PanelServer, startPanel } from "./support/panel.ts";

/** What a person does who has no pointer: from the page's beginning, by Tab, Enter, Space and Escape. */

let panel: PanelServer;
let accessId = "";
beforeAll(async () => {
  panel = await startPanel();
  const { admin, url } = panel;
  const headers = { "Wait-For": await loadDemo(admin) };
  const { items } = z
    .object({ items: z.array(z.object({ id: z.string() })) })
    .parse((await admin.send("GET", "/api/locations?name=Warsaw%20lounge", undefined, headers)).body);
  const terminal = await createTerminal(admin, url, items[0]?.id ?? "");
  accessId = outcome(await check(terminal, DEMO_CARDS.vistulaWorldElite)).accessId;
  await confirm(terminal, accessId);
});
afterAll(async () => {
  await panel.stop();
});

async function tabTo(page: Page, wanted: Locator, key: "Tab" | "Shift+Tab" = "Tab"): Promise<void> {
  for (let steps = 0; steps < 80; steps += 1) {
    if ((await wanted.and(page.locator(":focus")).count()) === 1) {
      // Where the focus is can be seen, and is not behind what sticks to the top.
      const isSeen = await page.evaluate<boolean>(`(() => {
        const { outlineStyle, outlineWidth, boxShadow, borderColor } = getComputedStyle(document.activeElement);
        const { x, y, width, height } = document.activeElement.getBoundingClientRect();
        const on = document.elementFromPoint(x + width / 2, y + height / 2);
        const isFree = on !== null && (document.activeElement.contains(on) || on.contains(document.activeElement) || on.closest("label") !== null);
        return isFree && ((outlineStyle !== "none" && parseFloat(outlineWidth) > 0) || document.activeElement.matches("input, textarea, select"));
      })()`);
      expect(isSeen).toBe(true);
      return;
    }
    await page.keyboard.press(key);
  }
  throw new Error(`the keyboard does not come to ${String(wanted)}`);
}

describe("by the keyboard alone", () => {
  test("anEntryIsReversed, and Escape gives the focus back before", async () => {
    const window = await panel.signedIn(await panel.person("ADMIN"));
    const { page } = window;
    await page.goto(`/admin/operations/${accessId}`);
    const open = page.getByRole("button", { name: "Reverse" });
    await open.waitFor();
    await tabTo(page, page.getByRole("link", { name: "Skip to the content" }), "Shift+Tab");
    await page.keyboard.press("Enter");
    await tabTo(page, open);
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("dialog", { name: "Reverse this entry" });
    await dialog.waitFor();
    // The first Enter does nothing that is not taken back.
    await expect
      .poll(() => dialog.getByRole("button", { name: "Cancel" }).and(page.locator(":focus")).count())
      .toBe(1);
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    await expect.poll(() => open.and(page.locator(":focus")).count()).toBe(1);
    await page.keyboard.press("Enter");
    await dialog.waitFor();
    await tabTo(page, dialog.getByLabel("Reason"));
    await page.keyboard.type("tapped by mistake");
    await tabTo(page, dialog.getByRole("button", { name: "Reverse entry" }));
    await page.keyboard.press("Space");
    await page.getByText("The entry was reversed.").waitFor();
    await page.getByText("tapped by mistake").waitFor();
    await window.close();
    expect((await panel.admin.send("GET", `/api/operations/${accessId}`)).body).toMatchObject({
      status: "REVERSED",
      reversal: { reason: "tapped by mistake" },
    });
  });

  test("aFileOfAccountRangesIsImported", async () => {
    const window = await panel.signedIn(await panel.person("USER"));
    const { page } = window;
    // The browser hands a chooser over from the first listener on: before it is asked for.
    page.on("filechooser", () => undefined);
    await page.getByRole("heading", { level: 1 }).waitFor();
    await page.keyboard.press("g");
    await page.keyboard.press("a");
    await page.getByRole("heading", { level: 1, name: "Account ranges", exact: true }).waitFor();
    await tabTo(page, page.getByRole("link", { name: "Import", exact: true }).first());
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: "Import account ranges", exact: true }).waitFor();
    await tabTo(page, page.getByLabel("CSV file"));
    const chooser = page.waitForEvent("filechooser");
    await page.keyboard.press("Enter");
    const text = "low,high,ica,issuerName,country,productCode,productName\n6600,6600,0006,Six,POL,WLE,\n";
    await (await chooser).setFiles({ name: "six.csv", mimeType: "text/csv", buffer: Buffer.from(text) });
    const store = page.getByRole("button", { name: "Import 1 account range" });
    await store.waitFor();
    await tabTo(page, store);
    await page.keyboard.press("Enter");
    await page.getByText("1 account range imported.").waitFor();
    await window.close();
    const found = await panel.admin.send("GET", "/api/account-ranges?bin=660000");
    expect(found.body).toMatchObject({ total: 1, items: [{ issuerName: "Six" }] });
  });

  test("aTerminalIsMadeAndPaired", async () => {
    const window = await panel.signedIn(await panel.person("ADMIN"));
    const { page } = window;
    await page.goto("/admin/terminals");
    const create = page.getByRole("button", { name: "New terminal" }).first();
    await create.waitFor();
    await tabTo(page, create);
    await page.keyboard.press("Enter");
    const making = page.getByRole("dialog", { name: "New terminal" });
    await tabTo(page, making.getByLabel("Serial number"));
    await page.keyboard.type("BY-KEYS-1");
    await tabTo(page, making.getByLabel("Location"));
    await page.keyboard.type("Warsaw l");
    await page.keyboard.press("Enter");
    await tabTo(page, making.getByRole("button", { name: "New terminal" }));
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: "BY-KEYS-1", exact: true }).waitFor();
    const issue = page.getByRole("button", { name: "Get pairing code" });
    await tabTo(page, issue);
    await page.keyboard.press("Enter");
    const pairing = page.getByRole("dialog", { name: /BY-KEYS-1/ });
    const pairingCode = ((await pairing.getByRole("status").first().textContent()) ?? "").replace(/\D/g, "");
    const keys = newKeys();
    const terminal = terminalOf(panel.url, "BY-KEYS-1", keys.privateKey, () => Date.now());
    const body = { serialNumber: "BY-KEYS-1", pairingCode, publicKey: keys.publicKey };
    expect((await terminal.client.request("POST", "/pos/pair", body)).status).toBe(200);
    // It is told: the focus comes to it.
    await pairing.getByText("Key …").waitFor();
    await expect.poll(() => pairing.getByRole("status").and(page.locator(":focus")).count()).toBe(1);
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Unpair" }).waitFor();
    await expect.poll(() => page.getByText(pairingCode).count()).toBe(0);
    await window.close();
  });
});
