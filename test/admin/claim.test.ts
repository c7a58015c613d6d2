import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ClaimingDevice } from "../api/pos/claimingDevice.ts";
import { createLocation } from "../support/programme.ts";
import { type PanelServer, startPanel } from "./support/panel.ts";

let panel: PanelServer;
beforeAll(async () => {
  panel = await startPanel();
});
afterAll(async () => {
  await panel.stop();
});

async function device(serialNumber: string, locationId: string): Promise<ClaimingDevice> {
  await panel.admin.send("POST", "/api/terminals", { serialNumber, locationId });
  return new ClaimingDevice(panel.url, serialNumber);
}

describe("claiming a device", () => {
  test("theDeviceIsSeenBeforeItIsClaimed, and works on by itself", async () => {
    const locationId = await createLocation(panel.admin, { name: "Warsaw lounge" });
    const shown = await device("CLAIM-WAW", locationId);
    const window = await panel.signedIn(await panel.person("USER"));
    const { page } = window;
    const posted: string[] = [];
    page.on("request", (request) => {
      if (request.method() === "POST") posted.push(new URL(request.url()).pathname);
    });
    await page.goto("/admin/terminals");
    await page.getByRole("link", { name: "Claim a device" }).click();
    await page.getByRole("heading", { level: 1, name: "Claim a device", exact: true }).waitFor();
    const code = await shown.showCode();
    const field = page.getByLabel("Code on the device");
    await field.pressSequentially(`${code.slice(0, 3)}-${code.slice(3)}`.toLowerCase());
    await expect.poll(async () => await field.inputValue()).toBe(code);
    await page.getByRole("button", { name: "Find the device" }).click();
    const found = page.getByRole("region", { name: "The device" }).first();
    await found.getByText("CLAIM-WAW").waitFor();
    await found.getByText("Warsaw lounge").waitFor();
    expect(posted).toEqual(["/api/claims/lookup"]);
    expect((await shown.poll()).body).toMatchObject({ is_claimed: false });
    await found.getByRole("button", { name: "Confirm" }).click();
    await page.getByText("CLAIM-WAW is claimed").waitFor();
    expect((await shown.poll()).body).toMatchObject({ is_claimed: true, device_status: "claimed" });
    expect(page.url()).not.toContain(code);
    await shown.attest();
    await shown.activate();
    await page.getByRole("link", { name: "CLAIM-WAW" }).click();
    await page.getByText("Attested device").waitFor();
    await window.close();
  });

  test("whatIsInNoCodeIsRefusedWhileTyping, and what became of a code is said", async () => {
    const locationId = await createLocation(panel.admin, { name: "Berlin lounge" });
    const window = await panel.signedIn(await panel.person("USER"));
    const { page } = window;
    await page.goto("/admin/terminals/claim");
    const field = page.getByLabel("Code on the device");
    const look = page.getByRole("button", { name: "Find the device" });
    for (const character of ["0", "o", "I", "1"]) {
      await field.fill("");
      await field.pressSequentially(`AB${character}`);
      await expect.poll(async () => await field.inputValue()).toBe("AB");
      await page.getByText("look at the device again").first().waitFor();
    }
    await expect.poll(async () => await look.isDisabled()).toBe(true);
    await field.fill("ZZZZZZ");
    await look.click();
    await page.getByText("No device shows this code.").waitFor();
    const used = await device("CLAIM-BER", locationId);
    const code = await used.showCode();
    await panel.admin.send("POST", "/pos/claim", { pairing_code: code });
    await field.fill(code);
    await look.click();
    await page.getByText("This code has been used.").waitFor();
    await window.close();
  });

  test("whoever may give out no codes is not let in", async () => {
    const window = await panel.signedIn(await panel.person("AUDITOR"));
    const { page } = window;
    await page.goto("/admin/terminals");
    await page.getByRole("heading", { level: 1, name: "Terminals", exact: true }).waitFor();
    await expect.poll(async () => await page.getByRole("link", { name: "Claim a device" }).count()).toBe(0);
    await page.goto("/admin/terminals/claim");
    await expect.poll(async () => await page.getByLabel("Code on the device").count()).toBe(0);
    await window.close();
  });
});
