import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { check, confirm, outcome, simpleProgramme, testPan } from "../support/programme.ts";
import type { Terminal } from "../../src/cli/pos/terminal.ts";
import { type PanelServer, startPanel } from "./support/panel.ts";
import { violations } from "./support/axe.ts";

let panel: PanelServer;
let terminal: Terminal;
let locationId = "";
let cards = 0;

beforeAll(async () => {
  panel = await startPanel({ testClock: true });
  ({ terminal, locationId } = await simpleProgramme(
    panel.admin,
    panel.url,
    {
      cardholder: { free: 1, window: { kind: "ROLLING", days: 30 } },
      guests: { adults: { free: 2, paid: 0, fee: null, maxPerEntry: 2 } },
      totalUsage: { max: 50, window: null },
    },
    { timeZone: "Europe/Warsaw" },
  ));
  for (let n = 0; n < 6; n += 1) {
    const pan = testPan(++cards);
    const { accessId } = outcome(await check(terminal, pan));
    if (n !== 4) await confirm(terminal, accessId, n % 3);
    if (n % 2 === 0) await check(terminal, pan);
  }
});
afterAll(async () => {
  await panel.stop();
});

const counted = z.object({
  figures: z.object({ granted: z.int(), refused: z.int(), entries: z.int(), entriesWithGuests: z.int() }),
});

const overTimeOf = z.object({
  overTime: z.object({
    buckets: z.array(z.object({ from: z.string(), granted: z.int(), refused: z.int() })),
  }),
});

describe("the dashboard", () => {
  test("aFigureLeadsToTheListWithSoManyRows", async () => {
    const window = await panel.signedIn(await panel.person("ADMIN"));
    const { page } = window;
    // An administrator lands here.
    await page.getByRole("heading", { level: 1, name: "Dashboard", exact: true }).waitFor();
    const { figures } = counted.parse(
      (await panel.admin.send("GET", "/api/dashboard?tz=Europe/Warsaw")).body,
    );
    expect(figures).toEqual({ granted: 6, refused: 3, entries: 5, entriesWithGuests: 3 });
    for (const [name, rows] of [
      ["Let in: 6", 6],
      ["Refused: 3", 3],
      ["Entries: 5", 5],
      ["with 3 entries", 3],
    ] as const) {
      await page.getByRole("link", { name, exact: true }).click();
      await page.getByRole("heading", { level: 1, name: "Operations", exact: true }).waitFor();
      await page.getByText(`${String(rows)} entries`).waitFor();
      await expect.poll(() => page.getByRole("row").count()).toBe(rows + 1);
      await page.goBack();
      await page.getByRole("heading", { level: 1, name: "Dashboard", exact: true }).waitFor();
    }
    await window.close();
  });

  test("theChartIsATableToo, whose rows lead to their hours", async () => {
    const window = await panel.signedIn(await panel.person("ADMIN"));
    const { page } = window;
    await page.goto("/admin/?compare=true");
    await page.getByText("6 let in and 3 refused.").waitFor();
    await page.getByRole("button", { name: "As a table" }).click();
    const table = page.getByRole("table", { name: "Over time" });
    await table.getByRole("columnheader", { name: "Time before" }).waitFor();
    const rows = z.array(z.string()).parse(await table.getByRole("link").allTextContents());
    expect(rows.reduce((sum, text) => sum + Number(text), 0)).toBe(9);
    await page.getByRole("button", { name: "As a chart" }).waitFor();
    // The hour that the entries are in, by the place's own clocks.
    await page.getByRole("link", { name: /: 5 entries$/ }).click();
    await page.getByText("5 entries").waitFor();
    expect(new URL(page.url()).searchParams.getAll("weekday")).toHaveLength(1);
    await window.close();
  });

  test("aChartIsOneStopOfTheTabKey: arrows walk it, Enter leads to the list, Escape leaves", async () => {
    const window = await panel.signedIn(await panel.person("ADMIN"));
    const { page } = window;
    await page.goto("/admin/?tz=Europe/Warsaw&compare=true");
    const chart = page.getByRole("group", { name: "Over time" });
    const buckets = chart.getByRole("link");
    await buckets.first().waitFor();
    const focused = page.locator(":focus");
    const nameOfFocused = async (): Promise<string> => (await focused.getAttribute("aria-label")) ?? "";
    const asTable = page.getByRole("button", { name: "As a table" });
    const { overTime } = overTimeOf.parse(
      (await panel.admin.send("GET", "/api/dashboard?tz=Europe/Warsaw&compare=true")).body,
    );
    const { length } = overTime.buckets;
    expect(await buckets.count()).toBe(length);
    await asTable.focus();
    await page.keyboard.press("Tab");
    expect(await buckets.first().and(focused).count()).toBe(1);
    const walk: readonly (readonly [key: string, at: number])[] = [
      ["ArrowRight", 1],
      ["ArrowLeft", 0],
      ["ArrowLeft", 0],
      ["End", length - 1],
      ["ArrowRight", length - 1],
      ["Home", 0],
    ];
    for (const [key, at] of walk) {
      await page.keyboard.press(key);
      expect(await buckets.nth(at).and(focused).count()).toBe(1);
      // What a pointer is shown stands there too, word for word as it is announced.
      const [name, counts] = (await nameOfFocused()).split(/: (?=Let in)/);
      expect(await page.getByRole("tooltip").innerText()).toBe(`${String(name)}\n${String(counts)}`);
    }
    const full = overTime.buckets.findIndex(({ granted, refused }) => granted + refused > 0);
    const { granted, refused } = overTime.buckets[full] ?? { granted: 0, refused: 0 };
    for (let at = 0; at < full; at += 1) await page.keyboard.press("ArrowRight");
    expect(await nameOfFocused()).toContain(
      `Let in ${String(granted)}, Refused ${String(refused)}, Time before 0`,
    );
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press("Escape");
    expect(await asTable.and(focused).count()).toBe(1);
    expect(await page.getByRole("tooltip").count()).toBe(0);
    // Back at the one that was left; the next stop is no bucket any more.
    await page.keyboard.press("Tab");
    expect(await buckets.nth(full).and(focused).count()).toBe(1);
    await page.keyboard.press("Tab");
    expect(await buckets.and(focused).count()).toBe(0);
    await page.keyboard.press("Shift+Tab");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: "Operations", exact: true }).waitFor();
    await page.getByText(`${String(granted + refused)} entries`).waitFor();
    expect(new URL(page.url()).searchParams.get("from")).toBe(overTime.buckets[full]?.from);
    await window.close();
  });

  test("busyHoursAreOneStopToo", async () => {
    const window = await panel.signedIn(await panel.person("ADMIN"));
    const { page } = window;
    await page.goto("/admin/?hoursIn=TZ&tz=Europe/Warsaw");
    const cells = page.getByRole("group", { name: "Busy hours" }).getByRole("link");
    await cells.first().waitFor();
    await page.getByRole("button", { name: "By the clocks of each place" }).focus();
    await page.keyboard.press("Tab");
    expect(await cells.first().and(page.locator(":focus")).count()).toBe(1);
    await page.keyboard.press("End");
    const entries = Number(
      /: (\d+) entr/.exec((await page.locator(":focus").getAttribute("aria-label")) ?? "")?.[1],
    );
    expect(entries).toBeGreaterThan(0);
    await page.keyboard.press("Tab");
    expect(await cells.and(page.locator(":focus")).count()).toBe(0);
    await page.keyboard.press("Shift+Tab");
    await page.keyboard.press("Enter");
    await page.getByText(new RegExp(`^${String(entries)} entr`)).waitFor();
    await window.close();
  });

  test("aRangeAndAFilterStandInTheAddress, and reasons lead to their refusals", async () => {
    const window = await panel.signedIn(await panel.person("AUDITOR"));
    const { page } = window;
    await page.goto(`/admin/?locationId=${locationId}`);
    await page.getByLabel("Range").selectOption("Last 7 days");
    await page.getByRole("link", { name: "Refused: 3", exact: true }).waitFor();
    const { searchParams } = new URL(page.url());
    expect(
      Date.parse(searchParams.get("to") ?? "") - Date.parse(searchParams.get("from") ?? ""),
    ).toBeGreaterThan(6 * 86_400_000);
    await page.reload();
    await expect.poll(() => page.getByLabel("Range").inputValue()).toBe("week");
    const reasons = page.getByRole("table", { name: "Why cards were refused" });
    await reasons.getByRole("link").first().click();
    await page.getByText("Reason is").waitFor();
    expect(new URL(page.url()).searchParams.get("locationId")).toBe(locationId);
    await window.close();
    const early = await panel.signedIn(await panel.person("ADMIN"));
    await early.page.goto("/admin/?from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00Z");
    await early.page.getByText("Nobody asked to enter in this time.").waitFor();
    // There is nothing to show in another way.
    expect(await early.page.getByRole("button", { name: /^(As a table|In Europe.*)$/ }).count()).toBe(0);
    await early.close();
  });

  test("aServiceProviderLandsAtOperations, and sees the dashboard of their places", async () => {
    const who = await panel.person("SERVICE_PROVIDER", { locationIds: [locationId] });
    const window = await panel.signedIn(who);
    const { page } = window;
    await page.getByRole("heading", { level: 1, name: "Operations", exact: true }).waitFor();
    await page.getByRole("link", { name: "Dashboard" }).click();
    await page.getByRole("link", { name: "Entries: 5", exact: true }).waitFor();
    await expect.poll(() => page.getByRole("heading", { name: "Budgets" }).count()).toBe(0);
    await window.close();
  });

  for (const scheme of ["light", "dark"] as const) {
    test(`axeFindsNothing, and nothing runs off to the side: ${scheme}`, async () => {
      for (const width of [1_280, 320]) {
        const window = await panel.signedIn(await panel.person("ADMIN"), { scheme, width });
        const { page } = window;
        await page.goto("/admin/?compare=true");
        await page.getByRole("link", { name: "Entries: 5", exact: true }).waitFor();
        expect(await violations(page)).toEqual([]);
        await page.getByRole("button", { name: "As a table" }).click();
        await page.getByRole("button", { name: "Service Any" }).click();
        expect(await violations(page)).toEqual([]);
        await expect
          .poll(() => page.evaluate("document.documentElement.scrollWidth"))
          .toBeLessThanOrEqual(width);
        await window.close();
      }
    });
  }
});
