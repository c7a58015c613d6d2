import { readdir, readFile } from "node:fs/promises";
import type { Response } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { demoWithVisits } from "./support/demo.ts";
import type { Window } from "./support/browser.ts";
import { type PanelServer, startPanel } from "./support/panel.ts";

/** Whoever has chosen Polish reads no English, but names that somebody has given. */

let panel: PanelServer;
let window: Window;
let english: ReadonlySet<string>;
/** What people have called things, and a language in itself: that is in whatever language it is in. */
const names = new Set(["command-line", "English"]);

const TEXTS = new URL("../../src/admin/texts/", import.meta.url);
const WORD = /\p{L}{3,}/gu;
/** A code, a path or a zone: the same in every language. */
const CODE = /\b[A-Z][A-Z_]+\b|\S*\/\S+/g;

/** The words of a language's dictionary: of what it says, not of its code. */
async function wordsOf(language: string): Promise<ReadonlySet<string>> {
  const words = new Set<string>();
  const folder = new URL(`${language}/`, TEXTS);
  for (const file of await readdir(folder)) {
    const code = (await readFile(new URL(file, folder), "utf8")).replace(/^import.*$/gm, "");
    for (const [literal] of code.matchAll(/"(?:[^"\\]|\\.)*"|`(?:[^`\\]|\\.)*`/g)) {
      for (const [word] of literal.replace(/\$\{[^}]*\}/g, " ").matchAll(WORD)) words.add(word.toLowerCase());
    }
  }
  return words;
}

/** Members of answers that hold what somebody has typed. */
const TYPED = /^(name|.*Name|description|city|address|note|reason|serialNumber|email)$/;

function gather(value: unknown): void {
  if (Array.isArray(value)) value.forEach(gather);
  if (typeof value !== "object" || value === null) return;
  for (const [member, held] of Object.entries(value)) {
    if (typeof held === "string" && TYPED.test(member)) names.add(held);
    else gather(held);
  }
}

async function note(response: Response): Promise<void> {
  const type = response.headers()["content-type"] ?? "";
  if (!/\/api\//.test(response.url()) || !/json/.test(type)) return;
  gather(await response.json().catch(() => null));
}

beforeAll(async () => {
  panel = await startPanel({ testClock: true });
  await demoWithVisits(panel.admin, panel.url);
  window = await panel.signedIn(await panel.person("ADMIN"));
  const polish = await wordsOf("pl");
  english = new Set([...(await wordsOf("en"))].filter((word) => !polish.has(word)));
  await window.page.evaluate(`localStorage.setItem("admittance.language", "pl")`);
});
afterAll(async () => {
  await window.close();
  await panel.stop();
});

/** All that is seen or read aloud, but code. */
const SAID = `(() => {
  const said = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walk.nextNode(); node !== null; node = walk.nextNode()) {
    const holder = node.parentElement;
    if (holder.closest("script, style, noscript, pre, code, kbd, [lang]:not(html), .mono") === null && node.data.trim() !== "") said.push(node.data.trim());
  }
  for (const name of ["aria-label", "title", "placeholder", "alt"]) {
    for (const one of document.querySelectorAll("[" + name + "]")) said.push(one.getAttribute(name));
  }
  return [...new Set(said)];
})()`;

async function remains(): Promise<readonly string[]> {
  const said = await window.page.evaluate<readonly string[]>(SAID);
  const longestFirst = [...names].filter(({ length }) => length > 2).sort((a, b) => b.length - a.length);
  return said.filter((text) => {
    const left = longestFirst.reduce((rest, name) => rest.replaceAll(name, " "), text).replace(CODE, " ");
    return [...left.matchAll(WORD)].some(([word]) => english.has(word.toLowerCase()));
  });
}

const list = z.object({ items: z.array(z.looseObject({})) });

async function first(path: string, member: string): Promise<string> {
  return String(list.parse((await panel.admin.send("GET", path)).body).items[0]?.[member]);
}

const PAGES: readonly (readonly [name: string, path: () => string | Promise<string>])[] = [
  ["dashboard", () => "/?compare=true"],
  ["operations", () => "/operations"],
  ["none found", () => "/operations?terminal=T-0&status=FOO"],
  [
    "refused operation",
    async () => `/operations/${await first("/api/operations?status=REJECTED", "accessId")}`,
  ],
  ["operation", async () => `/operations/${await first("/api/operations?status=COMPLETED", "accessId")}`],
  [
    "rule of an operation",
    async () => `/operations/${await first("/api/operations?status=COMPLETED", "accessId")}?tab=rule`,
  ],
  [
    "purchases of an operation",
    async () => `/operations/${await first("/api/operations?status=COMPLETED", "accessId")}?tab=transactions`,
  ],
  ["rules", () => "/rulesets"],
  ["rule", async () => `/rulesets/${await first("/api/rulesets", "id")}`],
  ["rule's editor", async () => `/rulesets/${await first("/api/rulesets", "id")}/edit`],
  ["rule's hints", async () => `/rulesets/${await first("/api/rulesets", "id")}/edit?panel=lint`],
  ["rule's try", async () => `/rulesets/${await first("/api/rulesets", "id")}/edit?panel=try`],
  ["rule's versions", async () => `/rulesets/${await first("/api/rulesets", "id")}/versions`],
  ["new rule", () => "/rulesets/new"],
  ["account ranges", () => "/account-ranges"],
  ["import of account ranges", () => "/account-ranges/import"],
  ["whitelist", () => "/whitelist"],
  ["upload of a whitelist", () => "/whitelist/upload"],
  ["uploads of whitelists", () => "/whitelist/uploads"],
  ["whitelists of places", () => "/whitelist/deliveries"],
  ["adjustments", () => "/adjustments"],
  ["import of opening balances", () => "/adjustments/import"],
  ["imports of opening balances", () => "/adjustments/imports"],
  ["imports", () => "/imports"],
  ["rates", () => "/rates"],
  ["import of rates", () => "/rates/import"],
  ["transactions", () => "/transactions"],
  ["import of enrolments", () => "/cards/import"],
  ["import of transactions", () => "/transactions/import"],
  ["cards", () => "/cards"],
  ["card", async () => `/cards/${await first("/api/cards", "cardId")}`],
  ["locations", () => "/locations"],
  ["location", async () => `/locations/${await first("/api/locations", "id")}`],
  ["new location", () => "/locations/new"],
  ["merchants", () => "/merchants"],
  ["terminals", () => "/terminals"],
  ["terminal", async () => `/terminals/${await first("/api/terminals", "id")}`],
  ["virtual terminal", () => "/virtual-terminal"],
  ["terms", () => "/terms"],
  ["new terms", () => "/terms/new"],
  ["users", () => "/users"],
  ["user", async () => `/users/${await first("/api/users", "id")}`],
  ["keys", () => "/keys"],
  ["messages", () => "/messages"],
  ["branding", () => "/branding"],
  ["connections", () => "/connections"],
  ["system", () => "/system"],
  ["account", () => "/account"],
  ["nowhere", () => "/nowhere"],
];

describe("in Polish", () => {
  for (const [name, path] of PAGES) {
    test(`thePageSaysNothingInEnglish: ${name}`, async () => {
      const { page } = window;
      const noted: Promise<void>[] = [];
      const listen = (response: Response): unknown => noted.push(note(response));
      page.on("response", listen);
      await page.goto(`/admin${await path()}`);
      await page.getByRole("heading", { level: 1 }).waitFor();
      await page.waitForLoadState("networkidle");
      await Promise.all(noted);
      page.off("response", listen);
      expect(await page.locator("html").getAttribute("lang")).toBe("pl");
      expect(await remains()).toEqual([]);
    });
  }

  test("whatTheServerRefusesIsSaidInPolishToo", async () => {
    const own = await panel.signedIn(await panel.person("ADMIN"), { expected: [/409/] });
    const { page } = own;
    await page.evaluate(`localStorage.setItem("admittance.language", "pl")`);
    const { items } = list.parse((await panel.admin.send("GET", "/api/terminals?limit=1")).body);
    await page.goto(`/admin/locations/${String(items[0]?.["locationId"])}`);
    await page.getByRole("button", { name: "Usuń lokalizację" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("button", { name: "Usuń lokalizację" }).click();
    await dialog.getByRole("alert").getByText("W lokalizacji są terminale").waitFor();
    await page.goto("/admin/terminals");
    await page.getByRole("button", { name: "Nowy terminal" }).first().click();
    await dialog.getByLabel("Numer seryjny").fill(String(items[0]?.["serialNumber"]));
    await dialog.getByRole("button", { name: "Nowy terminal" }).click();
    await dialog.getByText("Taka pozycja już istnieje.").waitFor();
    await own.close();
  });
});
