import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import type { Terminal } from "../../../src/cli/pos/terminal.ts";
import {
  check,
  confirm,
  outcome,
  publishRuleset,
  simpleProgramme,
  testPan,
} from "../../support/programme.ts";
import { startTestServer, type TestServer } from "../../support/server.ts";
import { clientFor, codeOf, itemsOf, members, pointersOf, settled } from "./support.ts";

let server: TestServer;
let terminal: Terminal;
let locationId = "";
let pans = 100;

const euro = (amount: string) => ({ amount, currency: "EUR" });

beforeAll(async () => {
  server = await startTestServer({ testClock: true });
  const programme = await simpleProgramme(server.admin, server.url, {
    totalUsage: { max: 1_000, window: null },
    cardholder: { window: { kind: "ROLLING", days: 30 }, free: 1, paid: "UNLIMITED", fee: euro("25") },
    guests: { adults: { free: 1, paid: 5, fee: euro("10"), maxPerEntry: 5 }, children: { free: 2 } },
  });
  ({ terminal, locationId } = programme);
});

afterAll(async () => {
  await server.stop();
});

async function visit(guests: unknown = 0, pan = testPan(++pans)): Promise<string> {
  const { accessId } = outcome(await check(terminal, pan));
  const confirmed = await confirm(terminal, accessId, guests);
  expect(confirmed.status).toBe(200);
  return accessId;
}

async function reverse(accessId: string, body: unknown = {}, headers: Record<string, string> = {}) {
  return await server.admin.request("POST", `/api/operations/${accessId}/reversal`, body, headers);
}

describe("operations", () => {
  it("are listed with filters, the newest first", async () => {
    const pan = testPan(++pans);
    const first = await visit(0, pan);
    const second = await visit(0, pan);
    const rejected = outcome(await check(terminal, testPan(++pans)));
    await settled(server);
    const items = itemsOf(await server.admin.send("GET", "/api/operations?limit=3"));
    expect(items.map(({ accessId }) => accessId)).toEqual([rejected.accessId, second, first]);
    const { cardId } = z.looseObject({ cardId: z.string() }).parse(items[1]);
    const own = await server.admin.send("GET", `/api/operations?cardId=${cardId}&status=COMPLETED&sort=at`);
    expect(itemsOf(own).map(({ accessId, maskedPan }) => [accessId, maskedPan])).toEqual([
      [first, `${pan.slice(0, 6)}******${pan.slice(-4)}`],
      [second, `${pan.slice(0, 6)}******${pan.slice(-4)}`],
    ]);
    expect(itemsOf(await server.admin.send("GET", `/api/operations?from=2100-01-01T00:00:00Z`))).toEqual([]);
  });

  it("are explained, without anybody waiting: trace, evidence, ruleset", async () => {
    const accessId = await visit({ adults: 2, children: 1 });
    const details = await server.admin.send("GET", `/api/operations/${accessId}`);
    expect(details.body).toMatchObject({
      accessId,
      status: "COMPLETED",
      locationId,
      cost: "FREE",
      allocation: { adults: { free: 1, paid: 1 }, children: { free: 1, paid: 0 }, freeChildren: 0 },
      charged: euro("10.00"),
      ruleset: { version: 1, body: { totalUsage: { max: 1_000 } } },
      transactions: [],
    });
    const { trace } = z
      .looseObject({ trace: z.array(z.looseObject({ condition: z.string() })) })
      .parse(details.body);
    expect(trace.map(({ condition }) => condition)).toContain("visitLeft");
    expect((await server.admin.request("GET", "/api/operations/unknown")).status).toBe(404);
  });

  it("name the transactions that a spend condition counted", async () => {
    const pan = testPan(++pans);
    const rulesetId = await publishRuleset(server.admin, {
      name: "Spenders",
      priority: 1,
      criteria: { locations: { countries: null, locationIds: [locationId] } },
      spend: { amount: "100.00", currency: "EUR", days: 30 },
    });
    const at = new Date(Date.now() - 86_400_000).toISOString();
    const transaction = {
      transactionId: "spend-1",
      pan,
      type: "PURCHASE",
      amount: euro("120"),
      mcc: "5941",
      transactionAt: at,
    };
    await server.admin.send("POST", "/api/transactions", { transactions: [transaction] });
    const accessId = await visit(0, pan);
    const details = await server.admin.send("GET", `/api/operations/${accessId}`);
    expect(details.body).toMatchObject({
      ruleset: { id: rulesetId },
      transactions: [{ id: "spend-1", net: euro("120.00") }],
    });
    // What came later was not read, and what was read is said anew: also what did not count, and why.
    const later = { ...transaction, transactionId: "spend-2", amount: euro("300") };
    await server.admin.send("POST", "/api/transactions", { transactions: [later] });
    expect((await server.admin.send("GET", `/api/operations/${accessId}/transactions`)).body).toMatchObject({
      rulesets: [
        {
          rulesetId,
          pass: true,
          required: { amount: euro("100.00"), days: 30, mccs: null, graceDays: 0 },
          sum: euro("120.00"),
          sumNow: euro("120.00"),
          lines: [
            {
              id: "spend-1",
              outcome: "COUNTED",
              counted: euro("120.00"),
              parts: [{ id: "spend-1", type: "PURCHASE", amount: euro("120.00") }],
            },
          ],
          left: 0,
        },
      ],
    });
    const ofPlace = await clientFor(server, "USER", { locationIds: [locationId] });
    expect((await ofPlace.send("GET", `/api/operations/${accessId}/transactions`)).body).toEqual({
      rulesets: [],
    });
    await server.admin.send("POST", `/api/rulesets/${rulesetId}/retire`, {});
  });
});

describe("a reversal", () => {
  it("takes the whole entry back, once, and answers with it as it is", async () => {
    const accessId = await visit(1);
    const before = await server.server.services.streams.quota.refresh(`quota-${await rulesetOf(accessId)}`);
    const answer = await reverse(accessId, { reason: "by mistake" });
    expect(answer.body).toMatchObject({
      accessId,
      status: "REVERSED",
      reversal: { reason: "by mistake", refund: null, by: { role: "ADMIN" } },
    });
    expect(answer.headers.get("position")).toBeTruthy();
    const after = await server.server.services.streams.quota.refresh(`quota-${await rulesetOf(accessId)}`);
    expect(after.state.instants.size).toBe(before.state.instants.size - 1);
    const again = await reverse(accessId);
    expect([again.status, codeOf(again)]).toEqual([409, "NOT_COMPLETED"]);
  });

  it("of what is no completed entry is refused", async () => {
    const open = outcome(await check(terminal, testPan(++pans)));
    expect([(await reverse(open.accessId)).status, codeOf(await reverse(open.accessId))]).toEqual([
      409,
      "NOT_COMPLETED",
    ]);
    expect((await reverse("unknown")).status).toBe(404);
    await server.admin.send("POST", "/api/terminals", { serialNumber: "NOWHERE" });
    const frozen = testPan(++pans);
    const { cardId } = z
      .looseObject({ cardId: z.string() })
      .parse((await server.admin.send("POST", "/api/cards/lookup", { pan: frozen })).body);
    await server.admin.send("POST", `/api/cards/${cardId}/freeze`, { reason: "test" });
    const rejected = outcome(await check(terminal, frozen));
    expect(rejected.decision).toBe("REJECTED");
    await settled(server);
    const refused = await reverse(rejected.accessId);
    expect([refused.status, codeOf(refused)]).toEqual([409, "NOT_COMPLETED"]);
  });

  it("of some guests wants a key, takes those who paid first, and happens once", async () => {
    const accessId = await visit({ adults: 3, children: 1 });
    const payment = { collectedBy: "TERMINAL", amount: euro("20.00") };
    expect((await confirm(terminal, accessId, { adults: 3, children: 1 }, { payment })).status).toBe(200);
    const wanted = await reverse(accessId, { guests: 1 });
    expect([wanted.status, codeOf(wanted)]).toEqual([422, "IDEMPOTENCY_KEY_WANTED"]);
    const key = { "Idempotency-Key": `partial ${accessId}` };
    const first = await reverse(accessId, { guests: { adults: 1 } }, key);
    expect(first.body).toMatchObject({
      status: "COMPLETED",
      allocation: { adults: { free: 1, paid: 1 }, children: { free: 1, paid: 0 } },
      corrections: [{ refund: euro("10.00") }],
    });
    expect((await reverse(accessId, { guests: { adults: 1 } }, key)).body).toEqual(first.body);
    const too = await reverse(
      accessId,
      { guests: { adults: 3, children: 2 } },
      { "Idempotency-Key": "too many" },
    );
    expect([too.status, codeOf(too), pointersOf(too)]).toEqual([
      422,
      "TOO_MANY_GUESTS",
      ["/guests/adults", "/guests/children"],
    ]);
    const none = await reverse(accessId, { guests: 0 }, { "Idempotency-Key": "none" });
    expect([none.status, ...pointersOf(none)]).toEqual([422, "/guests"]);
    expect((await reverse(accessId, {}, { "If-Match": '"0"' })).status).toBe(412);
  });

  it("by a Service Provider is in time for half an hour; by an Admin always", async () => {
    const provider = await clientFor(server, "SERVICE_PROVIDER", { locationIds: [locationId] });
    const [early, late] = [await visit(), await visit()];
    await server.admin.send("POST", "/api/test-clock", { advance: "PT29M" });
    expect((await provider.request("POST", `/api/operations/${early}/reversal`, {})).status).toBe(200);
    await server.admin.send("POST", "/api/test-clock", { advance: "PT2M" });
    const refused = await provider.request("POST", `/api/operations/${late}/reversal`, {});
    expect([refused.status, codeOf(refused)]).toEqual([403, "REVERSAL_TOO_LATE"]);
    expect((await reverse(late)).status).toBe(200);
  });

  it("by many at once happens once", async () => {
    const accessId = await visit(2);
    const answers = await Promise.all(Array.from({ length: 8 }, async () => await reverse(accessId)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409, 409, 409, 409, 409]);
  });
});

async function rulesetOf(accessId: string): Promise<string> {
  const details = members(await server.admin.send("GET", `/api/operations/${accessId}`));
  return z.looseObject({ id: z.string() }).parse(details["ruleset"]).id;
}
