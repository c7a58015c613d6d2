import type { Page } from "playwright-core";
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

/** The page asks for it anew, as it does when its window is come back to later than a second after it was asked last. */
async function lookedAtAgain(page: Page, path: string): Promise<void> {
  let isAnswered = false;
  page.on("requestfinished", (request) => {
    if (request.method() === "GET" && new URL(request.url()).pathname === path) isAnswered = true;
  });
  const comeBack = async (): Promise<boolean> => {
    await page.evaluate("window.dispatchEvent(new Event('visibilitychange'))");
    return isAnswered;
  };
  await expect.poll(comeBack, { timeout: 10_000 }).toBe(true);
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
    await expect.poll(() => priority.getByLabel("Mine: 8").isChecked()).toBe(true);
    await expect.poll(() => dialog.getByLabel("Theirs: From the first").isChecked()).toBe(true);
    await expect
      .poll(() => dialog.getByLabel(/^Mine: .*Number of free invitations: 3/).isChecked())
      .toBe(true);
    expect(await violations(page)).toEqual([]);
    await dialog.getByRole("button", { name: "Cancel" }).click();
    expect(await now(`/api/rulesets/${id}`)).toMatchObject({ priority: 7, cardholder: { free: 1 } });

    await page.getByRole("button", { name: "Compare" }).click();
    await priority.getByLabel("Theirs: 7").check();
    await dialog.getByRole("button", { name: "Save these" }).click();
    await page.getByText("The draft of Of two people was saved.").waitFor();
    await expect.poll(() => page.getByLabel("Priority").inputValue()).toBe("7");
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
    await expect.poll(() => dialog.getByLabel("Mine: Gdynia").isChecked()).toBe(true);
    await expect.poll(() => dialog.getByLabel("Theirs: Side street 1").isChecked()).toBe(true);
    await dialog.getByRole("button", { name: "Save these" }).click();
    await page.getByRole("heading", { level: 1, name: "Two doors", exact: true }).waitFor();
    await window.close();
    expect(await now(path)).toMatchObject({ city: "Gdynia", address: "Side street 1" });
  });

  test("aMerchantThatWasRenamedMeanwhileIsComparedThoughThePageHasHeardOfIt", async () => {
    const { id } = record.parse((await panel.admin.send("POST", "/api/merchants", { name: "Before" })).body);
    const window = await panel.signedIn(await panel.person("ADMIN"), { expected: [/412/] });
    const { page } = window;
    await page.goto(`/admin/merchants/${id}`);
    await page.getByRole("button", { name: "Edit" }).click();
    await page.getByRole("textbox", { name: "Name" }).fill("Mine of all");
    await panel.admin.send("PUT", `/api/merchants/${id}`, { name: "Theirs of all" });
    await lookedAtAgain(page, `/api/merchants/${id}`);
    await page
      .getByRole("heading", { level: 1, name: "Theirs of all", exact: true, includeHidden: true })
      .waitFor();
    await page.getByRole("button", { name: "Save" }).click();
    const dialog = page.getByRole("dialog", { name: "Somebody else has saved meanwhile" });
    await dialog.getByLabel("Theirs: Theirs of all").check();
    await dialog.getByRole("button", { name: "Save these" }).click();
    await page.getByText("Theirs of all was saved.").waitFor();
    await window.close();
    expect(await now(`/api/merchants/${id}`)).toMatchObject({ name: "Theirs of all" });
  });

  test("aUserIsComparedThoughThePageHasHeardOfItAndThePasswordThatWasTypedIsKept", async () => {
    const scope = { icas: [], merchantIds: [], locationIds: [] };
    const email = "compared@example.org";
    const theirs = { firstName: "Ann", lastName: "Before", email, role: "USER", scope };
    const made = await panel.admin.send("POST", "/api/users", {
      ...theirs,
      password: "first words of theirs",
    });
    const { id } = record.parse(made.body);
    const window = await panel.signedIn(await panel.person("ADMIN"), { expected: [/412/] });
    const { page } = window;
    await page.goto(`/admin/users/${id}`);
    await page.getByRole("button", { name: "Edit" }).click();
    await page.getByLabel("First name").fill("Anna");
    await page.getByLabel("New password").fill("other words of mine");
    await panel.admin.send("PUT", `/api/users/${id}`, { ...theirs, lastName: "After" });
    await lookedAtAgain(page, `/api/users/${id}`);
    await page
      .getByRole("heading", { level: 1, name: "Ann After", exact: true, includeHidden: true })
      .waitFor();
    await page.getByRole("button", { name: "Save" }).click();
    const dialog = page.getByRole("dialog", { name: "Somebody else has saved meanwhile" });
    await expect.poll(() => dialog.getByLabel("Mine: Anna").isChecked()).toBe(true);
    await expect.poll(() => dialog.getByLabel("Theirs: After").isChecked()).toBe(true);
    await dialog.getByRole("button", { name: "Save these" }).click();
    await page.getByText(`${email} was saved.`).waitFor();
    await window.close();
    expect(await now(`/api/users/${id}`)).toMatchObject({ firstName: "Anna", lastName: "After" });
    const password = "other words of mine";
    const signedIn = await panel.admin.request("POST", "/api/session", { email, password });
    expect(signedIn.status).toBeLessThan(300);
  });

  test("theWhiteLabelIsComparedThoughThePageHasHeardOfItAndSavedTwiceWithoutAQuestion", async () => {
    const own = {
      name: "Admittance",
      accent: "#1d5fbf",
      logo: null,
      support: { email: null, phone: null },
      links: [],
      services: {
        LOUNGE: { offered: true, names: { en: null, pl: null } },
        FAST_LINE: { offered: true, names: { en: null, pl: null } },
      },
    };
    const window = await panel.signedIn(await panel.person("ADMIN"), { expected: [/412/] });
    const { page } = window;
    await page.goto("/admin/branding");
    const name = page.getByRole("textbox", { name: "Name", exact: true });
    await name.fill("Mine");
    await panel.admin.send("PUT", "/api/branding", { ...own, support: { email: null, phone: "112" } });
    await lookedAtAgain(page, "/api/branding");
    await page.getByRole("button", { name: "Save", exact: true }).click();
    const dialog = page.getByRole("dialog", { name: "Somebody else has saved meanwhile" });
    await expect.poll(() => dialog.getByLabel("Mine: Mine").isChecked()).toBe(true);
    await expect.poll(() => dialog.getByLabel(/^Theirs: .*112/).isChecked()).toBe(true);
    await dialog.getByRole("button", { name: "Save these" }).click();
    await page.getByRole("link", { name: "Mine", exact: true }).waitFor();
    await name.fill("Mine again");
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.getByRole("link", { name: "Mine again" }).waitFor();
    await window.close();
    const { branding } = z
      .object({ branding: z.unknown() })
      .parse((await panel.admin.send("GET", "/api/branding")).body);
    expect(branding).toMatchObject({ name: "Mine again", support: { phone: "112" } });
  });
});
