import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { createLocation } from "../support/programme.ts";
import { violations } from "./support/axe.ts";
import { type PanelServer, startPanel } from "./support/panel.ts";

let panel: PanelServer;
beforeAll(async () => {
  panel = await startPanel();
});
afterAll(async () => {
  await panel.stop();
});

const record = z.looseObject({ id: z.string() });

async function now(path: string) {
  return record.parse((await panel.admin.send("GET", path)).body);
}

describe("where two people change the same", () => {
  test("whatEachHasTypedInARuleIsComparedAndSavedOnWhatIsThereNow", async () => {
    const body = { name: "Of two people", priority: 5, cardholder: { free: 1 } };
    const { id } = record.parse((await panel.admin.send("POST", "/api/rulesets", body)).body);
    const expected = { expected: [/412/] };
    const first = await panel.signedIn(await panel.person("USER"), expected);
    const second = await panel.signedIn(await panel.person("USER"), expected);
    await first.page.goto(`/admin/rulesets/${id}/edit`);
    await second.page.goto(`/admin/rulesets/${id}/edit`);
    await first.page.getByLabel("Priority").fill("7");
    await first.page.getByLabel("Description").fill("From the first");
    await first.page.getByRole("button", { name: "Save draft" }).click();
    await first.page.getByText("The draft of Of two people was saved.").waitFor();

    const { page } = second;
    await page.getByLabel("Priority").fill("8");
    await page.getByLabel("Number of free invitations", { exact: true }).fill("3");
    await page.getByRole("button", { name: "Save draft" }).click();
    const dialog = page.getByRole("dialog", { name: "Somebody else has saved meanwhile" });
    // Both have changed it: mine unless I say otherwise. Who alone has changed something keeps it.
    const priority = dialog.getByRole("group", { name: "Priority" });
    expect(await priority.getByLabel("Mine: 8").isChecked()).toBe(true);
    expect(await dialog.getByLabel("Theirs: From the first").isChecked()).toBe(true);
    expect(await dialog.getByLabel(/^Mine: .*Number of free invitations: 3/).isChecked()).toBe(true);
    expect(await violations(page)).toEqual([]);
    await dialog.getByRole("button", { name: "Cancel" }).click();
    expect(await now(`/api/rulesets/${id}`)).toMatchObject({ priority: 7, cardholder: { free: 1 } });

    await page.getByRole("button", { name: "Compare" }).click();
    await priority.getByLabel("Theirs: 7").check();
    await dialog.getByRole("button", { name: "Save these" }).click();
    await page.getByText("The draft of Of two people was saved.").waitFor();
    expect(await page.getByLabel("Priority").inputValue()).toBe("7");
    await first.close();
    await second.close();
    expect(await now(`/api/rulesets/${id}`)).toMatchObject({
      priority: 7,
      description: "From the first",
      cardholder: { free: 3 },
    });
  });

  test("allThatWasTypedMayBeKeptAndAThirdSaveMeanwhileIsComparedAnew", async () => {
    const body = { name: "Of three people", cardholder: { free: 1 } };
    const { id } = record.parse((await panel.admin.send("POST", "/api/rulesets", body)).body);
    const window = await panel.signedIn(await panel.person("USER"), { expected: [/412/] });
    const { page } = window;
    await page.goto(`/admin/rulesets/${id}/edit`);
    await page.getByLabel("Priority").fill("8");
    await panel.admin.send("PUT", `/api/rulesets/${id}`, { ...body, priority: 9 });
    await page.getByRole("button", { name: "Save draft" }).click();
    const dialog = page.getByRole("dialog", { name: "Somebody else has saved meanwhile" });
    await dialog.getByLabel("Theirs: 9").waitFor();
    await panel.admin.send("PUT", `/api/rulesets/${id}`, { ...body, priority: 10 });
    await dialog.getByRole("button", { name: "Save these" }).click();
    await dialog.getByLabel("Theirs: 10").waitFor();
    await dialog.getByRole("button", { name: "Save these" }).click();
    await page.getByText("The draft of Of three people was saved.").waitFor();
    await window.close();
    expect(await now(`/api/rulesets/${id}`)).toMatchObject({ priority: 8 });
  });

  test("aPlaceIsComparedAsWell", async () => {
    const id = await createLocation(panel.admin, { name: "Two doors", city: "Warsaw" });
    const window = await panel.signedIn(await panel.person("USER"), { expected: [/412/] });
    const { page } = window;
    await page.goto(`/admin/locations/${id}/edit`);
    await page.getByLabel("City").fill("Gdynia");
    const path = `/api/locations/${id}`;
    const { name, countryCode, service, postalCode } = await now(path);
    const theirs = { name, countryCode, service, postalCode, city: "Warsaw", address: "Side street 1" };
    await panel.admin.send("PUT", path, theirs);
    await page.getByRole("button", { name: "Save" }).click();
    const dialog = page.getByRole("dialog", { name: "Somebody else has saved meanwhile" });
    expect(await dialog.getByLabel("Mine: Gdynia").isChecked()).toBe(true);
    expect(await dialog.getByLabel("Theirs: Side street 1").isChecked()).toBe(true);
    await dialog.getByRole("button", { name: "Save these" }).click();
    await page.getByRole("heading", { level: 1, name: "Two doors" }).waitFor();
    await window.close();
    expect(await now(path)).toMatchObject({ city: "Gdynia", address: "Side street 1" });
  });
});
