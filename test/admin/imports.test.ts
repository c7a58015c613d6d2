import { Buffer } from "node:buffer";
import { createServer, request } from "node:http";
import { strToU8, zipSync } from "fflate";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { maskPan } from "../../src/domain/pan.ts";
import { listening } from "../support/listening.ts";
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
    await page.getByRole("link", { name: "Import", exact: true }).first().click();
    const file = csv("date,base,quote,rate", "2026-11-27,EUR,USD,1.0545", "2026-11-27,EUR,PLN,4.2990");
    await page.getByLabel("File", { exact: true }).setInputFiles(file);
    await page.getByText("2 rates: 2 are new, 0 replace what was known, 0 are known already.").waitFor();
    expect((await panel.admin.send("GET", "/api/rates")).body).toMatchObject({ total: 0 });
    await page.getByRole("button", { name: "Import 2 rates" }).click();
    await page.getByText("2 rates imported.").waitFor();
    await page.getByRole("cell", { name: "1 EUR = 4.2990 PLN" }).waitFor();
    await page.getByRole("link", { name: "Import", exact: true }).first().click();
    await page.getByLabel("File", { exact: true }).setInputFiles(file);
    await page.getByText("2 rates: 0 are new, 0 replace what was known, 2 are known already.").waitFor();
    await expect.poll(() => page.getByRole("button", { name: /^Import/ }).count()).toBe(0);
    await window.close();
  });

  test("aFileOfTheCentralBankIsTakenAsItIs, and rates are fetched at a press", async () => {
    let rate = "1.16";
    const bank = createServer((_request, response) =>
      response.end(`<Cube><Cube time="2026-11-30"><Cube currency="USD" rate="${rate}"/></Cube></Cube>`),
    );
    const url = `http://127.0.0.1:${String(await listening(bank))}/ecb.xml`;
    const own = await startPanel({ settings: { RATES_URL: url } });
    const window = await own.signedIn(await own.person("ADMIN"));
    const { page } = window;
    await page.goto("/admin/rates");
    await page.getByText("Fetched", { exact: true }).waitFor();
    await page.getByRole("cell", { name: "1 EUR = 1.16 USD" }).waitFor();
    rate = "1.17";
    await page.getByRole("button", { name: "Fetch now" }).click();
    await page.getByText("1 rate stored.").waitFor();
    await page.getByRole("cell", { name: "1 EUR = 1.17 USD" }).waitFor();
    bank.close();
    await page.getByRole("button", { name: "Fetch now" }).click();
    await page.getByText("No answer").waitFor();
    await page.getByText("NO_CONNECTION").waitFor();
    await page.getByRole("link", { name: "Import", exact: true }).first().click();
    const zip = zipSync({ "eurofxref-hist.csv": strToU8("Date,JPY,CYP,\n2007-03-02,157.1,0.58,\n") });
    await page
      .getByLabel("File", { exact: true })
      .setInputFiles({ name: "eurofxref-hist.zip", mimeType: "application/zip", buffer: Buffer.from(zip) });
    await page.getByText("Left out, as nobody pays with them any more: CYP.").waitFor();
    await page.getByRole("button", { name: "Import 1 rate" }).click();
    await page.getByRole("cell", { name: "1 EUR = 157.1 JPY" }).waitFor();
    await window.close();
    await own.stop();
  });
});

describe("transactions", () => {
  const header = "transactionId,pan,type,amount,currency,mcc,transactionAt";

  test("aFileBecomesTransactionsOfCards, and its numbers are nowhere afterwards", async () => {
    const window = await panel.signedIn(await panel.person("ADMIN"), { expected: [/422/] });
    const { page } = window;
    await page.goto("/admin/transactions/import");
    const choose = async (file: ReturnType<typeof csv>): Promise<void> =>
      await page.getByLabel("CSV or NDJSON file").setInputFiles(file);
    await choose(csv("id,number"));
    await page
      .getByText("Nothing was stored: 2 mistakes were found", { exact: false })
      .or(page.getByRole("alert"))
      .first()
      .waitFor();
    await choose(
      csv(
        header,
        `t-1,${PAN},PURCHASE,12.50,EUR,5812,2026-11-20T18:00:00Z`,
        `t-2,${PAN},REFUNDED,2.50,EUR,5812,2026-11-21T18:00:00Z`,
        `t-3,${PAN},REFUND,2.50,EUR,5812,2026-11-21T18:00:00Z`,
      ),
    );
    await page.getByText("2 transactions: 2 are new, 0 are known already.").waitFor();
    await page.getByText("1 line is bad and left out.").waitFor();
    await page
      .getByRole("table", { name: "The first lines" })
      .getByRole("row", { name: /t-3.*Refund/ })
      .waitFor();
    await page
      .getByRole("table", { name: "Mistakes in the file" })
      .getByRole("row", { name: /^3 type/ })
      .waitFor();
    expect((await panel.admin.send("GET", "/api/transactions")).body).toMatchObject({ total: 0 });
    await page.getByRole("button", { name: "Import 2 transactions" }).click();
    await page.getByText("2 transactions imported.").waitFor();
    // What became of it stands in the history, with the bad lines.
    await page.getByRole("heading", { level: 1, name: "Import: Transactions" }).waitFor();
    await page.getByText("Completed").waitFor();
    await page
      .getByRole("table", { name: "Bad lines" })
      .getByRole("row", { name: /^3 type/ })
      .waitFor();
    const download = page.waitForEvent("download");
    await page.getByRole("link", { name: "The report as CSV" }).click();
    expect((await download).suggestedFilename()).toMatch(/^import-.*\.csv$/);
    const kept = await page.evaluate<string>(
      "JSON.stringify([{ ...localStorage }, { ...sessionStorage }, location.href, document.body.innerHTML])",
    );
    expect(kept).not.toContain(PAN);
    await page.getByRole("link", { name: "Imports" }).last().click();
    await page.getByRole("row", { name: /Transactions.*file\.csv.*Completed/ }).waitFor();
    await page.goto("/admin/transactions/import");
    const object = { transactionId: "t-1", pan: PAN, type: "PURCHASE", mcc: "5812" };
    const lines = [
      { ...object, amount: { amount: "99.00", currency: "EUR" }, transactionAt: "2026-11-20T18:00:00Z" },
    ].map((one) => JSON.stringify(one));
    await choose({
      name: "more.ndjson",
      mimeType: "application/octet-stream",
      buffer: Buffer.from(lines.join("\n")),
    });
    await page.getByText("it is known by this id with other content").waitFor();
    await page.goto(`/admin/transactions?type=REFUND&last4=${PAN.slice(-4)}`);
    await page.getByText("1 entry").waitFor();
    await page.getByRole("link", { name: maskPan(PAN) }).click();
    await page.getByRole("heading", { level: 1, name: `Card ${maskPan(PAN)}`, exact: true }).waitFor();
    await window.close();
  });

  test("aFileThatBrokeOffGoesOnWhereItWas", async () => {
    const lines = Array.from(
      { length: 1_500 },
      (_, n) => `g-${String(n)},${PAN},PURCHASE,12.50,EUR,5812,2026-11-20T18:00:00Z`,
    );
    const file = csv(header, ...lines);
    const window = await panel.signedIn(await panel.person("ADMIN"), { expected: [/ERR_FAILED/] });
    const { page } = window;
    await page.route(
      (url) => url.pathname === "/api/transactions/import" && !url.searchParams.has("dryRun"),
      async (route) => {
        await sendHalf(route.request().url(), await route.request().allHeaders(), file.buffer);
        await route.abort();
      },
      { times: 1 },
    );
    await page.goto("/admin/transactions/import");
    await page.getByLabel("CSV or NDJSON file").setInputFiles(file);
    await page.getByRole("button", { name: "Import 1,500 transactions" }).click();
    await page.getByText("The connection broke off. What was read is kept").waitFor();
    const [before] = await transactionImports();
    expect(before).toMatchObject({ state: "INTERRUPTED" });
    expect(before?.accepted).toBeGreaterThan(0);
    expect(before?.accepted).toBeLessThan(1_500);
    await page.getByRole("button", { name: "Go on" }).click();
    await page.getByText("1,500 transactions imported.").waitFor();
    await page.getByRole("heading", { level: 1, name: "Import: Transactions" }).waitFor();
    await page.getByText("Completed").waitFor();
    const [after] = await transactionImports();
    expect(after).toEqual({ id: before?.id, state: "COMPLETED", accepted: 1_500, known: 0 });
    await window.close();
  });
});

const importPage = z.object({
  items: z.array(z.object({ id: z.string(), state: z.string(), accepted: z.int(), known: z.int() })),
});

async function transactionImports() {
  const { body } = await panel.admin.send("GET", "/api/imports?kind=TRANSACTIONS");
  return importPage.parse(body).items;
}

/** What the browser meant to send, until the connection breaks in the middle of it and the server has seen that. */
async function sendHalf(url: string, headers: Readonly<Record<string, string>>, body: Buffer): Promise<void> {
  const own = Object.entries(headers).filter(([name]) => !name.startsWith(":") && name !== "content-length");
  const sent = request(url, {
    method: "POST",
    headers: { ...Object.fromEntries(own), "content-length": String(body.length) },
  });
  sent.on("error", () => undefined);
  sent.write(body.subarray(0, body.length / 2));
  await expect.poll(async () => (await transactionImports())[0]).toMatchObject({ state: "RUNNING" });
  await expect.poll(async () => (await transactionImports())[0]?.accepted).toBeGreaterThan(0);
  sent.destroy();
  await expect.poll(async () => (await transactionImports())[0]?.state).toBe("INTERRUPTED");
}
