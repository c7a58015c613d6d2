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

describe("an invitation", () => {
  test("leadsToAPasswordAndIn, its token in no address, history, storage or page", async () => {
    const admin = await panel.signedIn(await panel.person("ADMIN"));
    const { page } = admin;
    await page.goto("/admin/users");
    await page.getByRole("button", { name: "New user" }).click();
    const dialog = page.getByRole("dialog", { name: "New user" });
    await dialog.getByRole("textbox", { name: "First name" }).fill("<b>Zofia</b>");
    await dialog.getByRole("textbox", { name: "Last name" }).fill("Lis \u202Egnp");
    await dialog.getByRole("textbox", { name: "E-mail" }).fill("zofia@example.org");
    await dialog.getByRole("button", { name: "Save" }).click();
    const shown = page.getByRole("dialog", { name: "The invitation link, shown this once" });
    const link = (await shown.getByRole("status", { name: "Invitation link" }).textContent()) ?? "";
    await shown.getByRole("button", { name: "I have stored it" }).click();
    await page.getByRole("cell", { name: "Invited" }).waitFor();
    const token = link.split("#")[1] ?? "";
    expect(token).toMatch(/^[\w-]{43}$/);
    expect(await page.content()).not.toContain(token);
    await admin.close();

    const own = await openWindow(panel.browser, panel.url, { expected: [/410/] });
    await own.page.goto(link);
    await own.page.getByText("Choose a password for zofia@example.org.").waitFor();
    expect(own.page.url()).toBe(`${panel.url}/admin/invitation`);
    const kept = await own.page.evaluate(
      "JSON.stringify([document.documentElement.outerHTML, { ...localStorage }, { ...sessionStorage }, history.state])",
    );
    expect(kept).not.toContain(token);
    await own.page
      .getByRole("textbox", { name: "New password", exact: true })
      .fill("violet-orbit-77-lantern");
    await own.page.getByRole("textbox", { name: "New password again" }).fill("violet-orbit-77-lanter");
    await own.page.getByRole("button", { name: "Set the password" }).click();
    await own.page.getByRole("alert").getByText("It is not the same as above.").waitFor();
    await own.page.getByRole("textbox", { name: "New password again" }).fill("violet-orbit-77-lantern");
    await own.page.getByRole("button", { name: "Set the password" }).click();
    await own.page.getByRole("heading", { level: 1, name: "Your password is set", exact: true }).waitFor();
    await own.page.getByRole("link", { name: "Sign in" }).click();
    await signIn(own, { email: "zofia@example.org", password: "violet-orbit-77-lantern" });
    await own.page.getByRole("button", { name: "Account of <b>Zofia</b>" }).waitFor();
    await own.page.goto(link);
    await own.page.getByRole("heading", { name: "This invitation does not hold any more" }).waitFor();
    await own.close();
  });
});

describe("a user", () => {
  test("isDisabled, which ends its sessions, enabled again, and signed out by an administrator", async () => {
    const who = await panel.person("USER");
    const own = await panel.signedIn(who, { expected: [/401/] });
    const admin = await panel.signedIn(await panel.person("ADMIN"));
    const { page } = admin;
    await page.goto(`/admin/users?email=${who.email}`);
    await page.getByRole("link", { name: "Anna" }).click();
    await page.getByRole("heading", { level: 1, name: "Anna Kowalska", exact: true }).waitFor();
    const act = async (name: string): Promise<void> => {
      await page.getByRole("button", { name, exact: true }).click();
      await page.getByRole("dialog").getByRole("button", { name, exact: true }).click();
    };
    await act("Disable");
    await page.getByText(`${who.email} was disabled.`).waitFor();
    await page.getByText("Disabled", { exact: true }).waitFor();
    await own.page.reload();
    await own.page.waitForURL("**/admin/sign-in**");
    await own.page.getByLabel("E-mail").fill(who.email);
    await own.page.getByRole("textbox", { name: "Password" }).fill(who.password);
    await own.page.getByRole("button", { name: "Sign in" }).click();
    await own.page.getByRole("alert").getByText("The e-mail address or the password is wrong.").waitFor();
    await act("Enable");
    await page.getByText(`${who.email} was enabled.`).waitFor();
    await signIn(own, who);
    await act("End sessions");
    await page.getByText(`The sessions of ${who.email} were ended.`).waitFor();
    await own.page.reload();
    await own.page.waitForURL("**/admin/sign-in**");
    await own.close();
    await admin.close();
  });

  test("isNotTakenAwayAsTheLastAdministrator, and that is said", async () => {
    const own = await startPanel();
    const who = await own.person("ADMIN");
    const window = await own.signedIn(who, { expected: [/409/] });
    const { page } = window;
    // Whoever was there at first is demoted, so that this one is the last.
    await page.goto("/admin/users?email=admin@admittance.local");
    await page.getByRole("link", { name: "First" }).click();
    await page.getByRole("button", { name: "Disable" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Disable" }).click();
    await page.getByText("admin@admittance.local was disabled.").waitFor();
    await page.goto(`/admin/users?email=${who.email}`);
    await page.getByRole("link", { name: "Anna" }).click();
    await page.getByText("This is you").waitFor();
    await page.getByRole("button", { name: "Edit" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("combobox", { name: "Role" }).selectOption("User");
    await dialog.getByRole("button", { name: "Save" }).click();
    await dialog.getByRole("alert").getByText("Nobody else is left who can administer.").waitFor();
    await window.close();
    await own.stop();
  });
});

describe("one's own sessions", () => {
  test("areListedAndEnded, and signing out ends every tab", async () => {
    const who = await panel.person("CALL_CENTER");
    const elsewhere = await panel.signedIn(who, { expected: [/401/] });
    const window = await panel.signedIn(who);
    const { page } = window;
    await page.goto("/admin/account");
    await page.getByText("Here", { exact: true }).waitFor();
    await page.getByRole("button", { name: /^End the session: Chrome/ }).click();
    await page.getByText("The session was ended.").waitFor();
    await elsewhere.page.reload();
    await elsewhere.page.waitForURL("**/admin/sign-in**");
    await elsewhere.close();
    const tab = await window.context.newPage();
    await tab.goto("/admin/operations");
    await tab.getByRole("heading", { level: 1, name: "Operations", exact: true }).waitFor();
    await page.getByRole("button", { name: "Account of" }).click();
    await page.getByRole("button", { name: "Sign out" }).click();
    await tab.waitForURL("**/admin/sign-in**");
    await page.waitForURL("**/admin/sign-in**");
    await window.close();
  });

  test("endAfterThirtyMinutesOfNobody, with a warning before, and what was typed stays", async () => {
    const who = await panel.person("ADMIN");
    const window = await panel.signedIn(who, { expected: [/401/] });
    const { page } = window;
    await page.clock.install();
    await page.goto("/admin/locations/new");
    await page.getByRole("textbox", { name: "Name", exact: true }).fill("Lounge at gate 7");
    await page.clock.fastForward("27:50");
    await expect.poll(() => page.getByRole("dialog").count()).toBe(0);
    await page.clock.fastForward("00:20");
    const warning = page.getByRole("dialog", { name: "Are you still there?" });
    await warning.getByRole("timer").waitFor();
    await warning.getByRole("button", { name: "Stay signed in" }).click();
    await page.clock.fastForward("27:00");
    await expect.poll(() => page.getByRole("dialog").count()).toBe(0);
    await page.clock.fastForward("03:05");
    const ended = page.getByRole("dialog", { name: "Your session has ended" });
    await ended.getByText("nobody did anything for 30 minutes").waitFor();
    const cookies = await window.context.cookies();
    const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join("; ");
    expect((await fetch(`${panel.url}/api/session`, { headers: { cookie } })).status).toBe(401);
    await ended.getByRole("textbox", { name: "Password" }).fill(who.password);
    await ended.getByRole("button", { name: "Sign in" }).click();
    await ended.waitFor({ state: "detached" });
    await expect
      .poll(() => page.getByRole("textbox", { name: "Name", exact: true }).inputValue())
      .toBe("Lounge at gate 7");
    await page.goto("/admin/operations");
    await page.getByRole("heading", { level: 1, name: "Operations", exact: true }).waitFor();
    await window.close();
  });
});

describe("what is dangerous", () => {
  test("wantsThePasswordAgainOverThePage, and then goes on", async () => {
    const who = await panel.person("ADMIN");
    const window = await panel.signedIn(who, { expected: [/403/, /422/] });
    const { page } = window;
    await page.goto("/admin/keys");
    await panel.server.services.pool.query(
      "update sessions set confirmed_at = now() - interval '11 minutes'",
    );
    await page.getByRole("button", { name: "New API key" }).click();
    const dialog = page.getByRole("dialog", { name: "New API key" });
    await dialog.getByRole("textbox", { name: "Name" }).fill("Settlement");
    await dialog.getByRole("button", { name: "Make the key" }).click();
    const again = page.getByRole("dialog", { name: "Your password, please" });
    await again.getByRole("textbox", { name: "Password" }).fill("not the password");
    await again.getByRole("button", { name: "Go on" }).click();
    await again.getByText("It is not the password.").waitFor();
    await again.getByRole("textbox", { name: "Password" }).fill(who.password);
    await again.getByRole("button", { name: "Go on" }).click();
    await page.getByRole("dialog", { name: "The API key, shown this once" }).waitFor();
    await window.close();
  });

  test("isNotDoneWhereNobodyGivesIt, and says so", async () => {
    const window = await panel.signedIn(await panel.person("ADMIN"), { expected: [/403/] });
    const { page } = window;
    await page.goto("/admin/keys");
    await panel.server.services.pool.query(
      "update sessions set confirmed_at = now() - interval '11 minutes'",
    );
    await page.getByRole("button", { name: "New API key" }).click();
    const dialog = page.getByRole("dialog", { name: "New API key" });
    await dialog.getByRole("textbox", { name: "Name" }).fill("Settlement");
    await dialog.getByRole("button", { name: "Make the key" }).click();
    await page
      .getByRole("dialog", { name: "Your password, please" })
      .getByRole("button", { name: "Close" })
      .click();
    await dialog.getByRole("alert").getByText("The password is wanted again.").waitFor();
    await window.close();
  });
});

describe("signing in", () => {
  test("saysUntilWhenItWaitsAfterTooManyTries", async () => {
    const window = await openWindow(panel.browser, panel.url, { expected: [/401/, /429/] });
    const { page } = window;
    await page.goto("/admin/sign-in");
    await page.getByLabel("E-mail").fill("nobody@example.org");
    for (let n = 0; n < 11; n++) {
      await page.getByRole("textbox", { name: "Password" }).fill("wrong");
      await page.getByRole("button", { name: "Sign in" }).click();
      await page.getByRole("alert").waitFor();
      await page.getByRole("button", { name: "Sign in", disabled: false }).waitFor();
    }
    await page.getByText(/Too many tries. Try again after \d+ \w+ \d{4}, \d\d:\d\d:\d\d/).waitFor();
    await panel.server.services.pool.query("delete from wrong_tries");
    await window.close();
  });
});
