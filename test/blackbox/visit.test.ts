import { CompactEncrypt, importJWK } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestServer, type TestServer } from "../support/server.ts";
import {
  addProgramme,
  Api,
  at,
  eur,
  like,
  newPan,
  pair,
  pointersOf,
  type Programme,
  textAt,
} from "./client.ts";

let server: TestServer;
let api: Api;
let lounge: Programme;

beforeAll(async () => {
  server = await startTestServer();
  api = new Api(server.url, server.adminKey);
  lounge = await addProgramme(api);
  await lounge.ruleset({
    name: "Three a month",
    cardholder: { window: { kind: "ROLLING", days: 30 }, free: 3, paid: "UNLIMITED", fee: eur("25") },
    guests: {
      adults: { free: 1, paid: 4, fee: eur("25.5"), maxPerEntry: 2 },
      children: { free: 2, paid: 0, fee: null, maxPerEntry: 2 },
      freeUnderAge: 3,
    },
  });
});
afterAll(() => server.stop());

const granted = async (pan: string, more: object = {}) =>
  textAt(await lounge.terminal.check(pan, more), "accessId");

describe("a visit, as API.md has it", () => {
  it("check says what is free, what is paid, and for whom", async () => {
    const answer = await lounge.terminal.check(lounge.pan());
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      decision: "GRANTED",
      accessId: like(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/),
      expiresAt: like(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      ruleset: { name: "Three a month", version: 1 },
      cardholder: { cost: "FREE", fee: null },
      available: { free: 3, paid: "UNLIMITED", nextFreeAt: null },
      guests: {
        max: 4,
        adults: { max: 2, free: 1, paid: 1, fee: eur("25.50") },
        children: { max: 2, free: 2, paid: 0, fee: null },
        freeUnderAge: 3,
      },
      message: "3 free visits left",
      receipt: {
        stream: like(/^card-/),
        revision: 0,
        hash: like(/^[0-9a-f]{64}$/),
      },
    });
    expect(answer.headers.get("position")).toBeTruthy();
  });

  it("quote changes nothing, confirm charges what was quoted, and says it again in the same bytes", async () => {
    const { terminal } = lounge;
    const accessId = await granted(lounge.pan());
    const guests = { adults: 2, children: 1, freeChildren: 2 };
    const quote = await terminal.quote(accessId, guests);
    expect(quote.body).toEqual({
      accessId,
      allocation: {
        cardholder: "FREE",
        adults: { free: 1, paid: 1 },
        children: { free: 1, paid: 0 },
        freeChildren: 2,
      },
      fees: [{ for: "ADULT", count: 1, fee: eur("25.50") }],
      total: eur("25.50"),
      remaining: { free: 2, paid: "UNLIMITED", nextFreeAt: null },
    });
    expect((await terminal.quote(accessId, 0)).body).toMatchObject({ fees: [], total: null });

    const wrong = { payment: { collectedBy: "TERMINAL", amount: eur("25.00") } };
    expect((await terminal.confirm(accessId, guests, wrong)).status).toBe(422);
    const payment = { collectedBy: "TERMINAL", reference: "slip 1", amount: eur("25.50") };
    const confirmed = await terminal.confirm(accessId, guests, { requestId: "c-1", payment });
    expect(confirmed.status).toBe(200);
    expect(confirmed.body).toMatchObject({
      status: "COMPLETED",
      accessId,
      allocation: at(quote.body, "allocation"),
      charged: eur("25.50"),
      paymentStatus: "PAID",
      remaining: at(quote.body, "remaining"),
      flags: [],
    });
    expect((await terminal.confirm(accessId, guests, { requestId: "c-1", payment })).text).toBe(
      confirmed.text,
    );
    expect((await terminal.confirm(accessId, guests)).text).toBe(confirmed.text);
    expect(await terminal.confirm(accessId, 1)).toMatchObject({
      status: 409,
      body: { code: "CONFIRMED_DIFFERENTLY" },
    });
    expect((await terminal.confirm(accessId, 1, { requestId: "c-1" })).body).toMatchObject({
      code: "REQUEST_ID_REUSED",
    });
    expect((await terminal.cancel(accessId)).status).toBe(409);
  });

  it("free visits first, then the paid tier with its fee", async () => {
    const pan = lounge.pan();
    const first = await lounge.terminal.check(pan);
    const freeAgain = new Date((await lounge.terminal.grantedAt(first)) + 30 * 86_400_000).toISOString();
    await lounge.terminal.confirm(textAt(first, "accessId"));
    await lounge.terminal.visit(pan);
    expect((await lounge.terminal.visit(pan)).body).toMatchObject({
      remaining: { free: 0, paid: "UNLIMITED", nextFreeAt: freeAgain },
    });
    const paid = await lounge.terminal.check(pan);
    expect(paid.body).toMatchObject({
      cardholder: { cost: "PAID", fee: eur("25.00") },
      available: { free: 0, paid: "UNLIMITED", nextFreeAt: freeAgain },
    });
    const quote = await lounge.terminal.quote(textAt(paid, "accessId"), 2);
    expect(quote.body).toMatchObject({
      fees: [
        { for: "CARDHOLDER", count: 1, fee: eur("25.00") },
        { for: "ADULT", count: 1, fee: eur("25.50") },
      ],
      total: eur("50.50"),
    });
    const confirmed = await lounge.terminal.confirm(textAt(paid, "accessId"), 2);
    expect(confirmed.body).toMatchObject({ charged: eur("50.50"), paymentStatus: "PENDING" });
  });

  it("too many guests: 422, and the entry stays open", async () => {
    const accessId = await granted(lounge.pan());
    const refused = await lounge.terminal.confirm(accessId, { children: 3 });
    expect(refused).toMatchObject({ status: 422, body: { code: "TOO_MANY_GUESTS" } });
    expect(pointersOf(refused)).toEqual(["/guests/children"]);
    expect((await lounge.terminal.confirm(accessId, 1)).status).toBe(200);
  });

  it("cancel frees the card at once, is said again in the same bytes, and ends the entry", async () => {
    const pan = lounge.pan();
    const accessId = await granted(pan);
    const cancelled = await lounge.terminal.cancel(accessId, { reason: "went away" });
    expect(cancelled).toMatchObject({ status: 200, body: { status: "CANCELLED", accessId } });
    expect((await lounge.terminal.cancel(accessId)).text).toBe(cancelled.text);
    expect((await lounge.terminal.confirm(accessId)).status).toBe(409);
    expect((await lounge.terminal.check(pan)).body).toMatchObject({ decision: "GRANTED" });
  });

  it("a ruleset without freeUnderAge takes no freeChildren", async () => {
    const plain = await addProgramme(api);
    await plain.ruleset({ cardholder: { free: "UNLIMITED" }, guests: { children: { free: 5 } } });
    const check = await plain.terminal.check(plain.pan());
    const refused = await plain.terminal.confirm(textAt(check, "accessId"), { freeChildren: 1 });
    expect(refused.status).toBe(422);
    expect(pointersOf(refused)).toEqual(["/guests/freeChildren"]);
  });

  it("a shared pool serves the member first, then where the fee is highest", async () => {
    const pool = await addProgramme(api);
    await pool.ruleset({
      cardholder: { window: { kind: "ROLLING", days: 30 }, paid: 5, fee: eur("30.00") },
      guests: {
        adults: { paid: 3, fee: eur("20.00") },
        children: { paid: 3, fee: eur("10.00") },
        sharedPool: { free: 3 },
      },
    });
    const pan = pool.pan();
    const confirmed = await pool.terminal.visit(pan, { adults: 1, children: 2 });
    expect(confirmed.body).toMatchObject({
      allocation: { cardholder: "FREE", adults: { free: 1, paid: 0 }, children: { free: 1, paid: 1 } },
      charged: eur("10.00"),
      remaining: { free: 0, paid: 5 },
    });
    expect((await pool.terminal.check(pan)).body).toMatchObject({
      cardholder: { cost: "PAID", fee: eur("30.00") },
    });
  });

  it("fees carry all of their currency's minor digits", async () => {
    const amounts = [
      ["JPY", "1000", "1000"],
      ["BHD", "1.5", "1.500"],
      ["EUR", "7.1", "7.10"],
    ] as const;
    for (const [currency, given, answered] of amounts) {
      const priced = await addProgramme(api);
      await priced.ruleset({ cardholder: { paid: 1, fee: { amount: given, currency } } });
      const check = await priced.terminal.check(priced.pan());
      expect(check.body).toMatchObject({ cardholder: { fee: { amount: answered, currency } } });
    }
  });
});

describe("what a terminal finds out after a lost reply", () => {
  it("the same requestId answers the same bytes, other content is 409, another terminal's is its own", async () => {
    const pan = lounge.pan();
    const first = await lounge.terminal.check(pan, { requestId: "tap" });
    expect((await lounge.terminal.check(pan, { requestId: "tap" })).text).toBe(first.text);
    const other = await lounge.terminal.check(lounge.pan(), { requestId: "tap" });
    expect(other).toMatchObject({ status: 409, body: { code: "REQUEST_ID_REUSED" } });
    const neighbour = await pair(api, lounge.locationId);
    expect((await neighbour.check(lounge.pan(), { requestId: "tap" })).body).toMatchObject({
      decision: "GRANTED",
    });

    const accessId = textAt(first, "accessId");
    const found = await lounge.terminal.readAfter(first, "/pos/entries?requestId=tap");
    expect(found.body).toMatchObject({ accessId, requestId: "tap", decision: "GRANTED", status: "PENDING" });
    expect((await lounge.terminal.call("GET", "/pos/entries?requestId=none")).status).toBe(404);
    for (const answer of [
      await neighbour.call("GET", `/pos/entries/${accessId}`),
      await neighbour.confirm(accessId),
      await neighbour.cancel(accessId),
      await neighbour.quote(accessId, 0),
    ]) {
      expect(answer.status).toBe(404);
    }
  });

  it("a card sent as JWE is the same card and the same request", async () => {
    const published = await api.call("GET", "/.well-known/jwks.json", { authorization: null });
    const jwk = at(published.body, "keys.0");
    if (typeof jwk !== "object" || jwk === null) throw new Error(published.text);
    const key = await importJWK({ kty: "RSA", ...jwk }, "RSA-OAEP-256");
    const encrypt = (card: unknown) =>
      new CompactEncrypt(new TextEncoder().encode(JSON.stringify(card)))
        .setProtectedHeader({ alg: "RSA-OAEP-256", enc: "A256GCM" })
        .encrypt(key);
    const card = { pan: lounge.pan(), entryMode: "CHIP" };
    const first = await lounge.terminal.card({ jwe: await encrypt(card) }, { requestId: "jwe" });
    expect(first.body).toMatchObject({ decision: "GRANTED" });
    expect((await lounge.terminal.card({ jwe: await encrypt(card) }, { requestId: "jwe" })).text).toBe(
      first.text,
    );
    expect((await lounge.terminal.card(card, { requestId: "jwe" })).text).toBe(first.text);
    for (const jwe of [
      "a.b.c",
      await encrypt({ ...card, cvv: "123" }),
      await encrypt([card]),
      await encrypt({ jwe: "x" }),
    ]) {
      const refused = await lounge.terminal.card({ jwe });
      expect(refused.status).toBe(422);
      expect(refused.text).not.toContain(card.pan);
    }
  });
});

describe("at the same moment", () => {
  it("of 50 terminals one is granted the only visit; 20 confirmations answer identical bytes", async () => {
    const last = await addProgramme(api);
    await last.ruleset({ cardholder: { window: { kind: "ROLLING", days: 30 }, free: 1 } });
    const terminals = await Promise.all(Array.from({ length: 50 }, () => pair(api, last.locationId)));
    const pan = last.pan();
    const checks = await Promise.all(
      terminals.map(async (terminal) => ({ terminal, answer: await terminal.check(pan) })),
    );
    const winners = checks.filter(({ answer }) => at(answer.body, "decision") === "GRANTED");
    expect(winners).toHaveLength(1);
    expect(checks.filter(({ answer }) => at(answer.body, "code") === "TEMPORARILY_BLOCKED")).toHaveLength(49);
    for (const { terminal, answer } of winners) {
      const accessId = textAt(answer, "accessId");
      const said = await Promise.all(
        Array.from({ length: 20 }, () => terminal.confirm(accessId, 0, { requestId: "x" })),
      );
      expect(new Set(said.map(({ status, text }) => `${String(status)} ${text}`)).size).toBe(1);
      expect(said[0]?.status).toBe(200);
    }
    expect((await last.terminal.check(pan)).body).toMatchObject({ code: "LIMIT_EXCEEDED" });
  });

  it("one requestId is one tap: equal contents answer alike, different ones leave one", async () => {
    const pan = lounge.pan();
    const equal = await Promise.all(
      Array.from({ length: 10 }, () => lounge.terminal.check(pan, { requestId: "eq" })),
    );
    expect(new Set(equal.map(({ text }) => text)).size).toBe(1);
    const pans = Array.from({ length: 8 }, () => lounge.pan());
    const different = await Promise.all(pans.map((one) => lounge.terminal.check(one, { requestId: "df" })));
    expect(different.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409, 409, 409, 409, 409]);
  });

  it("a budget of ten is granted ten times, whoever asks", async () => {
    const budget = await addProgramme(api);
    await budget.ruleset({ totalUsage: { max: 10 }, cardholder: { free: "UNLIMITED" } });
    const pans = Array.from({ length: 30 }, () => newPan(budget.bin));
    const checks = await Promise.all(pans.map((pan) => budget.terminal.check(pan)));
    expect(checks.filter(({ body }) => at(body, "decision") === "GRANTED")).toHaveLength(10);
  });
});
