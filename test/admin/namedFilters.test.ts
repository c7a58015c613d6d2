import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Page } from "playwright-core";
import { z } from "zod";
import { violations } from "./support/axe.ts";
import { demoWithVisits } from "./support/demo.ts";
import { type PanelServer, startPanel } from "./support/panel.ts";

let panel: PanelServer;
const byName = new Map<string, string>();
const PAN = "5555555555554444";

beforeAll(async () => {
  panel = await startPanel();
  const { admin, url } = panel;
  await demoWithVisits(admin, url);
  const { items } = z
    .object({ items: z.array(z.object({ id: z.string(), name: z.string() })) })
    .parse((await admin.send("GET", "/api/locations?limit=100")).body);
  for (const { id, name } of items) byName.set(name, id);
  for (let at = 0; at < 12; at++) await admin.send("POST", "/api/merchants", { name: `Chain ${String(at)}` });
});
afterAll(async () => {
  await panel.stop();
});

function valuesIn(page: Page, name: string): readonly string[] {
  return new URL(page.url()).searchParams.getAll(name);
}

describe("a place in a filter", () => {
  test("isChosenByNameWithTheKeyboardAlone; the address keeps its id, and the chip its name", async () => {
    const window = await panel.signedIn(await panel.person("ADMIN"));
    const { page } = window;
    await page.goto("/admin/operations");
    await page.getByLabel("More filters").selectOption("Location");
    const field = page.getByRole("combobox", { name: "Location" });
    await field.focus();
    await page.keyboard.type("madrid lou");
    const option = page.getByRole("listbox", { name: "Location" }).getByRole("option");
    await page.getByRole("option", { name: "Madrid lounge" }).waitFor();
    await page.getByRole("option", { name: "Berlin lounge" }).waitFor({ state: "detached" });
    await expect.poll(() => option.count()).toBe(1);
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press("Enter");
    await page.getByText("Location is Madrid lounge").waitFor();
    expect(valuesIn(page, "locationId")).toEqual([byName.get("Madrid lounge")]);
    await page.getByText("7 entries").waitFor();
    // Another one beside it.
    await page.getByRole("combobox", { name: "Location" }).focus();
    await page.keyboard.type("berlin lounge");
    await page.getByRole("option", { name: "Berlin lounge" }).waitFor();
    await page.keyboard.press("Enter");
    await page.getByText("Location is Madrid lounge or Berlin lounge").waitFor();
    await page.getByText("14 entries").waitFor();
    // A link shows somebody else the names.
    await page.reload();
    await page.getByText("Location is Madrid lounge or Berlin lounge").waitFor();
    await page.getByRole("button", { name: "Remove the filter Location" }).click();
    const all = await panel.admin.send("GET", "/api/operations");
    const { total } = z.object({ total: z.int() }).parse(all.body);
    expect(total).toBeGreaterThan(14);
    await page.getByText(`${String(total)} entries`).waitFor();
    expect(valuesIn(page, "locationId")).toEqual([]);
    await window.close();
  });

  test("isFoundAmongMoreThanAreNamed, and by its id", async () => {
    const window = await panel.signedIn(await panel.person("USER"), { width: 320 });
    const { page } = window;
    await page.goto("/admin/locations");
    await page.getByLabel("More filters").selectOption("Merchant");
    const field = page.getByRole("combobox", { name: "Merchant" });
    await field.click();
    await page.getByRole("option", { name: "Chain 0" }).waitFor();
    await expect
      .poll(() => page.getByRole("listbox", { name: "Merchant" }).getByRole("option").count())
      .toBe(10);
    await expect.poll(() => page.evaluate("document.documentElement.scrollWidth")).toBe(320);
    await field.fill("chain 9");
    await page.getByRole("option", { name: "Chain 9" }).click();
    await page.getByText("Merchant is Chain 9").waitFor();
    const [id = ""] = valuesIn(page, "merchantId");
    await page.getByRole("button", { name: "Remove the filter Merchant" }).click();
    await page.getByText("Merchant is Chain 9").waitFor({ state: "detached" });
    await page.getByRole("combobox", { name: "Merchant" }).fill(id);
    await page.keyboard.press("Enter");
    await page.getByText("Merchant is Chain 9").waitFor();
    expect(valuesIn(page, "merchantId")).toEqual([id]);
    await window.close();
  });

  test("isNoPlaceForACardNumber", async () => {
    const window = await panel.signedIn(await panel.person("USER"));
    const { page } = window;
    const asked: string[] = [];
    page.on("request", (request) => asked.push(decodeURIComponent(request.url())));
    await page.goto("/admin/terminals");
    await page.getByLabel("More filters").selectOption("Location");
    const field = page.getByRole("combobox", { name: "Location" });
    await field.fill(PAN);
    await page.getByText("This looks like a card number").waitFor();
    await expect.poll(() => field.inputValue()).toBe("");
    expect(asked.join("\n")).not.toContain(PAN);
    await window.close();
  });

  test("isTypedAsAnIdByThoseWhoMayNotReadNames", async () => {
    const window = await panel.signedIn(await panel.person("CALL_CENTER"));
    const { page } = window;
    const id = byName.get("Madrid lounge") ?? "";
    await page.goto(`/admin/operations?locationId=${id}`);
    await page.getByText(`Location id is ${id}`).waitFor();
    await expect.poll(() => page.getByRole("combobox", { name: "Location" }).count()).toBe(0);
    await page.getByText("7 entries").waitFor();
    await window.close();
  });
});
