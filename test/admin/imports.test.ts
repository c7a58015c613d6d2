import { Buffer } from "node:buffer";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { maskPan } from "../../src/domain/pan.ts";
import { type PanelServer, startPanel } from "./support/panel.ts";

const PAN = "5555555555554444";

let panel: PanelServer;
beforeAll(async () => {
  panel = await startPanel();
});
afterAll(async () => {
  await panel.stop();
});

const csv = (...rows: string[]) => ({
  name: "file.csv",
  mimeType: "text/csv",
  buffer: Buffer.from([...rows, ""].join("\n")),
});

describe("exchange rates", () => {
  test("aFileIsLookedAtBeforeItIsStored, and what is known already is said", async () => {
    const window = await panel.signedIn(await panel.person("USER"));
    const { page } = window;
    await page.goto("/admin/rates");
    await page.getByRole("heading", { name: "No exchange rate yet" }).waitFor();
    await page.getByRole("link", { name: "Import" }).first().click();
    const file = csv("date,base,quote,rate", "2026-11-27,EUR,USD,1.0545", "2026-11-27,EUR,PLN,4.2990");
    await page.getByLabel("CSV file").setInputFiles(file);
    await page.getByText("2 rates: 2 are new, 0 replace what was known, 0 are known already.").waitFor();
    expect((await panel.admin.send("GET", "/api/rates")).body).toMatchObject({ total: 0 });
    await page.getByRole("button", { name: "Import 2 rates" }).click();
    await page.getByText("2 rates imported.").waitFor();
    await page.getByRole("cell", { name: "1 EUR = 4.2990 PLN" }).waitFor();
    await page.getByRole("link", { name: "Import" }).first().click();
    await page.getByLabel("CSV file").setInputFiles(file);
    await page.getByText("2 rates: 0 are new, 0 replace what was known, 2 are known already.").waitFor();
    await expect.poll(() => page.getByRole("button", { name: /^Import/ }).count()).toBe(0);
    await window.close();
  });
});

describe("transactions", () => {
  const header = "transactionId,pan,type,amount,currency,mcc,transactionAt";

  test("aFileBecomesTransactionsOfCards, and its numbers are nowhere afterwards", async () => {
    const window = await panel.signedIn(await panel.person("ADMIN"), { expected: [/422/, /409/] });
    const { page } = window;
    await page.goto("/admin/transactions/import");
    const choose = async (...rows: string[]): Promise<void> =>
      await page.getByLabel("CSV file").setInputFiles(csv(header, ...rows));
    await choose(
      `t-1,${PAN},PURCHASE,12.50,EUR,5812,2026-11-20T18:00:00Z`,
      `t-2,${PAN},REFUNDED,2.50,EUR,5812,2026-11-21T18:00:00Z`,
    );
    await page.getByText("Nothing was stored: 1 mistake was found").waitFor();
    await page
      .getByRole("table", { name: "Mistakes in the file" })
      .getByRole("row", { name: /^3 type/ })
      .waitFor();
    await choose(
      `t-1,${PAN},PURCHASE,12.50,EUR,5812,2026-11-20T18:00:00Z`,
      `t-2,${PAN},REFUND,2.50,EUR,5812,2026-11-21T18:00:00Z`,
    );
    await page.getByText("2 transactions: 2 are new, 0 are known already.").waitFor();
    expect((await panel.admin.send("GET", "/api/transactions")).body).toMatchObject({ total: 0 });
    await page.getByRole("button", { name: "Import 2 transactions" }).click();
    await page.getByText("2 transactions imported.").waitFor();
    await page.getByRole("row", { name: /Refund.*2\.50/ }).waitFor();
    await expect.poll(() => page.getByText(maskPan(PAN)).count()).toBe(2);
    const kept = await page.evaluate<string>(
      "JSON.stringify([{ ...localStorage }, { ...sessionStorage }, location.href, document.body.innerHTML])",
    );
    expect(kept).not.toContain(PAN);
    await page.goto("/admin/transactions/import");
    await choose(`t-1,${PAN},PURCHASE,99.00,EUR,5812,2026-11-20T18:00:00Z`);
    await page.getByText("it is known by this id with other content").waitFor();
    await page.goto(`/admin/transactions?type=REFUND&last4=${PAN.slice(-4)}`);
    await page.getByText("1 entry").waitFor();
    await page.getByRole("link", { name: maskPan(PAN) }).click();
    await page.getByRole("heading", { level: 1, name: `Card ${maskPan(PAN)}` }).waitFor();
    await window.close();
  });
});
