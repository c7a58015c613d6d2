import { afterAll, beforeAll, expect, test } from "vitest";
import { RESPONSE_CODES } from "../../src/domain/responseCodes.ts";
import { responseCodes } from "../../src/admin/texts/pl/responseCodes.ts";
import { KEY, startAcquirer, startRules, type Told } from "../outside/support.ts";
import { check, outcome, simpleProgramme } from "../support/programme.ts";
import { PAN } from "../api/management/support.ts";
import { type PanelServer, startPanel } from "./support/panel.ts";

/** The page of the systems outside. */

let acquirer: Told;
let rules: Told;
let panel: PanelServer;

beforeAll(async () => {
  [acquirer, rules] = await Promise.all([startAcquirer(), startRules()]);
  panel = await startPanel({
    settings: {
      ...{ ACQUIRER_URL: acquirer.url, ACQUIRER_KEY: KEY, EXTERNAL_RULES_URL: rules.url },
      ...{ EXTERNAL_RULES_KEY: KEY, OUTBOUND_ALLOWED: "127.0.0.1" },
    },
  });
});
afterAll(async () => {
  await panel.stop();
  await Promise.all([acquirer.close(), rules.close()]);
});

test("eachSystemIsAskedByItsButton, and what became of it stands there", async () => {
  const window = await panel.signedIn(await panel.person("ADMIN"));
  const { page } = window;
  await page.goto("/admin/connections");
  await page.getByRole("heading", { name: "Acquirer", exact: true }).waitFor();
  await expect.poll(() => page.getByText("Not asked yet").count()).toBe(2);
  await page.getByText("Nothing is to be given back.").waitFor();
  await page.getByRole("button", { name: "Test: Acquirer" }).click();
  const answers = page.getByRole("table", { name: "Last answers: Acquirer" });
  await answers.getByRole("row", { name: /Test Answered 200/ }).waitFor();
  await page.getByText("Answers", { exact: true }).waitFor();
  await rules.faults("status:503");
  await page.getByRole("button", { name: "Test: External rules" }).click();
  const ofRules = page.getByRole("table", { name: "Last answers: External rules" });
  await ofRules.getByRole("row", { name: /Test Not a valid answer 503/ }).waitFor();
  await page.getByText("Failing").waitFor();
  await window.close();
});

test("anAmountThatCouldNotBeGivenBackStandsThere, and an Auditor sees it and has no button", async () => {
  const { terminal } = await simpleProgramme(panel.admin, panel.url, {
    ...{ verification: { mode: "ASI_THEN_AMOUNT" }, externalRule: { ruleId: "vip" } },
  });
  await acquirer.answers({ asi: "05" });
  expect(outcome(await check(terminal, PAN)).code).toBe("CARD_ASI_FAILED");
  await acquirer.faultsOn("/reversal", ...Array.from({ length: 100 }, () => "status:500"));
  const { accessId, decision } = outcome(await check(terminal, PAN));
  expect(decision).toBe("GRANTED");
  const window = await panel.signedIn(await panel.person("AUDITOR"));
  const { page } = window;
  await page.goto("/admin/connections");
  const amounts = page.getByRole("table", { name: "Amounts to give back" });
  await amounts.getByRole("row", { name: new RegExp(`1\\.00.* Taken .*${accessId}`) }).waitFor();
  await expect
    .poll(async () => await page.reload().then(() => amounts.textContent()))
    .toContain("not a valid answer");
  expect(await page.getByRole("button", { name: /^Test: / }).count()).toBe(0);
  await amounts.getByRole("link", { name: accessId }).click();
  await page.getByText("00: Approved").waitFor();
  await window.close();
});

test("everyResponseCodeHasItsPolishWords", () => {
  expect(Object.keys(responseCodes).sort()).toEqual(Object.keys(RESPONSE_CODES).sort());
});

test("itIsReadIn320PixelsInTheDark", async () => {
  const options = { width: 320, scheme: "dark" } as const;
  const window = await panel.signedIn(await panel.person("ADMIN"), options);
  await window.page.goto("/admin/connections");
  await window.page.getByRole("heading", { level: 1 }).waitFor();

  const wide = await window.page.evaluate("document.documentElement.scrollWidth");
  expect(wide).toBeLessThanOrEqual(320);
  await window.close();
});
