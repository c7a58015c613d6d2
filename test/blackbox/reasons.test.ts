import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestServer, type TestServer } from "../support/server.ts";
import { Api, addLocation, addProgramme, at, eur, iso, pair, textAt, unique } from "./client.ts";

const DAY = 86_400_000;
const fee = eur("10.00");
let server: TestServer;
let api: Api;

beforeAll(async () => {
  server = await startTestServer({ testClock: true });
  api = new Api(server.url, server.adminKey);
});
afterAll(() => server.stop());

const cardOf = async (pan: string) => textAt(await api.post("/api/cards/lookup", { pan }), "cardId");
const refused = (code: string, more: object = {}) => ({
  status: 200,
  body: { decision: "REJECTED", code, ...more },
});
const granted = (more: object = {}) => ({ status: 200, body: { decision: "GRANTED", ...more } });

describe("each reason, by its cause", () => {
  it("UNKNOWN_DEVICE before anything else, MISSING_ACCESS_RULES where no ruleset applies", async () => {
    const place = await addProgramme(api);
    const nowhere = await pair(api, null);
    expect(await nowhere.check(place.pan())).toMatchObject(
      refused("UNKNOWN_DEVICE", {
        retryable: false,
        nextFreeAt: null,
        message: "The device is not assigned to any location.",
      }),
    );
    expect(await place.terminal.check(place.pan())).toMatchObject(
      refused("MISSING_ACCESS_RULES", { message: "Your card is not allowed to be used in this location." }),
    );
    const id = await place.ruleset({});
    expect(await place.terminal.check(place.pan())).toMatchObject(
      granted({
        available: { free: "UNLIMITED", paid: 0, nextFreeAt: null },
        guests: { max: 0, freeUnderAge: null },
      }),
    );
    await api.post(`/api/rulesets/${id}/retire`, {});
    expect(await place.terminal.check(place.pan())).toMatchObject(refused("MISSING_ACCESS_RULES"));
  });

  it("CARD_FROZEN, TEMPORARILY_BLOCKED and COOLDOWN_ACTIVE, in this order", async () => {
    const place = await addProgramme(api, { cooldownMinutes: 60 });
    await place.ruleset({});
    const pan = place.pan();
    const elsewhere = await pair(api, await addLocation(api));
    const visit = await place.terminal.visit(pan);
    const until = iso(Date.parse(textAt(visit, "confirmedAt")) + 3_600_000);
    const cooling = refused("COOLDOWN_ACTIVE", { nextFreeAt: until, retryable: true });
    expect(await place.terminal.check(pan)).toMatchObject(cooling);

    const open = await elsewhere.check(pan);
    expect(open).toMatchObject(granted());
    const message =
      "The card was recently used and the transaction is not completed. Complete the transaction or wait a while and retry.";
    expect(await place.terminal.check(pan)).toMatchObject(
      refused("TEMPORARILY_BLOCKED", { message, retryable: true }),
    );

    const cardId = await cardOf(pan);
    expect((await api.post(`/api/cards/${cardId}/freeze`, { reason: "lost" })).status).toBe(200);
    expect(await place.terminal.check(pan)).toMatchObject(refused("CARD_FROZEN", { retryable: false }));
    expect((await api.post(`/api/cards/${cardId}/unfreeze`, { reason: "found" })).status).toBe(200);
    await elsewhere.cancel(textAt(open, "accessId"));
    expect(await place.terminal.check(pan)).toMatchObject(cooling);
    await api.advance("PT1H");
    expect(await place.terminal.check(pan)).toMatchObject(granted());
  });

  it("UNMET_REQUIREMENTS by enrolment and by trust", async () => {
    const message =
      "Requirements to access the service are not fulfiled. Contact your bank for more information.";
    const enrolled = await addProgramme(api);
    await enrolled.ruleset({ criteria: { icas: [{ ica: enrolled.ica }], enrolledOnly: true } });
    const pan = enrolled.pan();
    expect(await enrolled.terminal.check(pan)).toMatchObject(refused("UNMET_REQUIREMENTS", { message }));
    await api.post(`/api/cards/${await cardOf(pan)}/enroll`, {});
    expect(await enrolled.terminal.check(pan)).toMatchObject(granted());

    const attested = await addProgramme(api);
    await attested.ruleset({ criteria: { icas: [{ ica: attested.ica }], minimumTrust: "ATTESTED" } });
    expect(await attested.terminal.check(attested.pan())).toMatchObject(refused("UNMET_REQUIREMENTS"));
  });

  it("UNMET_REQUIREMENTS by spend: MCC, currency of the day, refund, grace", async () => {
    const place = await addProgramme(api);
    const spend = { amount: "100.00", currency: "EUR", days: 30, mccs: ["5941"], graceDays: 5 };
    await place.ruleset({ spend });
    const pan = place.pan();
    const start = await api.now();
    const store = async (more: object) => {
      const transaction = { transactionId: unique("T"), pan, type: "PURCHASE", mcc: "5941", ...more };
      const stored = await api.post("/api/transactions", { transactions: [transaction] });
      expect(stored).toMatchObject({ status: 200, body: { stored: 1, ignored: 0 } });
      return transaction.transactionId;
    };
    const decision = async () => at((await place.terminal.probe(pan)).body, "decision");

    await store({ amount: eur("500.00"), mcc: "5812", transactionAt: iso(start - DAY) });
    expect(await decision()).toBe("REJECTED");
    const first = await store({ amount: eur("60.00"), transactionAt: iso(start - DAY) });
    const date = iso(start - 2 * DAY).slice(0, 10);
    await api.post("/api/rates", { rates: [{ date, base: "USD", quote: "EUR", rate: "0.9" }] });
    await store({ amount: { amount: "44.43", currency: "USD" }, transactionAt: `${date}T10:00:00Z` });
    expect(await decision()).toBe("REJECTED"); // 60.00 + 39.99
    await store({ amount: eur("0.01"), transactionAt: iso(start - DAY) });
    expect(await decision()).toBe("GRANTED");
    await store({ type: "REFUND", refersTo: first, amount: eur("10.00"), transactionAt: iso(start - 1000) });
    expect(await decision()).toBe("REJECTED");
    await store({ amount: eur("20.00"), transactionAt: iso(start - 20 * DAY) });
    expect(await decision()).toBe("GRANTED");

    await api.moveTo(start + 15 * DAY - 60_000); // the 20.00 left the window five days ago, less a minute
    expect(await decision()).toBe("GRANTED");
    await api.moveTo(start + 15 * DAY + 60_000);
    expect(await decision()).toBe("REJECTED");
  });
});

describe("LIMIT_EXCEEDED, and when the next visit frees up", () => {
  it("rolling: free and paid of a card, half-open at exactly n days", async () => {
    const place = await addProgramme(api);
    await place.ruleset({ cardholder: { window: { kind: "ROLLING", days: 2 }, free: 1, paid: 1, fee } });
    const pan = place.pan();
    const first = await place.terminal.check(pan);
    const back = (await place.terminal.grantedAt(first)) + 2 * DAY;
    await place.terminal.confirm(textAt(first, "accessId"));
    await api.advance("PT12H");
    const second = await place.terminal.visit(pan);
    expect(second.body).toMatchObject({
      charged: fee,
      remaining: { free: 0, paid: 0, nextFreeAt: iso(back) },
    });
    const over = refused("LIMIT_EXCEEDED", {
      nextFreeAt: iso(back),
      message: "The usage limit for this card is exceeded.",
    });
    expect(await place.terminal.check(pan)).toMatchObject(over);
    await api.moveTo(back);
    expect(await place.terminal.check(pan)).toMatchObject(
      granted({ available: { free: 1, nextFreeAt: null } }),
    );
  });

  it("calendar: day, week, month, quarter and year in their own zones; card, place and budget", async () => {
    const zones = {
      DAY: "Asia/Kathmandu",
      WEEK: "Europe/Warsaw",
      MONTH: "America/New_York",
      QUARTER: "UTC",
      YEAR: "UTC",
    };
    const programmes = await Promise.all(
      Object.entries(zones).map(async ([unit, timeZone]) => {
        const window = { kind: "CALENDAR", unit, timeZone };
        const card = await addProgramme(api);
        await card.ruleset({ cardholder: { window, free: 1 } });
        const place = await addProgramme(api);
        await place.ruleset({ cardholder: { window, perLocation: 1, free: "UNLIMITED" } });
        const budget = await addProgramme(api);
        await budget.ruleset({ totalUsage: { max: 1, window }, cardholder: { free: "UNLIMITED" } });
        return { unit, timeZone, card, place, budget };
      }),
    );
    const elsewhere = await pair(api, await addLocation(api));
    const waiting: { end: number; ask: () => Promise<unknown> }[] = [];
    for (const { unit, timeZone, card, place, budget } of programmes) {
      const pans = { card: card.pan(), place: place.pan() };
      const used = textAt(await card.terminal.visit(pans.card), "remaining.nextFreeAt");
      await place.terminal.visit(pans.place);
      await budget.terminal.visit(budget.pan());
      const wall = new Intl.DateTimeFormat("en-GB", { timeZone, dateStyle: "short", timeStyle: "medium" });
      expect(wall.format(Date.parse(used))).toContain("00:00:00");
      if (unit !== "DAY" && unit !== "WEEK") expect(wall.format(Date.parse(used))).toMatch(/^01/);
      if (unit === "YEAR") expect(wall.format(Date.parse(used))).toMatch(/^01\/01/);
      const over = refused("LIMIT_EXCEEDED", { nextFreeAt: used });
      expect(await card.terminal.check(pans.card)).toMatchObject(over);
      expect(await place.terminal.check(pans.place)).toMatchObject(over);
      expect(await budget.terminal.check(budget.pan())).toMatchObject(over);
      expect(at((await elsewhere.probe(pans.place)).body, "decision")).toBe("GRANTED");
      waiting.push({
        end: Date.parse(used),
        ask: async () => {
          const asked = [card.terminal.probe(pans.card), place.terminal.probe(pans.place)];
          asked.push(budget.terminal.probe(budget.pan()));
          return (await Promise.all(asked)).map(({ body }) => at(body, "decision"));
        },
      });
    }
    for (const { end, ask } of waiting.sort((one, other) => one.end - other.end)) {
      await api.moveTo(end);
      expect(await ask()).toEqual(["GRANTED", "GRANTED", "GRANTED"]);
    }
  });

  it("validity: from validFrom on, until validTo, and nothing frees up within", async () => {
    const place = await addProgramme(api);
    const start = await api.now();
    const [validFrom, validTo] = [start + 3_600_000, start + 2 * DAY];
    const cardholder = { window: { kind: "VALIDITY" }, free: 1 };
    await place.ruleset({ validFrom: iso(validFrom), validTo: iso(validTo), cardholder });
    const pan = place.pan();
    expect(await place.terminal.check(pan)).toMatchObject(refused("MISSING_ACCESS_RULES"));
    await api.moveTo(validFrom);
    expect((await place.terminal.visit(pan)).body).toMatchObject({
      remaining: { free: 0, paid: 0, nextFreeAt: null },
    });
    expect(await place.terminal.check(pan)).toMatchObject(refused("LIMIT_EXCEEDED", { nextFreeAt: null }));
    await api.moveTo(validTo);
    expect(await place.terminal.check(pan)).toMatchObject(refused("MISSING_ACCESS_RULES"));
  });

  it("an adjustment gives and takes visits; a reversal gives them back", async () => {
    const place = await addProgramme(api);
    const rulesetId = await place.ruleset({ cardholder: { window: { kind: "ROLLING", days: 30 }, free: 1 } });
    const pan = place.pan();
    const visit = await place.terminal.visit(pan);
    const cardId = await cardOf(pan);
    const adjust = (free: number) =>
      api.post(`/api/cards/${cardId}/adjustments`, { rulesetId, free, reason: "sorry" });
    expect((await adjust(2)).status).toBe(201);
    expect((await place.terminal.probe(pan)).body).toMatchObject({ available: { free: 2 } });
    await adjust(-2);
    expect(await place.terminal.check(pan)).toMatchObject(refused("LIMIT_EXCEEDED"));
    const reversed = await api.post(`/api/operations/${textAt(visit, "accessId")}/reversal`, {
      reason: "oops",
    });
    expect(reversed).toMatchObject({
      status: 200,
      body: { status: "REVERSED", reversal: { reason: "oops" } },
    });
    expect(await place.terminal.check(pan)).toMatchObject(granted());
  });
});

describe("an entry's time", () => {
  it("lapses after five minutes, completes when confirmed late, and not from 24 hours on", async () => {
    const place = await addProgramme(api);
    await place.ruleset({});
    const first = await place.terminal.check(place.pan());
    const accessId = textAt(first, "accessId");
    await api.moveTo(Date.parse(textAt(first, "expiresAt")));
    const entry = await place.terminal.readAfter(first, `/pos/entries/${accessId}`);
    expect(entry.body).toMatchObject({ status: "EXPIRED" });
    expect((await place.terminal.cancel(accessId)).status).toBe(409);
    expect(await place.terminal.confirm(accessId)).toMatchObject({
      status: 200,
      body: { status: "COMPLETED", flags: [] },
    });

    const second = await place.terminal.check(place.pan());
    await api.moveTo((await place.terminal.grantedAt(second)) + DAY);
    const late = await place.terminal.confirm(textAt(second, "accessId"));
    expect(late).toMatchObject({ status: 409, body: { code: "ENTRY_EXPIRED" } });
  });

  it("the clock only goes forward", async () => {
    const earlier = iso((await api.now()) - DAY);
    expect((await api.post("/api/test-clock", { now: earlier })).status).toBe(409);
    expect((await api.post("/api/test-clock", { advance: "PT0S" })).status).toBe(200);
    expect((await api.post("/api/test-clock", { advance: "soon" })).status).toBe(422);
  });
});
