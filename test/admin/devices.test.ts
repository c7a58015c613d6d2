import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { Wire } from "../../src/cli/pos/wire.ts";
import { createLocation, pairTerminal } from "../support/programme.ts";
import { type PanelServer, startPanel } from "./support/panel.ts";

let panel: PanelServer;
const made = z.looseObject({ id: z.string() });
const serial = "LIVE-1";

beforeAll(async () => {
  panel = await startPanel();
  const { id } = made.parse((await panel.admin.send("POST", "/api/merchants", { name: "Airport" })).body);
  await createLocation(panel.admin, { merchantId: id });
  const body = { serial_number: serial, model: "PAX_A800", name: "Till" };
  await panel.admin.send("POST", `/merchants/${id}/devices`, body);
});
afterAll(async () => {
  await panel.stop();
});

test("aDeviceIsSeenToConnectIsActivatedAndWhatBecameOfItIsShown", async () => {
  const terminal = await pairTerminal(panel.admin, panel.url, serial);
  const window = await panel.signedIn(await panel.person("USER"));
  const { page } = window;
  await page.goto(`/admin/terminals/${serial}`);
  await page.getByText("It never connected").waitFor();
  const wire = await Wire.open(panel.url, await terminal.token());
  await page.getByText("Connected", { exact: true }).waitFor();
  await page.getByText("It takes no sales").waitFor();
  await page.getByRole("button", { name: "Activate", exact: true }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Activate" }).click();
  const command = await wire.next("command");
  expect(command?.action).toBe("ACTIVATE");
  await page.getByRole("row", { name: /Activate .*Waiting/ }).waitFor();
  wire.received(command?.id ?? "");
  wire.result(command?.id ?? "", { outcome: "SUCCEEDED" });
  await page.getByRole("row", { name: /Activate .*Done/ }).waitFor();
  await page.getByText("It takes sales").waitFor();
  await page.getByRole("button", { name: "Deactivate" }).click();
  await page.getByRole("dialog").getByText("It takes no sales from now on").waitFor();
  await page.getByRole("dialog").getByRole("button", { name: "Deactivate" }).click();
  expect((await wire.next("command"))?.action).toBe("DEACTIVATE");
  await page.getByText("It takes no sales", { exact: true }).waitFor();
  wire.close();
  await page.getByText("Not connected", { exact: true }).waitFor();
  await window.close();
});

test("anAuditorSeesTheConnectionAndAsksNothingOfTheDevice", async () => {
  const window = await panel.signedIn(await panel.person("AUDITOR"));
  const { page } = window;
  await page.goto(`/admin/terminals/${serial}`);
  await page.getByRole("row", { name: /Activate .*Done/ }).waitFor();
  await expect.poll(async () => await page.getByRole("button", { name: "Activate" }).count()).toBe(0);
  await window.close();
});
