import { afterAll, beforeAll, expect, test } from "vitest";
import { check, simpleProgramme, testPan } from "../support/programme.ts";
import { Receiver } from "../support/receiver.ts";
import { type PanelServer, startPanel } from "./support/panel.ts";

let panel: PanelServer;
const receiver = new Receiver();
let tap: () => Promise<unknown>;

beforeAll(async () => {
  panel = await startPanel({ settings: { OUTBOUND_ALLOWED: "127.0.0.1" } });
  const { terminal } = await simpleProgramme(panel.admin, panel.url);
  let number = 0;
  tap = async () => await check(terminal, testPan(++number));
  await receiver.start();
});
afterAll(async () => {
  await receiver.stop();
  await panel.stop();
});

test("aReceiverIsMadeItsSecretShownOnceAndEveryMessageOfItIsSeenAndSentAgain", async () => {
  const window = await panel.signedIn(await panel.person("ADMIN"));
  const { page } = window;
  await page.goto("/admin/webhooks");
  await page.getByRole("heading", { name: "No receiver yet" }).waitFor();
  await page.getByRole("button", { name: "New receiver" }).first().click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Address").fill(receiver.url);
  await dialog.getByLabel("What it is told").selectOption("entry.granted");
  await dialog.getByRole("button", { name: "Make the receiver" }).click();
  const secret = page.getByRole("dialog").getByLabel("Secret");
  await secret.waitFor();
  receiver.secret = (await secret.textContent()) ?? "";
  expect(receiver.secret).toMatch(/^whsec_/);
  await page.getByRole("dialog").getByRole("button").last().click();
  await expect.poll(async () => await page.content()).not.toContain(receiver.secret);

  await page.getByRole("link", { name: receiver.url }).click();
  await page.getByRole("heading", { level: 1, name: receiver.url, exact: true }).waitFor();
  await tap();
  await expect.poll(() => receiver.messages.length).toBe(1);
  await page.getByRole("link", { name: "Deliveries", exact: true }).click();
  await page.getByRole("row", { name: /Delivered entry\.granted/ }).waitFor();
  await page.getByRole("button", { name: /^Attempts of entry\.granted/ }).click();
  await page.getByRole("dialog").getByText("HTTP 204").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: /^Send entry\.granted/ }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Send again" }).click();
  await expect.poll(() => receiver.messages.length).toBe(2);
  expect(receiver.first).toHaveLength(1);

  await page.goBack();
  await page.getByRole("button", { name: "Disable" }).click();
  await page.getByRole("dialog").getByLabel("Reason").fill("It moves house.");
  await page.getByRole("dialog").getByRole("button", { name: "Disable" }).click();
  await page.getByText("It moves house.").waitFor();
  await tap();
  await page.getByRole("button", { name: "Enable" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Enable" }).click();
  await page.getByRole("button", { name: "Replay" }).click();
  await page.getByRole("dialog").getByText("is sent again").waitFor();
  await page.getByRole("dialog").getByRole("button", { name: "Replay" }).click();
  await expect.poll(() => receiver.first.length).toBe(2);
  await window.close();
});

test("anAuditorLooksOnAndIsOfferedNothing", async () => {
  const window = await panel.signedIn(await panel.person("AUDITOR"));
  const { page } = window;
  await page.goto("/admin/webhooks");
  await page.getByRole("link", { name: receiver.url }).click();
  await page.getByRole("heading", { level: 1, name: receiver.url, exact: true }).waitFor();
  expect(await page.getByRole("button", { name: "Disable" }).count()).toBe(0);
  await page.getByRole("link", { name: "Deliveries", exact: true }).click();
  await page
    .getByRole("button", { name: /^Attempts of entry\.granted/ })
    .first()
    .waitFor();
  expect(await page.getByRole("button", { name: /^Send entry/ }).count()).toBe(0);
  await window.close();
});
