import { Buffer } from "node:buffer";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createLocation, publishRuleset, testPan } from "../support/programme.ts";
import { OFFLINE_BY_NAME } from "../support/whitelists.ts";
import { type PanelServer, startPanel } from "./support/panel.ts";

let panel: PanelServer;
beforeAll(async () => {
  panel = await startPanel();
  const locationId = await createLocation(panel.admin, { name: "Lounge One" });
  await publishRuleset(panel.admin, {
    name: "By name",
    criteria: { locations: { locationIds: [locationId] } },
    offline: OFFLINE_BY_NAME,
  });
});
afterAll(async () => {
  await panel.stop();
});

const csv = (...rows: string[]) => ({
  name: "cards.csv",
  mimeType: "text/csv",
  buffer: Buffer.from(["pan,validFrom,validTo", ...rows, ""].join("\n")),
});

describe("the whitelist", () => {
  test("aFileIsLookedAtBeforeItIsStored, and its cards are listed, found and delivered then", async () => {
    const window = await panel.signedIn(await panel.person("USER"));
    const { page } = window;
    await page.goto("/admin/whitelist");
    await page.getByRole("heading", { name: "No card is listed yet" }).waitFor();
    await page.getByRole("link", { name: "Upload" }).click();
    await page.getByLabel("Location", { exact: true }).selectOption({ label: "Lounge One" });
    await page
      .getByLabel("CSV file")
      .setInputFiles(csv(`${testPan(1)},,`, `${testPan(2)},2027-01-01,2027-02-01`));
    await page.getByText("2 cards are added").waitFor();
    await expect
      .poll(async () => (await panel.admin.send("GET", "/api/whitelist")).body)
      .toMatchObject({ total: 0 });
    await page.getByRole("button", { name: "Store 2 changes" }).click();
    await page.getByText("2 entries").waitFor();
    await page.getByRole("cell", { name: "Location Lounge One" }).first().waitFor();
    await page.getByLabel("Card number").fill(testPan(2));
    await page.keyboard.press("Enter");
    await page.getByText("1 entry").waitFor();
    await expect.poll(() => page.url()).toMatch(/cardId=[0-9A-Z]{26}$/);
    await page.getByRole("link", { name: "History" }).click();
    await page.getByRole("cell", { name: "Added", exact: true }).waitFor();
    await page.goto("/admin/whitelist/deliveries");
    await page.getByRole("row", { name: /^Lounge One By name 2/ }).waitFor();
    await window.close();
  });

  test("aCardIsListedByItsNumberAndTakenOff", async () => {
    const window = await panel.signedIn(await panel.person("USER"));
    const { page } = window;
    await page.goto("/admin/whitelist");
    await page.getByRole("button", { name: "Add a card" }).click();
    const dialog = page.getByRole("dialog", { name: "Add a card" });
    await dialog.getByLabel("List of").selectOption({ label: "A rule" });
    await dialog.getByLabel("Rule", { exact: true }).selectOption({ label: "By name" });
    await dialog.getByLabel("Card number").fill(testPan(3));
    await dialog.getByRole("button", { name: "List the card" }).click();
    await page.getByText("The card is listed.").waitFor();
    const row = page.getByRole("row", { name: /Rule By name/ });
    await row.getByRole("button", { name: /^Remove/ }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Remove", exact: true }).click();
    await page.getByText("The card is removed from the list.").waitFor();
    await expect.poll(() => row.count()).toBe(0);
    await window.close();
  });

  test("aFileWithMistakesIsNotStored, and each is named by line and column", async () => {
    const window = await panel.signedIn(await panel.person("USER"), { expected: [/422/] });
    const { page } = window;
    await page.goto("/admin/whitelist/upload");
    await expect.poll(() => page.getByLabel("CSV file").isVisible()).toBe(false);
    await page.getByLabel("Location", { exact: true }).selectOption({ label: "Lounge One" });
    await page
      .getByLabel("CSV file")
      .setInputFiles(csv(`${testPan(4)},,`, "5555555555554445,,", `${testPan(5)},x,`));
    await page.getByText("Nothing was stored: 2 mistakes were found").waitFor();
    const mistakes = page.getByRole("table", { name: "Mistakes in the file" });
    await mistakes.getByRole("row", { name: /^3 pan/ }).waitFor();
    await mistakes.getByRole("row", { name: /^4 validFrom/ }).waitFor();
    await window.close();
  });

  test("whoeverOnlyReadsIsOfferedNoChange", async () => {
    const window = await panel.signedIn(await panel.person("AUDITOR"));
    const { page } = window;
    await page.goto("/admin/whitelist");
    await page.getByRole("link", { name: "History" }).waitFor();
    await expect.poll(() => page.getByRole("button", { name: "Add a card" }).count()).toBe(0);
    await expect.poll(() => page.getByRole("link", { name: "Upload" }).count()).toBe(0);
    await expect.poll(() => page.getByRole("button", { name: /^Remove/ }).count()).toBe(0);
    await window.close();
  });
});
