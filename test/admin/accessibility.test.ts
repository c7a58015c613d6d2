import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { pdfOf } from "../support/pdf.ts";
import { contrasts, violations } from "./support/axe.ts";
import { demoWithVisits } from "./support/demo.ts";
import { openWindow } from "./support/browser.ts";
import { enter, type PanelServer, type Person, startPanel } from "./support/panel.ts";

let panel: PanelServer;
let admin: Person;
let accessId = "";
let offlineId = "";
let locationId = "";
let serial = "";
let rulesetId = "";
let cardId = "";
let userId = "";
let webhookId = "";

const first = z.object({
  items: z.array(
    z.looseObject({
      id: z.string().optional(),
      accessId: z.string().optional(),
      cardId: z.string().optional(),
    }),
  ),
});

beforeAll(async () => {
  panel = await startPanel({ testClock: true });
  await demoWithVisits(panel.admin, panel.url);
  const upload = async (kind: string, day: string) =>
    await panel.admin.send(
      "POST",
      `/api/terms?kind=${kind}&validFrom=${day}`,
      pdfOf(kind).toString("latin1"),
      {
        "content-type": "application/pdf",
      },
    );
  for (const day of ["2026-01-01", "2030-01-01"]) await upload("TERMS", day);
  await upload("PRIVACY_POLICY", "2026-01-01");
  admin = await panel.person("ADMIN");
  const one = async (path: string) => first.parse((await panel.admin.send("GET", path)).body).items[0];
  accessId = (await one("/api/operations?status=COMPLETED&type=ONLINE"))?.accessId ?? "";
  offlineId = (await one("/api/operations?review=WAITING"))?.accessId ?? "";
  locationId = (await one("/api/locations"))?.id ?? "";
  rulesetId = (await one("/api/rulesets"))?.id ?? "";
  cardId = (await one("/api/cards"))?.cardId ?? "";
  userId = (await one("/api/users"))?.id ?? "";
  serial = (await one("/api/terminals"))?.id ?? "";
  await panel.admin.send("POST", "/api/webhooks", { url: "https://hooks.example/entries" });
  webhookId = (await one("/api/webhooks"))?.id ?? "";
});
afterAll(async () => {
  await panel.stop();
});

function pages(): readonly string[] {
  return [
    "/operations",
    "/operations?status=FOO",
    "/operations?terminal=nothing",
    `/operations/${accessId}`,
    `/operations/${accessId}?do=reverse`,
    `/operations/${accessId}?tab=raw`,
    "/offline",
    "/offline?flag=IN_FUTURE",
    `/offline/${offlineId}`,
    `/operations/${offlineId}`,
    "/merchants",
    "/locations",
    "/locations/new",
    `/locations/${locationId}`,
    `/locations/${locationId}/edit`,
    "/terminals",
    "/terminals/claim",
    `/terminals/${serial}`,
    "/virtual-terminal",
    `/virtual-terminal?serial=${serial}`,
    "/rulesets",
    "/rulesets/new",
    `/rulesets/${rulesetId}`,
    `/rulesets/${rulesetId}/edit`,
    `/rulesets/${rulesetId}/versions`,
    "/cards",
    `/cards/${cardId}`,
    "/account-ranges",
    "/account-ranges/import",
    "/enrollments",
    "/certificates",
    "/whitelist",
    "/whitelist/upload",
    "/whitelist/uploads",
    "/whitelist/deliveries",
    "/messages",
    "/adjustments",
    "/adjustments?status=APPROVED",
    "/adjustments/import",
    "/adjustments/imports",
    "/rates",
    "/rates/import",
    "/transactions",
    "/cards/import",
    "/transactions/import",
    "/imports",
    "/terms",
    "/terms/new",
    "/users",
    `/users/${userId}`,
    "/keys",
    "/webhooks",
    `/webhooks/${webhookId}`,
    `/webhooks/${webhookId}/deliveries`,
    "/branding",
    "/connections",
    "/system",
    "/account",
    "/nowhere",
  ];
}

async function settled(page: Page): Promise<void> {
  await page.getByRole("heading", { level: 1 }).waitFor();
  await page.waitForLoadState("networkidle");
}

describe("every page", () => {
  // Some fifty pages, each looked at whole.
  const timeout = 600_000;

  test("hasNoViolationOfWcag22AA, has the contrast in the dark too, and is read at 320 pixels without scrolling sideways", {
    timeout,
  }, async () => {
    const window = await panel.signedIn(admin, { expected: [/404/] });
    const { page } = window;
    const wide = page.viewportSize() ?? { width: 1_280, height: 800 };
    for (const path of pages()) {
      await page.goto(`/admin${path}`);
      await settled(page);
      expect({ path, found: await violations(page) }).toEqual({ path, found: [] });
      // The same elements in other colours.
      await page.emulateMedia({ colorScheme: "dark" });
      await page.locator('html[data-mantine-color-scheme="dark"]').waitFor();
      expect({ path, found: await contrasts(page) }).toEqual({ path, found: [] });
      await page.emulateMedia({ colorScheme: "light" });
      await page.setViewportSize({ ...wide, width: 320 });
      await expect
        .poll(async () => ({ path, width: await page.evaluate("document.documentElement.scrollWidth") }))
        .toEqual({ path, width: 320 });
      // What is cut off does not scroll: the last in the header has to end before the page does.
      const account = await page.getByRole("button", { name: "Account of" }).boundingBox();
      expect({ path, end: (account?.x ?? 0) + (account?.width ?? 0) <= 320 }).toEqual({ path, end: true });
      await page.setViewportSize(wide);
    }
    await window.close();
  });

  test("anAccentOfTheInstallationsOwnIsReadToo, however light or dark", async () => {
    const offered = { offered: true, names: { en: null, pl: null } };
    const body = {
      ...{ name: "Vistula Lounges", logo: null, links: [{ label: "Imprint", url: "https://a.example/" }] },
      support: { email: "help@a.example", phone: null },
      services: { LOUNGE: offered, FAST_LINE: offered },
    };
    for (const accent of ["#ffe600", "#000000"]) {
      await panel.admin.send("PUT", "/api/branding", { ...body, accent });
      for (const scheme of ["light", "dark"] as const) {
        const window = await panel.signedIn(admin, { scheme });
        for (const path of ["/operations", "/users", "/branding", "/locations/new"]) {
          await window.page.goto(`/admin${path}`);
          await settled(window.page);
          const where = { accent, scheme, path };
          expect({ ...where, found: await violations(window.page) }).toEqual({ ...where, found: [] });
        }
        await window.close();
      }
    }
    await panel.admin.send("PUT", "/api/branding", { ...body, accent: "#1d5fbf" });
  });

  test("thePagesOfThoseWhoAreNotSignedInToo", async () => {
    for (const scheme of ["light", "dark"] as const) {
      const window = await openWindow(panel.browser, panel.url, { scheme });
      for (const path of ["/sign-in", "/invitation"]) {
        await window.page.goto(`/admin${path}`);
        await settled(window.page);
        expect({ path, found: await violations(window.page) }).toEqual({ path, found: [] });
      }
      await window.close();
    }
  });

  test("theConsentPageToo, also where a box was left unticked", async () => {
    const who = await panel.person("CALL_CENTER");
    for (const scheme of ["light", "dark"] as const) {
      const window = await openWindow(panel.browser, panel.url, { scheme, width: 320 });
      const { page } = window;
      await enter(window, who);
      await page.getByRole("button", { name: "Continue" }).click();
      await page.getByText("Tick this to go on.").first().waitFor();
      expect(await violations(page)).toEqual([]);
      await expect.poll(() => page.evaluate("document.documentElement.scrollWidth")).toBe(320);
      await window.close();
    }
  });

  test("formErrorsAndMenusToo", async () => {
    const window = await panel.signedIn(admin);
    const { page } = window;
    await page.goto("/admin/locations/new");
    await page.getByRole("button", { name: "New location" }).click();
    await page.getByRole("alert").waitFor();
    expect(await violations(page)).toEqual([]);
    await page.goto("/admin/operations");
    await page.getByRole("button", { name: "Account of" }).click();
    await page.getByRole("button", { name: "Sign out" }).waitFor();
    expect(await violations(page)).toEqual([]);
    await window.close();
  });
});
