import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Page } from "playwright-core";
import { DEMO_CARDS } from "../../src/demo/programme.ts";
import { violations } from "./support/axe.ts";
import { demoWithVisits } from "./support/demo.ts";
import { type PanelServer, startPanel } from "./support/panel.ts";

let panel: PanelServer;
beforeAll(async () => {
  panel = await startPanel();
  await demoWithVisits(panel.admin, panel.url);
});
afterAll(async () => {
  await panel.stop();
});

const PAN = DEMO_CARDS.vistulaWorldElite;
const field = (page: Page) => page.getByRole("combobox", { name: "Search for pages, names and ids" });

async function opened(page: Page): Promise<void> {
  await page.keyboard.press("Control+k");
  await field(page).waitFor();
}

describe("the search", () => {
  test("isOpenedAndDrivenByTheKeyboardAlone, and keeps what was opened, also on another computer", async () => {
    const who = await panel.person("ADMIN");
    const window = await panel.signedIn(who);
    const { page } = window;
    await opened(page);
    await page.getByRole("option", { name: "Dashboard" }).waitFor();
    await page.keyboard.type("warsaw");
    const options = page.getByRole("listbox", { name: "Results" }).getByRole("option");
    await page.getByRole("group", { name: "Locations" }).getByRole("option").first().waitFor();
    const wanted =
      (await page.getByRole("group", { name: "Locations" }).getByRole("option").allInnerTexts())[0] ?? "";
    const name = wanted.split("\n")[0] ?? "";
    const texts = await options.allInnerTexts();
    for (let at = 0; at < texts.indexOf(wanted); at++) await page.keyboard.press("ArrowDown");
    expect(
      await page
        .getByRole("listbox", { name: "Results" })
        .getByRole("option", { selected: true })
        .innerText(),
    ).toBe(wanted);
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name }).waitFor();
    await window.close();

    const elsewhere = await panel.signedIn(who, { scheme: "dark", width: 320 });
    await elsewhere.page.getByRole("button", { name: "Search" }).click();
    const recent = elsewhere.page.getByRole("group", { name: "Opened last" });
    await recent.getByRole("option", { name }).waitFor();
    expect(await violations(elsewhere.page)).toEqual([]);
    await recent.getByRole("option", { name }).click();
    await elsewhere.page.getByRole("heading", { level: 1, name }).waitFor();
    await elsewhere.close();
  });

  test("findsAnOperationByItsId, and a page by its name; Escape gives the focus back", async () => {
    const window = await panel.signedIn(await panel.person("CALL_CENTER"));
    const { page } = window;
    await page.goto("/admin/operations");
    const link = page.getByRole("table", { name: "Operations" }).getByRole("link").first();
    const accessId = ((await link.getAttribute("href")) ?? "").split("/").at(-1) ?? "";
    await link.focus();
    await page.keyboard.press("/");
    await field(page).fill(accessId);
    await page.getByRole("group", { name: "Operation" }).getByRole("option", { name: accessId }).click();
    await page.waitForURL(`**/operations/${accessId}`);
    await page.getByRole("heading", { level: 1 }).waitFor();
    await opened(page);
    // What the role may not open is not offered.
    await field(page).fill("r");
    await page.getByRole("option", { name: "Your account" }).waitFor();
    await expect.poll(() => page.getByRole("option", { name: "Merchants" }).count()).toBe(0);
    await field(page).fill("no such thing at all");
    await page.getByText("Nothing is found").waitFor();
    await page.keyboard.press("Escape");
    await field(page).waitFor({ state: "detached" });
    // Enter does not wait for the answer.
    await opened(page);
    await page.keyboard.type(accessId);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: `Operation ${accessId}`, exact: true }).waitFor();
    await field(page).waitFor({ state: "detached" });
    await window.close();
  });

  test("leadsToTheWholeList, where there is more than it names", async () => {
    for (let at = 0; at < 7; at++) {
      await panel.admin.send("POST", "/api/merchants", { name: `Chain ${String(at)}` });
    }
    const window = await panel.signedIn(await panel.person("USER"));
    const { page } = window;
    await opened(page);
    await page.keyboard.type("chain");
    await page.getByRole("option", { name: "Show all 7 entries" }).click();
    await page.waitForURL("**/merchants?name=chain");
    await page.getByText("7 entries").waitFor();
    await window.close();
  });

  test("takesACardNumberOutOfTheField, and looks it up by nothing but its own route", async () => {
    const window = await panel.signedIn(await panel.person("CALL_CENTER"));
    const { page } = window;
    const sent: string[] = [];
    page.on("request", (request) => {
      const { pathname } = new URL(request.url());
      sent.push(
        pathname === "/api/cards/lookup"
          ? "/api/cards/lookup"
          : `${request.url()} ${request.postData() ?? ""}`,
      );
    });
    await opened(page);
    // As a person types it: with blanks, and so slowly that other texts are searched for meanwhile.
    const grouped = PAN.replace(/(\d{4})(?=\d)/g, "$1 ");
    await page.keyboard.type(grouped, { delay: 200 });
    await page.getByRole("alert").getByText("This looks like a card number").waitFor();
    await expect.poll(() => field(page).inputValue()).toBe("");
    expect(await violations(page)).toEqual([]);
    const everything = await page.evaluate(
      "JSON.stringify([{ ...localStorage }, { ...sessionStorage }, location.href, history.state, document.body.innerHTML])",
    );
    expect(everything).not.toMatch(new RegExp(`${PAN}|${grouped}`));
    const plain = (): string =>
      sent.map((one) => decodeURIComponent(one).replaceAll(/[\s+-]/g, "")).join(" ");
    // Not even its beginning, but for what a mask shows.
    expect(plain()).not.toContain(PAN.slice(0, 9));
    await page.getByRole("button", { name: "Look up this card" }).click();
    await page.waitForURL("**/cards/*");
    await page.getByRole("heading", { level: 1 }).waitFor();
    expect(sent).toContain("/api/cards/lookup");
    expect(plain()).not.toContain(PAN.slice(0, 9));
    // Pasted and answered by Enter, at once.
    await opened(page);
    await field(page).fill(PAN);
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Look up this card" }).waitFor();
    await page.keyboard.press("Enter");
    await field(page).waitFor({ state: "detached" });
    expect(plain()).not.toContain(PAN.slice(0, 9));
    await window.close();
  });
});

describe("keys", () => {
  test("leadToPages, open the help, and do nothing while somebody types or once they are switched off", async () => {
    const who = await panel.person("USER");
    const window = await panel.signedIn(who);
    const { page } = window;
    await page.getByRole("heading", { level: 1 }).waitFor();
    await page.keyboard.press("g");
    await page.keyboard.press("t");
    await page.getByRole("heading", { level: 1, name: "Terminals", exact: true }).waitFor();
    await page.keyboard.press("?");
    const help = page.getByRole("dialog", { name: "Help" });
    await help.getByText("The devices at the doors.").waitFor();
    await help.getByRole("row", { name: "g then m Go to Merchants" }).waitFor();
    // A page that the role may not open has no key.
    await expect.poll(() => help.getByText("Go to Users").count()).toBe(0);
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await page.getByRole("textbox", { name: "Serial number" }).click();
    await page.keyboard.type("g?o/");
    await expect.poll(() => page.getByRole("textbox", { name: "Serial number" }).inputValue()).toBe("g?o/");
    await expect.poll(() => page.getByRole("dialog").count()).toBe(0);
    await page.goto("/admin/account");
    await page.getByRole("checkbox", { name: /Single-key/ }).uncheck();
    await page.getByRole("heading", { level: 1 }).focus();
    await page.keyboard.press("?");
    await page.keyboard.press("g");
    await page.keyboard.press("t");
    await page.keyboard.press("Control+k");
    await field(page).waitFor();
    await expect
      .poll(() => page.getByRole("heading", { level: 1, name: "Your account", exact: true }).count())
      .toBe(1);
    await expect.poll(() => page.getByRole("dialog").count()).toBe(1);
    await window.close();
  });
});
