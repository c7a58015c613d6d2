import { afterAll, beforeAll, describe, test } from "vitest";
import { openWindow } from "./support/browser.ts";
import { type PanelServer, signIn, startPanel } from "./support/panel.ts";

let panel: PanelServer;
beforeAll(async () => {
  panel = await startPanel();
});
afterAll(async () => {
  await panel.stop();
});

describe("one's own account", () => {
  test("thePasswordIsChangedByTheOldOne, and the sessions elsewhere end", async () => {
    const who = await panel.person("CALL_CENTER");
    const elsewhere = await panel.signedIn(who, { expected: [/401/] });
    const window = await panel.signedIn(who, { expected: [/422/] });
    const { page } = window;
    await page.getByRole("button", { name: "Account of Anna Kowalska" }).click();
    await page.getByRole("link", { name: "Your account" }).click();
    await page.getByRole("heading", { level: 1, name: "Your account", exact: true }).waitFor();
    const next = "violet-orbit-9-lantern";
    await page.getByRole("textbox", { name: "Current password" }).fill("not the password");
    await page.getByRole("textbox", { name: "New password", exact: true }).fill(next);
    await page.getByRole("textbox", { name: "New password again" }).fill(`${next}x`);
    await page.getByRole("button", { name: "Change password" }).click();
    await page.getByRole("alert").getByText("It is not the same as above.").waitFor();
    await page.getByRole("textbox", { name: "New password again" }).fill(next);
    await page.getByRole("button", { name: "Change password" }).click();
    await page.getByRole("alert").getByText("it is not the password").waitFor();
    await page.getByRole("textbox", { name: "Current password" }).fill(who.password);
    await page.getByRole("button", { name: "Change password" }).click();
    await page.getByText("Your password was changed.").waitFor();
    await page.reload();
    await page.getByRole("heading", { level: 1, name: "Your account", exact: true }).waitFor();
    await elsewhere.page.reload();
    await elsewhere.page.waitForURL("**/admin/sign-in**");
    await elsewhere.close();
    await window.close();
    const again = await openWindow(panel.browser, panel.url);
    await signIn(again, { email: who.email, password: next });
    await again.close();
  });
});
