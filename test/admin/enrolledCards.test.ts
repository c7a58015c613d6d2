import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { DEMO_CARDS } from "../../src/demo/programme.ts";
import { maskPan } from "../../src/domain/pan.ts";
import { testPan } from "../support/programme.ts";
import { demoWithVisits } from "./support/demo.ts";
import { type PanelServer, startPanel } from "./support/panel.ts";

/** Cards that the reward system knows, and one that was lost, as people work with them. */

let panel: PanelServer;
const LOST = DEMO_CARDS.vistulaWorldElite;
const FRESH = testPan(77);
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

test("aCardIsEnrolledByItsNumber_FoundByItsAref_AndReplacedWhenItIsLost, and the numbers are nowhere afterwards", async () => {
  const window = await panel.signedIn(await panel.person("USER"));
  const { page, context } = window;
  const addresses: string[] = [];
  context.on("request", (request) => addresses.push(request.url()));
  await page.goto("/admin/cards");
  await page.getByRole("button", { name: "Enrol a card" }).click();
  const enrol = page.getByRole("dialog");
  await enrol.getByRole("textbox", { name: "AREF" }).fill("MRS-PANEL-1");
  await enrol.getByRole("textbox", { name: "Card number" }).pressSequentially(LOST);
  await enrol.getByRole("button", { name: "Enrol" }).click();
  await page.getByRole("heading", { level: 1, name: `Card ${maskPan(LOST)}`, exact: true }).waitFor();
  await page.getByText("MRS-PANEL-1").first().waitFor();
  await page.goto("/admin/cards");
  await page.getByRole("textbox", { name: "AREF" }).fill("MRS-PANEL-1");
  await page.keyboard.press("Enter");
  await page.getByText("1 entry").waitFor();
  await page.getByRole("link", { name: maskPan(LOST) }).click();
  await page.getByRole("button", { name: "Replace" }).click();
  const replace = page.getByRole("dialog");
  await replace.getByText(/go to the new card, with the enrolment MRS-PANEL-1/).waitFor();
  await replace.getByRole("combobox", { name: "Why" }).selectOption("STOLEN");
  await replace.getByRole("textbox", { name: "Number of the new card" }).pressSequentially(FRESH);
  await replace.getByRole("button", { name: "Replace" }).click();
  await page.getByRole("heading", { level: 1, name: `Card ${maskPan(FRESH)}`, exact: true }).waitFor();
  await page.getByText("Takes the place of another card:").waitFor();
  await page.getByText("MRS-PANEL-1").first().waitFor();
  await page.goto(`/admin/cards/${await cardOf(LOST)}`);
  await page.getByText(/^Replaced by another card .*: look there\.$/).waitFor();
  await expect.poll(() => page.getByRole("button", { name: "Freeze" }).count()).toBe(0);
  const kept = await page.evaluate<string>(
    "JSON.stringify([{ ...localStorage }, { ...sessionStorage }, location.href, document.body.innerHTML])",
  );
  for (const pan of [LOST, FRESH]) {
    expect(kept).not.toContain(pan);
    expect(addresses.join()).not.toContain(pan);
  }
  await window.close();
});

test("aFileOfEnrolmentsSaysWhatWouldBecomeOfEachLine, before any is enrolled", async () => {
  const window = await panel.signedIn(await panel.person("USER"));
  const { page } = window;
  await page.goto("/admin/cards");
  await page.getByRole("link", { name: "Import enrolments" }).click();
  const file = page.getByLabel(/file/i);
  const text = `pan,aref\n${DEMO_CARDS.rheinDebit},MRS-FILE-1\n${DEMO_CARDS.vistulaPlatinum},MRS-FILE-1\n`;
  await file.setInputFiles({ name: "enrolments.csv", mimeType: "text/csv", buffer: Buffer.from(text) });
  await page.getByText(/^1 card would be enrolled, 0 are enrolled already, 1 would be refused/).waitFor();
  await page.getByText("Refused: another card is enrolled by this AREF.").waitFor();
  await page.getByRole("button", { name: "Enrol 1 card" }).click();
  await page.getByText("1 card enrolled.").waitFor();
  const { body } = await panel.admin.send("POST", "/api/cards/enrolments/verify", { aref: "MRS-FILE-1" });
  expect(body).toMatchObject({ enrolled: true, cardId: await cardOf(DEMO_CARDS.rheinDebit) });
  await window.close();
});

test("theHashForPartnersIsShownToWhoeverMatchesCards, when it is wanted", async () => {
  const cardId = await cardOf(DEMO_CARDS.rheinGold);
  for (const [role, isShown] of [
    ["USER", true],
    ["AUDITOR", false],
  ] as const) {
    const window = await panel.signedIn(await panel.person(role));
    const { page } = window;
    await page.goto(`/admin/cards/${cardId}`);
    await page.getByText("DEMO-RHEIN-1").first().waitFor();
    const show = page.getByRole("button", { name: "Show", exact: true });
    await expect.poll(() => show.count()).toBe(isShown ? 1 : 0);
    if (isShown) {
      await show.click();
      await page.getByText(/^v1\.[\w-]{43}$/).waitFor();
    }
    await window.close();
  }
});
