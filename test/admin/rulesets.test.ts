import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import {
  check,
  confirm,
  createLocation,
  createTerminal,
  importRanges,
  outcome,
  publishRuleset,
  testPan,
} from "../support/programme.ts";
import type { Terminal } from "../../src/cli/pos/terminal.ts";
import { violations } from "./support/axe.ts";
import { type PanelServer, startPanel } from "./support/panel.ts";

let panel: PanelServer;
let locationId = "";
let terminal: Terminal;
let place = "";
let places = 0;
beforeAll(async () => {
  panel = await startPanel();
  await importRanges(panel.admin, ["555555,555555,0001234,Test Bank,POL,WLE,World Elite"]);
  const date = new Date().toISOString().slice(0, 10);
  const rates = [{ date, base: "EUR", quote: "USD", rate: "1.1" }];
  await panel.admin.send("POST", "/api/rates", { rates });
});
beforeEach(async () => {
  place = `Lounge ${String(++places)}`;
  locationId = await createLocation(panel.admin, { name: place });
  terminal = await createTerminal(panel.admin, panel.url, locationId);
});
afterAll(async () => {
  await panel.stop();
});

const found = z.object({ items: z.array(z.looseObject({ id: z.string(), name: z.string() })) });

async function rulesetNamed(name: string) {
  const list = found.parse(
    (await panel.admin.send("GET", `/api/rulesets?name=${encodeURIComponent(name)}`)).body,
  );
  const id = list.items[0]?.id ?? "";
  return z.looseObject({}).parse((await panel.admin.send("GET", `/api/rulesets/${id}`)).body);
}

async function newRule(): Promise<{ readonly page: Page; close: () => Promise<void> }> {
  const window = await panel.signedIn(await panel.person("USER"));
  await window.page.goto("/admin/rulesets");
  await window.page.getByRole("link", { name: "New rule" }).first().click();
  await window.page.getByRole("heading", { level: 1, name: "New rule", exact: true }).waitFor();
  return { page: window.page, close: window.close };
}

/** A section of the form, by its heading. */
function section(page: Page, name: string) {
  return page.getByRole("region", { name });
}

describe("rules", () => {
  test("aRuleWithFieldsOfEverySectionIsWrittenPublishedAndLetsACardIn", async () => {
    const { page, close } = await newRule();
    const general = section(page, "1 General");
    await general.getByLabel("Name").fill("Full rule");
    await general.getByLabel("Description").fill("All of it");
    await general.getByLabel("Priority").fill("40");
    await general.getByLabel("Valid from").fill("2026-01-01T00:00");
    await general.getByLabel("Valid to").fill("2099-01-01T00:00");

    const cards = section(page, "2 Country and product");
    await cards.getByLabel("Country of the issuer").fill("pol");
    await cards.getByLabel("Country of the issuer").press("Enter");
    await cards.getByLabel("Product code").fill("WLE, MPL,");
    await cards.getByRole("button", { name: "Add an ICA" }).click();
    await cards.getByRole("textbox", { name: "ICA 1" }).fill("0001234");
    await cards.getByRole("radio", { name: "Only these BIN ranges" }).check();
    await cards.getByLabel("Range 1, low").fill("555555");
    await cards.getByLabel("Range 1, high").fill("555555");
    await cards.getByLabel("The terminal must prove").selectOption("A key of its own");

    const usage = section(page, "3 Services and budget");
    await usage.getByLabel("Lounge").check();
    await usage.getByRole("radio", { name: "Limited, over all cards" }).check();
    await usage.getByLabel("At most this many visits").fill("1000");
    await usage.getByLabel("Time zone of the period").fill("Europe/Warsaw");

    const where = section(page, "4 Location rules");
    await where.getByRole("radio", { name: "Only in these countries and places" }).check();
    await where.getByRole("combobox", { name: "Location" }).selectOption(`${place} (POL)`);

    const cost = section(page, "5 Cardholder entry cost");
    await cost.getByRole("radio", { name: "Free, then paid" }).check();
    await cost.getByLabel("Number of free invitations", { exact: true }).fill("3");
    await cost.getByRole("checkbox", { name: "Number of paid invitations: unlimited" }).check();
    await cost.getByLabel("Amount").fill("25");
    await cost.getByRole("textbox", { name: "Last days" }).fill("30");
    await cost.getByLabel("Number of usage per each location").fill("4");

    const guests = section(page, "6 Guests");
    const adults = guests.getByRole("group", { name: "Adult guests" });
    await adults.getByRole("radio", { name: "Free, then paid" }).check();
    await adults.getByLabel("Number of free invitations", { exact: true }).fill("1");
    await adults.getByLabel("Number of paid invitations", { exact: true }).fill("4");
    await adults.getByLabel("Amount").fill("20,50");
    await adults.getByLabel("Guests at one entry").fill("2");
    await guests.getByLabel("Free entry for children under").fill("7");

    const spend = section(page, "7 Spend based control");
    await spend.getByRole("radio", { name: "Only if the card has spent enough" }).check();
    await spend.getByLabel("Amount to be spent").fill("0");
    await spend.getByLabel("MCC").fill("5812,");
    await spend.getByLabel("Grace period").fill("5");

    const offline = section(page, "9 When the line is down");
    await offline.getByRole("radio", { name: "Decides by itself" }).check();
    await offline.getByRole("checkbox", { name: "By the whitelist of the rule and of the location" }).check();
    await offline.getByLabel("Guests at one entry without a connection").fill("1");
    await offline.getByLabel("Entries at one terminal in 24 hours").fill("200");
    await offline
      .getByText(
        "A terminal can't judge this by itself: total number of usage, visits that are used already, required spending.",
      )
      .waitFor();

    const summary = page.getByRole("complementary", { name: "Summary" });
    await summary
      .getByText(
        "Without a connection a terminal lets cards of these BIN ranges and of the whitelist in by itself, with 1 guest at most; within 24 hours at most 1 entry of a card and at most 200 entries at a terminal.",
      )
      .waitFor();
    await summary
      .getByText("For WLE and MPL cards issued in pol by ICA 0001234 (only 555555–555555).")
      .waitFor();
    await summary.getByText("3 visits free in any 30 days, then as many as wanted for 25 EUR each").waitFor();

    await page.getByRole("button", { name: "Review and publish" }).click();
    await page.getByRole("heading", { level: 1, name: "Review Full rule", exact: true }).waitFor();
    await page.getByText("Nothing stands out.").waitFor();
    await page.getByRole("button", { name: "Publish" }).click();
    await page.getByRole("heading", { level: 1, name: "Full rule", exact: true }).waitFor();
    await page.getByText("In force", { exact: true }).waitFor();
    await close();

    expect(await rulesetNamed("Full rule")).toMatchObject({
      name: "Full rule",
      description: "All of it",
      priority: 40,
      status: "PUBLISHED",
      version: 1,
      validFrom: "2025-12-31T23:00:00.000Z",
      validTo: "2098-12-31T23:00:00.000Z",
      criteria: {
        issuerCountries: ["POL"],
        productCodes: ["WLE", "MPL"],
        icas: [{ ica: "0001234", accountRanges: [{ low: "555555", high: "555555" }] }],
        services: ["LOUNGE"],
        locations: { countries: null, locationIds: [locationId] },
        enrolledOnly: null,
        minimumTrust: "KEY",
      },
      totalUsage: { max: 1000, window: { kind: "CALENDAR", unit: "MONTH", timeZone: "Europe/Warsaw" } },
      cardholder: {
        free: 3,
        paid: "UNLIMITED",
        fee: { amount: "25.00", currency: "EUR" },
        perLocation: 4,
        window: { kind: "ROLLING", days: 30 },
      },
      guests: {
        adults: { free: 1, paid: 4, fee: { amount: "20.50", currency: "EUR" }, maxPerEntry: 2 },
        children: null,
        freeUnderAge: 7,
        sharedPool: null,
      },
      spend: { amount: "0", currency: "EUR", days: 30, mccs: ["5812"], graceDays: 5 },
      externalRule: null,
      verification: null,
      offline: {
        accountRanges: true,
        whitelist: true,
        maxGuests: 1,
        perCardAndDay: 1,
        perTerminalAndDay: 200,
      },
    });
    expect(outcome(await check(terminal, testPan(1)))).toMatchObject({
      decision: "GRANTED",
      cardholder: { cost: "FREE" },
      available: { free: 3, paid: "UNLIMITED" },
    });
  });

  test("aRuleIsMadeByTheKeyboardAlone", async () => {
    const { page, close } = await newRule();
    const tabTo = async (name: string, role: "textbox" | "radio" | "button" | "checkbox"): Promise<void> => {
      const wanted = page.getByRole(role, { name, exact: true }).first();
      for (let steps = 0; steps < 250; steps += 1) {
        if ((await wanted.and(page.locator(":focus")).count()) === 1) return;
        await page.keyboard.press("Tab");
      }
      throw new Error(`the keyboard does not come to ${name}`);
    };
    await tabTo("Name", "textbox");
    await page.keyboard.type("By keys");
    await tabTo("Product code", "textbox");
    await page.keyboard.type("WLE");
    await page.keyboard.press("Enter");
    await tabTo("Number of free invitations", "textbox");
    await page.keyboard.type("2");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: "Edit By keys", exact: true }).waitFor();
    await tabTo("Review and publish", "button");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: "Review By keys", exact: true }).waitFor();
    await tabTo("Publish", "button");
    await page.keyboard.press("Enter");
    await page.getByText("In force", { exact: true }).waitFor();
    await close();
    expect(await rulesetNamed("By keys")).toMatchObject({
      criteria: { productCodes: ["WLE"] },
      cardholder: { free: 2, paid: 0, window: { kind: "ROLLING", days: 30 } },
    });
    expect(outcome(await check(terminal, testPan(2)))).toMatchObject({ decision: "GRANTED" });
  });

  test("whatIsWrongIsCountedBesideItsSectionAndFoundFromTheSummaryOfErrors", async () => {
    const { page, close } = await newRule();
    await section(page, "2 Country and product").getByLabel("Product code").fill("GOLD,");
    await page.getByRole("button", { name: "Save draft" }).click();
    const errors = page.getByRole("alert");
    await errors.getByText("3 fields need your attention").waitFor();
    const navigation = page.getByRole("navigation", { name: "Sections" });
    await navigation.getByRole("link", { name: "2 Country and product 1 to mend" }).waitFor();
    await navigation.getByRole("link", { name: "5 Cardholder entry cost 1 to mend" }).waitFor();
    await errors.getByRole("link", { name: "Product code" }).click();
    await expect.poll(() => page.locator(":focus").getAttribute("id")).toBe("field-criteria.productCodes");
    await close();
  });

  test("whatStandsOutIsSaidWhileItIsTypedAndErrorsStandInTheWayOfPublishing", async () => {
    const { page, close } = await newRule();
    await page.getByLabel("Name").fill("For nobody");
    await page.getByLabel("Number of free invitations", { exact: true }).fill("0");
    await page.getByRole("tab", { name: /^Hints \d/ }).click();
    const hints = page.getByRole("list", { name: "Hints" });
    // What there is but one way to mend is mended by a button.
    await page.getByLabel("Number of free invitations", { exact: true }).fill("2");
    await page.getByLabel("Number of usage per each location").fill("3");
    await hints.getByText("it never limits").waitFor();
    await hints.getByRole("button", { name: "Mend it" }).click();
    await hints.getByText("it never limits").waitFor({ state: "detached" });
    await expect.poll(() => page.getByLabel("Number of usage per each location").inputValue()).toBe("");
    await page.getByLabel("Number of free invitations", { exact: true }).fill("0");
    await hints.getByText("No free and no paid visits: nobody ever gets in.").waitFor();
    await hints.getByRole("button", { name: "Go to the field" }).first().click();
    await expect.poll(() => page.locator(":focus").getAttribute("id")).toBe("field-cardholder.mode");
    await page.getByRole("button", { name: "Review and publish" }).click();
    await page.getByText("These errors have to be mended before it can be published:").waitFor();
    await expect.poll(() => page.getByRole("button", { name: "Publish" }).isDisabled()).toBe(true);
    await close();
  });

  test("whatStandsOutIsSaidAtItsFieldAndCountedBesideItsSection", async () => {
    const { page, close } = await newRule();
    const navigation = page.getByRole("navigation", { name: "Sections" });
    const describedBy = async (field: Locator): Promise<string> => {
      const ids = (await field.getAttribute("aria-describedby")) ?? "";
      const told = ids.split(" ").map(async (id) => await page.locator(`[id="${id}"]`).innerText());
      return (await Promise.all(told)).join(" ");
    };
    await page.getByLabel("Name").fill("Speaks at its fields");
    await page.getByLabel("Priority").fill("77");
    await page.getByRole("button", { name: "Add an ICA" }).click();
    await page.getByRole("textbox", { name: "ICA 1" }).fill("0007777");
    const cost = section(page, "5 Cardholder entry cost");
    const free = cost.getByLabel("Number of free invitations", { exact: true });
    await free.fill("2");
    const perPlace = cost.getByLabel("Number of usage per each location");
    await perPlace.fill("3");
    await cost.getByText("it never limits").waitFor();
    expect(await describedBy(perPlace)).toMatch(/Warning.*it never limits/);
    await navigation.getByRole("link", { name: "5 Cardholder entry cost 1 hint" }).waitFor();
    await navigation.getByText("(1)").first().waitFor();
    const cards = section(page, "2 Country and product");
    await cards.getByText("hold none of these").waitFor();
    expect(await describedBy(page.getByRole("textbox", { name: "ICA 1" }))).toContain("ICA 0007777");
    await navigation.getByRole("link", { name: "2 Country and product 1 hint" }).waitFor();

    // An error comes before what has to be read, and is said at what decides on it.
    await free.fill("0");
    await cost.getByText("nobody ever gets in").waitFor();
    expect(await describedBy(cost.getByRole("group", { name: "Entry", exact: true }))).toMatch(
      /Error.*nobody ever/,
    );
    await page.getByRole("tab", { name: /^Hints \d/ }).click();
    const list = page.getByRole("list", { name: "Hints" }).getByRole("listitem");
    await list.first().getByText("Error").waitFor();
    expect(await violations(page)).toEqual([]);
    // What is mended is said no more.
    await free.fill("4");
    await cost.getByText("nobody ever gets in").waitFor({ state: "detached" });
    await cost.getByText("it never limits").waitFor({ state: "detached" });
    await navigation.getByRole("link", { name: "5 Cardholder entry cost", exact: true }).waitFor();
    await close();
  });

  test("whoPublishesBeforeTheFindingsHaveComeDoesNotGetPastAWarning", async () => {
    const body = { name: "In a hurry", cardholder: { free: 1, perLocation: 3 } };
    const { id } = z
      .looseObject({ id: z.string() })
      .parse((await panel.admin.send("POST", "/api/rulesets", body)).body);
    const window = await panel.signedIn(await panel.person("USER"));
    const { page } = window;
    let letThrough = (): void => undefined;
    const clicked = new Promise<void>((resolve) => {
      letThrough = resolve;
    });
    await page.route("**/api/rulesets/lint", async (route) => {
      await clicked;
      await route.continue();
    });
    await page.goto(`/admin/rulesets/${id}/review`);
    await page.getByRole("button", { name: "Publish" }).click();
    letThrough();
    await page.getByText("Tick that you have read the warnings.").waitFor();
    await window.close();
    expect(await rulesetNamed("In a hurry")).toMatchObject({ status: "DRAFT" });
  });

  test("whatBecameOfAPublishedRuleIsAskedForOnce", async () => {
    // For no card of another test.
    const body = { name: "Asked for once", criteria: { productCodes: ["ONE"] } };
    const { id } = z
      .looseObject({ id: z.string() })
      .parse((await panel.admin.send("POST", "/api/rulesets", body)).body);
    const window = await panel.signedIn(await panel.person("USER"));
    const { page } = window;
    await page.goto(`/admin/rulesets/${id}/review`);
    await page
      .getByText("Nothing stands out.")
      .or(page.getByRole("list", { name: "Hints" }))
      .waitFor();
    let asked = 0;
    page.on("request", (request) => {
      if (request.method() === "GET" && request.url().endsWith(`/api/rulesets/${id}`)) asked += 1;
    });
    await page.getByRole("button", { name: "Publish" }).click();
    await page.getByText("In force", { exact: true }).waitFor();
    await page.waitForLoadState("networkidle");
    await window.close();
    expect(asked).toBe(1);
  });

  test("aPriorityStandsBetweenItsNeighbours", async () => {
    const before = z
      .looseObject({ id: z.string() })
      .parse((await panel.admin.send("POST", "/api/rulesets", { name: "Stands before", priority: 3 })).body);
    await panel.admin.send("POST", `/api/rulesets/${before.id}/publish`, {});
    const { page, close } = await newRule();
    await page.getByLabel("Priority").fill("4");
    const neighbours = page.getByRole("note", { name: "Looked at in this order" });
    await neighbours.getByText("Behind Stands before (3).").waitFor();
    await close();
    await panel.admin.send("POST", `/api/rulesets/${before.id}/retire`, {});
  });

  test("theListSaysHowOftenARuleWasUsedAndLeadsToItsTry", async () => {
    const criteria = { locations: { locationIds: [locationId] } };
    const name = "Used once";
    const id = await publishRuleset(panel.admin, { name, priority: 1, criteria, cardholder: { free: 9 } });
    const { accessId } = outcome(await check(terminal, testPan(31)));
    const confirmed = await confirm(terminal, accessId);
    await panel.admin.send("GET", "/api/rulesets", undefined, {
      "Wait-For": confirmed.headers.get("position") ?? "",
    });
    const window = await panel.signedIn(await panel.person("USER"));
    const { page } = window;
    await page.goto("/admin/rulesets?name=Used+once");
    const row = page.getByRole("row", { name });
    await row.getByRole("cell", { name: "1 visit", exact: true }).waitFor();
    await row.getByRole("link", { name: `Try ${name}` }).click();
    await page.getByRole("region", { name: "What would be decided" }).getByText("Let in: Free").waitFor();
    expect(new URL(page.url()).pathname).toBe(`/admin/rulesets/${id}/edit`);
    await window.close();
    const auditor = await panel.signedIn(await panel.person("AUDITOR"));
    await auditor.page.goto("/admin/rulesets?name=Used+once");
    await auditor.page.getByRole("row", { name }).waitFor();
    expect(await auditor.page.getByRole("link", { name: `Try ${name}` }).count()).toBe(0);
    await auditor.close();
    await panel.admin.send("POST", `/api/rulesets/${id}/retire`, {});
  });

  test("aRuleIsTriedOutOnAnExampleAndEachChangeShowsWhatItComesTo", async () => {
    const body = { name: "Tried", criteria: { productCodes: ["TRY"] }, cardholder: { free: 2 } };
    const { id } = z
      .looseObject({ id: z.string() })
      .parse((await panel.admin.send("POST", "/api/rulesets", body)).body);
    const who = await panel.person("USER");
    const window = await panel.signedIn(who);
    const { page } = window;
    await page.goto(`/admin/rulesets/${id}`);
    await page.getByRole("link", { name: "Try it" }).click();
    const answer = page.getByRole("region", { name: "What would be decided" });
    await answer.getByText("Let in: Free").waitFor();
    await answer.getByText("By this rule").waitFor();
    await answer.getByText("The card: TRY, POL, ICA 1").waitFor();

    // A change of the rule: paid from the first visit on.
    const cost = section(page, "5 Cardholder entry cost");
    await cost.getByRole("radio", { name: "Paid", exact: true }).check();
    await cost.getByLabel("Number of paid invitations", { exact: true }).fill("1");
    await cost.getByLabel("Amount").fill("25");
    await answer.getByText("Let in: Paid, 25.00 EUR").waitFor();

    // A change of the example: that visit is used up.
    const example = page.getByRole("region", { name: "Example" });
    await example.getByLabel("Paid visits").fill("1");
    await answer.getByText("Refused: Limit used up").waitFor();
    await answer.getByText("a visit left of 0 free and 1 paid").waitFor();
    expect(await violations(page)).toEqual([]);
    await example.getByLabel("Product code").fill("XYZ");
    await answer.getByText("Refused: No rule for this card here").waitFor();
    await answer.getByText("wants product TRY; this card: XYZ").waitFor();

    const digits = example.getByRole("textbox", { name: "First digits" });
    // What is no example is said at its field, and not asked.
    await digits.fill("5555555555554444");
    await example.getByText("the first 4 to 11 digits are wanted").waitFor();
    await page.getByText("Mend the rule and the example first").waitFor();
    await expect.poll(() => page.evaluate("JSON.stringify(localStorage)")).not.toContain("5555555555");
    await digits.fill("555555");
    await answer.waitFor();

    // The example is there again, and the rule was not written.
    await page.reload();
    await page.getByRole("region", { name: "Example" }).waitFor();
    await expect.poll(() => example.getByLabel("Product code").inputValue()).toBe("XYZ");
    await window.close();
    expect(await rulesetNamed("Tried")).toMatchObject({ cardholder: { free: 2, paid: 0 } });
  });

  test("versionsAreComparedFieldByFieldAndAnOldOneIsRestoredAsADraft", async () => {
    const first = { name: "With a past", cardholder: { free: 1 }, criteria: { productCodes: ["WLE"] } };
    const { id } = z
      .looseObject({ id: z.string() })
      .parse((await panel.admin.send("POST", "/api/rulesets", first)).body);
    await panel.admin.send("POST", `/api/rulesets/${id}/publish`, {});
    const second = { ...first, criteria: { productCodes: ["MPL"] } };
    await panel.admin.send("PUT", `/api/rulesets/${id}`, second);
    await panel.admin.send("POST", `/api/rulesets/${id}/publish`, {});
    const window = await panel.signedIn(await panel.person("USER"));
    const { page } = window;
    await page.goto(`/admin/rulesets/${id}`);
    await page.getByRole("link", { name: "Versions" }).click();
    const differences = page.getByRole("table", { name: "Differences" });
    await differences.getByRole("row", { name: "Product code WLE MPL" }).waitFor();
    await page
      .getByRole("row", { name: /Version 1/ })
      .getByRole("button", { name: "Restore as draft" })
      .click();
    await page.getByRole("dialog").getByRole("button", { name: "Restore as draft" }).click();
    await page.getByRole("heading", { level: 1, name: "Review With a past", exact: true }).waitFor();
    await page.getByRole("row", { name: "Product code MPL WLE" }).waitFor();

    await page.getByRole("radio", { name: "At a time" }).check();
    await page.getByLabel("In force from").fill("2099-01-01T00:00");
    await page.getByRole("button", { name: "Schedule" }).click();
    await page.getByText("Version 3 comes into force at").waitFor();
    await page.getByRole("button", { name: "Take back" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Take back" }).click();
    await page.getByText("The draft holds changes that are not published.").waitFor();
    await page.getByRole("button", { name: "Retire" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Retire" }).click();
    await page.getByText("Retired", { exact: true }).waitFor();
    await window.close();
    expect(await rulesetNamed("With a past")).toMatchObject({
      status: "RETIRED",
      draft: { criteria: { productCodes: ["WLE"] } },
    });
  });

  test("theListIsCutByStatus, each with how many there are by the other filters", async () => {
    for (const name of ["Tabbed one", "Tabbed two"]) {
      await panel.admin.send("POST", "/api/rulesets", { name, cardholder: { free: 1 } });
    }
    await expect
      .poll(async () => (await panel.admin.send("GET", "/api/rulesets?name=Tabbed")).body)
      .toMatchObject({ total: 2 });
    const window = await panel.signedIn(await panel.person("AUDITOR"));
    const { page } = window;
    await page.goto("/admin/rulesets?name=Tabbed");
    const tabs = page.getByRole("navigation", { name: "Rules by status" });
    await tabs.getByRole("link", { name: "All (2)" }).waitFor();
    await tabs.getByRole("link", { name: "In force (0)" }).click();
    await page.getByText("0 entries").waitFor();
    await tabs.getByRole("link", { name: "Draft (2)" }).click();
    await page.getByText("2 entries").waitFor();
    expect(page.url()).toContain("name=Tabbed");
    expect(page.url()).toContain("phase=DRAFT");
    await window.close();
  });

  test("theListSaysHowMuchOfABudgetIsUsedAndNothingWhereThereIsNone", async () => {
    const budget = { totalUsage: { max: 1_000, window: null }, cardholder: { free: 1 } };
    await panel.admin.send("POST", "/api/rulesets", { name: "Listed with a budget", ...budget });
    await panel.admin.send("POST", "/api/rulesets", { name: "Listed without one", cardholder: { free: 1 } });
    const window = await panel.signedIn(await panel.person("USER"));
    const { page } = window;
    await page.goto("/admin/rulesets?name=Listed");
    await page
      .getByRole("row", { name: /^Listed with a budget/ })
      .getByRole("cell", { name: "0 of 1,000 used" })
      .waitFor();
    const without = page.getByRole("row", { name: /^Listed without one/ });
    await expect.poll(() => without.getByText(/used/).count()).toBe(0);
    expect(await violations(page)).toEqual([]);
    await window.close();
  });
});
