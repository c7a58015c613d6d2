import { readFile } from "node:fs/promises";
import { parse } from "csv-parse/sync";
import { afterAll, beforeAll, expect, test } from "vitest";
import { loadDemo } from "../../../src/demo/load.ts";
import { type PanelServer, startPanel } from "../support/panel.ts";

const CARD = /^555555\*{6}4444/;

let panel: PanelServer;
beforeAll(async () => {
  panel = await startPanel({ testClock: true });
  await loadDemo(panel.admin);
});
afterAll(async () => {
  await panel.stop();
});

/** What somebody does who has read nothing: everything that is pressed stands on the page that it leads to. */
test("aNewcomerLetsACardInWithAGuestFindsOutWhyTakesTheGuestOutAndSavesTheList", async () => {
  const window = await panel.signedIn(await panel.person("ADMIN"));
  const { page } = window;
  const press = async (name: string): Promise<void> =>
    await page.getByRole("button", { name, exact: true }).click();
  const go = async (name: string): Promise<void> =>
    await page
      .getByRole("navigation", { name: "Main navigation" })
      .getByRole("link", { name, exact: true })
      .click();
  const isAt = async (name: string | RegExp): Promise<void> =>
    await page.getByRole("heading", { level: 1, name }).waitFor();

  // A place, and a terminal in it.
  await go("Locations");
  await page.getByRole("link", { name: "New location" }).first().click();
  await isAt("New location");
  await page.getByLabel("Name").fill("First lounge");
  await page.getByLabel("Country code").fill("POL");
  await page.getByLabel("Postal code").fill("00-001");
  await page.getByLabel("City").fill("Warsaw");
  await press("New location");
  await isAt("First lounge");
  await press("New terminal");
  await page.getByRole("dialog").getByLabel("Serial number").fill("FIRST-1");
  await page.getByRole("dialog").getByRole("button", { name: "New terminal" }).click();
  await isAt("FIRST-1");

  // A rule: three visits free, and a guest with each.
  await go("Rules");
  await page.getByRole("link", { name: "New rule" }).first().click();
  await isAt("New rule");
  await page.getByLabel("Name").fill("First rule");
  await page.getByLabel("Priority").fill("1");
  const where = page.getByRole("region", { name: "4 Location rules" });
  await where.getByRole("radio", { name: "Only in these countries and places" }).check();
  await where.getByRole("combobox", { name: "Location" }).selectOption("First lounge (POL)");
  const cost = page.getByRole("region", { name: "5 Cardholder entry cost" });
  await cost.getByLabel("Number of free invitations", { exact: true }).fill("3");
  const adults = page.getByRole("region", { name: "6 Guests" }).getByRole("group", { name: "Adult guests" });
  await adults.getByRole("radio", { name: "Free", exact: true }).check();
  await adults.getByLabel("Number of free invitations", { exact: true }).fill("2");
  await press("Review and publish");
  await isAt("Review First rule");
  await press("Publish");
  await isAt("First rule");
  await page.getByText("In force", { exact: true }).waitFor();

  // The virtual terminal becomes that terminal, and lets a card in with a guest.
  await go("Terminals");
  await page.getByRole("link", { name: "FIRST-1" }).click();
  await page.getByRole("link", { name: "Pair the virtual terminal" }).click();
  await press("Pair");
  await page.getByText("Paired as FIRST-1").waitFor();
  const screen = page.getByRole("region", { name: "Terminal" }).getByRole("status");
  await page.getByLabel("Test card").selectOption({ index: 0 });
  await page.getByRole("checkbox", { name: "The cardholder's identity was checked" }).check();
  await press("Tap the card");
  await screen.getByText("Let in").waitFor();
  await press("Adults: one more");
  await press("Confirm");
  await screen.getByText("In with 1 guest").waitFor();

  // The entry, and why it was let in.
  await go("Operations");
  const row = page.getByRole("row").nth(1);
  await row.getByText("First lounge").waitFor();
  await row.getByText(CARD).waitFor();
  await row.getByRole("link").first().click();
  await page.getByText("Completed", { exact: true }).first().waitFor();
  await page.getByRole("heading", { name: "First rule v1" }).getByText("decided").waitFor();
  await page.getByText("Visits left").first().waitFor();

  // The guest goes out.
  await press("Reverse");
  await page.getByLabel("Take guests out").check();
  await page.getByLabel("Adults to take out").fill("1");
  await press("Take guests out");
  await page.getByText("1 guest taken out").waitFor();

  // The list, as a file.
  await go("Operations");
  await press("Export");
  const saving = page.waitForEvent("download");
  await page.getByRole("link", { name: "Download" }).click();
  const rows: unknown[] = parse(await readFile(await (await saving).path(), "utf8"), {
    columns: true,
    bom: true,
  });
  expect(rows).toHaveLength(1);
  await window.close();
});
