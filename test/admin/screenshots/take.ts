import { mkdir } from "node:fs/promises";
import { afterAll, beforeAll, test } from "vitest";
import { z } from "zod";
import { signIn } from "../support/panel.ts";
import { demoWithVisits } from "../support/demo.ts";
import { openWindow } from "../support/browser.ts";
import { tellSomebody } from "./webhooks.ts";
import { bringDevicesIn } from "./devices.ts";
import { type PanelServer, type Person, startPanel } from "../support/panel.ts";

/** Pictures of the panel for its documentation: `npm run screenshots`. Made of the demo programme, and compared by nobody. */

const FOLDER = new URL("../../../docs/panel/", import.meta.url);
const list = z.object({ items: z.array(z.looseObject({})) });

interface Look {
  readonly name: string;
  readonly scheme: "light" | "dark";
  readonly width: number;
}

const LOOKS: readonly Look[] = [
  { name: "", scheme: "light", width: 1_280 },
  { name: "-dark", scheme: "dark", width: 1_280 },
  { name: "-narrow", scheme: "light", width: 320 },
];

let panel: PanelServer;
let admin: Person;
let pages: readonly (readonly [name: string, path: string])[] = [];

beforeAll(async () => {
  panel = await startPanel({ testClock: true, settings: { DEMO: "1" } });
  await demoWithVisits(panel.admin, panel.url);
  admin = await panel.person("ADMIN");
  const first = async (path: string, member: string): Promise<string> =>
    String(list.parse((await panel.admin.send("GET", path)).body).items[0]?.[member]);
  const refused = await first("/api/operations?status=REJECTED", "accessId");
  const ruleset = await first("/api/rulesets", "id");
  const card = await first("/api/cards", "cardId");
  const location = await first("/api/locations", "id");
  const terminal = await bringDevicesIn(panel.admin, panel.url, location);
  const user = await first("/api/users", "id");
  const webhook = await tellSomebody(panel.admin);
  pages = [
    ["dashboard", "/"],
    ["operations", "/operations"],
    ["operation", `/operations/${refused}`],
    ["offline", "/offline"],
    ["offline-entry", `/offline/${await first("/api/operations?review=WAITING", "accessId")}`],
    ["rules", "/rulesets"],
    ["rule", `/rulesets/${ruleset}`],
    ["rule-editor", `/rulesets/${ruleset}/edit`],
    ["account-ranges", "/account-ranges"],
    ["whitelist", "/whitelist"],
    ["rates", "/rates"],
    ["messages", "/messages"],
    ["transactions", "/transactions"],
    ["transactions-import", "/transactions/import"],
    ["cards", "/cards"],
    ["card", `/cards/${card}`],
    ["card-enrolments", "/cards/import"],
    ["adjustments", "/adjustments"],
    ["imports", "/imports"],
    ["opening-balances", "/adjustments/import"],
    ["payments", "/payments"],
    ["locations", "/locations"],
    ["location", `/locations/${location}`],
    ["terminals", "/terminals"],
    ["claim", "/terminals/claim"],
    ["enrollments", "/enrollments"],
    ["certificates", "/certificates"],
    ["terminal", `/terminals/${terminal}`],
    ["virtual-terminal", "/virtual-terminal"],
    ["terms", "/terms"],
    ["users", "/users"],
    ["user", `/users/${user}`],
    ["webhooks", "/webhooks"],
    ["webhook", `/webhooks/${webhook}`],
    ["webhook-deliveries", `/webhooks/${webhook}/deliveries`],
    ["branding", "/branding"],
    ["connections", "/connections"],
    ["system", "/system"],
    ["account", "/account"],
  ];
  await mkdir(FOLDER, { recursive: true });
});
afterAll(async () => {
  await panel.stop();
});

test.each(LOOKS)("takes every page$name", async ({ name: suffix, scheme, width }) => {
  const window = await openWindow(panel.browser, panel.url, {
    scheme,
    width,
    height: width === 320 ? 640 : 800,
  });
  const { page } = window;
  const take = async (name: string): Promise<void> => {
    await page.getByRole("heading", { level: 1 }).waitFor();
    await page.waitForLoadState("networkidle");
    await page.screenshot({ path: new URL(`${name}${suffix}.png`, FOLDER).pathname, animations: "disabled" });
  };
  await page.goto("/admin/sign-in");
  await take("sign-in");
  await signIn(window, admin);
  for (const [name, path] of pages) {
    await page.goto(`/admin${path}`);
    await take(name);
  }
  await page.goto("/admin/virtual-terminal");
  await page.getByLabel("Where it stands").selectOption("Warsaw lounge (POL)");
  await page.getByRole("button", { name: "Pair", exact: true }).click();
  await page.getByRole("checkbox", { name: "Network" }).click();
  await page.getByRole("button", { name: "Tap the card", exact: true }).click();
  await page.getByText("1 decision not told yet").waitFor();
  await take("virtual-terminal-offline");
  await window.close();
});
