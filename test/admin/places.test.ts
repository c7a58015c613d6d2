import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { newKeys, terminalOf } from "../../src/cli/pos/terminal.ts";
import { type PanelServer, startPanel } from "./support/panel.ts";

let panel: PanelServer;
beforeAll(async () => {
  panel = await startPanel();
});
afterAll(async () => {
  await panel.stop();
});

describe("places", () => {
  test("aTerminalIsAddedToANewLocationAndPairedByTheCodeThatIsShown", async () => {
    const window = await panel.signedIn(await panel.person("USER"));
    const { page } = window;
    await page.goto("/admin/merchants");
    await page.getByRole("button", { name: "New merchant" }).first().click();
    await page.getByRole("dialog").getByLabel("Name").fill("Chopin Airport");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("heading", { level: 1, name: "Chopin Airport", exact: true }).waitFor();

    await page.goto("/admin/locations");
    await page.getByRole("link", { name: "New location" }).first().click();
    await page.getByRole("heading", { level: 1, name: "New location", exact: true }).waitFor();
    await page.getByLabel("Name").fill("Warsaw lounge");
    await page.getByLabel("Country code").fill("pol");
    await page.getByLabel("Postal code").fill("00-906");
    await page.getByLabel("City").fill("Warsaw");
    await page.getByLabel("Cooldown").fill("60");
    await page.getByLabel("Merchant").selectOption("Chopin Airport");
    await page.getByRole("button", { name: "New location" }).click();
    await page.getByRole("heading", { level: 1, name: "Warsaw lounge", exact: true }).waitFor();
    await page.getByRole("link", { name: "Chopin Airport" }).waitFor();

    await page.getByRole("button", { name: "New terminal" }).click();
    await page.getByRole("dialog").getByLabel("Serial number").fill("WAW-1");
    await page.getByRole("dialog").getByRole("button", { name: "New terminal" }).click();
    await page.getByRole("heading", { level: 1, name: "WAW-1", exact: true }).waitFor();
    await page.getByRole("button", { name: "Get pairing code" }).click();
    const shown = await page.getByRole("dialog").getByRole("status").textContent();
    const pairingCode = (shown ?? "").replace(/\D/g, "");
    expect(pairingCode).toMatch(/^\d{8}$/);
    // The code stands on the page, and nowhere that outlives it.
    expect(page.url()).not.toContain(pairingCode);

    const keys = newKeys();
    const terminal = terminalOf(panel.url, "WAW-1", keys.privateKey, () => Date.now());
    const body = { serialNumber: "WAW-1", pairingCode, publicKey: keys.publicKey };
    expect((await terminal.client.request("POST", "/pos/pair", body)).status).toBe(200);
    await page.getByRole("dialog").getByText("Key …").waitFor();
    await page.getByRole("dialog").getByRole("button", { name: "Close" }).click();
    expect(await page.content()).not.toContain(pairingCode.slice(0, 4) + " " + pairingCode.slice(4));
    await page.getByRole("button", { name: "Unpair" }).waitFor();
    await window.close();

    const { items } = z
      .object({
        items: z.array(
          z.looseObject({ name: z.string(), countryCode: z.string(), cooldownMinutes: z.int() }),
        ),
      })
      .parse((await panel.admin.send("GET", "/api/locations?name=Warsaw")).body);
    expect(items).toMatchObject([{ name: "Warsaw lounge", countryCode: "POL", cooldownMinutes: 60 }]);
  });

  test("whatTheServerWouldRefuseIsSaidAtItsFieldBeforeItIsSent", async () => {
    const window = await panel.signedIn(await panel.person("USER"));
    const { page } = window;
    const sent: string[] = [];
    page.on("request", (request) => {
      if (request.method() === "POST") sent.push(request.url());
    });
    await page.goto("/admin/locations/new");
    await page.getByLabel("Name").fill("Somewhere");
    await page.getByLabel("Country code").fill("Poland");
    const zones = `[...(document.activeElement.list?.options ?? [])].map((one) => one.value)`;
    const countries = `[...(document.activeElement.list?.options ?? [])].map((one) => [one.value, one.label])`;
    await page.getByLabel("Country code").focus();
    const offered = z.array(z.tuple([z.string(), z.string()])).parse(await page.evaluate(countries));
    expect(new Map(offered).get("POL")).toBe("Poland");
    // ISO 3166-1 has 249 countries, each under one code and one name.
    expect([new Map(offered).size, new Set(offered.map(([, name]) => name)).size]).toEqual([249, 249]);
    await page.getByLabel("Time zone").focus();
    expect(await page.evaluate(zones)).toContain("Europe/Warsaw");
    await page.getByLabel("Time zone").fill("Mars/Olympus");
    await page.getByRole("button", { name: "New location" }).click();
    const summary = page.getByRole("alert");
    await summary.getByText("4 fields need your attention").waitFor();
    await summary.getByRole("link", { name: "Time zone" }).click();
    await expect.poll(() => page.locator(":focus").getAttribute("id")).toBe("field-timeZone");
    expect(sent).toEqual([]);
    page.on("dialog", (dialog) => void dialog.accept());
    await window.close();
  });

  test("aChangeThatSomebodyElseHasOvertakenIsNotWritten", async () => {
    const id = z.object({ id: z.string() }).parse(
      (
        await panel.admin.send("POST", "/api/locations", {
          name: "Before",
          countryCode: "POL",
          service: "LOUNGE",
          postalCode: "1",
          city: "Warsaw",
        })
      ).body,
    ).id;
    const window = await panel.signedIn(await panel.person("USER"), { expected: [/412/] });
    const { page } = window;
    await page.goto(`/admin/locations/${id}/edit`);
    await page.getByLabel("Name").fill("Mine");
    const theirs = { name: "Theirs", countryCode: "POL", service: "LOUNGE", postalCode: "1", city: "Warsaw" };
    await panel.admin.send("PUT", `/api/locations/${id}`, theirs);
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Somebody else has changed this meanwhile").waitFor();
    expect((await panel.admin.send("GET", `/api/locations/${id}`)).body).toMatchObject({ name: "Theirs" });
    await window.close();
  });
});
