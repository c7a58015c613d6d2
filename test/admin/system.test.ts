import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { PROJECTIONS } from "../../src/projections/index.ts";
import { type PanelServer, startPanel } from "./support/panel.ts";

let panel: PanelServer;
beforeAll(async () => {
  panel = await startPanel({ testClock: true });
});
afterAll(async () => {
  await panel.stop();
});

async function businessTime(): Promise<number> {
  const { body } = await panel.admin.send("GET", "/api/test-clock");
  return Date.parse(z.looseObject({ now: z.string() }).parse(body).now);
}

describe("the page of the system", () => {
  test("partsReadModelsAndSettingsAreShown", async () => {
    const window = await panel.signedIn(await panel.person("ADMIN"));
    const { page } = window;
    await page.goto("/admin/system");
    const parts = page.getByRole("table", { name: "Parts" });
    await parts.getByRole("row", { name: /^Database Ready/ }).waitFor();
    const models = page.getByRole("table", { name: "Read models" });
    await models.getByRole("row", { name: /^Operations Serves up to date/ }).waitFor();
    const names = await models.locator("tbody tr > :first-child").allTextContents();
    // Each by a name for people, and not by the name of its tables.
    expect(names.filter((name) => /^[a-z]/.test(name))).toEqual([]);
    expect(names).toHaveLength(PROJECTIONS.length);
    const vault = page.getByRole("table", { name: "Keys of the card vault" });
    await vault.getByRole("row", { name: /^1 In use/ }).waitFor();
    const settings = page.getByRole("table", { name: "Settings in force" });
    await settings.getByRole("row", { name: "TEST_CLOCK 1" }).waitFor();
    await settings.getByRole("row", { name: "OIDC_CLIENT_SECRET not set" }).waitFor();
    await window.close();
  });

  test("theTestClockIsSetForward, by a step or to a time", async () => {
    const window = await panel.signedIn(await panel.person("ADMIN"));
    const { page } = window;
    await page.goto("/admin/system");
    const before = await businessTime();
    await page.getByRole("button", { name: "+1 day" }).click();
    await page.getByText("The clock was set forward.").waitFor();
    const then = await businessTime();
    expect(then - before).toBeGreaterThanOrEqual(86_400_000);
    const target = new Date(then + 3 * 86_400_000).toISOString().slice(0, 16);
    await page.getByLabel("Set to (Europe/Warsaw)").fill(target);
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Set the clock" }).click();
    await expect.poll(businessTime).toBeGreaterThanOrEqual(then + 2 * 86_400_000);
    await window.close();
  });
});
