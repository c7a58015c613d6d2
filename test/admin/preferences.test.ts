import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { violations } from "./support/axe.ts";
import { demoWithVisits } from "./support/demo.ts";
import { openWindow } from "./support/browser.ts";
import { enter, type PanelServer, startPanel } from "./support/panel.ts";

let panel: PanelServer;
beforeAll(async () => {
  panel = await startPanel();
  await demoWithVisits(panel.admin, panel.url);
});
afterAll(async () => {
  await panel.stop();
});

describe("what a person has chosen", () => {
  test("holdsOnEveryComputer: language, colours, zone, rows and columns", async () => {
    const who = await panel.person("USER");
    const window = await panel.signedIn(who);
    const { page } = window;
    await page.goto("/admin/operations");
    await page.getByRole("button", { name: "Columns" }).click();
    await page.getByRole("checkbox", { name: "ICA", exact: true }).check();
    await page.getByRole("checkbox", { name: "Status", exact: true }).uncheck();
    await page.getByRole("columnheader", { name: "ICA", includeHidden: true }).waitFor();
    await page.keyboard.press("Escape");
    await page.goto("/admin/account");
    await page.getByLabel("Time zone").selectOption("UTC");
    await page.getByLabel("Colours").selectOption("Dark");
    await page.getByLabel("Rows").selectOption("Comfortable");
    await page.getByLabel("Language").selectOption("Polski");
    await page.getByRole("heading", { level: 1, name: "Twoje konto", exact: true }).waitFor();
    await window.close();

    const elsewhere = await openWindow(panel.browser, panel.url, { scheme: "light" });
    await enter(elsewhere, who);
    const there = elsewhere.page;
    await there.getByRole("button", { name: "Konto: Anna Kowalska" }).waitFor();
    await there.goto("/admin/operations");
    await there.getByText("Czas w strefie UTC").waitFor();
    await there.getByRole("columnheader", { name: "ICA" }).waitFor();
    await expect.poll(() => there.getByRole("columnheader", { name: "Status", exact: true }).count()).toBe(0);
    expect(
      await there.evaluate(
        "(({ lang, dataset }) => [lang, dataset.mantineColorScheme, dataset.density])(document.documentElement)",
      ),
    ).toEqual(["pl", "dark", "comfortable"]);
    await elsewhere.close();
  });
});

describe("views of a list", () => {
  test("areKept, opened elsewhere, renamed, replaced and deleted", async () => {
    const who = await panel.person("ADMIN");
    const window = await panel.signedIn(who, { expected: [/409/] });
    const { page } = window;
    await page.goto("/admin/operations?status=REJECTED");
    await page.getByRole("table", { name: "Operations" }).waitFor();
    await page.getByRole("button", { name: "Views" }).click();
    const dialog = page.getByRole("dialog", { name: "Views of this list" });
    await dialog.getByRole("textbox", { name: "Name" }).fill("<b>Refused</b>");
    await dialog.getByRole("button", { name: "Save the view" }).click();
    await dialog.getByRole("link", { name: "<b>Refused</b>" }).waitFor();
    expect(await violations(page)).toEqual([]);
    await dialog.getByRole("textbox", { name: "Name" }).fill("<b>Refused</b>");
    await dialog.getByRole("button", { name: "Save the view" }).click();
    await dialog.getByRole("alert").getByText("it is taken").waitFor();
    await window.close();

    const elsewhere = await panel.signedIn(who, { width: 320 });
    const there = elsewhere.page;
    await there.goto("/admin/operations?cost=PAID");
    await there.getByRole("button", { name: "View: Paid" }).click();
    await there.getByRole("link", { name: "<b>Refused</b>" }).click();
    await there.waitForURL(/status=REJECTED/);
    await there.getByText("Status is Refused").waitFor();
    await there.getByRole("button", { name: "View: <b>Refused</b>" }).click();
    const own = there.getByRole("dialog", { name: "Views of this list" });
    await own.getByRole("button", { name: "Rename: <b>Refused</b>" }).click();
    await own.getByRole("textbox", { name: "Name" }).first().fill("Refusals");
    await own.getByRole("button", { name: "Rename", exact: true }).click();
    await own.getByRole("link", { name: "Refusals" }).waitFor();
    await own.getByRole("link", { name: "Waiting" }).click();
    await there.getByText("Status is Waiting").waitFor();
    await there.getByRole("button", { name: "View: Waiting" }).click();
    await own.getByRole("button", { name: "Replace: Refusals" }).click();
    await there.getByText("The view Refusals shows what is shown here.").waitFor();
    await own.getByRole("link", { name: "Refusals" }).click();
    await there.getByRole("button", { name: "View: Refusals" }).click();
    await own.getByRole("button", { name: "Delete: Refusals" }).click();
    await own.getByText("None yet.").waitFor();
    await expect.poll(() => there.evaluate("document.documentElement.scrollWidth")).toBe(320);
    await elsewhere.close();
  });

  test("sayWhereTheyWereModified, are saved or taken back, and are used by a role with which they are shared", async () => {
    const owner = await panel.signedIn(await panel.person("USER"));
    const { page } = owner;
    await page.goto("/admin/operations?status=REJECTED");
    await page.getByRole("button", { name: "Views" }).click();
    const dialog = page.getByRole("dialog", { name: "Views of this list" });
    await dialog.getByRole("textbox", { name: "Name" }).fill("For the desk");
    await dialog.getByRole("button", { name: "Save the view" }).click();
    await dialog.getByRole("button", { name: "Share: For the desk" }).click();
    await dialog.getByRole("checkbox", { name: "Call Center" }).check();
    await dialog.getByRole("button", { name: "Save", exact: true }).click();
    await dialog.getByText("shared with Call Center").waitFor();
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "View: For the desk", exact: true }).waitFor();
    await page.getByRole("columnheader", { name: "Date" }).getByRole("button").click();
    await page.getByRole("button", { name: "View: For the desk (modified)" }).waitFor();
    await page.getByRole("link", { name: "Reset: For the desk" }).click();
    await page.getByRole("button", { name: "View: For the desk", exact: true }).waitFor();
    expect(new URL(page.url()).searchParams.get("sort")).toBeNull();
    await page.getByRole("columnheader", { name: "Date" }).getByRole("button").click();
    await page.getByRole("button", { name: "Save: For the desk" }).click();
    await page.getByRole("button", { name: "View: For the desk", exact: true }).waitFor();
    await owner.close();

    const desk = await panel.signedIn(await panel.person("CALL_CENTER"));
    const there = desk.page;
    await there.goto("/admin/operations");
    await there.getByRole("button", { name: "Views" }).click();
    const views = there.getByRole("dialog", { name: "Views of this list" });
    await views.getByRole("link", { name: "For the desk" }).click();
    await there.getByText("Status is Refused").waitFor();
    // As the owner saved it at last.
    expect(new URL(there.url()).searchParams.get("sort")).toBe("at");
    await there.getByRole("columnheader", { name: "Date" }).getByRole("button").click();
    await there.getByRole("button", { name: "View: For the desk (modified)" }).waitFor();
    expect(await there.getByRole("button", { name: "Save: For the desk" }).count()).toBe(0);
    await there.getByRole("button", { name: "Save as" }).click();
    expect(await views.getByRole("button", { name: /^(Rename|Share|Delete): / }).count()).toBe(0);
    await views.getByRole("textbox", { name: "Name" }).fill("My own");
    await views.getByRole("button", { name: "Save the view" }).click();
    await views.getByRole("button", { name: "Delete: My own" }).waitFor();
    expect(await views.getByRole("button", { name: /^Share: / }).count()).toBe(0);
    await there.keyboard.press("Escape");
    await there.getByRole("button", { name: "View: My own", exact: true }).waitFor();
    await desk.close();
  });
});
