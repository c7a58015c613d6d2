import { afterAll, beforeAll, expect, test } from "vitest";
import type { Terminal } from "../../src/cli/pos/terminal.ts";
import { DAY, iso } from "../../src/domain/time.ts";
import { check, outcome, simpleProgramme, testPan } from "../support/programme.ts";
import { violations } from "./support/axe.ts";
import { type PanelServer, startPanel } from "./support/panel.ts";

/** Which of a card's transactions a decision counted, and which not, is seen on the operation's page. */

const PAN = testPan(1);
const euro = (amount: string) => ({ amount, currency: "EUR" });

let panel: PanelServer;
let terminal: Terminal;
let accessId = "";
let locationId = "";
beforeAll(async () => {
  panel = await startPanel();
  ({ terminal, locationId } = await simpleProgramme(panel.admin, panel.url, {
    name: "Shoppers",
    spend: { ...euro("100.00"), days: 30, mccs: ["5812"], graceDays: 2 },
  }));
  const one = { pan: PAN, type: "PURCHASE", mcc: "5812", amount: euro("90.00") };
  const at = (days: number): string => iso(Date.now() - days * DAY);
  await panel.admin.send("POST", "/api/transactions", {
    transactions: [
      { ...one, transactionId: "dinner", transactionAt: at(2) },
      {
        ...{ ...one, transactionId: "dinner-back", type: "REFUND", refersTo: "dinner" },
        ...{ amount: euro("20.00"), transactionAt: at(1) },
      },
      { ...one, transactionId: "petrol", mcc: "5541", transactionAt: at(3) },
      {
        ...{ ...one, transactionId: "abroad", transactionAt: at(4) },
        amount: { amount: "1000", currency: "JPY" },
      },
    ],
  });
  ({ accessId } = outcome(await check(terminal, PAN)));
});
afterAll(async () => {
  await panel.stop();
});

test("whichTransactionsCountedAndWhichNotAndWhyIsSeen, also when more came since", async () => {
  await panel.admin.send("POST", "/api/transactions", {
    transactions: [
      {
        ...{ transactionId: "afterwards", pan: PAN, type: "PURCHASE", mcc: "5812" },
        ...{ amount: euro("500.00"), transactionAt: iso(Date.now() - DAY) },
      },
    ],
  });
  for (const width of [1280, 320]) {
    const window = await panel.signedIn(await panel.person("USER"), { width });
    const { page } = window;
    await page.goto(`/admin/operations/${accessId}`);
    await page.getByRole("link", { name: "Show transactions" }).click();
    await page
      .getByText("Wanted within 30 days (or until 2 days ago): 100.00 EUR in categories 5812.")
      .waitFor();
    await page.getByText("not reached").waitFor();
    const table = page.getByRole("table", { name: "Transactions for Shoppers" });
    const row = (name: string) => table.getByRole("row").filter({ hasText: name });
    await row("dinner").getByText("70.00 EUR").first().waitFor();
    await row("dinner").getByText("Refund dinner-back").waitFor();
    await row("dinner").getByText("Yes", { exact: true }).waitFor();
    await row("petrol").getByText("No: another category").waitFor();
    await row("abroad").getByText("No: no rate of its day is known").waitFor();
    expect(await row("afterwards").count()).toBe(0);
    expect(await page.getByText("come to another sum").count()).toBe(0);
    expect(await violations(page)).toEqual([]);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
    if (process.env["SHOTS"] !== undefined)
      await page.screenshot({ path: `/tmp/shots/spend-${String(width)}.png`, fullPage: true });
    await window.close();
  }
});

test("aRateThatWasBroughtSinceIsSaid", async () => {
  const day = iso(Date.now() - 4 * DAY).slice(0, 10);
  await panel.admin.send("POST", "/api/rates", {
    rates: [{ date: day, base: "EUR", quote: "JPY", rate: "100" }],
  });
  const window = await panel.signedIn(await panel.person("ADMIN"));
  const { page } = window;
  await page.goto(`/admin/operations/${accessId}?tab=transactions`);
  await page.getByText(/come to another sum.*80\.00 EUR/).waitFor();
  await page
    .getByRole("row", { name: /abroad/ })
    .getByText("10.00 EUR")
    .waitFor();
  await window.close();
});

test("whoeverIsLimitedToPlacesSeesNothingOfIt", async () => {
  const window = await panel.signedIn(await panel.person("SERVICE_PROVIDER", { locationIds: [locationId] }));
  const { page } = window;
  await page.goto(`/admin/operations/${accessId}?tab=transactions`);
  await page.getByText("No transaction was looked at for this decision.").waitFor();
  expect(await page.getByText("dinner").count()).toBe(0);
  await window.close();
});
