import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestServer, type TestServer } from "../support/server.ts";
import {
  addLocation,
  addProgramme,
  Api,
  at,
  eur,
  itemsOf,
  like,
  pair,
  pointersOf,
  textAt,
  unique,
  waitFor,
} from "./client.ts";

let server: TestServer;
let api: Api;

beforeAll(async () => {
  server = await startTestServer();
  api = new Api(server.url, server.adminKey);
});
afterAll(() => server.stop());

const etag = (headers: Headers) => headers.get("etag") ?? "";

describe("collections", () => {
  it("lists are filtered, sorted and paged, each item once", async () => {
    const tag = unique("Merchant");
    let last = await api.made("/api/merchants", { name: `${tag} 0` });
    for (let index = 1; index < 5; index += 1)
      last = await api.made("/api/merchants", { name: `${tag} ${String(index)}` });
    const query = `/api/merchants?name=${encodeURIComponent(tag)}&sort=name&limit=2`;
    let page = await api.after(last, query);
    expect(page.body).toMatchObject({ total: 5 });
    const names = itemsOf(page).map((item) => at(item, "name"));
    while (typeof at(page.body, "nextCursor") === "string") {
      page = await api.get(`${query}&cursor=${encodeURIComponent(textAt(page, "nextCursor"))}`);
      names.push(...itemsOf(page).map((item) => at(item, "name")));
    }
    expect(names).toEqual([0, 1, 2, 3, 4].map((index) => `${tag} ${String(index)}`));
    for (const [wrong, pointer] of [
      ["limit=0", "/query/limit"],
      ["limit=501", "/query/limit"],
      ["limit=x", "/query/limit"],
      ["sort=colour", "/query/sort"],
      ["cursor=zzz", "/query/cursor"],
      ["colour=red", "/query/colour"],
    ] as const) {
      const answer = await api.get(`/api/merchants?${wrong}`);
      expect([answer.status, pointersOf(answer)]).toEqual([422, [pointer]]);
    }
  });

  it("If-Match: ten at once, one wins, the stale ones are 412", async () => {
    const created = await api.made("/api/merchants", { name: unique("M") });
    const path = `/api/merchants/${textAt(created, "id")}`;
    const seen = etag((await api.get(path)).headers);
    const writes = Array.from({ length: 10 }, (_, index) =>
      api.put(path, { name: unique(String(index)) }, { "if-match": seen }),
    );
    const answers = await Promise.all(writes);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(
      answers.filter(({ status, body }) => status === 412 && at(body, "code") === "VERSION_CONFLICT"),
    ).toHaveLength(9);
    expect((await api.remove(path, { "if-match": seen })).status).toBe(412);
    expect((await api.put(path, { name: "without" })).status).toBe(200);
    expect((await api.remove(path)).status).toBe(204);
    expect((await api.get(path)).status).toBe(404);
  });

  it("Idempotency-Key: done once, answered again in the same bytes, 409 for other content", async () => {
    const key = { "idempotency-key": unique("key") };
    const name = unique("Once");
    const first = await api.post("/api/merchants", { name }, key);
    expect(first.status).toBe(201);
    expect((await api.post("/api/merchants", { name }, key)).text).toBe(first.text);
    expect((await api.post("/api/merchants", { name: "other" }, key)).body).toMatchObject({
      code: "REQUEST_ID_REUSED",
    });
    expect((await api.after(first, `/api/merchants?name=${name}`)).body).toMatchObject({ total: 1 });
  });

  it("a Position read back is read after the write", async () => {
    const place = await addProgramme(api);
    await place.ruleset({});
    for (let index = 0; index < 5; index += 1) {
      const check = await place.terminal.check(place.pan());
      const path = `/api/operations/${textAt(check, "accessId")}`;
      expect((await api.after(check, path)).body).toMatchObject({
        status: "PENDING",
        terminal: place.terminal.serialNumber,
      });
      const confirmed = await place.terminal.confirm(textAt(check, "accessId"));
      expect((await api.after(confirmed, path)).body).toMatchObject({ status: "COMPLETED" });
    }
  });

  it("what is in use is not deleted, what exists is not made again", async () => {
    const place = await addProgramme(api);
    expect((await api.remove(`/api/locations/${place.locationId}`)).status).toBe(409);
    const { serialNumber } = place.terminal;
    expect((await api.post("/api/terminals", { serialNumber, locationId: null })).status).toBe(409);
    const code = await api.post(`/api/terminals/${serialNumber}/pairing-codes`, {});
    expect(code).toMatchObject({ status: 409, body: { code: "ALREADY_PAIRED" } });
  });
});

describe("rulesets", () => {
  it("PUT makes a draft beside the one in force; publish raises the version; grants keep theirs", async () => {
    const place = await addProgramme(api);
    const criteria = { icas: [{ ica: place.ica }] };
    const id = await place.ruleset({ cardholder: { free: 3 }, guests: { adults: { free: 2 } } });
    const check = await place.terminal.check(place.pan());
    const draft = { name: "Second", criteria, cardholder: { free: 1 } };
    expect((await api.put(`/api/rulesets/${id}`, draft)).body).toMatchObject({
      version: 1,
      status: "PUBLISHED",
      cardholder: { free: 3 },
      draft: { name: "Second", cardholder: { free: 1 } },
    });
    expect((await place.terminal.probe(place.pan())).body).toMatchObject({ available: { free: 3 } });
    expect((await api.post(`/api/rulesets/${id}/publish`, {})).body).toMatchObject({
      version: 2,
      draft: null,
    });
    expect((await place.terminal.probe(place.pan())).body).toMatchObject({
      available: { free: 1 },
      ruleset: { version: 2 },
    });
    expect((await api.post(`/api/rulesets/${id}/publish`, {})).status).toBe(409);
    const confirmed = await place.terminal.confirm(textAt(check, "accessId"), 2);
    expect(confirmed.body).toMatchObject({
      allocation: { adults: { free: 2, paid: 0 } },
      remaining: { free: 0 },
    });
    expect((await api.remove(`/api/rulesets/${id}`)).status).toBe(204);
    expect((await api.after(confirmed, `/api/rulesets/${id}`)).body).toMatchObject({
      status: "RETIRED",
      used: 1,
    });
  });

  it("priority, then free before paid, then the more specific", async () => {
    const place = await addProgramme(api);
    const icas = [{ ica: place.ica }];
    const paid = { paid: "UNLIMITED", fee: eur("1.00") };
    const steps = [
      { name: "paid", criteria: { icas }, cardholder: paid },
      { name: "free", criteria: { icas } },
      { name: "service", criteria: { icas, services: ["LOUNGE"] } },
      { name: "country", criteria: { icas, locations: { countries: ["POL"] } } },
      { name: "location", criteria: { icas, locations: { locationIds: [place.locationId] } } },
      { name: "product", criteria: { icas, productCodes: ["WLE"] } },
      {
        name: "range",
        criteria: { icas: [{ ica: place.ica, accountRanges: [{ low: place.bin, high: place.bin }] }] },
      },
      { name: "first", priority: 1, criteria: { icas }, cardholder: paid },
    ];
    for (const step of steps) {
      await place.ruleset(step);
      expect((await place.terminal.probe(place.pan())).body).toMatchObject({ ruleset: { name: step.name } });
    }
  });

  it("what can't be meant is 422 with a pointer", async () => {
    const wrong = {
      "/cardholder/fee": { cardholder: { paid: 1 } },
      "/cardholder/free": { cardholder: { free: -1 } },
      "/cardholder/window/timeZone": {
        cardholder: { window: { kind: "CALENDAR", unit: "DAY", timeZone: "Mars/X" } },
      },
      "/cardholder/window/days": { cardholder: { window: { kind: "ROLLING", days: 0 } } },
      "/validFrom": { validFrom: "2026-02-30T00:00:00Z" },
      "/criteria/services/0": { criteria: { services: ["SPA"] } },
      "/criteria/colour": { criteria: { colour: "red" } },
      "/spend/mccs/0": { spend: { amount: "1", currency: "EUR", days: 1, mccs: ["12"] } },
      "/colour": { colour: "red" },
    };
    for (const [pointer, body] of Object.entries(wrong)) {
      const answer = await api.post("/api/rulesets", { name: "wrong", ...body });
      expect([answer.status, pointersOf(answer)]).toEqual([422, expect.arrayContaining([pointer])]);
    }
    const usd = { amount: "1.00", currency: "USD" };
    const mixed = { cardholder: { paid: 1, fee: eur("1.00") }, guests: { adults: { paid: 1, fee: usd } } };
    expect((await api.post("/api/rulesets", { name: "mixed", ...mixed })).status).toBe(422);
  });
});

describe("imports", () => {
  it("account ranges: all or nothing, with /line/column; the later import wins", async () => {
    const header = "low,high,ica,issuerName,country,productCode,productName\n";
    const load = (rows: string) => api.csv("/api/account-ranges/import", header + rows);
    const bad = await load("520000,520001,0001,Bank,POL,WLE,P\nabc,520001,x,Bank,POLAND,WLE,P\n");
    expect(bad.status).toBe(422);
    expect(pointersOf(bad)).toEqual(expect.arrayContaining(["/3/low", "/3/ica", "/3/country"]));
    expect((await api.get("/api/account-ranges?ica=0001")).body).toMatchObject({ total: 0 });

    const place = await addProgramme(api);
    await place.ruleset({});
    const decide = async () => at((await place.terminal.probe(place.pan())).body, "decision");
    expect(await decide()).toBe("GRANTED");
    expect((await load(`${place.bin},${place.bin},0009999,Other,POL,WLE,P\n`)).body).toMatchObject({
      imported: 1,
    });
    expect(await decide()).toBe("REJECTED");
    await load(`${place.bin},${place.bin},${place.ica},Bank,POL,WLE,P\n`);
    expect(await decide()).toBe("GRANTED");
  });

  it("transactions: the same again is ignored, other content is 409, one bad and nothing is stored", async () => {
    const place = await addProgramme(api);
    const base = { pan: place.pan(), type: "PURCHASE", mcc: "5941", transactionAt: "2026-01-01T00:00:00Z" };
    const send = (...transactions: object[]) => api.post("/api/transactions", { transactions });
    const first = { ...base, transactionId: unique("T"), amount: eur("1.00") };
    expect((await send(first, first)).body).toEqual({ stored: 1, ignored: 1 });
    expect((await send({ ...first, mcc: "5942" })).status).toBe(409);
    const good = { ...base, transactionId: unique("T"), amount: eur("2.00") };
    const bad = await send(good, { ...base, transactionId: unique("T"), amount: eur("1.234") });
    expect([bad.status, pointersOf(bad)]).toEqual([422, ["/transactions/1"]]);
    expect((await send(good, { ...first, amount: eur("9.00") })).status).toBe(409);
    expect((await send(good)).body).toEqual({ stored: 1, ignored: 0 });
  });
});

describe("reversals and roles", () => {
  it("a partial reversal wants a key, takes the paid ones first, is done once", async () => {
    const place = await addProgramme(api);
    await place.ruleset({
      cardholder: { free: "UNLIMITED" },
      guests: { adults: { free: 1, paid: 3, fee: eur("10.00") } },
    });
    const visit = await place.terminal.visit(place.pan(), 3);
    const accessId = textAt(visit, "accessId");
    const payment = { collectedBy: "TERMINAL", amount: eur("20.00") };
    expect((await place.terminal.confirm(accessId, 3, { payment })).status).toBe(200);
    const path = `/api/operations/${accessId}/reversal`;
    expect((await api.post(path, { guests: 1 })).body).toMatchObject({ status: 422 });
    expect((await api.post(path, { guests: 4 }, { "idempotency-key": unique("k") })).status).toBe(422);
    const key = { "idempotency-key": unique("k") };
    const once = await api.post(path, { guests: 1, reason: "left" }, key);
    expect(once.body).toMatchObject({
      status: "COMPLETED",
      allocation: { adults: { free: 1, paid: 1 } },
      corrections: [{ reason: "left", refund: eur("10.00") }],
      maskedPan: like(/^\d{6}\*+\d{4}$/),
    });
    expect((await api.post(path, { guests: 1, reason: "left" }, key)).text).toBe(once.text);
    const keys = Array.from({ length: 4 }, () => ({ "idempotency-key": unique("k") }));
    const race = await Promise.all(keys.map((one) => api.post(path, { guests: 1 }, one)));
    expect(race.map(({ status }) => status).sort()).toEqual([200, 200, 422, 422]);
    expect((await api.post(path, {})).body).toMatchObject({ status: "REVERSED" });
    expect((await api.post(path, {})).body).toMatchObject({ code: "NOT_COMPLETED" });
  });

  it("each role sees its own and may do its own", async () => {
    const merchantId = textAt(await api.made("/api/merchants", { name: unique("Own") }), "id");
    const mine = await addProgramme(api, { merchantId });
    const other = await addProgramme(api);
    await mine.ruleset({});
    await other.ruleset({});
    const visits = [await mine.terminal.visit(mine.pan()), await other.terminal.visit(other.pan())] as const;
    const [own, foreign] = visits.map((visit) => `/api/operations/${textAt(visit, "accessId")}`);
    const as = async (role: string, scope: object = {}) =>
      new Api(server.url, textAt(await api.made("/api/keys", { name: unique("Key"), role, scope }), "key"));
    const roles = {
      user: await as("USER"),
      provider: await as("SERVICE_PROVIDER", { merchantIds: [merchantId] }),
      issuer: await as("ISSUER", { icas: [mine.ica] }),
      callCenter: await as("CALL_CENTER"),
      auditor: await as("AUDITOR"),
    };
    const seen: Record<string, readonly number[]> = {};
    for (const [name, role] of Object.entries(roles)) {
      const place = { name: "x", countryCode: "POL", service: "LOUNGE", postalCode: "1", city: "y" };
      const answers = [
        await role.get(String(own), waitFor(visits[1])),
        await role.get(String(foreign)),
        await role.get(`/api/locations/${mine.locationId}`),
        await role.post("/api/locations", place),
        await role.post("/api/users", {}),
        await role.post("/api/keys", { name: "more", role: "ADMIN" }),
        await role.post(`${String(foreign)}/reversal`, {}),
        await role.post(`${String(own)}/reversal`, {}),
      ];
      seen[name] = answers.map(({ status }) => status);
    }
    expect(seen).toEqual({
      user: [200, 200, 200, 201, 403, 403, 403, 403],
      provider: [200, 404, 200, 403, 403, 403, 404, 200],
      issuer: [200, 404, 403, 403, 403, 403, 403, 403],
      callCenter: [200, 200, 403, 403, 403, 403, 403, 403],
      auditor: [200, 200, 200, 403, 403, 403, 403, 403],
    });
  });

  it("moving, suspending and unpairing a terminal hold from its next request", async () => {
    const place = await addProgramme(api);
    await place.ruleset({});
    const terminal = await pair(api, place.locationId);
    const path = `/api/terminals/${terminal.serialNumber}`;
    const status = () => terminal.call("GET", "/pos/status");
    const locationId = await addLocation(api, { countryCode: "DEU" });
    await api.put(path, { locationId });
    expect((await status()).body).toMatchObject({ terminal: { location: { id: locationId } } });
    await api.post(`${path}/suspend`, {});
    expect((await status()).status).toBe(403);
    await api.post(`${path}/resume`, {});
    expect((await status()).status).toBe(200);
    await api.post(`${path}/unpair`, {});
    expect((await status()).status).toBe(401);
  });
});
