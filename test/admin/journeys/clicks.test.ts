import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { maskPan } from "../../../src/domain/pan.ts";
import {
  check,
  confirm,
  createTerminal,
  outcome,
  publishRuleset,
  simpleProgramme,
  testKeys,
  testPan,
} from "../../support/programme.ts";
import type { Terminal } from "../../../src/cli/pos/terminal.ts";
import { type PanelServer, startPanel } from "../support/panel.ts";

/**
 * What each role does most, and in how many presses from where it lands: a press of the pointer or of Enter counts one,
 * typing none.
 */

let panel: PanelServer;
let terminal: Terminal;
let locationId = "";
let cards = 0;
const ICA = "0001234";

beforeAll(async () => {
  panel = await startPanel({ testClock: true });
  ({ terminal, locationId } = await simpleProgramme(panel.admin, panel.url, {
    name: "Lounge rule",
    criteria: { icas: [{ ica: ICA }] },
    cardholder: { free: 1, window: { kind: "ROLLING", days: 30 } },
    guests: { adults: { free: 2, paid: 0, fee: null, maxPerEntry: 2 } },
  }));
});
afterAll(async () => {
  await panel.stop();
});

async function visit(guests = 0): Promise<string> {
  const pan = testPan(++cards);
  const { accessId } = outcome(await check(terminal, pan));
  await confirm(terminal, accessId, guests);
  return pan;
}

/** A person at work: what is pressed is counted. */
class Hand {
  readonly page: Page;
  presses = 0;
  readonly #close: () => Promise<void>;

  constructor(page: Page, close: () => Promise<void>) {
    this.page = page;
    this.#close = close;
  }

  async press(what: Locator): Promise<void> {
    this.presses += 1;
    await what.click();
  }

  async choose(what: Locator, option: string): Promise<void> {
    this.presses += 1;
    await what.selectOption(option);
  }

  async enter(): Promise<void> {
    this.presses += 1;
    await this.page.keyboard.press("Enter");
  }

  async go(name: string): Promise<void> {
    const rail = this.page.getByRole("navigation", { name: "Main navigation" });
    await this.press(rail.getByRole("link", { name, exact: true }));
    await this.isAt(name);
  }

  async button(name: string, within: Locator | Page = this.page): Promise<void> {
    await this.press(within.getByRole("button", { name, exact: true }));
  }

  async isAt(name: string | RegExp): Promise<void> {
    await this.page.getByRole("heading", { level: 1, name }).waitFor();
  }

  /** The first row of the list leads to its page. */
  async firstRow(table?: string): Promise<void> {
    const rows = table === undefined ? this.page : this.page.getByRole("table", { name: table });
    await this.press(rows.getByRole("row").nth(1).getByRole("link").first());
  }

  async within(most: number): Promise<void> {
    expect(this.presses).toBeLessThanOrEqual(most);
    await this.#close();
  }
}

async function landed(role: string, scope: Readonly<Record<string, readonly string[]>> = {}): Promise<Hand> {
  const window = await panel.signedIn(await panel.person(role, scope));
  await window.page.getByRole("heading", { level: 1 }).waitFor();
  return new Hand(window.page, async () => await window.close());
}

describe("a Call Center", () => {
  test("readsWhetherACardMayEnterInOne, and why it was refused last in two", async () => {
    const pan = await visit();
    expect(outcome(await check(terminal, pan)).code).toBe("LIMIT_EXCEEDED");
    const hand = await landed("CALL_CENTER");
    await hand.page.getByRole("textbox", { name: "Card number" }).waitFor();
    await hand.page.keyboard.type(pan);
    await hand.enter();
    await hand.isAt(`Card ${maskPan(pan)}`);
    await hand.page
      .getByText(/Next free visit/)
      .first()
      .waitFor();
    expect(hand.presses).toBe(1);
    await hand.firstRow("Last entries and refusals");
    await hand.page.getByText("Refused: Limit used up").waitFor();
    await hand.within(2);
  });
});

describe("a Call Center that proposes", () => {
  test("proposesVisitsInFour, and a User approves them in four", async () => {
    const pan = await visit();
    const hand = await landed("CALL_CENTER");
    await hand.page.getByRole("textbox", { name: "Card number" }).waitFor();
    await hand.page.keyboard.type(pan);
    await hand.enter();
    await hand.isAt(`Card ${maskPan(pan)}`);
    await hand.button("Propose visits");
    const dialog = hand.page.getByRole("dialog", { name: "Propose visits" });
    await dialog.getByLabel("Free visits").fill("1");
    await dialog.getByLabel("Reason").fill("The lounge was closed");
    await hand.button("Propose visits", dialog);
    await hand.page.getByText("The visits are proposed.").waitFor();
    await hand.page
      .getByRole("region", { name: "Proposed visits" })
      .getByText("The lounge was closed")
      .waitFor();
    await hand.within(4);

    const user = await landed("USER");
    const waiting = user.page
      .getByRole("definition")
      .filter({ has: user.page.locator('a[href$="/adjustments"]') });
    await user.press(waiting.getByRole("link"));
    await user.isAt("Adjustments");
    await user.press(
      user.page.getByRole("checkbox", { name: `Select the proposal for card ${maskPan(pan)}` }),
    );
    await user.button("Approve");
    const approval = user.page.getByRole("dialog", { name: "Approve" });
    await approval.getByText("Free visits left: 0 now, 1 then.").waitFor();
    await user.button("Approve", approval);
    await user.page.getByText("It is decided.").waitFor();
    await user.page.getByText("Nothing waits for approval").waitFor();
    await user.within(4);
    expect(outcome(await check(terminal, pan)).decision).toBe("GRANTED");
  });
});

describe("a Service Provider", () => {
  const provider = async (): Promise<Hand> => await landed("SERVICE_PROVIDER", { locationIds: [locationId] });

  test("findsTheEntryOfAMomentAgoInOne, and reverses it in three", async () => {
    await visit();
    const hand = await provider();
    await hand.firstRow();
    await hand.page.getByText("Completed", { exact: true }).first().waitFor();
    expect(hand.presses).toBe(1);
    await hand.button("Reverse");
    await hand.button("Reverse entry");
    await hand.page.getByText("The entry was reversed.").waitFor();
    await hand.within(3);
  });

  test("takesOneGuestOutInFive", async () => {
    await visit(2);
    const hand = await provider();
    await hand.firstRow();
    await hand.button("Reverse");
    await hand.press(hand.page.getByLabel("Take guests out"));
    await hand.page.getByLabel("Adults to take out").fill("1");
    await hand.button("Take guests out");
    await hand.page.getByText("1 guest taken out").waitFor();
    await hand.within(5);
  });

  test("getsAPairingCodeInThree, and sees in two why a terminal won't pair", async () => {
    const { serialNumber } = await createTerminal(panel.admin, panel.url, locationId);
    await panel.admin.send("POST", `/api/terminals/${serialNumber}/unpair`, { reason: "moved" });
    const asks = await provider();
    await asks.go("Terminals");
    await asks.press(asks.page.getByRole("link", { name: serialNumber }));
    await asks.isAt(serialNumber);
    await asks.button("Get pairing code");
    await asks.page.getByRole("dialog").getByRole("status").waitFor();
    await asks.within(3);

    // Five wrong tries lock the code; the device is told no more than that it is refused.
    const body = { serialNumber, pairingCode: "00000000", publicKey: testKeys().publicKey };
    for (let i = 0; i < 5; i += 1) await terminal.client.request("POST", "/pos/pair", body);
    const looks = await provider();
    await looks.go("Terminals");
    await looks.press(looks.page.getByRole("link", { name: serialNumber }));
    await looks.page
      .getByText(/locked after too many wrong tries/i)
      .first()
      .waitFor();
    await looks.within(2);
  });
});

describe("a User", () => {
  test("changesALimitAndPublishesInSeven", async () => {
    await publishRuleset(panel.admin, {
      name: "To be changed",
      criteria: { icas: [{ ica: "0007777" }] },
      cardholder: { free: 1 },
    });
    const hand = await landed("USER");
    await hand.go("Rules");
    await hand.press(hand.page.getByRole("link", { name: "To be changed", exact: true }));
    await hand.press(hand.page.getByRole("link", { name: "Edit" }));
    await hand.page
      .getByRole("region", { name: "5 Cardholder entry cost" })
      .getByLabel("Number of free invitations", { exact: true })
      .fill("4");
    await publishFromForm(hand, "To be changed");
    await hand.within(7);
  });

  test("makesANewRuleOfAnotherInSix", async () => {
    await publishRuleset(panel.admin, { name: "Pattern", criteria: { icas: [{ ica: "0008888" }] } });
    const hand = await landed("USER");
    await hand.go("Rules");
    await hand.press(hand.page.getByRole("row", { name: /^Pattern/ }).getByRole("link", { name: /^Clone/ }));
    await hand.page.getByRole("region", { name: "1 General" }).getByLabel("Name").fill("Made of a pattern");
    await publishFromForm(hand, "Made of a pattern");
    await hand.within(6);
  });

  test("addsATerminalAndGetsItsCodeInFive", async () => {
    const hand = await landed("USER");
    await hand.go("Terminals");
    await hand.button("New terminal");
    const dialog = hand.page.getByRole("dialog");
    await dialog.getByLabel("Serial number").fill("CLICKS-1");
    await hand.choose(dialog.getByLabel("Location"), locationId);
    await hand.button("New terminal", dialog);
    await hand.isAt("CLICKS-1");
    await hand.button("Get pairing code");
    await hand.page.getByRole("dialog").getByRole("status").waitFor();
    await hand.within(5);
  });

  test("uploadsAccountRangesInFour", async () => {
    const hand = await landed("USER");
    await hand.go("Account ranges");
    await hand.press(hand.page.getByRole("link", { name: "Import", exact: true }).first());
    hand.presses += 1;
    await hand.page.getByLabel("CSV file").setInputFiles({
      name: "ranges.csv",
      mimeType: "text/csv",
      buffer: Buffer.from(
        "low,high,ica,issuerName,country,productCode,productName\n6011,6011,0006011,Other Bank,POL,WLE,\n",
      ),
    });
    await hand.button("Import 1 account range");
    await hand.page.getByText("1 account range imported.").waitFor();
    await hand.within(4);
  });
});

describe("an Admin", () => {
  test("reversesAnOldEntryInFour", async () => {
    await visit();
    await panel.admin.send("POST", "/api/test-clock", { advance: "PT2H" });
    const hand = await landed("ADMIN");
    await hand.go("Operations");
    await hand.firstRow();
    await hand.button("Reverse");
    await hand.button("Reverse entry");
    await hand.page.getByText("The entry was reversed.").waitFor();
    await hand.within(4);
  });

  test("invitesAPersonInFive, and endsTheirSessionsInFour", async () => {
    const hand = await landed("ADMIN");
    await hand.go("Users");
    await hand.button("New user");
    const dialog = hand.page.getByRole("dialog", { name: "New user" });
    await dialog.getByRole("textbox", { name: "First name" }).fill("Ola");
    await dialog.getByRole("textbox", { name: "Last name" }).fill("Nowak");
    await dialog.getByRole("textbox", { name: "E-mail" }).fill("ola@example.org");
    await hand.choose(dialog.getByRole("combobox", { name: "Role" }), "AUDITOR");
    await hand.button("Save", dialog);
    await hand.page.getByRole("dialog", { name: "The invitation link, shown this once" }).waitFor();
    await hand.within(5);

    const other = await landed("USER");
    const ends = await landed("ADMIN");
    await ends.go("Users");
    await ends.press(
      ends.page
        .getByRole("row", { name: /USER|User/ })
        .getByRole("link")
        .first(),
    );
    await ends.button("End sessions");
    await ends.button("End sessions", ends.page.getByRole("dialog"));
    await ends.page.getByText(/The sessions of .* were ended\./).waitFor();
    await ends.within(4);
    await other.within(0);
  });
});

describe("an Issuer", () => {
  const issuer = async (): Promise<Hand> => await landed("ISSUER", { icas: [ICA] });

  test("seesOwnEntriesInOne, and hasThemAsAFileInThree", async () => {
    await visit();
    const hand = await issuer();
    await hand.press(hand.page.getByRole("link", { name: /^Entries: \d+$/ }));
    await hand.page.getByRole("row").nth(1).waitFor();
    expect(hand.presses).toBe(1);
    await hand.button("Export");
    const saving = hand.page.waitForEvent("download");
    await hand.press(hand.page.getByRole("link", { name: "Download" }));
    await saving;
    await hand.within(3);
  });

  test("readsACardsBalanceInTwo, and whichRulesHoldInOne", async () => {
    await visit();
    const hand = await issuer();
    await hand.go("Cards");
    await hand.firstRow();
    await hand.page
      .getByRole("heading", { name: "Lounge rule" })
      .or(hand.page.getByText("Lounge rule"))
      .first()
      .waitFor();
    await hand.within(2);

    const rules = await issuer();
    await rules.go("Rules");
    await rules.page.getByRole("link", { name: "Lounge rule", exact: true }).waitFor();
    await rules.within(1);
  });
});

describe("an Auditor", () => {
  test("readsACardsHistoryInTwo, and aDecisionWithItsEvidenceInThree", async () => {
    await visit();
    const hand = await landed("AUDITOR");
    await hand.go("Cards");
    await hand.firstRow();
    const entries = hand.page.getByRole("table", { name: "Last entries and refusals" });
    await entries.getByRole("row").nth(1).waitFor();
    await hand.page.getByRole("heading", { name: "What was done to it" }).waitFor();
    await hand.within(2);

    const looks = await landed("AUDITOR");
    await looks.go("Operations");
    await looks.firstRow();
    await looks.page.getByText("Visits left").first().waitFor();
    await looks.within(3);
  });
});

/** From the form to a version in force. */
async function publishFromForm(hand: Hand, name: string): Promise<void> {
  await hand.button("Review and publish");
  await hand.isAt(`Review ${name}`);
  const read = hand.page.getByRole("checkbox", { name: /read/i });
  // Whoever reads what stands out waits for it.
  const found = hand.page.getByText("Nothing stands out.").or(hand.page.getByRole("list", { name: "Hints" }));
  await found.first().waitFor();
  if ((await read.count()) > 0) await hand.press(read);
  await hand.button("Publish");
  await hand.isAt(name);
  await hand.page.getByText("In force", { exact: true }).waitFor();
}
