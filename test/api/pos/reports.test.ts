import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import type { Terminal } from "../../../src/cli/pos/terminal.ts";
import {
  createLocation,
  createTerminal,
  publishRuleset,
  simpleProgramme,
  testPan,
} from "../../support/programme.ts";
import { startTestServer, type TestServer } from "../../support/server.ts";

const OFFLINE = {
  accountRanges: true,
  whitelist: false,
  maxGuests: 2,
  perCardAndDay: 2,
  perTerminalAndDay: 3,
};
const FEE = { amount: "25.00", currency: "EUR" };

let product: TestServer;
let programme: Awaited<ReturnType<typeof simpleProgramme>>;
let cards = 0;
let ids = 0;
let numbers = 0;

beforeAll(async () => {
  product = await startTestServer({ testClock: true });
  programme = await simpleProgramme(
    product.admin,
    product.url,
    {
      name: "Offline",
      criteria: { productCodes: ["WLE"] },
      cardholder: { window: { kind: "ROLLING", days: 30 }, perLocation: null, free: 1, paid: 2, fee: FEE },
      guests: {
        adults: { free: 1, paid: 1, fee: FEE, maxPerEntry: 2 },
        children: null,
        freeUnderAge: null,
        sharedPool: null,
      },
      offline: OFFLINE,
    },
    { offlineAllowed: true, cooldownMinutes: 60 },
  );
});
afterAll(async () => {
  await product.stop();
});

const answered = z.object({
  reports: z.array(
    z.object({
      reportId: z.string().nullable(),
      number: z.number().nullable(),
      outcome: z.enum(["ACCEPTED", "DUPLICATE", "INVALID"]),
      accessId: z.string().nullable(),
      flags: z.array(z.string()),
      why: z.string().nullable(),
    }),
  ),
  missing: z.array(z.object({ from: z.number(), to: z.number() })),
});
const operation = z.looseObject({
  type: z.string(),
  status: z.string(),
  cost: z.string().nullable(),
  flags: z.array(z.string()),
  at: z.string(),
  paymentStatus: z.string(),
  overtakenBy: z.array(z.string()),
  offline: z.looseObject({ waits: z.boolean() }).nullable(),
});

async function now(): Promise<number> {
  const { body } = await product.admin.send("GET", "/api/test-clock");
  return Date.parse(z.object({ now: z.string() }).parse(body).now);
}

async function advance(duration: string): Promise<void> {
  await product.admin.send("POST", "/api/test-clock", { advance: duration });
}

async function listVersion(terminal: Terminal): Promise<string> {
  const { body } = await terminal.client.send("GET", "/pos/fallback_bin_ranges");
  return z.object({ version: z.string() }).parse(body).version;
}

function newCard(): string {
  return testPan(++cards);
}

function report(pan: string, occurredAt: number, rest: Record<string, unknown> = {}) {
  return {
    reportId: `r-${String(++ids)}`,
    number: ++numbers,
    occurredAt: new Date(occurredAt).toISOString(),
    mode: "BIN_RANGE",
    card: { pan, entryMode: "CONTACTLESS" },
    guests: 0,
    outcome: "ADMITTED",
    ...rest,
  };
}

async function send(terminal: Terminal, reports: readonly unknown[]) {
  const answer = await terminal.client.send("POST", "/pos/offline_reports", { reports });
  return { ...answered.parse(answer.body), position: answer.headers.get("position") };
}

async function operationOf(accessId: string | null, position: string | null) {
  const headers = position === null ? {} : { "Wait-For": position };
  const answer = await product.admin.request("GET", `/api/operations/${accessId ?? ""}`, undefined, headers);
  expect(answer.status).toBe(200);
  return operation.parse(answer.body);
}

describe("offline reports", () => {
  test("anEntryThatWasLetInIsAnOperationThatCounts", async () => {
    const { terminal } = programme;
    const version = await listVersion(terminal);
    const pan = newCard();
    const at = await now();
    await advance("PT3H");
    const { reports, position } = await send(terminal, [
      report(pan, at + 60_000, { listVersion: version, guests: 1 }),
    ]);
    expect(reports).toMatchObject([{ outcome: "ACCEPTED", flags: [], why: null }]);
    const [first] = reports;
    expect(await operationOf(first?.accessId ?? null, position)).toMatchObject({
      type: "OFFLINE_BIN_RANGE",
      status: "COMPLETED",
      cost: "FREE",
      flags: [],
      at: new Date(at + 60_000).toISOString(),
      allocation: { adults: { free: 1, paid: 0 } },
      ruleset: { id: programme.rulesetId, version: 1 },
      offline: { waits: false, listVersion: version },
    });
    // The only free visit of the month is used up.
    const online = await terminal.client.send("POST", "/pos/check_entry", {
      card: { pan, entryMode: "CHIP" },
    });
    expect(online.body).toMatchObject({ decision: "GRANTED", cardholder: { cost: "PAID" } });
  });

  test("aRepeatIsTheFirstAnswerAgain, and the rest of a call is never refused for one", async () => {
    const { terminal } = programme;
    const version = await listVersion(terminal);
    const at = (await now()) - 3_600_000;
    const good = report(newCard(), at, { listVersion: version });
    const wrong = [
      { ...report("4111111111111112", at), listVersion: version },
      { reportId: "r-bad", number: 0 },
      "nonsense",
      report(newCard(), at, { outcome: "PERHAPS" }),
      report(newCard(), at, { card: { jwe: "x.y.z.a.b" } }),
    ];
    const first = await send(terminal, [wrong[0], good, ...wrong.slice(1)]);
    expect(first.reports.map(({ outcome }) => outcome)).toEqual([
      "INVALID",
      "ACCEPTED",
      "INVALID",
      "INVALID",
      "INVALID",
      "INVALID",
    ]);
    expect(JSON.stringify(first)).not.toContain("4111111111111112");
    const again = await send(terminal, [good, good]);
    expect(again.reports.map(({ outcome }) => outcome)).toEqual(["DUPLICATE", "DUPLICATE"]);
    expect(again.reports[0]?.accessId).toBe(first.reports[1]?.accessId);
    expect(again.position).toBeNull();
    const other = await send(terminal, [{ ...good, guests: 1 }]);
    expect(other.reports[0]?.outcome).toBe("INVALID");
    expect(other.reports[0]?.why).toContain("reportId");
  });

  test("aGapInTheNumbersIsToldUntilItIsClosed", async () => {
    const terminal = await createTerminal(product.admin, product.url, programme.locationId);
    const at = await now();
    const of = (number: number) => ({ ...report(newCard(), at), number });
    const [one, two, three] = [of(1), of(2), of(7)];
    expect((await send(terminal, [one, three])).missing).toEqual([{ from: 2, to: 6 }]);
    expect((await send(terminal, [two])).missing).toEqual([{ from: 3, to: 6 }]);
    expect((await send(terminal, [3, 4, 5, 6].map(of))).missing).toEqual([]);
  });

  test("whatIsAmissIsFlagged", async () => {
    const early = await now();
    await advance("P1D");
    const terminal = await createTerminal(product.admin, product.url, programme.locationId);
    const list = { listVersion: await listVersion(terminal) };
    const at = (await now()) + 1;
    await advance("P4D");
    const closed = await now();
    const flagsOf = async (...reports: readonly object[]) =>
      (await send(terminal, reports)).reports.map(({ flags }) => flags);
    expect(await flagsOf(report(newCard(), early, list))).toEqual([["BEFORE_PAIRING", "LIST_NEVER_SENT"]]);
    expect(await flagsOf(report(newCard(), closed + 3_600_000, list))).toEqual([
      ["IN_FUTURE", "LIST_EXPIRED"],
    ]);
    expect(await flagsOf(report(newCard(), closed, list))).toEqual([["LIST_EXPIRED"]]);
    expect(await flagsOf(report(newCard(), at))).toEqual([["LIST_NEVER_SENT"]]);
    expect(await flagsOf(report("4111111111111111", at, list))).toEqual([["UNKNOWN_CARD", "NO_RULE"]]);
    expect(
      await flagsOf(report(newCard(), at, { ...list, card: { hash: "A".repeat(22) }, mode: "WHITELIST" })),
    ).toEqual([["UNKNOWN_CARD", "NO_RULE"]]);
    // A whitelist names cards of any range, or none; another place's names nobody here.
    const named = "6011111111111117";
    const byName = (hours: number) => report(named, at + hours * 3_600_000, { ...list, mode: "WHITELIST" });
    const elsewhere = await createLocation(product.admin);
    await product.admin.send("POST", "/api/whitelist", { pan: named, locationId: elsewhere });
    expect(await flagsOf(byName(1))).toEqual([["UNKNOWN_CARD", "NO_RULE"]]);
    await product.admin.send("POST", "/api/whitelist", { pan: named, locationId: programme.locationId });
    expect(await flagsOf(byName(3))).toEqual([["NO_RULE"]]);
    expect(await flagsOf(report(named, at + 5 * 3_600_000, list))).toEqual([["UNKNOWN_CARD", "NO_RULE"]]);
    const twice = newCard();
    expect(await flagsOf(report(twice, at, list))).toEqual([[]]);
    expect(await flagsOf(report(twice, at + 20_000, list))).toEqual([["IN_COOLDOWN", "LOOKS_LIKE_ANOTHER"]]);
    expect(await flagsOf(report(twice, at + 10_800_000, { ...list, guests: 3 }))).toEqual([
      ["OVER_LIMIT", "CAP_EXCEEDED"],
    ]);
  });

  test("aTerminalThatWasSuspendedMayTell, and what it let in then is flagged", async () => {
    const terminal = await createTerminal(product.admin, product.url, programme.locationId);
    const list = { listVersion: await listVersion(terminal) };
    await product.admin.send("POST", `/api/terminals/${terminal.serialNumber}/suspend`, {});
    const during = await now();
    const { reports } = await send(terminal, [report(newCard(), during + 1, list)]);
    expect(reports).toMatchObject([{ outcome: "ACCEPTED", flags: ["TERMINAL_SUSPENDED"] }]);
  });

  test("theSameJournalFromAnotherTerminalCountsOnce, whoever comes first", async () => {
    const one = await createTerminal(product.admin, product.url, programme.locationId);
    const list = { listVersion: await listVersion(one) };
    const at = (await now()) + 1;
    await advance("PT1H");
    const other = await createTerminal(product.admin, product.url, programme.locationId);
    const journal = [report(newCard(), at, list), report(newCard(), at, list)];
    const [first, second] = journal.map((one) => [one]);
    const a = [await send(one, first ?? []), await send(other, first ?? [])];
    const b = [await send(other, second ?? []), await send(one, second ?? [])];
    for (const [sent, again] of [a, b]) {
      expect([sent, again].map((call) => call?.reports[0]?.outcome)).toEqual(["ACCEPTED", "DUPLICATE"]);
      const seen = await operationOf(again?.reports[0]?.accessId ?? null, again?.position ?? null);
      // It was made at the terminal that was paired then.
      expect([seen["terminal"], seen.flags, seen.status]).toEqual([one.serialNumber, [], "COMPLETED"]);
    }
  });

  test("aReportOfAGrantIsItsLateConfirmation, and of one that was reversed meanwhile it stays reversed", async () => {
    const { terminal } = programme;
    const pan = newCard();
    const check = await terminal.client.send("POST", "/pos/check_entry", {
      card: { pan, entryMode: "CHIP" },
    });
    const { accessId } = z.object({ accessId: z.string() }).parse(check.body);
    const at = (await now()) + 1_000;
    await advance("P2D");
    const told = report(pan, at, { accessId, guests: 1 });
    const { reports, position } = await send(terminal, [told]);
    expect(reports).toMatchObject([{ outcome: "ACCEPTED", accessId }]);
    expect(await operationOf(accessId, position)).toMatchObject({
      type: "ONLINE",
      status: "COMPLETED",
      confirmedAt: new Date(at).toISOString(),
    });
    expect((await send(terminal, [told])).reports).toMatchObject([{ outcome: "DUPLICATE", accessId }]);
    await product.admin.send("POST", `/api/operations/${accessId}/reversal`, {});
    expect((await send(terminal, [told])).reports).toMatchObject([{ outcome: "DUPLICATE", accessId }]);
    const another = report(pan, at + 1_000, { accessId, guests: 1 });
    const late = await send(terminal, [another]);
    expect(late.reports[0]?.flags).toContain("REVERSED_MEANWHILE");
    const kept = await operationOf(late.reports[0]?.accessId ?? null, late.position);
    expect([kept.status, kept.type]).toEqual(["REVERSED", "OFFLINE_BIN_RANGE"]);
  });

  test("anOnlineEntryThatWasOvertakenSaysSo, and so does what overtook it", async () => {
    const { terminal } = programme;
    const list = { listVersion: await listVersion(terminal) };
    const pan = newCard();
    const at = await now();
    await advance("PT3H");
    const check = await terminal.client.send("POST", "/pos/check_entry", {
      card: { pan, entryMode: "CHIP" },
    });
    const { accessId } = z.object({ accessId: z.string() }).parse(check.body);
    await terminal.client.send("POST", "/pos/confirm_entry", { accessId, guests: 0 });
    const { reports, position } = await send(terminal, [report(pan, at + 1, list)]);
    expect(reports[0]?.flags).toEqual(["OVERTAKES"]);
    const online = await operationOf(accessId, position);
    expect([online.cost, online.status, online.flags, online.overtakenBy]).toEqual([
      "FREE",
      "COMPLETED",
      ["OVERTAKEN"],
      [reports[0]?.accessId],
    ]);
    const reversed = await product.admin.send(
      "POST",
      `/api/operations/${reports[0]?.accessId ?? ""}/reversal`,
      {},
    );
    const after = await operationOf(accessId, reversed.headers.get("position"));
    expect([after.flags, after.overtakenBy]).toEqual([[], []]);
  });

  test("aReversalGivesBackWhatATerminalTook, guests first", async () => {
    const { terminal } = programme;
    const list = { listVersion: await listVersion(terminal) };
    const pan = newCard();
    const at = (await now()) + 1;
    await advance("PT2H");
    const { reports, position } = await send(terminal, [
      report(pan, at, {
        ...list,
        guests: 2,
        payment: { collectedBy: "TERMINAL", amount: { amount: "30.00", currency: "EUR" } },
      }),
    ]);
    const id = reports[0]?.accessId ?? "";
    expect(await operationOf(id, position)).toMatchObject({
      allocation: { adults: { free: 1, paid: 1 } },
      charged: { amount: "30.00", currency: "EUR" },
      paymentStatus: "PAID",
    });
    const partly = await product.admin.request(
      "POST",
      `/api/operations/${id}/reversal`,
      { guests: 1 },
      { "Idempotency-Key": "partly" },
    );
    expect(partly.status).toBe(200);
    const less = await operationOf(id, partly.headers.get("position"));
    expect([less.paymentStatus, less["allocation"], less["corrections"]]).toMatchObject([
      "PARTIALLY_REFUNDED",
      { adults: { free: 1, paid: 0 } },
      [{ refund: FEE }],
    ]);
    const whole = await product.admin.send("POST", `/api/operations/${id}/reversal`, { reason: "an error" });
    const gone = await operationOf(id, whole.headers.get("position"));
    expect([gone.status, gone.paymentStatus, gone["reversal"]]).toMatchObject([
      "REVERSED",
      "REFUNDED",
      { refund: { amount: "5.00", currency: "EUR" }, reason: "an error" },
    ]);
  });
});

describe("what all cards have a part in", () => {
  test("theCapOfATerminalAndTheBudgetAreFlagged, in whatever order reports come", async () => {
    const place = await simpleProgramme(
      product.admin,
      product.url,
      {
        name: "Budget",
        priority: 1,
        criteria: { productCodes: ["WLE"] },
        totalUsage: { max: 4, window: { kind: "ROLLING", days: 30 } },
        offline: { ...OFFLINE, perTerminalAndDay: 3 },
      },
      { offlineAllowed: true },
    );
    const { terminal } = place;
    const list = { listVersion: await listVersion(terminal) };
    const at = (await now()) + 1;
    await advance("PT8H");
    const told = [5, 3, 0, 4, 1, 2].map((hour) => ({
      hour,
      sent: report(newCard(), at + hour * 3_600_000, list),
    }));
    const seen = new Map<number, string | null>();
    let position: string | null = null;
    for (const { hour, sent } of told) {
      const answer = await send(terminal, [sent]);
      seen.set(hour, answer.reports[0]?.accessId ?? null);
      position = answer.position;
    }
    const flags = async (hour: number) => (await operationOf(seen.get(hour) ?? null, position)).flags;
    expect([await flags(0), await flags(1), await flags(2)]).toEqual([[], [], []]);
    expect(await flags(3)).toEqual(["CAP_EXCEEDED"]);
    expect(await flags(4)).toEqual(["BUDGET_EXCEEDED", "CAP_EXCEEDED"]);
    expect(await flags(5)).toEqual(["BUDGET_EXCEEDED", "CAP_EXCEEDED"]);
    const reversed = await product.admin.send("POST", `/api/operations/${seen.get(0) ?? ""}/reversal`, {});
    position = reversed.headers.get("position");
    expect(await flags(4)).toEqual(["CAP_EXCEEDED"]);
    expect(await publishRuleset(product.admin, { name: "Another" })).not.toBe(place.rulesetId);
  });
});

describe("the desk", () => {
  const counts = z.object({
    waiting: z.number(),
    byFlag: z.array(z.object({ flag: z.string(), waiting: z.number() })),
    terminals: z.object({ missingReports: z.number(), listsOver: z.number() }),
  });
  const listed = z.object({ items: z.array(z.looseObject({ accessId: z.string() })), total: z.number() });

  async function waiting() {
    return counts.parse((await product.admin.send("GET", "/api/offline")).body);
  }

  test("whatIsFlaggedWaitsUntilSomebodyHasDecided, and a flag that comes later brings it back", async () => {
    const terminal = await createTerminal(product.admin, product.url, programme.locationId);
    const list = { listVersion: await listVersion(terminal) };
    const at = (await now()) + 1;
    await advance("PT3H");
    const before = await waiting();
    const pan = newCard();
    const first = await send(terminal, [report(pan, at)]);
    const id = first.reports[0]?.accessId ?? "";
    await operationOf(id, first.position);
    const after = await waiting();
    expect(after.waiting).toBe(before.waiting + 1);
    const ofFlag = (of: typeof after, flag: string) =>
      of.byFlag.find((one) => one.flag === flag)?.waiting ?? 0;
    expect(ofFlag(after, "LIST_NEVER_SENT")).toBe(ofFlag(before, "LIST_NEVER_SENT") + 1);
    const queue = await product.admin.send(
      "GET",
      "/api/operations?review=WAITING&flag=LIST_NEVER_SENT&limit=500",
    );
    expect(listed.parse(queue.body).items.map(({ accessId }) => accessId)).toContain(id);
    expect(listed.parse(queue.body).total).toBe(ofFlag(after, "LIST_NEVER_SENT"));

    const decided = await product.admin.send("POST", "/api/offline/reviews", {
      accessIds: [id, "01M9774KF6K7EF7WEHR6VTXZBX"],
      decision: "DISPUTED",
      reason: "the lounge has to answer for it",
    });
    expect(decided.body).toEqual({
      items: [
        { accessId: id, outcome: "REVIEWED" },
        { accessId: "01M9774KF6K7EF7WEHR6VTXZBX", outcome: "NOT_FOUND" },
      ],
    });
    const seen = await operationOf(id, decided.headers.get("position"));
    expect(seen.offline).toMatchObject({
      waits: false,
      review: { decision: "DISPUTED", reason: "the lounge has to answer for it", flags: ["LIST_NEVER_SENT"] },
    });
    expect((await waiting()).waiting).toBe(before.waiting);
    const disputed = await product.admin.send("GET", "/api/operations?review=DISPUTED");
    expect(listed.parse(disputed.body).items.map(({ accessId }) => accessId)).toEqual([id]);

    const another = await send(terminal, [report(pan, at - 600_000, list)]);
    const again = await operationOf(id, another.position);
    expect([again.offline?.waits, again.flags]).toEqual([true, ["IN_COOLDOWN", "LIST_NEVER_SENT"]]);
  });

  test("anEntryWithoutAFlagHasNothingToReview", async () => {
    const terminal = await createTerminal(product.admin, product.url, programme.locationId);
    const list = { listVersion: await listVersion(terminal) };
    const { reports, position } = await send(terminal, [report(newCard(), (await now()) + 1, list)]);
    const id = reports[0]?.accessId ?? "";
    await operationOf(id, position);
    const decided = await product.admin.send("POST", "/api/offline/reviews", {
      accessIds: [id],
      decision: "ACCEPTED",
      reason: "x",
    });
    expect(decided.body).toEqual({ items: [{ accessId: id, outcome: "NOTHING_TO_REVIEW" }] });
  });

  test("aTerminalSaysWhatItWasSentAndWhatIsMissing", async () => {
    const terminal = await createTerminal(product.admin, product.url, programme.locationId);
    const version = await listVersion(terminal);
    const { position } = await send(terminal, [{ ...report(newCard(), await now()), number: 4 }]);
    await product.admin.request("GET", "/api/operations", undefined, { "Wait-For": position ?? "" });
    const one = await product.admin.send("GET", `/api/terminals/${terminal.serialNumber}`);
    expect(one.body).toMatchObject({
      offline: {
        lists: [{ list: "ACCOUNT_RANGES", version }],
        missing: [{ from: 1, to: 3 }],
        missingReports: 3,
      },
    });
    const serials = z.object({ items: z.array(z.looseObject({ serialNumber: z.string() })) });
    const of = async (query: string) =>
      serials
        .parse((await product.admin.send("GET", `/api/terminals?limit=500&${query}`)).body)
        .items.map(({ serialNumber }) => serialNumber);
    expect(await of("missesReports=true")).toContain(terminal.serialNumber);
    expect(await of("missesReports=false")).not.toContain(terminal.serialNumber);
    const later = encodeURIComponent(new Date((await now()) + 4 * 86_400_000).toISOString());
    const soon = encodeURIComponent(new Date(await now()).toISOString());
    expect(await of(`listsOverAt=${later}`)).toContain(terminal.serialNumber);
    expect(await of(`listsOverAt=${soon}`)).not.toContain(terminal.serialNumber);
  });
});
