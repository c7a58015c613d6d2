import { afterAll, beforeAll, expect, test } from "vitest";
import { createClient } from "../../src/client.ts";
import { newKeys } from "../../src/cli/pos/terminal.ts";
import { createLocation, createTerminal } from "../support/programme.ts";
import { startPanel, type PanelServer } from "./support/panel.ts";

/** A terminal's page: what is done to it wants a reason, and what became of it is told. */

let panel: PanelServer;

beforeAll(async () => {
  panel = await startPanel();
});
afterAll(async () => {
  await panel.stop();
});

test("aTerminalIsPairedAnew: with a reason, after a wrong code that the office sees", async () => {
  const place = await createLocation(panel.admin, { name: "Gate 7" });
  const { serialNumber } = await createTerminal(panel.admin, panel.url, place);
  const window = await panel.signedIn(await panel.person("USER"));
  const { page } = window;
  await page.goto(`/admin/terminals/${serialNumber}`);
  await page.getByRole("button", { name: "Pair anew" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Unpair" }).click();
  await dialog.getByRole("alert").waitFor();
  await dialog.getByLabel("Reason").fill("The device was exchanged");
  await dialog.getByRole("button", { name: "Unpair" }).click();
  await dialog.getByRole("status").first().waitFor();
  const shown = (await dialog.locator("output").textContent()) ?? "";
  const code = shown.replace(/\D/g, "");
  expect(code).toMatch(/^\d{8}$/);

  const anonymous = createClient(panel.url, null);
  const { publicKey } = newKeys();
  const wrong = code === "00000000" ? "00000001" : "00000000";
  const body = { serialNumber, publicKey };
  expect((await anonymous.request("POST", "/pos/pair", { ...body, pairingCode: wrong })).status).toBe(403);
  await dialog.getByText("A wrong code was entered.").waitFor();
  expect((await anonymous.request("POST", "/pos/pair", { ...body, pairingCode: code })).status).toBe(200);
  await dialog.getByText("Key …").waitFor();
  await dialog.getByRole("button", { name: "Close" }).click();

  const history = page.getByRole("table", { name: "What became of it" });
  await history.getByText("The device was exchanged").waitFor();
  await history.getByText("Gate 7").waitFor();
  await expect
    .poll(async () => await history.getByRole("row").allTextContents())
    .toEqual([
      expect.stringContaining("What"),
      expect.stringContaining("Paired"),
      expect.stringContaining("A wrong code was tried"),
      expect.stringContaining("A pairing code was made"),
      expect.stringContaining("Unpaired"),
      expect.stringContaining("Paired"),
      expect.stringContaining("A pairing code was made"),
      expect.stringContaining("Registered"),
    ]);
  await window.close();
});

test("suspendingWantsAReason, resuming may have one", async () => {
  const { serialNumber } = await createTerminal(panel.admin, panel.url, await createLocation(panel.admin));
  const window = await panel.signedIn(await panel.person("USER"));
  const { page } = window;
  await page.goto(`/admin/terminals/${serialNumber}`);
  const dialog = page.getByRole("dialog");
  await page.getByRole("button", { name: "Suspend" }).click();
  await dialog.getByRole("button", { name: "Suspend" }).click();
  await dialog.getByRole("alert").waitFor();
  await dialog.getByLabel("Reason").fill("Looked at by the maker");
  await dialog.getByRole("button", { name: "Suspend" }).click();
  await page.getByRole("button", { name: "Resume" }).click();
  await dialog.getByRole("button", { name: "Resume" }).click();
  await page.getByRole("button", { name: "Suspend" }).waitFor();
  const history = page.getByRole("table", { name: "What became of it" });
  await history.getByText("Looked at by the maker").waitFor();
  await history.getByText("Resumed").waitFor();
  await window.close();
});
