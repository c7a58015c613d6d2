import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openWindow } from "./support/browser.ts";
import { type PanelServer, startPanel } from "./support/panel.ts";

let panel: PanelServer;
beforeAll(async () => {
  panel = await startPanel();
});
afterAll(async () => {
  await panel.stop();
});

describe("signing in", () => {
  test("whoeverIsNotSignedInComesToTheSignInPage, and from there to where they wanted to go", async () => {
    const window = await openWindow(panel.browser, panel.url);
    const { page } = window;
    const who = await panel.person("ADMIN");
    await page.goto("/admin/locations?service=LOUNGE");
    await page.getByLabel("E-mail").fill(who.email);
    await page.getByRole("textbox", { name: "Password" }).fill(who.password);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.waitForURL("**/admin/locations?service=LOUNGE");
    await window.close();
  });

  test("aWrongPasswordSaysNotWhichPartWasWrong", async () => {
    const window = await openWindow(panel.browser, panel.url, { expected: [/401/] });
    const { page } = window;
    const { email } = await panel.person("ADMIN");
    for (const address of [email, "nobody@example.org"]) {
      await page.goto("/admin/sign-in");
      await page.getByLabel("E-mail").fill(address);
      await page.getByRole("textbox", { name: "Password" }).fill("not the password");
      await page.getByRole("button", { name: "Sign in" }).click();
      await expect
        .poll(() => page.getByRole("alert").textContent())
        .toBe("The e-mail address or the password is wrong.");
    }
    await window.close();
  });

  test("signingOutEndsTheSession", async () => {
    const window = await panel.signedIn(await panel.person("ADMIN"));
    const { page } = window;
    await page.getByRole("button", { name: "Account of Anna Kowalska" }).click();
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.waitForURL("**/admin/sign-in");
    await page.goto("/admin/");
    await page.waitForURL("**/admin/sign-in?**");
    await window.close();
  });
});
