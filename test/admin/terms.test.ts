import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { pdfOf } from "../support/pdf.ts";
import { openWindow, type Window } from "./support/browser.ts";
import { enter, type PanelServer, type Person, signIn, startPanel } from "./support/panel.ts";

let panel: PanelServer;
beforeAll(async () => {
  panel = await startPanel({ testClock: true });
});
afterAll(async () => {
  await panel.stop();
});

function fileOf(name: string, line: string) {
  return { name, mimeType: "application/pdf", buffer: pdfOf(line) };
}

async function upload(kind: string, validFrom: string, line: string): Promise<void> {
  const type = { "content-type": "application/pdf" };
  const path = `/api/terms?kind=${kind}&validFrom=${validFrom}`;
  await panel.admin.send("POST", path, pdfOf(line).toString("latin1"), type);
}

async function entered(who: Person, options: Parameters<typeof openWindow>[2] = {}): Promise<Window> {
  const window = await openWindow(panel.browser, panel.url, options);
  await enter(window, who);
  return window;
}

describe("Terms & Conditions", () => {
  test("aPdfIsUploadedWithItsDay, another of that day takes its place, and both stay", async () => {
    const window = await panel.signedIn(await panel.person("USER"));
    const { page } = window;
    await page.getByRole("link", { name: "Terms & Conditions" }).click();
    await page.getByText("No document yet").waitFor();
    await page.getByRole("link", { name: "Upload a document" }).first().click();
    await page.getByRole("button", { name: "Upload a document" }).click();
    await page.getByRole("alert").getByRole("link", { name: "PDF file" }).waitFor();
    await page.getByRole("radio", { name: "Privacy Policy" }).check();
    await page.getByLabel("Valid from").fill("2026-01-01");
    await page.getByLabel("PDF file").setInputFiles(fileOf("<b>policy</b>=cmd.pdf", "first"));
    await page.getByText("Nobody has to agree yet").waitFor();
    await page.getByRole("button", { name: "Upload a document" }).click();
    await page.getByText("Privacy Policy, valid from 1 Jan 2026, was uploaded.").waitFor();
    await page.getByRole("cell", { name: "Valid", exact: true }).waitFor();

    await page.getByRole("link", { name: "Upload a document" }).click();
    await page.getByRole("radio", { name: "Privacy Policy" }).check();
    await page.getByLabel("Valid from").fill("2026-01-01");
    await page.getByText("Replaces the file of 1 Jan 2026, which stays in the history.").waitFor();
    await page.getByLabel("PDF file").setInputFiles(fileOf("policy.pdf", "second"));
    await page.getByRole("button", { name: "Upload a document" }).click();
    await page.waitForURL("**/admin/terms");
    await page.getByText("2 entries").waitFor();
    await expect.poll(() => page.getByRole("cell", { name: "Valid", exact: true }).count()).toBe(1);
    await page.getByRole("cell", { name: "History" }).waitFor();
    const link = page.getByRole("link", { name: "PDF, 1 kB: Privacy Policy, 1 Jan 2026" }).first();
    const file = await page.request.get((await link.getAttribute("href")) ?? "");
    expect(Buffer.from(await file.body()).equals(pdfOf("second"))).toBe(true);
    await expect.poll(() => page.getByRole("button", { name: /edit|delete/i }).count()).toBe(0);
    await window.close();
  });

  test("whatIsNoPdfIsRefusedAtTheField, by the server where its name lies", async () => {
    const window = await panel.signedIn(await panel.person("ADMIN"), { expected: [/422/] });
    const { page } = window;
    await page.goto("/admin/terms/new");
    await page.getByLabel("Valid from").fill("2026-01-01");
    const html = Buffer.from("<html><script>alert(1)</script></html>");
    await page
      .getByLabel("PDF file")
      .setInputFiles({ name: "terms.html", mimeType: "text/html", buffer: html });
    await page.getByRole("button", { name: "Upload a document" }).click();
    await page.getByRole("alert").getByText("This is not a PDF file.").waitFor();
    await page
      .getByLabel("PDF file")
      .setInputFiles({ name: "terms.pdf", mimeType: "application/pdf", buffer: html });
    await page.getByRole("button", { name: "Upload a document" }).click();
    await page.getByRole("alert").getByText("it is not a PDF").waitFor();
    await window.close();
  });
});

describe("consent", () => {
  test("aCallCenterTicksBothBeforeAnythingElse, and is not asked again", async () => {
    await upload("TERMS", "2026-01-01", "terms of the programme");
    await upload("PRIVACY_POLICY", "2026-01-01", "second");
    const who = await panel.person("CALL_CENTER");
    const window = await entered(who);
    const { page } = window;
    await page.getByRole("heading", { level: 1, name: "Before you go on", exact: true }).waitFor();
    await page.goto("/admin/cards");
    await page.getByRole("heading", { level: 1, name: "Before you go on", exact: true }).waitFor();
    const boxes = page.getByRole("checkbox");
    await expect.poll(() => boxes.count()).toBe(2);
    for (const box of await boxes.all()) expect(await box.isChecked()).toBe(false);
    for (const name of ["Terms & Conditions", "Privacy Policy"]) {
      const part = page.getByRole("region", { name });
      const link = part.getByRole("link", { name: `Download: ${name} (PDF)` });
      const file = await page.request.get((await link.getAttribute("href")) ?? "");
      expect([file.status(), file.headers()["content-type"]]).toEqual([200, "application/pdf"]);
    }
    await page.getByRole("checkbox", { name: "I have read the Privacy Policy" }).check();
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByRole("region", { name: "Terms & Conditions" }).getByText("Tick this to go on.").waitFor();
    await page.getByRole("checkbox", { name: "I have read the Terms & Conditions" }).check();
    await page.getByRole("button", { name: "Continue" }).click();
    await page.waitForURL("**/admin/cards");
    await page.getByRole("heading", { level: 1, name: "Cards", exact: true }).waitFor();
    await window.close();
    const again = await openWindow(panel.browser, panel.url);
    await signIn(again, who);
    await again.close();
  });

  test("whoDoesNotWantToSignsOut", async () => {
    const window = await entered(await panel.person("ISSUER", { icas: ["0001234"] }));
    const { page } = window;
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByRole("heading", { level: 1, name: "Sign in", exact: true }).waitFor();
    await window.close();
  });

  test("aNewVersionIsAskedForInTheMiddleOfWork, and whoever runs the programme is never asked", async () => {
    const who = await panel.person("CALL_CENTER");
    const window = await entered(who, { expected: [/403/, /409/] });
    const { page } = window;
    const agree = async (): Promise<void> => {
      for (const box of await page.getByRole("checkbox").all()) await box.check();
      await page.getByRole("button", { name: "Continue" }).click();
      await page.getByRole("heading", { level: 1, name: "Cards", exact: true }).waitFor();
    };
    await page.getByRole("checkbox").first().waitFor();
    await agree();
    await upload("TERMS", "2026-01-02", "a new version");
    await page.getByRole("link", { name: "Operations" }).click();
    await page.getByRole("heading", { level: 1, name: "Before you go on", exact: true }).waitFor();
    await page.getByText("Valid from 2 Jan 2026").waitFor();
    // Yet another one, while this one is read.
    await upload("TERMS", "2026-01-03", "a newer version");
    for (const box of await page.getByRole("checkbox").all()) await box.check();
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByText("Another version has become valid meanwhile.").waitFor();
    await page.getByRole("button", { name: "Load again" }).click();
    await page.getByText("Valid from 3 Jan 2026").waitFor();
    await agree();
    await window.close();
    const admin = await panel.signedIn(await panel.person("ADMIN"));
    await admin.page.goto("/admin/terms?status=VALID&kind=TERMS");
    await admin.page.getByRole("cell", { name: /^1 of \d+$/ }).waitFor();
    await admin.page.goto("/admin/consent");
    await admin.page.getByRole("heading", { level: 1, name: "Dashboard", exact: true }).waitFor();
    await admin.close();
  });
});
