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
    await page.getByRole("heading", { level: 1, name: "Twoje konto" }).waitFor();
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
});
