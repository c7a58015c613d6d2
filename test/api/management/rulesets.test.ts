import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Client } from "../../../src/client.ts";
import {
  check,
  confirm,
  importRanges,
  outcome,
  publishRuleset,
  simpleProgramme,
} from "../../support/programme.ts";
import { startTestServer, type TestServer } from "../../support/server.ts";
import { clientFor, codeOf, idOf, itemsOf, members, PAN, pointersOf, settled } from "./support.ts";

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer({ testClock: true });
});

afterAll(async () => {
  await server.stop();
});

const FULL = {
  name: "World Elite lounge",
  description: "",
  priority: 100,
  validFrom: "2026-01-01T00:00:00.000Z",
  validTo: null,
  criteria: {
    issuerCountries: ["POL"],
    productCodes: ["WLE"],
    icas: [{ ica: "0001234", accountRanges: [{ low: "5100000000", high: "5100009999" }] }],
    services: ["LOUNGE"],
    locations: { countries: ["POL"], locationIds: [] },
    enrolledOnly: false,
    minimumTrust: null,
  },
  totalUsage: { max: 100_000, window: { kind: "CALENDAR", unit: "MONTH", timeZone: "Europe/Warsaw" } },
  cardholder: {
    window: { kind: "ROLLING", days: 30 },
    perLocation: 5,
    free: 3,
    paid: "UNLIMITED",
    fee: { amount: "25.00", currency: "EUR" },
  },
  guests: {
    adults: { free: 2, paid: 4, fee: { amount: "20.00", currency: "EUR" }, maxPerEntry: 2 },
    children: { free: 2, paid: 0, fee: null, maxPerEntry: 2 },
    freeUnderAge: 3,
    sharedPool: null,
  },
  spend: { amount: "100.00", currency: "EUR", days: 30, mccs: ["5941"], graceDays: 5 },
  externalRule: null,
  verification: { mode: "NONE", onFailure: "CLOSED" },
};

describe("rulesets", () => {
  it("take the contract's example and give it back", async () => {
    const { admin } = server;
    const created = await admin.send("POST", "/api/rulesets", FULL);
    expect(created.status).toBe(201);
    const read = await admin.send("GET", `/api/rulesets/${idOf(created)}`);
    expect(read.body).toMatchObject({
      ...FULL,
      version: 0,
      status: "DRAFT",
      used: 0,
      warnings: [],
      createdBy: "First start",
      modifiedBy: "First start",
      budget: { max: 100_000, used: 0, left: 100_000 },
    });
    expect(read.headers.get("etag")).toBe('"0"');
  });

  it("live from draft to version, and keep every version", async () => {
    const { admin } = server;
    const id = idOf(await admin.send("POST", "/api/rulesets", { name: "One" }));
    const path = `/api/rulesets/${id}`;
    expect(codeOf(await admin.request("POST", `${path}/retire`, {}))).toBe("NOT_PUBLISHED");
    const published = await admin.send("POST", `${path}/publish`, {}, { "If-Match": '"0"' });
    expect(published.body).toMatchObject({ version: 1, status: "PUBLISHED", draft: null });
    const nothing = await admin.request("POST", `${path}/publish`, {});
    expect([nothing.status, codeOf(nothing)]).toEqual([409, "NOTHING_TO_PUBLISH"]);
    const stale = await admin.request("PUT", path, { name: "Two" }, { "If-Match": '"0"' });
    expect([stale.status, codeOf(stale), members(stale)["actual"]]).toEqual([412, "VERSION_CONFLICT", 1]);
    const drafted = await admin.send("PUT", path, { name: "Two" }, { "If-Match": '"1"' });
    expect(drafted.body).toMatchObject({ name: "One", version: 1, draft: { name: "Two" } });
    expect((await admin.send("POST", `${path}/publish`, {})).body).toMatchObject({ name: "Two", version: 2 });
    const versions = itemsOf(await admin.send("GET", `${path}/versions`));
    expect(versions.map(({ version, name }) => [version, name])).toEqual([
      [2, "Two"],
      [1, "One"],
    ]);
    expect((await admin.request("DELETE", path)).status).toBe(204);
    expect((await admin.send("GET", path)).body).toMatchObject({ status: "RETIRED", version: 2 });
    await settled(server);
    expect(itemsOf(await admin.send("GET", "/api/rulesets?status=RETIRED")).map((one) => one["id"])).toEqual([
      id,
    ]);
  });

  it("that were never published are gone when deleted", async () => {
    const { admin } = server;
    const id = idOf(await admin.send("POST", "/api/rulesets", { name: "Gone" }));
    expect((await admin.request("DELETE", `/api/rulesets/${id}`)).status).toBe(204);
    expect((await admin.request("GET", `/api/rulesets/${id}`)).status).toBe(404);
    expect((await admin.request("POST", `/api/rulesets/${id}/publish`, {})).status).toBe(404);
  });

  it("come into force when they are published for", async () => {
    const { admin } = server;
    const { now } = members(await admin.send("GET", "/api/test-clock"));
    const at = new Date(Date.parse(String(now)) + 3_600_000).toISOString();
    const id = idOf(await admin.send("POST", "/api/rulesets", { name: "Soon 1" }));
    await admin.send("POST", `/api/rulesets/${id}/publish`, {});
    await admin.send("PUT", `/api/rulesets/${id}`, { name: "Soon 2" });
    const past = await admin.request("POST", `/api/rulesets/${id}/publish`, { at: "2020-01-01T00:00:00Z" });
    expect([past.status, ...pointersOf(past)]).toEqual([422, "/at"]);
    expect((await admin.send("POST", `/api/rulesets/${id}/publish`, { at })).body).toMatchObject({
      name: "Soon 1",
    });
    await admin.send("POST", "/api/test-clock", { advance: "PT1H" });
    expect((await admin.send("GET", `/api/rulesets/${id}`)).body).toMatchObject({
      name: "Soon 2",
      version: 2,
    });
  });

  it("are scheduled one at a time: what would undo it says so, and is named", async () => {
    const { admin } = server;
    const { now } = members(await admin.send("GET", "/api/test-clock"));
    const at = new Date(Date.parse(String(now)) + 86_400_000).toISOString();
    const id = idOf(await admin.send("POST", "/api/rulesets", { name: "Plan 1" }));
    const publish = async (body: Record<string, unknown>) =>
      await admin.request("POST", `/api/rulesets/${id}/publish`, body);
    expect((await publish({})).body).toMatchObject({ version: 1, scheduled: null });
    await admin.send("PUT", `/api/rulesets/${id}`, { name: "Plan 2" });
    const scheduled = { version: 2, inForceFrom: at };
    expect((await publish({ at })).body).toMatchObject({ name: "Plan 1", version: 1, scheduled });
    await admin.send("PUT", `/api/rulesets/${id}`, { name: "Plan 3" });
    for (const body of [{}, { at }]) {
      const refused = await publish(body);
      expect([refused.status, refused.body]).toMatchObject([409, { code: "ALREADY_SCHEDULED", scheduled }]);
    }
    expect((await admin.send("GET", `/api/rulesets/${id}`)).body).toMatchObject({ version: 1, scheduled });
    expect((await publish({ replaceScheduled: true })).body).toMatchObject({
      name: "Plan 3",
      version: 3,
      scheduled: null,
    });
    await admin.send("PUT", `/api/rulesets/${id}`, { name: "Plan 4" });
    await publish({ at });
    const back = await admin.request("POST", `/api/rulesets/${id}/unschedule`, {});
    expect([back.status, back.body]).toMatchObject([
      200,
      { name: "Plan 3", scheduled: null, draft: { name: "Plan 4" } },
    ]);
    const again = await admin.request("POST", `/api/rulesets/${id}/unschedule`, {});
    expect([again.status, again.body]).toMatchObject([409, { code: "NOT_SCHEDULED" }]);
  });

  it("are found by their phase at the business time, and by what they ask", async () => {
    const { admin } = server;
    const { now } = members(await admin.send("GET", "/api/test-clock"));
    const at = (ms: number): string => new Date(Date.parse(String(now)) + ms).toISOString();
    const cards = { productCodes: ["ZZP"], issuerCountries: ["CZE"], icas: [{ ica: "0098765" }] };
    const make = async (name: string, body: Record<string, unknown>, publication: object | null) => {
      const sent = { name, criteria: { ...cards, services: ["LOUNGE"] }, ...body };
      const id = idOf(await admin.send("POST", "/api/rulesets", sent));
      if (publication !== null) await admin.send("POST", `/api/rulesets/${id}/publish`, publication);
    };
    await make("Found A", {}, null);
    await make("Found B", { spend: FULL.spend }, { at: at(86_400_000) });
    await make("Found C", { totalUsage: FULL.totalUsage }, {});
    await make("Found D", { validTo: at(3_600_000) }, {});
    await make("Found E", { criteria: { productCodes: ["ZZQ"], services: ["FAST_LINE"] } }, {});
    await settled(server);
    const found = async (query: string) => {
      const page = await admin.send("GET", `/api/rulesets?name=Found&${query}`);
      return itemsOf(page).map(({ name, phase }) => `${String(name).slice(-1)} ${String(phase)}`);
    };
    expect(await found("")).toEqual(["A DRAFT", "B SCHEDULED", "C IN_FORCE", "D IN_FORCE", "E IN_FORCE"]);
    const counts = async (query: string) =>
      itemsOf(await admin.send("GET", `/api/rulesets/phases?name=Found&${query}`)).map(({ count }) => count);
    expect(await counts("")).toEqual([1, 1, 3, 0, 0]);
    expect(await counts("service=LOUNGE")).toEqual([1, 1, 2, 0, 0]);
    expect((await admin.request("GET", "/api/rulesets/phases?phase=DRAFT")).status).toBe(422);
    expect(await found("phase=SCHEDULED")).toEqual(["B SCHEDULED"]);
    await admin.send("POST", "/api/test-clock", { advance: "PT2H" });
    expect(await found("phase=ENDED")).toEqual(["D ENDED"]);
    expect(await counts("")).toEqual([1, 1, 2, 1, 0]);
    expect(await found("phase=IN_FORCE&service=LOUNGE")).toEqual(["C IN_FORCE"]);
    expect(await found("service=FAST_LINE")).toEqual(["E IN_FORCE"]);
    expect(await found("productCode=ZZQ")).toEqual(["E IN_FORCE"]);
    // One that names no country, or no ICA, is for all.
    expect(await found("issuerCountry=DEU")).toEqual(["E IN_FORCE"]);
    expect(await found("ica=0098765&phase=DRAFT")).toEqual(["A DRAFT"]);
    expect(await found("ica=0098766")).toEqual(["E IN_FORCE"]);
    expect(await found("hasBudget=true")).toEqual(["C IN_FORCE"]);
    expect(await found("hasSpend=true")).toEqual(["B SCHEDULED"]);
    expect(await found("hasSpend=false&hasBudget=false&phase=DRAFT")).toEqual(["A DRAFT"]);
    await admin.send("POST", "/api/test-clock", { advance: "P1D" });
    expect(await found("phase=SCHEDULED")).toEqual([]);
    expect(await found("phase=IN_FORCE&hasSpend=true")).toEqual(["B IN_FORCE"]);
  });

  it("that want what is not connected, or are over, are not published", async () => {
    const { admin } = server;
    for (const [body, pointer] of [
      [{ externalRule: { ruleId: "x" } }, "/externalRule"],
      [{ verification: { mode: "ASI" } }, "/verification"],
    ] as const) {
      const id = idOf(await admin.send("POST", "/api/rulesets", { name: "Adapter", ...body }));
      const refused = await admin.request("POST", `/api/rulesets/${id}/publish`, {});
      expect([refused.status, codeOf(refused), ...pointersOf(refused)]).toEqual([
        422,
        "NEEDS_ADAPTER",
        pointer,
      ]);
    }
    const id = idOf(
      await admin.send("POST", "/api/rulesets", { name: "Over", validTo: "2020-01-01T00:00:00Z" }),
    );
    expect((await admin.request("POST", `/api/rulesets/${id}/publish`, {})).status).toBe(422);
  });

  it("are refused where they contradict themselves, and warned of where they may not mean what they say", async () => {
    const { admin } = server;
    const euro = { amount: "5", currency: "EUR" };
    const rows: readonly (readonly [object, string])[] = [
      [{ cardholder: { paid: 1 } }, "/cardholder/fee"],
      [
        { cardholder: { paid: 1, fee: euro }, guests: { adults: { fee: { ...euro, currency: "PLN" } } } },
        "/cardholder/fee",
      ],
      [{ validFrom: "2026-02-01T00:00:00Z", validTo: "2026-01-01T00:00:00Z" }, "/validTo"],
      [{ validFrom: "yesterday" }, "/validFrom"],
      [
        { criteria: { icas: [{ ica: "1", accountRanges: [{ low: PAN, high: PAN }] }] } },
        "/criteria/icas/0/accountRanges/0",
      ],
      [
        { totalUsage: { max: 1, window: { kind: "CALENDAR", unit: "DAY", timeZone: "Nowhere" } } },
        "/totalUsage/window/timeZone",
      ],
      [{ spend: { amount: "1.005", currency: "EUR", days: 1 } }, "/spend/amount"],
    ];
    for (const [body, pointer] of rows) {
      const answer = await admin.request("POST", "/api/rulesets", { name: "Wrong", ...body });
      expect([answer.status, pointersOf(answer)]).toEqual([422, [pointer]]);
    }
    const warned = await admin.send("POST", "/api/rulesets", { name: "Nobody", cardholder: { free: 0 } });
    expect(warned.body).toMatchObject({ warnings: [{ pointer: "/cardholder" }] });
  });

  it("say how much of them was used, and of their budget", async () => {
    const { admin, url } = server;
    const { terminal, rulesetId } = await simpleProgramme(admin, url, {
      totalUsage: { max: 2, window: null },
      cardholder: { free: "UNLIMITED" },
    });
    const first = outcome(await check(terminal, PAN));
    const confirmed = await confirm(terminal, first.accessId);
    const wait = { "Wait-For": confirmed.headers.get("position") ?? "" };
    const read = await admin.send("GET", `/api/rulesets/${rulesetId}`, undefined, wait);
    expect(read.body).toMatchObject({ used: 1, budget: { max: 2, used: 1, left: 1 } });
    await settled(server);
    const listedTo = async (client: Client) =>
      itemsOf(await client.send("GET", "/api/rulesets?hasBudget=true&limit=500")).find(
        ({ id }) => id === rulesetId,
      );
    expect(await listedTo(admin)).toMatchObject({ budget: { max: 2, used: 1, left: 1 } });
    // It is for every issuer's cards: what was used of it is others' as well.
    const bank = await clientFor(server, "USER", { icas: ["0001234"] });
    expect(await listedTo(bank)).toMatchObject({ budget: null, totalUsage: { max: 2 } });
    await admin.send("POST", `/api/operations/${first.accessId}/reversal`, {});
    await settled(server);
    const after = await admin.send("GET", `/api/rulesets/${rulesetId}`);
    expect(after.body).toMatchObject({ used: 0, budget: { max: 2, used: 0, left: 2 } });
  });

  it("say in their list how many visits count, of all versions together, also without a budget", async () => {
    const { admin, url } = server;
    const own = { icas: [{ ica: "0001234" }] };
    const rule = { name: "Counted", cardholder: { free: "UNLIMITED" as const }, guests: {} };
    const { terminal, rulesetId, locationId } = await simpleProgramme(admin, url, {
      ...rule,
      guests: { adults: { free: 5, paid: 0, fee: null, maxPerEntry: 5 } },
      criteria: own,
    });
    const others = await publishRuleset(admin, { name: "Counted, of all", cardholder: { free: 1 } });
    const usedOf = async (client: Client, id: string) => {
      await settled(server);
      const list = itemsOf(await client.send("GET", "/api/rulesets?name=counted&limit=500"));
      return list.find((one) => one["id"] === id)?.["used"];
    };
    expect(await usedOf(admin, rulesetId)).toBe(0);
    const visit = async (guests = 0) => {
      const { accessId } = outcome(await check(terminal, PAN));
      expect((await confirm(terminal, accessId, guests)).status).toBe(200);
      return accessId;
    };
    const first = await visit(2);
    const criteria = { ...own, locations: { locationIds: [locationId] } };
    await admin.send("PUT", `/api/rulesets/${rulesetId}`, { ...rule, criteria, priority: 7 });
    await admin.send("POST", `/api/rulesets/${rulesetId}/publish`, {});
    const second = await visit();
    // A tap that nobody confirmed is none.
    expect(outcome(await check(terminal, PAN))).toMatchObject({ decision: "GRANTED" });
    expect(await usedOf(admin, rulesetId)).toBe(2);
    // Guests that are taken out leave the visit where it is.
    const taken = { guests: { adults: 1, children: 0 } };
    await admin.send("POST", `/api/operations/${first}/reversal`, taken, { "Idempotency-Key": "counted" });
    expect(await usedOf(admin, rulesetId)).toBe(2);
    await admin.send("POST", `/api/operations/${second}/reversal`, {});
    expect(await usedOf(admin, rulesetId)).toBe(1);
    expect(await server.server.projections.rebuild("cards")).toMatchObject({ differing: 0, switched: true });
    expect(await usedOf(admin, rulesetId)).toBe(1);
    const bank = await clientFor(server, "USER", { icas: ["0001234"] });
    const scopedToIca = await publishRuleset(admin, { name: "Counted by an ICA", criteria: own });
    expect(await usedOf(bank, scopedToIca)).toBe(0);
    expect(await usedOf(bank, others)).toBeNull();
  });

  it("are looked at beside what is published, and what stands out is said before they are written", async () => {
    const { admin } = server;
    const criteria = { productCodes: ["LNT"] };
    const published = idOf(
      await admin.send("POST", "/api/rulesets", { name: "Before", priority: 3, criteria }),
    );
    await admin.send("POST", `/api/rulesets/${published}/publish`, {});
    await settled(server);
    const findings = async (ruleset: unknown, rulesetId: string | null) =>
      (await admin.send("POST", "/api/rulesets/lint", { ruleset, rulesetId })).body;
    const ruleset = { name: "Behind", priority: 4, criteria, cardholder: { free: 0 } };
    const shadowed = { kind: "SHADOWED", severity: "WARNING", pointer: "/priority" };
    const nobody = { kind: "NOBODY_GETS_IN", severity: "ERROR", pointer: "/cardholder", names: [] };
    // Rules of other tests may overlap with it too.
    expect(await findings(ruleset, null)).toMatchObject({ findings: { 0: nobody, 1: shadowed } });
    // A version is not behind the one that it takes the place of.
    expect(JSON.stringify(await findings(ruleset, published))).not.toContain("Before (3)");
    expect(JSON.stringify(await findings(ruleset, null))).toContain("Before (3)");
    const list = await admin.send("GET", "/api/rulesets?name=Behind");
    expect(itemsOf(list)).toEqual([]);
  });

  it("are held against the account ranges and the rates that there are", async () => {
    const { admin } = server;
    const kinds = async (): Promise<string> => {
      const ruleset = {
        name: "Held against",
        criteria: { icas: [{ ica: "88001" }] },
        spend: { amount: "1.00", currency: "CHF", days: 30 },
      };
      return JSON.stringify((await admin.send("POST", "/api/rulesets/lint", { ruleset })).body);
    };
    const { now } = members(await admin.send("GET", "/api/test-clock"));
    const today = new Date(String(now));
    const rate = async (daysAgo: number) => {
      const date = new Date(today.getTime() - daysAgo * 86_400_000).toISOString().slice(0, 10);
      const rates = [{ date, base: "EUR", quote: "CHF", rate: "0.93" }];
      await admin.send("POST", "/api/rates", { rates });
    };
    expect(await kinds()).toContain("RANGE_UNKNOWN");
    await importRanges(admin, ["530000,530000,88001,Bank,CHE,WLE,World Elite"]);
    expect(await kinds()).not.toContain("RANGE_UNKNOWN");
    // Later taken over by another ICA, with the same bounds.
    await importRanges(admin, ["530000,530000,88002,Bank,CHE,WLE,World Elite"]);
    expect(await kinds()).toContain("RANGE_UNKNOWN");
    expect(await kinds()).toContain("CURRENCY_WITHOUT_RATES");
    await rate(38);
    expect(await kinds()).toContain("CURRENCY_WITHOUT_RATES");
    await rate(37);
    expect(await kinds()).not.toContain("CURRENCY_WITHOUT_RATES");
  });

  it("that would not fit into an event are too large", async () => {
    const icas = Array.from({ length: 9_000 }, (_, n) => ({ ica: String(n) }));
    const answer = await server.admin.request("POST", "/api/rulesets", { name: "Large", criteria: { icas } });
    expect([answer.status, codeOf(answer)]).toEqual([413, "TOO_LARGE"]);
  });
});
