import { compactDecrypt, type CryptoKey, exportJWK, generateKeyPair, type JSONWebKeySet } from "jose";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type CountCard, cardCounter } from "../../src/terminalKit/cards.ts";
import type { GuestCounts } from "../../src/terminalKit/decide.ts";
import { type Journal, openJournal } from "../../src/terminalKit/journal.ts";
import { OfflineTerminal } from "../../src/terminalKit/offlineTerminal.ts";
import { cardNumbersIn } from "../support/cardNumberScan.ts";
import { testPan } from "../support/programme.ts";
import { Disk } from "./support/disk.ts";
import { accountRanges, TERMS } from "./support/lists.ts";
import { RULESET } from "./support/reports.ts";

/** A terminal without a line: whom it lets in, what it writes down of that, and by which clock. */

const START = Date.UTC(2027, 4, 10, 12);
const HOUR = 3_600_000;
const NOBODY: GuestCounts = { adults: 0, children: 0, freeChildren: 0 };
const card = (pan: string) => ({ pan, expiry: "2029-12", entryMode: "CONTACTLESS" as const });

let keys: JSONWebKeySet;
let privateKey: CryptoKey;
let countCard: CountCard;
beforeAll(async () => {
  const pair = await generateKeyPair("RSA-OAEP-256", { modulusLength: 2048 });
  privateKey = pair.privateKey;
  const enc = { ...(await exportJWK(pair.publicKey)), kid: "ck-1", alg: "RSA-OAEP-256", use: "enc" };
  keys = { keys: [{ kty: "EC", use: "sig", alg: "ES256" }, { ...enc, use: "sig", e: "AQ" }, enc] };
  countCard = await cardCounter(new Uint8Array(32).fill(7));
});

let disk: Disk;
let journal: Journal;
let terminal: OfflineTerminal;
let clocks: { monotonic: number; run: string; own: number };
beforeEach(async () => {
  disk = new Disk();
  clocks = { monotonic: 1_000, run: "first", own: 0 };
  await restart();
  await terminal.hear(START, 0);
  terminal.use({ keys, accountRanges: accountRanges(START + 72 * HOUR) });
});

async function restart(): Promise<void> {
  journal = await openJournal(disk);
  let count = 0;
  const random = (bytes: number) => new Uint8Array(bytes).fill(++count);
  terminal = new OfflineTerminal({ journal, clocks: () => clocks, random, countCard });
}

describe("a tap", () => {
  test("isWrittenDownBeforeTheDoorOpens, with the card encrypted to the server", async () => {
    clocks.monotonic += 2_000;
    const tapped = await terminal.tap({ card: card(testPan(1)), guests: { ...NOBODY, adults: 1 } });
    expect(tapped).toMatchObject({ kind: "admitted", terms: TERMS, due: null, report: { number: 1 } });
    const [report] = journal.pending();
    if (report === undefined || !("jwe" in report.card)) throw new Error("there is one, encrypted");
    const { reportId } = report;
    const sealed = report.card.jwe;
    expect(reportId).toMatch(/^[0-9A-HJKMNP-TV-Z]{26}$/);
    expect(report).toEqual({
      reportId,
      number: 1,
      occurredAt: new Date(START + 2_000).toISOString(),
      uncertaintySeconds: 1,
      listVersion: "v1",
      mode: "BIN_RANGE",
      ruleset: { id: RULESET, version: 3 },
      outcome: "ADMITTED",
      card: { jwe: sealed },
      guests: { adults: 1, children: 0, freeChildren: 0 },
    });
    const { plaintext, protectedHeader } = await compactDecrypt(sealed, privateKey);
    expect(protectedHeader).toEqual({ alg: "RSA-OAEP-256", enc: "A256GCM", kid: "ck-1" });
    expect(JSON.parse(new TextDecoder().decode(plaintext))).toEqual(card(testPan(1)));
    expect(disk.text).toContain(sealed);
    expect(cardNumbersIn(disk.text)).toEqual([]);
  });

  test("opensNoDoorWhereItCouldNotBeWrittenDown", async () => {
    disk.failsAfter = 30;
    await expect(terminal.tap({ card: card(testPan(1)), guests: NOBODY })).rejects.toThrow("no space left");
    expect(await terminal.tap({ card: card(testPan(1)), guests: NOBODY })).toMatchObject({
      report: { number: 1 },
    });
  });

  test("isRefusedByTheCaps, that hold over a restart, and the refusal is written down as well", async () => {
    const use = () =>
      terminal.use({ keys, accountRanges: accountRanges(START + 72 * HOUR, { perCardAndDay: 1 }) });
    use();
    const tap = async () => await terminal.tap({ card: card(testPan(1)), guests: NOBODY });
    expect(await tap()).toMatchObject({ kind: "admitted" });
    await restart();
    use();
    expect(await tap()).toMatchObject({ kind: "refused", why: "CAP_OF_CARD", report: { number: 2 } });
    expect(journal.pending()[1]).toMatchObject({
      outcome: "REFUSED",
      refusal: "CAP_OF_CARD",
      listVersion: "v1",
    });
    expect(journal.pending()[1]).not.toHaveProperty("ruleset");
    clocks.monotonic += 24 * HOUR;
    expect(await tap()).toMatchObject({ kind: "admitted" });
  });

  test("ofACardThatIsTappedAtTwoReadersAtOnceIsCountedOnce", async () => {
    terminal.use({ keys, accountRanges: accountRanges(START + 72 * HOUR, { perCardAndDay: 1 }) });
    const taps = Array.from({ length: 5 }, () => terminal.tap({ card: card(testPan(1)), guests: NOBODY }));
    const kinds = (await Promise.all(taps)).map(({ kind }) => kind);
    expect(kinds).toEqual(["admitted", "refused", "refused", "refused", "refused"]);
  });

  test("withTooManyGuestsIsAskedOnceMore, and nothing is written down", async () => {
    const guests = { ...NOBODY, adults: 3 };
    expect(await terminal.tap({ card: card(testPan(1)), guests })).toEqual({
      kind: "tooManyGuests",
      terms: TERMS,
    });
    expect(journal.pending()).toEqual([]);
  });

  test("isPaidFirstWhereSomethingIsDue", async () => {
    const guests = { adults: 1, children: 1, freeChildren: 0 };
    terminal.use({
      keys,
      accountRanges: accountRanges(START + HOUR, {
        cost: "PAID",
        fee: { amount: "30.00", currency: "EUR" },
      }),
    });
    const asked: unknown[] = [];
    const due = { amount: "37.50", currency: "EUR" };
    const tap = async (answer: { reference?: string } | null) =>
      await terminal.tap({
        card: card(testPan(1)),
        guests,
        collect: async (money) => {
          asked.push(money);
          return answer;
        },
      });
    expect(await tap(null)).toMatchObject({ kind: "notPaid", due });
    expect(journal.pending()).toEqual([]);
    expect(await tap({ reference: "till-7" })).toMatchObject({ kind: "admitted", due });
    expect(asked).toEqual([due, due]);
    const payment = { collectedBy: "TERMINAL", reference: "till-7", amount: due };
    expect(journal.pending()[0]).toMatchObject({ guests, payment });
    const unpaid = await terminal.tap({ card: card(testPan(2)), guests });
    expect(unpaid).toMatchObject({ kind: "admitted", due });
    expect(journal.pending()[1]).not.toHaveProperty("payment");
  });

  test("isNothingToReportWhereNothingCanBeSaidOfIt", async () => {
    const none = { kind: "refused", report: null };
    expect(await terminal.tap({ card: card("5555555555554445"), guests: NOBODY })).toEqual({
      ...none,
      why: "NO_CARD_NUMBER",
    });
    terminal.use({ keys: { keys: [] }, accountRanges: accountRanges(START + HOUR) });
    expect(await terminal.tap({ card: card(testPan(1)), guests: NOBODY })).toEqual({
      ...none,
      why: "NO_LIST",
    });
    disk = new Disk();
    await restart();
    terminal.use({ keys, accountRanges: accountRanges(START + HOUR) });
    expect(await terminal.tap({ card: card(testPan(1)), guests: NOBODY })).toEqual({
      ...none,
      why: "NO_LIST",
    });
    expect(disk.text).toBe("");
  });

  test("byAListThatHasRunOutIsRefusedAndReported", async () => {
    clocks.monotonic += 72 * HOUR;
    expect(await terminal.tap({ card: card(testPan(1)), guests: NOBODY })).toMatchObject({
      why: "NO_LIST",
      report: { number: 1 },
    });
    expect(journal.pending()[0]).not.toHaveProperty("listVersion");
  });
});

test("aGrantThatCouldNotBeConfirmedIsReported, and counted where it was granted", async () => {
  terminal.use({ keys, accountRanges: accountRanges(START + HOUR, { perCardAndDay: 1 }) });
  const tap = { card: card(testPan(1)), guests: { ...NOBODY, adults: 1 } };
  await terminal.confirmLate("01J00000000000000000000AA1", tap);
  expect(journal.pending()).toMatchObject([
    { number: 1, accessId: "01J00000000000000000000AA1", outcome: "ADMITTED", guests: { adults: 1 } },
  ]);
  expect(await terminal.tap(tap)).toMatchObject({ kind: "admitted" });
  terminal.use({ keys: { keys: [] }, accountRanges: null });
  expect(await terminal.confirmLate("01J00000000000000000000AA2", tap)).toBeNull();
  expect(journal.pending()).toHaveLength(2);
});

describe("the time", () => {
  test("isTheServersAndWhatTheMonotonicClockCounted, whatever the terminal's own clock says", () => {
    clocks.monotonic += 24 * HOUR;
    clocks.own = Date.UTC(1990, 0, 1);
    expect(terminal.time()).toEqual({ now: START + 24 * HOUR, uncertaintySeconds: 18 });
  });

  test("afterARestartGoesOnWhereTheJournalStops, and says how far it may be off", async () => {
    clocks.monotonic += HOUR;
    clocks.own = HOUR;
    await terminal.tap({ card: card(testPan(1)), guests: NOBODY });
    clocks = { monotonic: 5, run: "second", own: 3 * HOUR };
    await restart();
    expect(terminal.time()).toEqual({ now: START + HOUR, uncertaintySeconds: 3 * 3_600 });
    clocks.own = -HOUR;
    expect(terminal.time()).toEqual({ now: START + HOUR, uncertaintySeconds: 3_600 });
    clocks.own = Date.UTC(2099, 0, 1);
    expect(terminal.time()).toEqual({ now: START + HOUR, uncertaintySeconds: 365 * 86_400 });
    await terminal.hear(START + 5 * HOUR, 500);
    expect(terminal.time()).toEqual({ now: START + 5 * HOUR + 250, uncertaintySeconds: 1 });
  });

  test("isUnknownUntilItWasHeard", async () => {
    disk = new Disk();
    await restart();
    expect(terminal.time()).toBeNull();
  });
});
