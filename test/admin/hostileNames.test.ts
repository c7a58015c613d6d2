import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Page } from "playwright-core";
import { z } from "zod";
import {
  check,
  confirm,
  createTerminal,
  importRanges,
  outcome,
  publishRuleset,
  testPan,
} from "../support/programme.ts";
import type { Window } from "./support/browser.ts";
import { type PanelServer, startPanel } from "./support/panel.ts";

/**
 * Whoever may write a name writes what they like. Every field that takes text holds a formula, markup, an override of the
 * writing direction that nothing ends, and a word without an end; and every page shows them as text.
 */

const MARKUP = `<img src=x onerror="window.hit=1"><script>window.hit=1</script>`;
const OVERRIDE = "\u202Egnp.exe";
let number = 0;

/** A name of at most so many characters; each is another one. */
function hostile(most: number): string {
  const whole = `=cmd ${MARKUP} ${OVERRIDE}`;
  const short = `=<i onclick=hit()> ${OVERRIDE}`;
  const start = `${most < 120 ? short : whole}${String(++number)}`;
  return most < 40 ? start.slice(0, most) : start.padEnd(Math.min(most, 200), "W");
}

const PASSWORD = "violet-orbit-77-lantern";
const EMAIL = "hostile@example.org";
const ids = {
  merchant: "",
  location: "",
  ruleset: "",
  terminal: "",
  operation: "",
  refused: "",
  card: "",
  user: "",
};

let panel: PanelServer;
let window: Window;
let page: Page;

const created = z.looseObject({ id: z.string() });

beforeAll(async () => {
  panel = await startPanel({ testClock: true });
  const { admin, url } = panel;
  const make = async (path: string, body: unknown): Promise<string> =>
    created.parse((await admin.send("POST", path, body)).body).id;
  const cell = (text: string): string => `"${text.replaceAll('"', '""')}"`;
  await importRanges(admin, [
    `5000,5999,0001234,${cell(hostile(100))},POL,WLE,${cell(hostile(100))}`,
    `2000,2999,0001234,${cell(hostile(100))},POL,WLE,${cell(hostile(100))}`,
  ]);
  ids.merchant = await make("/api/merchants", { name: hostile(200) });
  ids.location = await make("/api/locations", {
    name: hostile(200),
    countryCode: "POL",
    service: "LOUNGE",
    postalCode: hostile(20),
    city: hostile(100),
    address: hostile(300),
    merchantId: ids.merchant,
  });
  const terminal = await createTerminal(admin, url, ids.location);
  ids.terminal = terminal.serialNumber;
  ids.ruleset = await publishRuleset(admin, {
    name: hostile(200),
    description: hostile(2_000),
    criteria: { locations: { locationIds: [ids.location] } },
    cardholder: { free: 1, window: { kind: "ROLLING", days: 30 } },
  });
  ids.operation = outcome(await check(terminal, testPan(1))).accessId;
  await confirm(terminal, ids.operation);
  ids.refused = outcome(await check(terminal, testPan(1))).accessId;
  const looked = await admin.send("POST", "/api/cards/lookup", { pan: testPan(1) });
  ids.card = z.looseObject({ cardId: z.string() }).parse(looked.body).cardId;
  await admin.send("POST", `/api/operations/${ids.operation}/reversal`, { reason: hostile(500) });
  await admin.send("POST", `/api/cards/${ids.card}/freeze`, { reason: hostile(200) });
  await admin.send("POST", `/api/cards/${ids.card}/adjustments`, {
    rulesetId: ids.ruleset,
    free: 1,
    reason: hostile(200),
  });
  await admin.send("POST", `/api/terminals/${ids.terminal}/suspend`, { reason: hostile(200) });
  const people = { firstName: hostile(100), lastName: hostile(100) };
  ids.user = await make("/api/users", { email: EMAIL, ...people, role: "ADMIN", password: PASSWORD });
  await admin.send("POST", "/api/users", {
    email: "provider@example.org",
    firstName: hostile(100),
    lastName: hostile(100),
    role: "SERVICE_PROVIDER",
    scope: { merchantIds: [ids.merchant], locationIds: [ids.location] },
  });
  await admin.send("POST", "/api/keys", { name: hostile(100), role: "USER" });
  const names = { en: hostile(60), pl: hostile(60) };
  await admin.send("PUT", "/api/branding", {
    name: hostile(60),
    accent: "#8a1c7c",
    logo: null,
    support: { email: null, phone: null },
    links: [{ label: hostile(60), url: "https://a.example/x" }],
    services: { LOUNGE: { offered: true, names }, FAST_LINE: { offered: true, names } },
  });
  // Reads of the panel wait for what it has written itself, and this was not.
  await admin.send("GET", "/api/users");
  window = await panel.signedIn({ email: EMAIL, password: PASSWORD });
  ({ page } = window);
});
afterAll(async () => {
  await window.close();
  await panel.stop();
});

interface Seen {
  readonly hit: boolean;
  readonly width: number;
  readonly names: number;
  /** Where a name could turn around what stands beside it. */
  readonly loose: readonly string[];
  readonly elements: number;
}

const SEEN = `(() => {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const loose = [];
  let names = 0;
  while (texts.nextNode()) {
    const { data, parentElement } = texts.currentNode;
    if (!data.includes("\\u202E") || parentElement.closest("script") !== null) continue;
    names += 1;
    if (parentElement.closest("bdi, option, textarea, pre") !== null) continue;
    let box = parentElement;
    while (!getComputedStyle(box).unicodeBidi.startsWith("isolate")) box = box.parentElement;
    if (box.textContent.trim() !== data.trim()) loose.push(parentElement.outerHTML.slice(0, 200));
  }
  return {
    hit: "hit" in window,
    width: document.documentElement.scrollWidth,
    names,
    loose,
    elements: document.querySelectorAll("img[src=x], i[onclick], body script:not([type])").length,
  };
})()`;

async function namesAt(): Promise<number> {
  return (await page.evaluate<Seen>(SEEN)).names;
}

/** What is wrong there; nothing where a name is a text and no more. */
async function wrongAt(where: string, fewest: number): Promise<readonly string[]> {
  const { hit, elements, names, width, loose } = await page.evaluate<Seen>(SEEN);
  const widest = page.viewportSize()?.width;
  return [
    ...(hit || elements > 0 ? [`${where}: a name has become markup`] : []),
    ...(names < fewest ? [`${where}: ${String(names)} names, fewer than ${String(fewest)}`] : []),
    ...(width === widest ? [] : [`${where}: ${String(width)} pixels wide`]),
    ...loose.map((html) => `${where}: not isolated: ${html}`),
  ];
}

/** Where each page is, and how many hostile names stand on it at least, beside those of the frame. */
function pages(): readonly (readonly [path: string, fewest: number])[] {
  return [
    ["/", 2],
    ["/operations", 3],
    [`/operations?locationId=${ids.location}&merchantId=${ids.merchant}&rulesetId=${ids.ruleset}`, 6],
    [`/operations/${ids.operation}`, 4],
    [`/operations/${ids.operation}?tab=rule`, 5],
    [`/operations/${ids.operation}?tab=raw`, 3],
    [`/operations/${ids.refused}`, 3],
    ["/rulesets", 2],
    ["/rulesets/new", 1],
    [`/rulesets/${ids.ruleset}`, 3],
    [`/rulesets/${ids.ruleset}/edit`, 2],
    [`/rulesets/${ids.ruleset}/versions`, 2],
    ["/account-ranges", 4],
    ["/cards", 2],
    [`/cards/${ids.card}`, 3],
    ["/locations", 3],
    ["/locations/new", 1],
    [`/locations/${ids.location}`, 5],
    [`/locations/${ids.location}/edit`, 1],
    ["/merchants", 2],
    [`/merchants/${ids.merchant}`, 2],
    ["/terminals", 2],
    [`/terminals/${ids.terminal}`, 2],
    ["/virtual-terminal", 1],
    ["/users", 5],
    [`/users/${ids.user}`, 3],
    ["/keys", 2],
    ["/branding", 1],
    ["/system", 1],
    ["/account", 3],
    ["/terms", 1],
  ];
}

describe("names that somebody has made to do something", () => {
  for (const width of [1_280, 320]) {
    test(`areTextOnEveryPage, ${String(width)} pixels wide, and keep to their place`, async () => {
      await page.setViewportSize({ width, height: 800 });
      const wrong: string[] = [];
      for (const [path, fewest] of pages()) {
        await page.goto(`/admin${path}`);
        await page.getByRole("heading", { level: 1 }).waitFor();
        await expect.poll(async () => await page.getByText("Loading", { exact: true }).count()).toBe(0);
        await expect
          .poll(async () => await namesAt(), { timeout: 3_000 })
          .toBeGreaterThanOrEqual(fewest)
          .catch(() => undefined);
        wrong.push(...(await wrongAt(path, fewest)));
      }
      expect(wrong).toEqual([]);
    });
  }

  test("areTextInDialogs: the search, views, the account, a move, a scope", async () => {
    await page.setViewportSize({ width: 1_280, height: 800 });
    await page.goto("/admin/operations");
    await page.getByRole("table", { name: "Operations" }).waitFor();
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox", { name: "Search for pages, names and ids" }).fill("=cmd");
    await page.getByRole("group", { name: "Locations" }).getByRole("option").first().waitFor();
    expect(await wrongAt("search", 5)).toEqual([]);
    await page.keyboard.press("Enter");
    await page.waitForURL((url) => !url.pathname.endsWith("/operations"));
    await page.goto("/admin/operations?status=REJECTED");
    await page.getByRole("button", { name: "Views" }).click();
    const views = page.getByRole("dialog", { name: "Views of this list" });
    await views.getByRole("textbox", { name: "Name" }).fill(hostile(60));
    await views.getByRole("button", { name: "Save the view" }).click();
    await views.getByRole("link", { name: "=<i onclick" }).waitFor();
    expect(await wrongAt("views", 3)).toEqual([]);
    await views.getByRole("link", { name: "=<i onclick" }).click();
    await page.getByRole("button", { name: "Account of" }).click();
    await page.getByRole("dialog").waitFor();
    expect(await wrongAt("account menu", 3)).toEqual([]);
    await page.goto(`/admin/terminals/${ids.terminal}`);
    await page.getByRole("button", { name: "Move" }).click();
    await page.getByRole("dialog").getByRole("option", { name: "=cmd" }).waitFor({ state: "attached" });
    expect(await wrongAt("move", 3)).toEqual([]);
    await page.goto("/admin/users");
    await page
      .getByRole("row", { name: /provider@example\.org/ })
      .getByRole("link")
      .click();
    await page.getByRole("button", { name: "Edit" }).click();
    await page.getByRole("dialog").waitFor();
    expect(await wrongAt("user", 3)).toEqual([]);
  });

  test("areTextBeforeOneIsSignedIn", async () => {
    await page.goto("/admin/account");
    await page.getByRole("button", { name: "Account of" }).click();
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.waitForURL("**/sign-in**");
    await page.getByRole("button", { name: "Sign in" }).waitFor();
    expect(await wrongAt("sign-in", 2)).toEqual([]);
    await expect.poll(() => page.title()).toContain("=<i onclick");
  });
});
