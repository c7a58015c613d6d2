import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import {
  check,
  createLocation,
  createTerminal,
  importRanges,
  publishRuleset,
  testPan,
} from "../support/programme.ts";
import { violations } from "./support/axe.ts";
import { type PanelServer, startPanel } from "./support/panel.ts";

let panel: PanelServer;
let rulesetId = "";
let locationId = "";
beforeAll(async () => {
  panel = await startPanel();
  await importRanges(panel.admin, ["5000,5999,0001234,Test Bank,POL,WLE,World Elite"]);
  locationId = await createLocation(panel.admin);
  rulesetId = await publishRuleset(panel.admin, {
    name: "World Elite lounge",
    criteria: { locations: { locationIds: [locationId] } },
    cardholder: { window: null, perLocation: null, free: 2, paid: 0, fee: null },
  });
});
afterAll(async () => {
  await panel.stop();
});

const told = z.looseObject({ message: z.string() });

/** By how much the open dialog is wider than it may be. */
const WIDER = `(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)(document.querySelector("dialog[open]"))`;

async function messageOf(pan: string): Promise<string> {
  const terminal = await createTerminal(panel.admin, panel.url, locationId);
  return told.parse((await check(terminal, pan)).body).message;
}

describe("screen messages", () => {
  test("areTypedWithTheirLengthAndAPictureOfTheScreen, and are what the next tap is told", async () => {
    const window = await panel.signedIn(await panel.person("USER"));
    const { page } = window;
    await page.getByRole("link", { name: "Screen messages" }).click();
    await page.getByRole("combobox", { name: "Texts of" }).selectOption({ label: "World Elite lounge" });
    await expect.poll(() => page.url()).toContain(`programme=${rulesetId}`);
    await page
      .getByRole("button", { name: "Let in, so many free visits left, English: {visits} free visits left" })
      .click();
    const dialog = page.getByRole("dialog");
    const other = dialog.getByRole("textbox", { name: "For any other number" });
    await dialog.getByRole("textbox", { name: "For one" }).fill("The last one, enjoy it");
    const screens = dialog.getByRole("region", { name: "On the screen" }).getByRole("figure");
    await expect.poll(() => screens.first().textContent()).toContain("The last one, enjoy ");
    await other.fill("{visits} left at {plac}");
    await dialog.getByRole("button", { name: "Save" }).click();
    await dialog.getByRole("alert").getByText("This text has these placeholders").waitFor();
    await other.fill("{visits} left at");
    await dialog.getByRole("button", { name: "{place}" }).click();
    await expect.poll(() => other.inputValue()).toBe("{visits} left at {place}");
    await dialog.getByText("39 of 160 characters at the longest").waitFor();
    await expect.poll(() => screens.first().textContent()).toContain("2 left at Warsaw");
    await dialog.getByRole("checkbox", { name: "With the longest that can be put in" }).check();
    await expect
      .poll(() => screens.last().textContent())
      .toContain("9999999999 left at MMMMMMMMMMMMMMMMMMMM");
    await dialog.getByRole("button", { name: "Save" }).click();
    await page.getByText("From the next tap on, screens say this.").waitFor();
    await page
      .getByRole("button", { name: /^Let in, so many .* English: \{visits\} left at \{place\}/ })
      .waitFor();
    expect(await messageOf(testPan(71_001))).toMatch(/^2 left at \S/);

    await page.getByRole("button", { name: /^Let in, so many .* English: / }).click();
    await dialog.getByRole("button", { name: "Use the inherited text" }).click();
    await dialog.getByText("{visits} free visits left").waitFor();
    await dialog.getByRole("button", { name: "Use the inherited text" }).click();
    await page.getByText("The inherited text counts again.").waitFor();
    expect(await messageOf(testPan(71_002))).toBe("2 free visits left");
    await window.close();
  });

  test("thatAreTooLong, or that not every screen can show, are not sent", async () => {
    const window = await panel.signedIn(await panel.person("ADMIN"));
    const { page } = window;
    const writes: string[] = [];
    page.on("request", (request) => {
      if (request.method() === "PUT") writes.push(request.url());
    });
    await page.goto("/admin/messages");
    await page.getByRole("button", { name: /^Card is frozen, German: / }).click();
    const dialog = page.getByRole("dialog");
    const text = dialog.getByRole("textbox", { name: "Text" });
    await text.fill("x".repeat(161));
    await dialog.getByText("161 of 160 characters at the longest").waitFor();
    await dialog.getByRole("button", { name: "Save" }).click();
    await dialog.getByRole("alert").getByText("At most 160 characters").waitFor();
    await text.fill("Gesperrt 🚫");
    await dialog.getByRole("button", { name: "Save" }).click();
    await dialog.getByRole("alert").getByText('Not every terminal can show "🚫"').waitFor();
    await text.fill(`Rufen Sie ${testPan(5)} an`);
    await dialog.getByRole("button", { name: "Save" }).click();
    await dialog.getByRole("alert").getByText("A card number must not stand here.").waitFor();
    expect(writes).toEqual([]);
    // More than four lines go over to another page of the small screen.
    await text.fill(
      "Diese Karte ist gesperrt. Bitte wenden Sie sich an Ihre Bank, oder fragen Sie am Empfang nach Hilfe.",
    );
    await dialog.getByText("4 lines of 20 letters, 2 pages").waitFor();
    expect(await violations(page)).toEqual([]);
    await window.close();
  });

  test("areComparedWhereSomebodyElseHasSavedMeanwhile", async () => {
    const window = await panel.signedIn(await panel.person("ADMIN"), { expected: [/412/] });
    const { page } = window;
    await page.goto("/admin/messages");
    await page.getByRole("button", { name: /^Card has expired, English: / }).click();
    const dialog = page.getByRole("dialog", { name: /Card has expired/ });
    await dialog.getByRole("textbox", { name: "Text" }).fill("Mine");
    await panel.admin.send("PUT", "/api/messages/installation/en/CARD_EXPIRED", {
      forms: { other: "Theirs" },
    });
    await dialog.getByRole("button", { name: "Save" }).click();
    await page.getByText("Theirs").first().waitFor();
    await window.close();
    await panel.admin.send("DELETE", "/api/messages/installation/en/CARD_EXPIRED");
  });

  test("areReadByAnAuditor, who is offered nothing else", async () => {
    const window = await panel.signedIn(await panel.person("AUDITOR"), { width: 320 });
    const { page } = window;
    await page.goto("/admin/messages");
    await page.getByRole("button", { name: /^Limit used up, Polish: / }).click();
    const dialog = page.getByRole("dialog");
    await dialog
      .getByRole("region", { name: "On the screen" })
      .getByText("Limit wejść dla tej")
      .first()
      .waitFor();
    await expect.poll(() => page.evaluate(WIDER)).toBe(0);
    expect(await dialog.getByRole("textbox").count()).toBe(0);
    expect(await dialog.getByRole("button", { name: "Save" }).count()).toBe(0);
    await window.close();
  });
});
