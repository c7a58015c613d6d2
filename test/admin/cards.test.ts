import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { DEMO_CARDS } from "../../src/demo/programme.ts";
import { count } from "../../src/domain/count.ts";
import { maskPan } from "../../src/domain/pan.ts";
import { demoWithVisits } from "./support/demo.ts";
import { type PanelServer, startPanel } from "./support/panel.ts";

let panel: PanelServer;
const [PAN = ""] = Object.values(DEMO_CARDS);
beforeAll(async () => {
  panel = await startPanel();
  await demoWithVisits(panel.admin, panel.url);
});
afterAll(async () => {
  await panel.stop();
});

async function cardOf(pan: string): Promise<string> {
  const { body } = await panel.admin.send("POST", "/api/cards/lookup", { pan });
  return z.looseObject({ cardId: z.string() }).parse(body).cardId;
}

describe("the page of enrolled cards", () => {
  test("theCallCenterTypesANumberAndReadsTheAnswer, and the number is nowhere afterwards", async () => {
    const window = await panel.signedIn(await panel.person("CALL_CENTER"));
    const { page, context } = window;
    const addresses: string[] = [];
    context.on("request", (request) => addresses.push(request.url()));
    await page.waitForURL("**/admin/cards");
    const field = page.getByRole("textbox", { name: "Card number" });
    await field.waitFor();
    await expect.poll(async () => await page.evaluate("document.activeElement.tagName")).toBe("INPUT");
    await page.keyboard.type(PAN);
    await expect.poll(() => field.inputValue()).toBe(PAN.replaceAll(/(\d{4})(?=\d)/g, "$1 "));
    await page.getByText("The check digit is right.").waitFor();
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: `Card ${maskPan(PAN)}`, exact: true }).waitFor();
    await page.getByText(/^May enter: \d+ free visits? left/).waitFor();
    const kept = await page.evaluate<string>(
      "JSON.stringify([{ ...localStorage }, { ...sessionStorage }, location.href, document.body.innerHTML])",
    );
    expect(kept).not.toContain(PAN);
    expect(addresses.join()).not.toContain(PAN);
    await page.goBack();
    await field.waitFor();
    await expect.poll(() => field.inputValue()).toBe("");
    await window.close();
  });

  test("aWrongCheckDigitIsSaidAtOnce, and is not sent", async () => {
    const window = await panel.signedIn(await panel.person("USER"));
    const { page } = window;
    await page.goto("/admin/cards");
    const field = page.getByRole("textbox", { name: "Card number" });
    await field.pressSequentially("5555555555554443");
    await page.getByText("The check digit is wrong").waitFor();
    await field.fill("5555");
    await page.getByRole("button", { name: "Look up" }).click();
    await page.getByText("A card number has 12 to 19 digits.").waitFor();
    expect(new URL(page.url()).pathname).toBe("/admin/cards");
    await window.close();
  });

  test("cardsAreFilteredByTheDigitsOfTheirMask", async () => {
    const window = await panel.signedIn(await panel.person("AUDITOR"));
    const { page } = window;
    await page.goto("/admin/cards");
    await page.getByRole("textbox", { name: "Last four digits" }).waitFor();
    await expect.poll(() => page.getByRole("textbox", { name: "Card number" }).count()).toBe(0);
    await page.getByRole("textbox", { name: "Last four digits" }).fill(PAN.slice(-4));
    await page.keyboard.press("Enter");
    await page.getByText("Last four digits is").waitFor();
    await page.getByText("1 entry").waitFor();
    await page.getByRole("link", { name: maskPan(PAN) }).click();
    await page.getByRole("heading", { level: 1, name: `Card ${maskPan(PAN)}`, exact: true }).waitFor();
    await expect.poll(() => page.getByRole("button", { name: "Freeze" }).count()).toBe(0);
    await window.close();
  });

  test("aCardNumberInATextFilterIsRefused, before it is in an address", async () => {
    const window = await panel.signedIn(await panel.person("ADMIN"));
    const { page, context } = window;
    const addresses: string[] = [];
    context.on("request", (request) => addresses.push(request.url()));
    await page.goto("/admin/cards");
    const filter = page.getByRole("textbox", { name: "Last four digits" });
    await filter.fill("5555 5555 5555 4444");
    await page.keyboard.press("Enter");
    await page.getByText("This looks like a card number").waitFor();
    await expect.poll(() => filter.inputValue()).toBe("");
    await page.getByRole("link", { name: "Look a card up by its number" }).click();
    expect(new URL(page.url()).search).toBe("");
    expect(addresses.join()).not.toMatch(/5555/);
    await window.close();
  });
});

describe("an address with a card number in it", () => {
  test("isNotGoneBy: nothing is asked for by it, and the panel takes it out of the address", async () => {
    const window = await panel.signedIn(await panel.person("ADMIN"));
    const { page, context } = window;
    const asked: string[] = [];
    await page.goto("/admin/cards?productCode=WLE");
    context.on("request", (request) => {
      if (request.url().includes("/api/")) asked.push(request.url());
    });
    await page.goto("/admin/operations?terminal=1234567812345670&ica=5555555555554444");
    await page.getByText("Terminal is 1234567812345670").waitFor();
    await page.getByRole("status").first().waitFor();
    expect(asked.join(" ")).toContain("terminal=1234567812345670");
    expect(asked.join(" ")).not.toContain("ica=");
    expect(page.url()).not.toContain("ica=");
    await window.close();
  });
});

describe("the list as a file", () => {
  test("hasTheCardsThatItsFilterFinds", async () => {
    const window = await panel.signedIn(await panel.person("AUDITOR"));
    const { page } = window;
    await page.goto(`/admin/cards?bin=${PAN.slice(0, 6)}`);
    await page.getByRole("button", { name: "Export" }).click();
    const download = page.waitForEvent("download");
    await page.getByRole("dialog").getByRole("link", { name: "Download" }).click();
    const file = await download;
    expect(file.suggestedFilename()).toMatch(/^cards-\d{4}-\d\d-\d\d\.csv$/);
    const text = await readFile(await file.path(), "utf8");
    expect(text).toContain(maskPan(PAN));
    expect(text).toContain("Available free entries");
    await window.close();
  });
});

describe("the page of a card", () => {
  test("aCardIsFrozenWithAReason, which its page says, and let go on", async () => {
    const who = await panel.person("USER");
    const window = await panel.signedIn(who);
    const { page } = window;
    await page.goto(`/admin/cards/${await cardOf(PAN)}`);
    await page.getByRole("button", { name: "Freeze" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("button", { name: "Freeze" }).click();
    await dialog.getByRole("alert").getByText("This is needed.").waitFor();
    await dialog.getByRole("textbox", { name: "Reason" }).fill("Reported as stolen");
    await dialog.getByRole("button", { name: "Freeze" }).click();
    await page.getByText(/^Frozen since \d/).waitFor();
    await page.getByText("Reported as stolen").first().waitFor();
    await page.getByRole("button", { name: "Unfreeze" }).click();
    await dialog.getByRole("textbox", { name: "Reason" }).fill("Found again");
    await dialog.getByRole("button", { name: "Unfreeze" }).click();
    await page.getByRole("button", { name: "Freeze", exact: true }).waitFor();
    const history = page.getByRole("table", { name: "What was done to it" });
    await history.getByRole("row", { name: /Unfrozen.*Found again/ }).waitFor();
    await expect
      .poll(() => history.getByRole("row").allInnerTexts())
      .toMatchObject([
        expect.stringContaining("Reason"),
        expect.stringMatching(/Unfrozen[^]*Found again[^]*User/),
        expect.stringMatching(/Frozen[^]*Reported as stolen[^]*User/),
      ]);
    expect(await history.getByRole("cell", { name: who.email }).count()).toBe(2);
    await window.close();
  });

  test("visitsAreGivenByHand, and are left then", async () => {
    const window = await panel.signedIn(await panel.person("ADMIN"));
    const { page } = window;
    const cardId = await cardOf(PAN);
    await page.goto(`/admin/cards/${cardId}`);
    const balances = page.getByRole("table", { name: "Balances by rule" });
    const before = z
      .looseObject({ limits: z.array(z.looseObject({ available: z.looseObject({ free: count }) })) })
      .parse((await panel.admin.send("GET", `/api/cards/${cardId}`)).body);
    const free = Number(before.limits[0]?.available.free);
    await balances
      .getByText(new RegExp(`^${String(free)} of \\d+ left`))
      .first()
      .waitFor();
    await page.getByRole("button", { name: "Adjust visits" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("textbox", { name: "Reason" }).fill("A gesture");
    await dialog.getByRole("button", { name: "Adjust visits" }).click();
    await dialog.getByRole("alert").getByText("Say how many free or paid visits.").waitFor();
    await dialog.getByRole("textbox", { name: "Free visits" }).fill("7");
    await dialog.getByRole("button", { name: "Adjust visits" }).click();
    await page.getByText("The visits were adjusted.").waitFor();
    await balances
      .getByText(new RegExp(`^${String(free + 7)} of \\d+ left`))
      .first()
      .waitFor();
    await page.getByRole("row", { name: /\+7 free visits.*A gesture/ }).waitFor();
    await window.close();
  });
});

describe("the cardholder's rights", () => {
  test("anAdministratorDownloadsWhatIsHeldAndErasesTheCardholder, and nobody else is offered it", async () => {
    const pan = "4111111111111111";
    const cardId = await cardOf(pan);
    await panel.admin.send("POST", `/api/cards/${cardId}/freeze`, { reason: "lost" });
    const other = await panel.signedIn(await panel.person("USER"));
    await other.page.goto(`/admin/cards/${cardId}`);
    await other.page.getByText("Frozen").first().waitFor();
    expect(await other.page.getByText("The cardholder's rights").count()).toBe(0);
    await other.close();

    const window = await panel.signedIn(await panel.person("ADMIN"));
    const { page } = window;
    await page.goto(`/admin/cards/${cardId}`);
    const coming = page.waitForEvent("download");
    await page.getByRole("link", { name: "Download what is held" }).click();
    const file = await coming;
    expect(file.suggestedFilename()).toBe(`card-${cardId}.json`);
    expect(JSON.parse(await readFile(await file.path(), "utf8"))).toMatchObject({
      cardId,
      events: [{ type: "CardFrozen" }],
    });
    await page.getByRole("button", { name: "Erase the cardholder" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("nobody can find the card by its number again").waitFor();
    await dialog.getByRole("button", { name: "Erase the cardholder" }).click();
    await page.getByText("The cardholder was erased").waitFor();
    await page.getByRole("heading", { level: 1, name: `Card ${cardId}`, exact: true }).waitFor();
    expect(await cardOf(pan)).not.toBe(cardId);
    await window.close();
  });
});
