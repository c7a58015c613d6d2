import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { cardNumbersIn } from "../support/cardNumberScan.ts";
import { createLocation, importRanges, publishRuleset } from "../support/programme.ts";
import { violations } from "./support/axe.ts";
import { type PanelServer, startPanel } from "./support/panel.ts";

const CARD = "555555******4444";

let panel: PanelServer;
beforeAll(async () => {
  panel = await startPanel({ testClock: true });
  await importRanges(panel.admin, [
    "545454,545454,0001234,Test Bank,POL,WLE,World Elite",
    "555555,555555,0001234,Test Bank,POL,WLE,World Elite",
  ]);
  await createLocation(panel.admin, { name: "Gate lounge", offlineAllowed: true });
  await publishRuleset(panel.admin, {
    name: "Lounge with guests",
    cardholder: { free: 5 },
    guests: { adults: { free: 0, paid: 2, fee: { amount: "20.00", currency: "EUR" } } },
    offline: { accountRanges: true, whitelist: false, maxGuests: 1, perCardAndDay: 1, perTerminalAndDay: 9 },
  });
});
afterAll(async () => {
  await panel.stop();
});

const list = z.object({ items: z.array(z.looseObject({})) });
const newest = async () =>
  list.parse((await panel.admin.send("GET", "/api/operations?limit=1")).body).items[0];
const count = async () => list.parse((await panel.admin.send("GET", "/api/operations")).body).items.length;

const screen = (page: Page) => page.getByRole("region", { name: "Terminal" }).getByRole("status");
const press = async (page: Page, name: string): Promise<void> =>
  await page.getByRole("button", { name, exact: true }).click();

/** All that the browser keeps of the virtual terminal, as text. */
const JOURNAL = `new Promise((resolve) => {
  const opening = indexedDB.open("virtual-terminal");
  opening.onsuccess = () => {
    const all = opening.result.transaction("devices").objectStore("devices").getAll();
    all.onsuccess = () => resolve(JSON.stringify(all.result));
  };
})`;

/** A window with a paired virtual terminal, ready for a card. */
async function paired(card = CARD, width = 1_280) {
  const window = await panel.signedIn(await panel.person("USER"), { width });
  const { page } = window;
  await page.goto("/admin/virtual-terminal");
  await page.getByLabel("Where it stands").selectOption("Gate lounge (POL)");
  await press(page, "Pair");
  await screen(page).getByText("Ready. Tap a card.").waitFor();
  await page.getByRole("checkbox", { name: "The cardholder's identity was checked" }).check();
  await page.getByLabel("Test card").selectOption(card);
  return window;
}

describe("the virtual terminal", () => {
  test("pairsByTheWireOfAllTerminalsAndLetsACardInWithAGuestWhoPays", async () => {
    const window = await paired();
    const { page } = window;
    const wire = page.getByRole("region", { name: "On the wire" });
    await wire.getByText("POST /pos/pair").waitFor();
    await press(page, "Tap the card");
    await screen(page).getByText("Let in").waitFor();
    await press(page, "Adults: one more");
    await press(page, "Quote");
    await screen(page).getByText("To pay: 20.00 EUR").waitFor();
    await press(page, "Confirm");
    await screen(page).getByText("In with 1 guest").waitFor();
    await screen(page).getByText("Charged: 20.00 EUR").waitFor();
    const confirm = wire.getByRole("listitem").filter({ hasText: "/pos/confirm_entry" });
    await confirm.getByRole("link", { name: "This entry" }).click();
    await page.getByRole("heading", { level: 1 }).waitFor();
    await page.getByText("Completed", { exact: true }).first().waitFor();
    await window.close();
    expect(await newest()).toMatchObject({ status: "COMPLETED", paymentStatus: "PAID" });
  });

  test("aReplyThatWasLostIsSentAgainOrAskedForAndIsOneEntry", async () => {
    const window = await paired("545454******5454");
    const { page } = window;
    await page.getByText("Language and faults").click();
    const loses = page.getByRole("checkbox", { name: "Lose the replies" });
    const unheard = async (press: () => Promise<void>): Promise<void> => {
      await loses.check();
      await press();
      await screen(page).getByText("No answer heard").waitFor();
      await loses.uncheck();
    };
    const before = await count();
    await unheard(async () => await press(page, "Tap the card"));
    await page.getByLabel("Test card").selectOption(CARD);
    await press(page, "Send the same again");
    await screen(page).getByText("Let in").waitFor();
    await press(page, "Adults: one more");
    await press(page, "Quote");
    await screen(page).getByText("To pay: 20.00 EUR").waitFor();
    await unheard(async () => await press(page, "Confirm"));
    await press(page, "Send the same again");
    await screen(page).getByText("Charged: 20.00 EUR").waitFor();
    const entered = await newest();
    expect(entered).toMatchObject({ status: "COMPLETED", paymentStatus: "PAID" });
    await page.getByLabel("Test card").selectOption("545454******5454");
    await unheard(async () => await press(page, "Tap the card"));
    await press(page, "Ask what became of it");
    await screen(page).getByText("What became of it:").waitFor();
    expect(await count()).toBe(before + 2);
    await window.close();
  });

  test("decidesByItsListsWhileItsLineIsCut, over a reload too, and tells the server when it is back", async () => {
    const window = await paired();
    const { page } = window;
    const network = page.getByRole("checkbox", { name: "Network" });
    await network.click();
    await page.getByText("No line. Tap a card.").waitFor();
    await page.getByText("2 account ranges until").waitFor();
    const before = await count();
    const tap = async (card: string, answer: string): Promise<void> => {
      await page.getByLabel("Test card").selectOption(card);
      await press(page, "Tap the card");
      await screen(page).getByText(answer).waitFor();
    };
    await tap(CARD, "Let in");
    await screen(page).getByText("Nothing to pay").waitFor();
    await tap(CARD, "This card was let in offline as often as a day allows.");
    await page.getByRole("textbox", { name: "Adults" }).fill("2");
    await tap("545454******5454", "1 guest at most");
    await page.getByRole("textbox", { name: "Adults" }).fill("1");
    await tap("545454******5454", "20.00 EUR taken");
    await tap("424242******4242", "No list lets this card in.");
    expect(await count()).toBe(before);
    await page.getByText("4 decisions not told yet").waitFor();
    expect(await violations(page)).toEqual([]);
    // What lies in the browser meanwhile has no card number.
    expect(await page.evaluate(JOURNAL)).not.toMatch(/5555555555554444|5454545454545454/);

    await page.reload();
    await page.getByText("4 decisions not told yet").waitFor();
    const other = await page.context().newPage();
    await other.goto("/admin/virtual-terminal");
    await other.getByText("Another window of this browser is this terminal.").waitFor();
    await other.close();
    await press(page, "Tell the server");
    await page.getByText("The server has them: 4 entries.").waitFor();
    await page.getByText("decisions not told yet").waitFor({ state: "hidden" });
    await page.getByRole("link", { name: "Entry 1" }).click();
    await page.getByText("Completed", { exact: true }).first().waitFor();
    await window.close();
    await expect.poll(count).toBe(before + 4);
  });

  test("staysPairedOverAReloadUntilItIsForgottenAndShowsNoNumber", async () => {
    const window = await paired(CARD, 320);
    const { page } = window;
    await page.getByLabel("Language of the screen").waitFor({ state: "hidden" });
    await press(page, "Play a visit");
    await screen(page).getByText("Refused").or(screen(page).getByText("Let in")).waitFor();
    await expect.poll(() => page.evaluate("document.documentElement.scrollWidth")).toBe(320);
    const seen = await page.locator("main").innerText();
    expect(seen).toContain(CARD);
    expect(cardNumbersIn(seen)).toEqual([]);
    await page.reload();
    await screen(page).getByText("Ready. Tap a card.").waitFor();
    await press(page, "Forget this device");
    await page.getByRole("form", { name: "Make this browser a terminal" }).waitFor();
    await window.close();
  });

  test("aTerminalThatWaitsIsPairedFromItsOwnPage", async () => {
    const locationId = await createLocation(panel.admin, { name: "Gate 1" });
    await panel.admin.send("POST", "/api/terminals", { serialNumber: "GATE-1", locationId });
    const window = await panel.signedIn(await panel.person("USER"));
    const { page } = window;
    await page.goto("/admin/terminals/GATE-1");
    await page.getByRole("link", { name: "Pair the virtual terminal" }).click();
    await press(page, "Pair");
    await page.getByText("Paired as GATE-1").waitFor();
    await page.getByRole("link", { name: "What the server knows of it" }).click();
    await page.getByRole("heading", { level: 1, name: "GATE-1", exact: true }).waitFor();
    await page.getByText("Paired", { exact: true }).waitFor();
    await window.close();
  });
});
