import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { createClient } from "../../src/client.ts";
import { createLocation } from "../support/programme.ts";
import { type PanelServer, startPanel } from "./support/panel.ts";

let panel: PanelServer;
beforeAll(async () => {
  panel = await startPanel();
  await createLocation(panel.admin, { name: "Lounge One" });
});
afterAll(async () => {
  await panel.stop();
});

test("aDeviceComesInByTheCodeThatTheDialogShowsAndTheDialogSaysSoByItself", async () => {
  const window = await panel.signedIn(await panel.person("USER"));
  const { page } = window;
  await page.goto("/admin/enrollments");
  await page.getByRole("heading", { name: "No enrollment yet" }).waitFor();
  await page.getByRole("button", { name: "New enrollment" }).first().click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Location", { exact: true }).selectOption({ label: "Lounge One" });
  await dialog.getByRole("button", { name: "Add a name and a value" }).click();
  await dialog.getByLabel("Name 1").fill("floor");
  await dialog.getByLabel("Value 1").fill("2");
  await dialog.getByRole("button", { name: "Make the code" }).click();
  await dialog.getByText("Waiting for the device").waitFor();
  const shown = await dialog.getByRole("status").first().textContent();
  const enrollment_code = (shown ?? "").replaceAll(/\s/g, "");
  expect(enrollment_code).toMatch(/^[2-9A-HJ-NP-Z]{8}$/);
  expect(page.url()).not.toContain(enrollment_code);
  const app = createClient(panel.url, null);
  await app.send("POST", "/ipp/v1/devices", { enrollment_code, hardware_id: "HW-PANEL", name: "Desk" });
  await dialog.getByText("HW-PANEL").waitFor();
  await dialog.getByRole("button", { name: "Close" }).click();
  await expect.poll(async () => await page.content()).not.toContain(shown);
  await page.getByRole("row", { name: /Used Lounge One HW-PANEL floor: 2/ }).waitFor();
  await page.getByRole("link", { name: "HW-PANEL" }).click();
  await page.getByText("Bearer token").first().waitFor();
  await window.close();
});

test("aCodeThatWaitsIsCancelledAndLetsNobodyIn", async () => {
  const made = await panel.admin.send("POST", "/ipp/v1/enrollments", { metadata: { for: "nobody" } });
  const window = await panel.signedIn(await panel.person("USER"));
  const { page } = window;
  await page.goto("/admin/enrollments?status=PENDING");
  await page.getByRole("button", { name: /^Cancel the enrollment/ }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Cancel the enrollment" }).click();
  await page.getByText("The enrollment was cancelled.").waitFor();
  await page.goto("/admin/enrollments?status=CANCELLED");
  await page.getByRole("row", { name: /Cancelled No location .*for: nobody/ }).waitFor();
  await window.close();
  const app = createClient(panel.url, null);
  const { enrollment_code } = z.object({ enrollment_code: z.string() }).parse(made.body);
  const answer = await app.request("POST", "/ipp/v1/devices", { enrollment_code, hardware_id: "HW-LATE" });
  expect(answer.status).toBe(403);
});

test("anAuditorSeesTheListAndMakesNoCode", async () => {
  const window = await panel.signedIn(await panel.person("AUDITOR"));
  const { page } = window;
  await page.goto("/admin/enrollments");
  await page.getByRole("row", { name: /Cancelled/ }).waitFor();
  await expect.poll(async () => await page.getByRole("button", { name: "New enrollment" }).count()).toBe(0);
  await window.close();
});
