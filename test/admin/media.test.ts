import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Page } from "playwright-core";
import { demoWithVisits } from "./support/demo.ts";
import type { Window } from "./support/browser.ts";
import { type PanelServer, startPanel } from "./support/panel.ts";

let panel: PanelServer;
let window: Window;
let page: Page;
beforeAll(async () => {
  panel = await startPanel();
  await demoWithVisits(panel.admin, panel.url);
  window = await panel.signedIn(await panel.person("ADMIN"), { scheme: "dark" });
  ({ page } = window);
});
afterAll(async () => {
  await window.close();
  await panel.stop();
});

/** A4 without its margins, in CSS pixels. */
const PAPER = { width: 718, height: 1_000 };
const SCREEN = { width: 1_280, height: 800 };

async function opened(path: string): Promise<void> {
  await page.emulateMedia({ media: "screen", forcedColors: "none" });
  await page.setViewportSize(SCREEN);
  await page.goto(`/admin${path}`);
  await page.getByRole("heading", { level: 1 }).waitFor();
}

/** The page of the first row of a list. */
async function first(list: string): Promise<void> {
  await opened(list);
  await page.getByRole("table").first().getByRole("link").first().click();
  await page.waitForURL((url) => url.pathname.split("/").length > 3);
  await page.getByRole("heading", { level: 1 }).waitFor();
  // Places are named by now.
  await page.getByText(/^[0-9A-Z]{26}, /).waitFor({ state: "detached" });
}

/** Everything that is said of a thing, name by name, or stands in a table. */
async function said(): Promise<readonly string[]> {
  const texts = await page
    .locator("main")
    .getByRole("term")
    .or(page.locator("main").getByRole("definition"))
    .or(page.locator("main").getByRole("cell"))
    .allInnerTexts();
  return texts.map((text) => text.trim()).filter((text) => text !== "");
}

/** The same, once all that comes later has come: names in the place of ids. */
async function settled(): Promise<readonly string[]> {
  let before: readonly string[] = [];
  const isStill = async (): Promise<boolean> => {
    const now = await said();
    const isSame = now.length > 0 && now.join("\n") === before.join("\n");
    before = now;
    return isSame;
  };
  await expect.poll(isStill, { interval: 300 }).toBe(true);
  return before;
}

interface OnPaper {
  readonly background: string;
  readonly width: number;
  readonly cut: readonly string[];
  readonly pressed: readonly string[];
}

const ON_PAPER = `(() => {
  const seen = (one) => one.checkVisibility({ visibilityProperty: true }) && one.getClientRects().length > 0;
  const all = [...document.querySelectorAll("main *")].filter(seen);
  return {
    background: getComputedStyle(document.querySelector("main")).backgroundColor,
    width: document.documentElement.scrollWidth,
    cut: all.filter((one) => /^(TD|DD|DT)$/.test(one.tagName) && one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).overflow !== "visible").map((one) => one.textContent),
    pressed: all.filter((one) => one.matches("input, select, textarea, button:not(th button)")).map((one) => one.outerHTML),
  };
})()`;

const PAGES = [
  "/operations?status=COMPLETED",
  "/operations?status=REJECTED",
  "/cards",
  "/rulesets",
  "/locations",
  "/merchants",
  "/terminals",
  "/users",
] as const;

describe("on paper", () => {
  async function looksGood(before: readonly string[]): Promise<void> {
    await page.setViewportSize(PAPER);
    await page.emulateMedia({ media: "print" });
    await page.getByText("Europe/Warsaw").last().waitFor();
    const paper = await page.evaluate<OnPaper>(ON_PAPER);
    expect(paper).toEqual({ background: "rgb(255, 255, 255)", width: PAPER.width, cut: [], pressed: [] });
    await expect.poll(() => page.getByRole("navigation").count()).toBe(0);
    await expect.poll(() => page.getByRole("banner").count()).toBe(0);
    const missing = async (): Promise<readonly string[]> => {
      const after = await said();
      return before.filter((text) => !after.includes(text));
    };
    await expect.poll(missing, { timeout: 10_000 }).toEqual([]);
    await expect
      .poll(() => page.getByText(/person-\d+@example\.org · \d+ [A-Z][a-z]{2} .* \(Europe\/Warsaw\)/).count())
      .toBe(1);
  }

  for (const list of PAGES) {
    test(`the list ${list} and a page of it show all that they show, light and without what is pressed`, async () => {
      await opened(list);
      await page.getByRole("table").first().waitFor();
      const cells = await settled();
      expect(cells.length).toBeGreaterThan(2);
      await looksGood(cells.filter((text) => !/^(Get pairing code|End|Try\s+Clone)$/.test(text)));
      await first(list);
      const facts = await settled();
      expect(facts.length).toBeGreaterThan(5);
      await looksGood(facts);
    });
  }

  for (const list of ["/operations", "/cards", "/rulesets", "/terminals", "/locations", "/users"]) {
    test(`the list ${list} has every column on paper, also those that are not chosen, and where its rows lead`, async () => {
      await opened(list);
      await page.getByRole("table").first().waitFor();
      const path = await page.getByRole("table").getByRole("link").first().getAttribute("href");
      await page.getByRole("button", { name: "Columns" }).click();
      const chooser = page.getByRole("dialog", { name: "Columns" });
      const boxes = await chooser.getByRole("checkbox").all();
      const columns = await Promise.all(boxes.map(async (box) => await box.getAttribute("aria-label")));
      const named = await chooser.locator("label").allInnerTexts();
      const all = columns.every((name) => name === null) ? named : columns;
      expect(all.length).toBeGreaterThan(4);
      await page.keyboard.press("Escape");
      await chooser.waitFor({ state: "detached" });
      await page.setViewportSize(PAPER);
      await page.emulateMedia({ media: "print" });
      await page.getByText("Europe/Warsaw").last().waitFor();
      const terms = page.getByRole("term").or(page.getByRole("columnheader"));
      const missing = async (): Promise<readonly (string | null)[]> => {
        const printed = new Set(await terms.allInnerTexts());
        return all.filter((name) => name !== null && !printed.has(name));
      };
      await expect.poll(missing, { timeout: 10_000 }).toEqual([]);
      const paper = await page.evaluate<OnPaper>(ON_PAPER);
      expect(paper).toMatchObject({ width: PAPER.width, cut: [], pressed: [] });
      const targets = await page.evaluate<readonly string[]>(
        `[...document.querySelectorAll("main a")].map((one) => getComputedStyle(one, "::after").content)`,
      );
      expect(targets.filter((text) => text.includes(String(path)))).not.toEqual([]);
    });
  }

  test("anOperationIsWhole: its decision, the rule in words and the transactions, whichever tab is open", async () => {
    await first("/operations?status=COMPLETED&type=ONLINE");
    await page.getByRole("link", { name: "Raw" }).click();
    await page.getByText('"accessId"').waitFor();
    await page.emulateMedia({ media: "print" });
    for (const title of ["Decision", "Show rule", "Show transactions"]) {
      await page.getByRole("heading", { level: 2, name: title }).waitFor();
    }
    await page.getByText("Card not frozen").waitFor();
    await page.getByText("Number of free invitations").waitFor();
    await page.emulateMedia({ media: "screen" });
    await page.getByRole("heading", { level: 2, name: "Show rule" }).waitFor({ state: "detached" });
  });
});

describe("in colours that the reader forces", () => {
  const CONTRAST = `(() => {
    const rgb = (text) => (text.match(/[\\d.]+/g) ?? []).map(Number);
    const canvas = rgb(getComputedStyle(document.querySelector("main")).backgroundColor);
    const far = (text) => { const [r = 0, g = 0, b = 0, a = 1] = rgb(text); return a > 0 && Math.abs(r - canvas[0]) + Math.abs(g - canvas[1]) + Math.abs(b - canvas[2]) > 150; };
    const seen = (one) => one.checkVisibility();
    const buttons = [...document.querySelectorAll("button, .mantine-Button-root, input, select")].filter(seen);
    const edged = (one) => { if (one.matches('[type=password]') && edged(one.parentElement)) return true; const style = getComputedStyle(one); return one.matches("th button, [type=checkbox], [type=radio]") || (style.borderTopStyle !== "none" && far(style.borderTopColor)) || far(style.backgroundColor); };
    return { buttons: buttons.length, faint: buttons.filter((one) => !edged(one)).map((one) => one.outerHTML.slice(0, 200)) };
  })()`;

  for (const path of ["/", "/operations", "/terminals", "/rulesets", "/account"]) {
    test(`${path} has an edge around everything that is pressed`, async () => {
      await opened(path);
      await page.emulateMedia({ forcedColors: "active" });
      const { buttons, faint } = await page.evaluate<{ buttons: number; faint: readonly string[] }>(CONTRAST);
      expect(buttons).toBeGreaterThan(3);
      expect(faint).toEqual([]);
    });
  }

  test("statesAreWordsWithAnEdge, the focus has a ring, and the page where one is is marked", async () => {
    await opened("/operations?status=REJECTED");
    await page.getByRole("table", { name: "Operations" }).waitFor();
    await page.emulateMedia({ forcedColors: "active" });
    const style = async (selector: string, ...names: readonly string[]): Promise<readonly string[]> =>
      await page.evaluate(
        `(({ style }) => ${JSON.stringify(names)}.map((name) => style.getPropertyValue(name)))({ style: getComputedStyle(document.querySelector(${JSON.stringify(selector)})) })`,
      );
    expect(await style('td[data-label="Status"] span', "border-top-style")).toEqual(["solid"]);
    const here = 'nav a[aria-current="page"]';
    expect(await style(here, "text-decoration-line")).toEqual(["underline"]);
    expect(await style('nav a:not([aria-current="page"])', "text-decoration-line")).toEqual(["none"]);
    await page.keyboard.press("Tab");
    await page
      .getByRole("navigation", { name: "Main navigation" })
      .getByRole("link", { name: "Operations" })
      .focus();
    expect(await style(here, "outline-style", "outline-width")).toEqual(["solid", "2px"]);
    await page.keyboard.press("Control+k");
    const chosen = page.getByRole("listbox", { name: "Results" }).getByRole("option", { selected: true });
    await chosen.waitFor();
    expect(await style('[role="option"][aria-selected="true"]', "outline-style", "outline-width")).toEqual([
      "solid",
      "2px",
    ]);
  });

  test("chartsKeepWhatIsDrawnByAFill", async () => {
    await opened("/");
    await page.getByText("Let in", { exact: true }).last().waitFor();
    await page.emulateMedia({ forcedColors: "active" });
    const fills = await page.evaluate<readonly string[]>(
      `[...document.querySelectorAll("main svg rect")].map((one) => getComputedStyle(one).fill)`,
    );
    expect(new Set(fills).size).toBe(2);
    const canvas = await page.evaluate<string>(
      `getComputedStyle(document.querySelector("main")).backgroundColor`,
    );
    expect(fills).not.toContain(canvas);
    const swatch = await page.evaluate<string>(
      `getComputedStyle([...document.querySelectorAll("main span")].find((one) => one.textContent === "Let in"), "::before").backgroundColor`,
    );
    expect(swatch).not.toBe(canvas);
  });
});

describe("without motion", () => {
  test("nothingMoves, on the page and in a dialog", async () => {
    // Every window of these tests asks for less motion.
    await opened("/operations");
    await page.keyboard.press("Control+k");
    await page.getByRole("dialog", { name: "Search" }).waitFor();
    const moving = await page.evaluate<readonly string[]>(
      `[...document.querySelectorAll("*")].filter((one) => [null, "::before", "::after"].some((part) => { const style = getComputedStyle(one, part); return [style.transitionDuration, style.animationDuration].join().split(",").some((time) => parseFloat(time) > 0); })).map((one) => one.outerHTML.slice(0, 120))`,
    );
    expect(moving).toEqual([]);
  });
});
