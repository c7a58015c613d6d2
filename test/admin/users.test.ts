import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openWindow } from "./support/browser.ts";
import { type PanelServer, signIn, startPanel } from "./support/panel.ts";

let panel: PanelServer;
beforeAll(async () => {
  panel = await startPanel();
});
afterAll(async () => {
  await panel.stop();
});

describe("users", () => {
  test("aUserWithAGeneratedPasswordIsMade, whose password is shown once and signs in", async () => {
    const window = await panel.signedIn(await panel.person("ADMIN"));
    const { page } = window;
    await page.goto("/admin/users");
    await page.getByRole("button", { name: "New user" }).click();
    const dialog = page.getByRole("dialog", { name: "New user" });
    await dialog.getByRole("textbox", { name: "First name" }).fill("Piotr");
    await dialog.getByRole("textbox", { name: "Last name" }).fill("Zieliński");
    await dialog.getByRole("textbox", { name: "E-mail" }).fill("piotr@example.org");
    await dialog.getByRole("combobox", { name: "Role" }).selectOption("Issuer");
    await dialog.getByRole("radio", { name: "By a password that you set" }).check();
    await dialog.getByRole("button", { name: "Generate a password" }).click();
    await dialog.getByRole("button", { name: "Save" }).click();
    await dialog.getByRole("alert").getByText("An issuer without an ICA sees nothing").waitFor();
    await dialog.getByRole("textbox", { name: "ICAs" }).fill("0001234, 77");
    await dialog.getByRole("button", { name: "Save" }).click();
    const shown = page.getByRole("dialog", { name: "The password, shown this once" });
    const password = (await shown.getByRole("status", { name: "Password" }).textContent()) ?? "";
    expect(password).toMatch(/^[a-z2-9-]{23}$/);
    await shown.getByRole("button", { name: "I have stored it" }).click();
    await page.getByRole("cell", { name: "ICA 0001234, 77" }).waitFor();
    expect(await page.content()).not.toContain(password);
    await window.close();

    const own = await openWindow(panel.browser, panel.url);
    await signIn(own, { email: "piotr@example.org", password });
    await own.close();
  });

  test("aUserIsFoundByName, is given another role, and is deleted", async () => {
    const window = await panel.signedIn(await panel.person("ADMIN"));
    const { page } = window;
    const body = { email: "ewa@example.org", firstName: "Ewa", lastName: "Lis", role: "USER" };
    await panel.admin.send("POST", "/api/users", body);
    await panel.admin.send("POST", "/api/merchants", { name: "Lounges of Poland" });
    await page.goto("/admin/users");
    await page.getByRole("textbox", { name: "First name" }).fill("ew");
    await page.keyboard.press("Enter");
    await page.getByText("1 entry").waitFor();
    await page.getByRole("link", { name: "Ewa" }).click();
    await page.getByRole("heading", { level: 1, name: "Ewa Lis", exact: true }).waitFor();
    await page.getByRole("button", { name: "Edit" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("combobox", { name: "Role" }).selectOption("Service Provider");
    await dialog.getByRole("button", { name: "Save" }).click();
    await dialog.getByRole("alert").getByText("A Service Provider without a merchant").waitFor();
    await dialog.getByRole("combobox", { name: "Merchants" }).selectOption("Lounges of Poland");
    await dialog.getByRole("button", { name: "Remove Lounges of Poland" }).waitFor();
    await dialog.getByRole("button", { name: "Save" }).click();
    await page.getByText("ewa@example.org was saved.").waitFor();
    await page.getByText("Lounges of Poland").waitFor();
    await page.getByRole("button", { name: "Delete user" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Delete user" }).click();
    await page.getByText("ewa@example.org was deleted.").waitFor();
    await page.waitForURL("**/admin/users");
    await window.close();
  });

  test("nobodyIsOfferedToDeleteThemselves", async () => {
    const who = await panel.person("ADMIN");
    const window = await panel.signedIn(who);
    const { page } = window;
    await page.goto(`/admin/users?email=${who.email}`);
    await page.getByText("1 entry").waitFor();
    await page.getByRole("link", { name: "Anna" }).click();
    await page.getByText("This is you").waitFor();
    await page.getByRole("button", { name: "Edit" }).waitFor();
    await expect.poll(() => page.getByRole("button", { name: "Delete user" }).count()).toBe(0);
    await window.close();
  });
});

describe("API keys", () => {
  test("aKeyIsShownOnce, works until it is revoked, and not a request longer", async () => {
    const window = await panel.signedIn(await panel.person("ADMIN"));
    const { page } = window;
    await page.goto("/admin/keys");
    await page.getByRole("button", { name: "New API key" }).click();
    const dialog = page.getByRole("dialog", { name: "New API key" });
    await dialog.getByRole("textbox", { name: "Name" }).fill("Settlement");
    await dialog.getByRole("button", { name: "Make the key" }).click();
    const shown = page.getByRole("dialog", { name: "The API key, shown this once" });
    const key = (await shown.getByRole("status", { name: "API key" }).textContent()) ?? "";
    await shown.getByRole("button", { name: "I have stored it" }).click();
    const status = async (): Promise<number> =>
      (await fetch(`${panel.url}/api/merchants`, { headers: { authorization: `Bearer ${key}` } })).status;
    expect(await status()).toBe(200);
    await page.getByRole("button", { name: "Revoke Settlement" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
    await page.getByText("Settlement was revoked.").waitFor();
    expect(await status()).toBe(401);
    expect(await page.content()).not.toContain(key);
    await window.close();
  });
});
