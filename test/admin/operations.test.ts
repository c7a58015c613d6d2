import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readFile } from "node:fs/promises";
import { parse } from "csv-parse/sync";
import { z } from "zod";
import { check, confirm, outcome, simpleProgramme, testPan } from "../support/programme.ts";
import type { Terminal } from "../../src/cli/pos/terminal.ts";
import { type PanelServer, startPanel } from "./support/panel.ts";

let panel: PanelServer;
let terminal: Terminal;
let locationId = "";
const MINUTE = 60_000;

beforeAll(async () => {
  panel = await startPanel({ testClock: true });
  ({ terminal, locationId } = await simpleProgramme(panel.admin, panel.url, {
    cardholder: { free: 1, window: { kind: "ROLLING", days: 30 } },
    guests: { adults: { free: 2, paid: 0, fee: null, maxPerEntry: 2 } },
  }));
});
afterAll(async () => {
  await panel.stop();
});

let cards = 0;

/** A visit that was confirmed, with so many guests. */
async function visit(guests = 0): Promise<string> {
  const { accessId } = outcome(await check(terminal, testPan(++cards)));
  await confirm(terminal, accessId, guests);
  return accessId;
}

async function advance(ms: number): Promise<void> {
  await panel.admin.send("POST", "/api/test-clock", { advance: `PT${String(ms / 1_000)}S` });
}

async function operationOf(accessId: string): Promise<unknown> {
  return (await panel.admin.send("GET", `/api/operations/${accessId}`)).body;
}

describe("operations", () => {
  test("aRefusalIsExplainedConditionByCondition", async () => {
    const pan = testPan(++cards);
    const { accessId } = outcome(await check(terminal, pan));
    await confirm(terminal, accessId);
    const refused = outcome(await check(terminal, pan));
    expect(refused.code).toBe("LIMIT_EXCEEDED");

    const window = await panel.signedIn(await panel.person("ADMIN"));
    const { page } = window;
    await page.goto("/admin/operations?status=REJECTED");
    await page.getByRole("row").nth(1).getByRole("link").click();
    await page.getByText("Refused: Limit used up").waitFor();
    const failed = page
      .getByRole("listitem")
      .filter({ hasText: "Visits left" })
      .filter({ hasText: "0 free and 0 paid left" });
    await failed.getByText("Fail").first().waitFor();
    await page.getByText("not looked at: an earlier stage refused").first().waitFor();
    await window.close();
  });

  test("theListShowsWhatItsAddressSays, also after reload and by a shared link", async () => {
    await visit();
    const window = await panel.signedIn(await panel.person("ADMIN"));
    const { page } = window;
    await page.goto("/admin/operations");
    await page.getByRole("button", { name: "Status Any" }).click();
    await page.getByRole("checkbox", { name: "Completed" }).check();
    await page.getByText("Status is Completed").waitFor();
    expect(new URL(page.url()).searchParams.getAll("status")).toEqual(["COMPLETED"]);
    // Escape closes the choices, and the focus is back where they were opened.
    await page.keyboard.press("Escape");
    await expect.poll(() => page.getByRole("checkbox", { name: "Completed" }).count()).toBe(0);
    await page.reload();
    await page.getByText("Status is Completed").waitFor();
    const { total } = z
      .object({ total: z.int() })
      .parse((await panel.admin.send("GET", "/api/operations?status=COMPLETED")).body);
    await expect.poll(() => page.getByRole("row").count()).toBe(total + 1);

    await page.goto("/admin/operations?status=COMPLETED&status=REJECTED&guests=false");
    await page.getByText("Status is Completed or Refused").waitFor();
    await page.getByText("Guests is Without guests").waitFor();
    const several = z
      .object({ total: z.int() })
      .parse(
        (await panel.admin.send("GET", "/api/operations?status=COMPLETED&status=REJECTED&guests=false")).body,
      );
    await expect.poll(() => page.getByRole("row").count()).toBe(several.total + 1);
    await page.getByLabel("More filters").selectOption("Card ends with");
    await page.getByLabel("Card ends with").fill("12345");
    await page.getByLabel("Card ends with").press("Enter");
    await page.getByText("4 digits").waitFor();
    expect(new URL(page.url()).searchParams.has("last4")).toBe(false);
    await page.getByLabel("Card ends with").fill("0000");
    await page.getByLabel("Card ends with").press("Enter");
    await page.getByText("Nothing matches these filters").waitFor();
    await page.getByRole("button", { name: "Remove the filter Card ends with" }).click();
    await page.getByRole("row").nth(several.total).waitFor();
    await page.getByRole("button", { name: "Clear all" }).click();
    await page.getByText("Status is").waitFor({ state: "detached" });
    expect(new URL(page.url()).search).toBe("");

    await page.goto("/admin/operations?status=FOO&ica=0001234");
    await page.getByText("ignored: status=FOO").waitFor();
    await page.getByText("ICA is 0001234").waitFor();
    await window.close();
  });

  test("aServiceProviderReversesWithin30Minutes: at 29 it is done, at 31 it is refused", async () => {
    const who = await panel.person("SERVICE_PROVIDER", { locationIds: [locationId] });
    const early = await visit();
    const late = await visit();
    await advance(29 * MINUTE);
    const window = await panel.signedIn(who, { expected: [/409|403/] });
    const { page } = window;
    await page.goto(`/admin/operations/${early}`);
    await page.getByRole("button", { name: "Reverse" }).click();
    await page.getByLabel("Reason").fill("tapped by mistake");
    await page.getByRole("button", { name: "Reverse entry" }).dblclick();
    await page.getByText("The entry was reversed.").waitFor();
    await page.getByText("tapped by mistake").waitFor();
    await page.getByText(`by ${who.email}`).waitFor();
    expect(await operationOf(early)).toMatchObject({
      status: "REVERSED",
      reversal: { reason: "tapped by mistake" },
    });

    await advance(2 * MINUTE);
    await page.goto(`/admin/operations/${late}`);
    // What is no longer allowed is not offered, and the reason is said.
    await page.getByText("could be reversed until").waitFor();
    await expect.poll(() => page.getByRole("button", { name: "Reverse" }).count()).toBe(0);
    expect(await operationOf(late)).toMatchObject({ status: "COMPLETED" });
    await window.close();
  });

  test("oneGuestIsTakenOut, and the entry stays", async () => {
    const accessId = await visit(2);
    const window = await panel.signedIn(await panel.person("ADMIN"));
    const { page } = window;
    await page.goto(`/admin/operations/${accessId}`);
    await page.getByRole("button", { name: "Reverse" }).click();
    await page.getByLabel("Take guests out").check();
    await page.getByLabel("Adults to take out").fill("1");
    await page.getByRole("button", { name: "Take guests out" }).click();
    await page.getByText("1 guest taken out").waitFor();
    expect(await operationOf(accessId)).toMatchObject({
      status: "COMPLETED",
      allocation: { adults: { free: 1 } },
      corrections: [{ removed: { adults: 1 } }],
    });
    await window.close();
  });

  test("theListIsSavedAsAFileWithItsRows, and not by a Call Center", async () => {
    await visit();
    const window = await panel.signedIn(await panel.person("ADMIN"));
    const { page } = window;
    await page.goto("/admin/operations?status=COMPLETED");
    await page.getByRole("row").nth(1).waitFor();
    const rows = (await page.getByRole("row").count()) - 1;
    await page.getByRole("button", { name: "Export" }).click();
    await page.getByLabel("Report").selectOption("Detailed");
    const saving = page.waitForEvent("download");
    await page.getByRole("link", { name: "Download" }).click();
    const path = await (await saving).path();
    const lines = z
      .array(z.looseObject({ Status: z.string() }))
      .parse(parse(await readFile(path, "utf8"), { columns: true, bom: true }));
    expect(lines.map(({ Status }) => Status)).toEqual(Array.from({ length: rows }, () => "COMPLETED"));
    await window.close();
    const other = await panel.signedIn(await panel.person("CALL_CENTER"));
    await other.page.goto("/admin/operations");
    await other.page.getByRole("heading", { level: 1 }).waitFor();
    await expect.poll(() => other.page.getByRole("button", { name: "Export" }).count()).toBe(0);
    await other.close();
  });
});
