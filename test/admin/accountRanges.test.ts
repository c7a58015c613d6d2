import { Buffer } from "node:buffer";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type PanelServer, startPanel } from "./support/panel.ts";

const HEADER = "low,high,ica,issuerName,country,productCode,productName";

let panel: PanelServer;
beforeAll(async () => {
  panel = await startPanel();
});
afterAll(async () => {
  await panel.stop();
});

const csv = (...rows: string[]) => ({
  name: "ranges.csv",
  mimeType: "text/csv",
  buffer: Buffer.from([HEADER, ...rows, ""].join("\n")),
});

describe("account ranges", () => {
  test("aFileIsLookedAtBeforeItIsStored, and its ranges are found by a BIN then", async () => {
    const window = await panel.signedIn(await panel.person("USER"));
    const { page } = window;
    await page.goto("/admin/account-ranges");
    await page.getByRole("heading", { name: "No account range yet" }).waitFor();
    await page.getByRole("link", { name: "Import", exact: true }).first().click();
    await page
      .getByLabel("CSV file")
      .setInputFiles(csv("5555,5555,0001234,Test Bank,POL,WLE,World Elite", "52,5299,0002,Two,DEU,MCG,"));
    await page.getByText("2 account ranges: 2 are new, 0 replace what was known.").waitFor();
    expect((await panel.admin.send("GET", "/api/account-ranges")).body).toMatchObject({ total: 0 });
    await page.getByRole("button", { name: "Import 2 account ranges" }).click();
    await page.getByText("2 account ranges imported.").waitFor();
    await page.getByText("2 entries").waitFor();
    await page.getByRole("textbox", { name: "Holds the BIN" }).fill("555512");
    await page.keyboard.press("Enter");
    await page.getByText("1 entry").waitFor();
    await page.getByRole("cell", { name: "Test Bank" }).waitFor();
    await window.close();
  });

  test("aFileWithMistakesIsNotStored, and each is named by line and column", async () => {
    const window = await panel.signedIn(await panel.person("USER"), { expected: [/422/] });
    const { page } = window;
    await page.goto("/admin/account-ranges/import");
    await page
      .getByLabel("CSV file")
      .setInputFiles(
        csv("6000,6000,0001,One,POL,WLE,", "60x,6000,0001,One,POL,WLE,", "61,61,0001,One,Poland,WLE,"),
      );
    await page.getByText("Nothing was stored: 2 mistakes were found").waitFor();
    const mistakes = page.getByRole("table", { name: "Mistakes in the file" });
    await mistakes.getByRole("row", { name: /^3 low/ }).waitFor();
    await mistakes.getByRole("row", { name: /^4 country/ }).waitFor();
    await expect.poll(() => page.getByRole("button", { name: /^Import/ }).count()).toBe(0);
    await window.close();
  });

  test("aLineThatSaysSomethingElseThanBeforeIsShown", async () => {
    const window = await panel.signedIn(await panel.person("ADMIN"));
    const { page } = window;
    await page.goto("/admin/account-ranges/import");
    await page.getByLabel("CSV file").setInputFiles(csv("7000,7000,0007,Seven,POL,WLE,"));
    await page.getByRole("button", { name: "Import 1 account range" }).click();
    await page.getByText("1 account range imported.").waitFor();
    await page.getByRole("link", { name: "Import", exact: true }).first().click();
    await page.getByLabel("CSV file").setInputFiles(csv("7000,7000,0008,Eight,POL,WLE,"));
    await page.getByText("0 are new, 1 replaces what was known").waitFor();
    await page
      .getByRole("table", { name: "Lines that differ" })
      .getByText("these bounds were known for the ICA 0007")
      .waitFor();
    await window.close();
  });

  test("whoeverOnlyReadsIsOfferedNoImport", async () => {
    const window = await panel.signedIn(await panel.person("AUDITOR"), { expected: [/ForbiddenPageError/] });
    const { page } = window;
    await page.goto("/admin/account-ranges");
    await page.getByText("Holds the BIN").waitFor();
    await expect.poll(() => page.getByRole("link", { name: "Import", exact: true }).count()).toBe(0);
    await page.goto("/admin/account-ranges/import");
    await page.getByRole("heading", { name: "This page is not for your role" }).waitFor();
    await window.close();
  });
});
