import type { Request } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createClient } from "../../src/client.ts";
import type { Terminal } from "../../src/cli/pos/terminal.ts";
import { check, confirm, outcome, simpleProgramme, testPan } from "../support/programme.ts";
import { silentProxy } from "../eventlog/silentProxy.ts";
import { openWindow } from "./support/browser.ts";
import { type PanelServer, signIn, startPanel } from "./support/panel.ts";

let panel: PanelServer;
let terminal: Terminal;
beforeAll(async () => {
  panel = await startPanel();
  ({ terminal } = await simpleProgramme(panel.admin, panel.url, { cardholder: { free: 1 } }));
});
afterAll(async () => {
  await panel.stop();
});

let cards = 0;
const tap = async (): Promise<string> => outcome(await check(terminal, testPan(++cards))).accessId;

describe("what happens meanwhile", () => {
  test("newEntriesWaitUntilTheyAreWantedAndShownOnesChangeInTheirPlace", async () => {
    const first = await tap();
    const window = await panel.signedIn(await panel.person("ADMIN"));
    const { page } = window;
    await page.goto("/admin/operations");
    await page.getByText("Live", { exact: true }).waitFor();
    const rows = page.getByRole("row");
    await rows.nth(1).getByText("Waiting").waitFor();
    const before = await rows.count();
    await confirm(terminal, first);
    await rows.nth(1).getByText("Completed").waitFor();
    await tap();
    await page.getByRole("button", { name: "Show 1 new entry" }).waitFor();
    await expect.poll(() => rows.count()).toBe(before);
    await page.getByRole("button", { name: "Show 1 new entry" }).click();
    await rows.nth(before).waitFor();
    await rows.nth(1).getByText("Waiting").waitFor();
    await window.close();
  });

  test("severalTabsHoldOneStreamAndAnOpenEntryChangesInItsPlace", async () => {
    const accessId = await tap();
    const window = await panel.signedIn(await panel.person("ADMIN"));
    const { page, context } = window;
    const streams = new Set<Request>();
    const isStream = (request: Request): boolean => request.url().endsWith("/api/operations/stream");
    context.on("request", (request) => {
      if (isStream(request)) streams.add(request);
    });
    context.on("requestfailed", (request) => streams.delete(request));
    await page.goto("/admin/operations");
    await page.getByText("Live", { exact: true }).waitFor();
    for (let tab = 0; tab < 2; tab += 1) {
      const other = await context.newPage();
      await other.goto("/admin/operations");
      await other.getByText("Live", { exact: true }).waitFor();
    }
    const details = await context.newPage();
    await details.goto(`/admin/operations/${accessId}`);
    await details.getByText("Waiting", { exact: true }).first().waitFor();
    await confirm(terminal, accessId);
    await details.getByText("Completed", { exact: true }).first().waitFor();
    expect(streams.size).toBe(1);
    await window.close();
  });

  test("anAskThatFailsIsAskedAgain: what it was about is not lost", async () => {
    await tap();
    const window = await panel.signedIn(await panel.person("ADMIN"), { expected: [/net::ERR_FAILED/] });
    const { page } = window;
    await page.goto("/admin/operations");
    await page.getByText("Live", { exact: true }).waitFor();
    await page.getByRole("row").nth(1).getByText("Waiting").waitFor();
    await page.route(/api.operations[?]/, async (route) => await route.abort(), { times: 1 });
    const failed = page.waitForEvent("requestfailed");
    await tap();
    await failed;
    await page.getByRole("button", { name: "Show 1 new entry" }).waitFor();
    await window.close();
  });

  test("aServerThatIsStoppedAndStartedAgain: the open list says so, and has what happened meanwhile", async () => {
    const own = await startPanel();
    const programme = await simpleProgramme(own.admin, own.url, { cardholder: { free: 1 } });
    const tapAt = async (url: string): Promise<string> => {
      const { serialNumber, token } = programme.terminal;
      const there: Terminal = { serialNumber, token, client: createClient(url, token), encryptionKey: null };
      return outcome(await check(there, testPan(++cards))).accessId;
    };
    const waiting = await tapAt(own.url);
    const window = await own.signedIn(await own.person("ADMIN"), { expected: [/net::ERR_/] });
    const { page } = window;
    await page.goto("/admin/operations");
    await page.getByText("Live", { exact: true }).waitFor();
    const links = page.getByRole("table", { name: "Operations" }).getByRole("link");
    const shown = async (): Promise<readonly unknown[]> => {
      const targets = await Promise.all(
        (await links.all()).map(async (one) => await one.getAttribute("href")),
      );
      return targets.map((target) => target?.split("/").at(-1));
    };
    await page.getByRole("row").nth(1).getByText("Waiting").waitFor();

    await own.server.stop();
    const meanwhile = await own.another();
    const first = await tapAt(meanwhile.url);
    await createClient(meanwhile.url, programme.terminal.token).send("POST", "/pos/confirm_entry", {
      accessId: waiting,
      guests: 0,
    });
    await page.getByText("Not live since").waitFor();
    // What was shown stays there.
    expect(await shown()).toEqual([waiting]);
    await meanwhile.stop();
    const again = await own.another(Number(new URL(own.url).port));
    const second = await tapAt(again.url);

    await page.getByText("Live", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Show 2 new entries" }).waitFor();
    await page.getByRole("row").nth(1).getByText("Completed").waitFor();
    expect(await shown()).toEqual([waiting]);
    await page.getByRole("button", { name: "Show 2 new entries" }).click();
    await page.getByText("3 entries").waitFor();
    expect(await shown()).toEqual([second, first, waiting]);
    // And it is live as before.
    const third = await tapAt(again.url);
    await page.getByRole("button", { name: "Show 1 new entry" }).click();
    await page.getByText("4 entries").waitFor();
    expect(await shown()).toEqual([third, second, first, waiting]);
    await window.close();
    await again.stop();
    await own.stop();
  });

  test("aStreamThatFallsSilentIsSaidAndWhatWasMissedComesOnceItIsBack", async () => {
    const line = await silentProxy(panel.url);
    const window = await openWindow(panel.browser, new URL(line.url).origin);
    const { page } = window;
    await signIn(window, await panel.person("ADMIN"));
    await page.goto("/admin/operations");
    await page.getByText("Live", { exact: true }).waitFor();
    line.forsake();
    await page.getByText("Not live since").waitFor();
    await tap();
    await page.getByText("Live", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Show 1 new entry" }).waitFor();
    await window.close();
    await line.close();
  });
});
