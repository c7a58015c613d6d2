import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { newRequest } from "../api/pos/certificateDevice.ts";
import { createLocation } from "../support/programme.ts";
import { type PanelServer, startPanel } from "./support/panel.ts";

let panel: PanelServer;
beforeAll(async () => {
  panel = await startPanel({ settings: { MTLS_PORT: "0" } });
  const locationId = await createLocation(panel.admin, { name: "Lounge One" });
  for (const serialNumber of ["POS-1", "POS-2"])
    await panel.admin.send("POST", "/api/terminals", { serialNumber, locationId });
});
afterAll(async () => {
  await panel.stop();
});

async function ask(setupCode: string, posId: string): Promise<void> {
  const { csr } = await newRequest();
  const answer = await fetch(`${panel.url}/pos/certificates`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ posId, setupCode, csr }),
  });
  expect(answer.status).toBe(200);
}

test("aPosSystemComesInByTheCodeThatTheDialogShowsWithItsAddressesAndTheDialogSaysSoByItself", async () => {
  const window = await panel.signedIn(await panel.person("USER"));
  const { page } = window;
  await page.goto("/admin/certificates");
  await page.getByRole("heading", { name: "No certificate yet" }).waitFor();
  await page.goto("/admin/terminals/POS-1");
  await page.getByRole("button", { name: "Set-up code" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Make a new code" }).click();
  await dialog.getByText("Waiting for the POS system").waitFor();
  const port = String(panel.server.certificatePort);
  await dialog.getByText(`https://127.0.0.1:${port}/`).waitFor();
  await dialog.getByText(`wss://127.0.0.1:${port}/`).waitFor();
  const shown = (await dialog.getByRole("status").first().textContent()) ?? "";
  const code = shown.replaceAll(/\s/g, "");
  expect(code).toMatch(/^[A-Z0-9]{8}$/);
  expect(page.url()).not.toContain(code);
  await ask(code, "till 1");
  await dialog.getByText("The POS system is in").waitFor();
  await dialog.getByRole("button", { name: "Close" }).click();
  await page.getByText("Certificate", { exact: true }).first().waitFor();
  await expect.poll(async () => await page.content()).not.toContain(shown);
  await window.close();
});

test("aCertificateIsRevokedWithWhatComesOfItSaidBefore", async () => {
  const made = await panel.admin.send("POST", "/api/terminals/POS-2/setup-codes", {});
  await ask(z.object({ code: z.string() }).parse(made.body).code, "till 2");
  const window = await panel.signedIn(await panel.person("USER"));
  const { page } = window;
  await page.goto("/admin/certificates?state=ACTIVE&terminal=POS-2");
  await page.getByRole("row", { name: /Active POS-2 till 2/ }).waitFor();
  await page.getByRole("button", { name: "Revoke the certificate of POS-2" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText(/The POS system till 2 is refused from its next request on/).waitFor();
  await dialog.getByLabel("Reason (optional)").fill("stolen");
  await dialog.getByRole("button", { name: "Revoke" }).click();
  await page.getByText("The certificate was revoked.").waitFor();
  await page.goto("/admin/certificates?state=REVOKED");
  await page.getByRole("row", { name: /Void POS-2 till 2 .*Revoked by hand/ }).waitFor();
  await window.close();
});
