import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { Sweeper } from "../../../src/engine/sweeper.ts";
import type { Terminal } from "../../../src/cli/pos/terminal.ts";
import { quotaStream } from "../../../src/domain/quota/events.ts";
import {
  check,
  confirm,
  createLocation,
  createTerminal,
  outcome,
  publishRuleset,
  simpleProgramme,
  testPan,
} from "../../support/programme.ts";
import { startTestServer, type TestServer } from "../../support/server.ts";
import { whileHeldBack } from "../../support/heldBack.ts";

/** What a terminal is told across versions of rules, late confirmations and money, over HTTP. */

let product: TestServer;
let pans = 90_000;
const newPan = (): string => testPan(++pans);
const eur = (amount: string) => ({ amount, currency: "EUR" });

beforeAll(async () => {
  product = await startTestServer({ testClock: true, apart: true });
});
afterAll(async () => {
  await product.stop();
});

async function advance(duration: string): Promise<void> {
  await product.admin.send("POST", "/api/test-clock", { advance: duration });
}

async function businessNow(): Promise<Date> {
  const answer = await product.admin.send("GET", "/api/test-clock");
  return new Date(z.object({ now: z.string() }).parse(answer.body).now);
}

async function visit(terminal: Terminal, pan = newPan()): Promise<string> {
  const { accessId, decision } = outcome(await check(terminal, pan));
  expect(decision).toBe("GRANTED");
  expect((await confirm(terminal, accessId)).status).toBe(200);
  return accessId;
}

describe("a budget counts the visits under versions that had none", () => {
  const lounge = { cardholder: { free: "UNLIMITED" as const } };
  const window = { kind: "ROLLING", days: 7 } as const;

  async function republish(rulesetId: string, locationId: string, more: Record<string, unknown>) {
    const criteria = { locations: { locationIds: [locationId] } };
    await product.admin.send("PUT", `/api/rulesets/${rulesetId}`, {
      name: "Rules",
      criteria,
      ...lounge,
      ...more,
    });
    return await product.admin.send("POST", `/api/rulesets/${rulesetId}/publish`, {});
  }

  async function budgetOf(rulesetId: string) {
    // `used` is the read model's: it waits for all that was answered, also while other tests hold feeds back.
    const headers = { "Wait-For": await product.server.services.log.newest() };
    const { body } = await product.admin.send("GET", `/api/rulesets/${rulesetId}`, undefined, headers);
    return z.object({ used: z.int(), budget: z.looseObject({ used: z.int() }).nullable() }).parse(body);
  }

  test("confirmed before the publication, open during it, and confirmed after it", async () => {
    const { terminal, rulesetId, locationId } = await simpleProgramme(product.admin, product.url, lounge);
    await visit(terminal);
    const reversed = await visit(terminal);
    await product.admin.send("POST", `/api/operations/${reversed}/reversal`, {});
    const open = outcome(await check(terminal, newPan()));
    await republish(rulesetId, locationId, { totalUsage: { max: 3, window } });
    expect(await budgetOf(rulesetId)).toMatchObject({ used: 1, budget: { used: 1, left: 2 } });
    expect((await confirm(terminal, open.accessId)).status).toBe(200);
    expect(await budgetOf(rulesetId)).toMatchObject({ used: 2, budget: { used: 2 } });
    await visit(terminal);
    const refused = outcome(await check(terminal, newPan()));
    expect(refused).toMatchObject({ code: "LIMIT_EXCEEDED" });
    // A version without a budget lets in again, and what it lets in counts in the next one's.
    await republish(rulesetId, locationId, {});
    await visit(terminal);
    await republish(rulesetId, locationId, { totalUsage: { max: 5, window } });
    expect(await budgetOf(rulesetId)).toMatchObject({ used: 4, budget: { used: 4, left: 1 } });
    // Taken back, each gives its place back, whichever version it was granted under.
    await product.admin.send("POST", `/api/operations/${open.accessId}/reversal`, {});
    expect(await budgetOf(rulesetId)).toMatchObject({ used: 3, budget: { used: 3 } });
  });

  test("carried over for a publication that was refused, and reversed before the next one", async () => {
    const { terminal, rulesetId, locationId } = await simpleProgramme(product.admin, product.url, lounge);
    const reversed = await visit(terminal);
    await visit(terminal);
    const criteria = { locations: { locationIds: [locationId] } };
    const body = { name: "Rules", criteria, ...lounge, totalUsage: { max: 3, window } };
    await product.admin.send("PUT", `/api/rulesets/${rulesetId}`, body);
    const path = `/api/rulesets/${rulesetId}/publish`;
    const stale = await product.admin.request("POST", path, {}, { "If-Match": '"0"' });
    expect(stale.status).toBe(412);
    await product.admin.send("POST", `/api/operations/${reversed}/reversal`, {});
    await product.admin.send("POST", path, {});
    expect(await budgetOf(rulesetId)).toMatchObject({ used: 1, budget: { used: 1 } });
  });

  test("not visible yet to any read model: the publication is refused for now, and counts them later", async () => {
    const { terminal, rulesetId, locationId } = await simpleProgramme(product.admin, product.url, lounge);
    const criteria = { locations: { locationIds: [locationId] } };
    const body = { name: "Rules", criteria, ...lounge, totalUsage: { max: 3, window } };
    await product.admin.send("PUT", `/api/rulesets/${rulesetId}`, body);
    const path = `/api/rulesets/${rulesetId}/publish`;
    const early = await whileHeldBack(product.databaseUrl, async () => {
      await visit(terminal);
      return await product.admin.request("POST", path, {});
    });
    expect([200, 503]).toContain(early.status);
    if (early.status === 503) await product.admin.send("POST", path, {});
    expect(await budgetOf(rulesetId)).toMatchObject({ used: 1, budget: { used: 1 } });
  });

  test("confirmed at that moment by an instance that had not heard of the budget: the sweeper counts it", async () => {
    const { terminal, rulesetId, locationId } = await simpleProgramme(product.admin, product.url, lounge);
    const { services, projections } = product.server;
    const accessId = await visit(terminal);
    await republish(rulesetId, locationId, { totalUsage: { max: 3, window } });
    // As if it had never been carried over: its place is given back behind the product's back.
    const stream = quotaStream(rulesetId);
    const folded = await services.streams.quota.refresh(stream);
    const at = (await businessNow()).toISOString();
    await services.streams.quota.append(
      stream,
      folded,
      [{ type: "QuotaReleased", data: { accessId, at, why: "REVERSED" } }],
      {
        actor: { kind: "system", id: "test" },
        correlationId: "0",
        causationId: "0",
        recordedAt: 0,
        identity: { caller: "test", operation: "release", requestId: accessId },
      },
    );
    expect((await budgetOf(rulesetId)).budget).toMatchObject({ used: 0 });
    const last = (await services.log.read(stream)).at(-1);
    if (last !== undefined) await projections.waitFor(last.position, 10_000);
    await new Sweeper(services, projections).sweep();
    expect((await budgetOf(rulesetId)).budget).toMatchObject({ used: 1 });
  });
});

describe("a late confirmation whose place others have taken is flagged", () => {
  test.each([
    ["ROLLING", { kind: "ROLLING", days: 1 }],
    ["CALENDAR", { kind: "CALENDAR", unit: "YEAR", timeZone: "Europe/Warsaw" }],
    ["none", null],
  ] as const)("in a budget's window: %s", async (_name, window) => {
    const { terminal } = await simpleProgramme(product.admin, product.url, {
      totalUsage: { max: 1, window },
    });
    const late = outcome(await check(terminal, newPan()));
    expect(late.decision).toBe("GRANTED");
    await advance("PT6M");
    await visit(terminal);
    expect((await confirm(terminal, late.accessId)).body).toMatchObject({
      status: "COMPLETED",
      flags: ["OVER_LIMIT"],
    });
  });

  test("not where a place was left", async () => {
    const { terminal } = await simpleProgramme(product.admin, product.url, {
      totalUsage: { max: 2, window: { kind: "ROLLING", days: 1 } },
    });
    const late = outcome(await check(terminal, newPan()));
    await advance("PT6M");
    await visit(terminal);
    expect((await confirm(terminal, late.accessId)).body).toMatchObject({ flags: [] });
  });
});

describe("nextFreeAt is when the whole answer may be a grant", () => {
  test("of two rulesets it is the earlier", async () => {
    const used = (days: number) => ({ cardholder: { free: 1, window: { kind: "ROLLING" as const, days } } });
    const { terminal, locationId } = await simpleProgramme(product.admin, product.url, {
      ...used(10),
      priority: 1,
    });
    const criteria = { locations: { locationIds: [locationId] } };
    await publishRuleset(product.admin, { ...used(3), priority: 2, criteria });
    const pan = newPan();
    await visit(terminal, pan);
    await visit(terminal, pan);
    const now = (await businessNow()).getTime();
    const { nextFreeAt } = outcome(await check(terminal, pan));
    expect(Date.parse(nextFreeAt ?? "") - now).toBeLessThanOrEqual(3 * 86_400_000);
    await product.admin.send("POST", "/api/test-clock", { now: nextFreeAt });
    expect(outcome(await check(terminal, pan)).decision).toBe("GRANTED");
  });

  test("under a budget that an open entry holds it is when that lapses", async () => {
    const { terminal } = await simpleProgramme(product.admin, product.url, {
      totalUsage: { max: 1, window: { kind: "ROLLING", days: 30 } },
    });
    const open = outcome(await check(terminal, newPan()));
    const pan = newPan();
    const refused = outcome(await check(terminal, pan));
    const { body } = await terminal.client.request("GET", `/pos/entries/${open.accessId}`);
    expect(refused).toMatchObject({ code: "LIMIT_EXCEEDED" });
    expect(body).toMatchObject({ status: "PENDING", expiresAt: refused.nextFreeAt });
    await product.admin.send("POST", "/api/test-clock", { now: refused.nextFreeAt });
    expect(outcome(await check(terminal, pan)).decision).toBe("GRANTED");
  });
});

describe("the card's expiry", () => {
  async function codeWith(terminal: Terminal, expiry: string | undefined): Promise<string> {
    const card = { pan: newPan(), entryMode: "CHIP", ...(expiry === undefined ? {} : { expiry }) };
    const answer = outcome(await terminal.client.request("POST", "/pos/check_entry", { card }));
    return answer.code ?? answer.decision;
  }

  test("the whole month counts, in the place's own time", async () => {
    const { terminal } = await simpleProgramme(
      product.admin,
      product.url,
      {},
      { timeZone: "Pacific/Kiritimati" },
    );
    const now = await businessNow();
    // Kiritimati is 14 hours ahead: it is over there 14 hours before it is in UTC.
    const firstOfNext = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1);
    const month = now.toISOString().slice(0, 7);
    await product.admin.send("POST", "/api/test-clock", {
      now: new Date(firstOfNext - 14 * 3_600_000 - 60_000).toISOString(),
    });
    expect(await codeWith(terminal, month)).toBe("GRANTED");
    await advance("PT2M");
    expect(await codeWith(terminal, month)).toBe("CARD_EXPIRED");
    expect(await codeWith(terminal, undefined)).toBe("GRANTED");
    const elsewhere = await createLocation(product.admin, { timeZone: "Europe/Warsaw" });
    const other = await createTerminal(product.admin, product.url, elsewhere);
    await publishRuleset(product.admin, { criteria: { locations: { locationIds: [elsewhere] } } });
    expect(await codeWith(other, month)).toBe("GRANTED");
  });

  test("is kept nowhere: only whether it was over", async () => {
    const { terminal } = await simpleProgramme(product.admin, product.url);
    const card = { pan: newPan(), entryMode: "CHIP", expiry: "2019-03" };
    const { body } = await terminal.client.request("POST", "/pos/check_entry", { card });
    expect(body).toMatchObject({ code: "CARD_EXPIRED", retryable: false, nextFreeAt: null });
    const { accessId } = outcome({ status: 200, headers: new Headers(), body });
    const details = await product.admin.send("GET", `/api/operations/${accessId}`);
    expect(details.body).toMatchObject({ evidence: { cardExpired: true } });
    expect(JSON.stringify(details.body)).not.toContain("2019-03");
  });
});

describe("money", () => {
  const paying = {
    cardholder: { free: 0, paid: 9, fee: eur("25.00") },
    guests: { adults: { free: 0, paid: 9, fee: eur("10.00") } },
  };

  async function operation(accessId: string) {
    return (await product.admin.send("GET", `/api/operations/${accessId}`)).body;
  }

  test("a payment told later is recorded; a part goes back, then the rest", async () => {
    const { terminal } = await simpleProgramme(product.admin, product.url, paying);
    const { accessId } = outcome(await check(terminal, newPan()));
    expect((await confirm(terminal, accessId, 2)).body).toMatchObject({ paymentStatus: "PENDING" });
    const payment = { collectedBy: "TERMINAL", reference: "slip 1", amount: eur("45.00") };
    const told = await confirm(terminal, accessId, 2, { payment });
    expect(told.body).toMatchObject({ status: "COMPLETED", paymentStatus: "PAID", charged: eur("45.00") });
    expect((await confirm(terminal, accessId, 2, { payment })).body).toEqual(told.body);
    const other = { ...payment, reference: "slip 2" };
    expect((await confirm(terminal, accessId, 2, { payment: other })).body).toMatchObject({
      code: "CONFIRMED_DIFFERENTLY",
    });
    expect(await operation(accessId)).toMatchObject({ paymentStatus: "PAID" });
    const take = async (body: Record<string, unknown>, key: string) =>
      await product.admin.request("POST", `/api/operations/${accessId}/reversal`, body, {
        "Idempotency-Key": key,
      });
    expect((await take({ guests: 1 }, "part")).body).toMatchObject({
      paymentStatus: "PARTIALLY_REFUNDED",
      corrections: [{ refund: eur("10.00") }],
    });
    expect((await take({}, "rest")).body).toMatchObject({
      paymentStatus: "REFUNDED",
      reversal: { refund: eur("35.00") },
    });
    // The terminal that never heard is answered as it was.
    expect((await confirm(terminal, accessId, 2, { payment })).body).toEqual(told.body);
  });

  test("what was not paid is not refunded", async () => {
    const { terminal } = await simpleProgramme(product.admin, product.url, paying);
    const { accessId } = outcome(await check(terminal, newPan()));
    await confirm(terminal, accessId, 1);
    const { body } = await product.admin.request("POST", `/api/operations/${accessId}/reversal`, {});
    expect(body).toMatchObject({ paymentStatus: "NONE", reversal: { refund: null } });
  });

  test("a confirmation refused as invalid does not use up its request id", async () => {
    const { terminal } = await simpleProgramme(product.admin, product.url, paying);
    const { accessId } = outcome(await check(terminal, newPan()));
    const short = { collectedBy: "TERMINAL", amount: eur("1.00") };
    const refused = await confirm(terminal, accessId, 1, { requestId: "c1", payment: short });
    expect([refused.status, refused.body]).toMatchObject([422, { code: "PAYMENT_AMOUNT_MISMATCH" }]);
    expect((await confirm(terminal, accessId, 99, { requestId: "c1" })).status).toBe(422);
    const right = await confirm(terminal, accessId, 1, { requestId: "c1" });
    expect(right.status).toBe(200);
    expect((await confirm(terminal, accessId, 1, { requestId: "c1" })).body).toEqual(right.body);
    expect((await confirm(terminal, accessId, 2, { requestId: "c1" })).body).toMatchObject({
      code: "REQUEST_ID_REUSED",
    });
  });
});

describe("an attempt is told of from the stream that holds it", () => {
  test("right after it, while a transaction of another database holds every feed back", async () => {
    const { terminal } = await simpleProgramme(product.admin, product.url, { cardholder: { free: 1 } });
    await whileHeldBack(product.databaseUrl, async () => {
      const pan = newPan();
      const granted = outcome(await check(terminal, pan, "tap"));
      const get = async (path: string) => await terminal.client.request("GET", path);
      const byId = await get(`/pos/entries/${granted.accessId}`);
      expect(byId).toMatchObject({ status: 200, body: { status: "PENDING", requestId: "tap" } });
      expect((await get("/pos/entries?requestId=tap")).body).toEqual(byId.body);
      const confirmed = await confirm(terminal, granted.accessId);
      expect(confirmed.status).toBe(200);
      expect((await get(`/pos/entries/${granted.accessId}`)).body).toMatchObject({
        status: "COMPLETED",
        allocation: { cardholder: "FREE" },
      });
      const refused = outcome(await check(terminal, pan, "again"));
      expect((await get("/pos/entries?requestId=again")).body).toMatchObject({
        accessId: refused.accessId,
        decision: "REJECTED",
        code: "LIMIT_EXCEEDED",
      });
      expect((await get("/pos/entries?requestId=never")).status).not.toBe(200);
      const reversed = await product.admin.request("POST", `/api/operations/${granted.accessId}/reversal`, {
        reason: "asked",
      });
      expect([reversed.status, reversed.body]).toMatchObject([200, { status: "REVERSED" }]);
      expect((await product.admin.send("GET", `/api/operations/${granted.accessId}`)).body).toMatchObject({
        status: "REVERSED",
        reversal: { reason: "asked" },
      });
    });
  });

  test("not as one that never was, while the feed is held back and a crash took its row of the register", async () => {
    const { terminal } = await simpleProgramme(product.admin, product.url, { cardholder: { free: 1 } });
    const get = async (accessId: string) => await terminal.client.request("GET", `/pos/entries/${accessId}`);
    const accessId = await whileHeldBack(product.databaseUrl, async () => {
      const granted = outcome(await check(terminal, newPan()));
      await product.server.services.pool.query("delete from request_register where access_id = $1", [
        granted.accessId,
      ]);
      expect([200, 503]).toContain((await get(granted.accessId)).status);
      return granted.accessId;
    });
    expect((await get(accessId)).body).toMatchObject({ accessId, status: "PENDING" });
  });

  test("to a terminal of the reference profile as the check told it, to the byte", async () => {
    const { locationId } = await simpleProgramme(product.admin, product.url, { cardholder: { free: 0 } });
    const terminal = await createTerminal(product.admin, product.url, locationId, { profile: "reference" });
    const pan = newPan();
    const first = await check(terminal, pan, "tap");
    expect(first).toMatchObject({ status: 403, body: { code: "LIMIT_EXCEEDED", decision: "REJECTED" } });
    expect(await check(terminal, pan, "tap")).toMatchObject({ status: 403, body: first.body });
    expect(await terminal.client.request("GET", "/pos/entries?requestId=tap")).toMatchObject({
      status: 403,
      body: first.body,
    });
    const { accessId } = outcome(first);
    expect((await terminal.client.request("GET", `/pos/entries/${accessId}`)).body).toEqual(first.body);
    expect(first.body).toHaveProperty("traceId");
  });

  test("where the terminal belongs to no location", async () => {
    const terminal = await createTerminal(product.admin, product.url, null);
    const refused = outcome(await check(terminal, newPan(), "tap"));
    const { body } = await terminal.client.request("GET", "/pos/entries?requestId=tap");
    expect(body).toMatchObject({ accessId: refused.accessId, status: "REJECTED", code: "UNKNOWN_DEVICE" });
    expect((await terminal.client.request("GET", `/pos/entries/${refused.accessId}`)).body).toEqual(body);
  });
});
