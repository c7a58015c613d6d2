import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { startTestServer, type TestServer } from "../../support/server.ts";
import { idOf, LOCATION, PAN, pointersOf, raw } from "./support.ts";

let server: TestServer;
let merchantId = "";

beforeAll(async () => {
  server = await startTestServer();
  merchantId = idOf(await server.admin.send("POST", "/api/merchants", { name: "Here" }));
});

afterAll(async () => {
  await server.stop();
});

const ID = "01J00000000000000000000000";
const WRITES: readonly (readonly [string, string])[] = [
  ["POST", "/api/merchants"],
  ["PUT", `/api/merchants/${ID}`],
  ["POST", "/api/locations"],
  ["PUT", `/api/locations/${ID}`],
  ["POST", "/api/terminals"],
  ["PUT", "/api/terminals/T-1"],
  ["POST", "/api/terminals/T-1/suspend"],
  ["POST", "/api/terminals/T-1/pairing-codes"],
  ["POST", "/api/rulesets"],
  ["PUT", `/api/rulesets/${ID}`],
  ["POST", `/api/rulesets/${ID}/publish`],
  ["POST", `/api/rulesets/${ID}/retire`],
  ["POST", "/api/account-ranges/import"],
  ["POST", "/api/transactions"],
  ["POST", "/api/transactions/import"],
  ["POST", "/api/rates"],
  ["POST", `/api/operations/${ID}/reversal`],
  ["POST", "/api/cards/lookup"],
  ["POST", `/api/cards/${ID}/freeze`],
  ["POST", `/api/cards/${ID}/adjustments`],
  ["POST", `/api/cards/${ID}/erase`],
  ["POST", "/api/users"],
  ["PUT", `/api/users/${ID}`],
  ["POST", "/api/keys"],
  ["POST", "/api/session"],
  ["POST", "/api/test-clock"],
];

const BODIES: Readonly<Record<string, string | Uint8Array<ArrayBuffer>>> = {
  nothing: "",
  null: "null",
  true: "true",
  number: "1e999",
  text: '"text"',
  array: "[[],{}]",
  notJson: "{ not json",
  cutOff: '{"name":"a',
  notUtf8: new Uint8Array([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]),
  prototype:
    '{"__proto__":{"name":"x","role":"ADMIN"},"constructor":{"prototype":{"name":"x"}},"toString":1}',
  nulByte: '{"name":"a\\u0000b","reason":"a\\u0000b","serialNumber":"a\\u0000b","email":"a\\u0000b@b.cc"}',
  loneSurrogate: '{"name":"\\ud800","reason":"\\udfff"}',
  cardNumberAsName: `{"name":"${PAN}","reason":"${PAN}","serialNumber":"${PAN}"}`,
  cardNumberAsMember: `{"${PAN}":1}`,
  wrongTypes:
    '{"name":{"a":1},"serialNumber":5,"transactions":{},"rates":"x","pan":5,"email":[],"advance":5,"at":5}',
  hugeNumber: '{"name":"x","priority":1e308,"cooldownMinutes":-1e308,"free":99999999999999999999}',
  deep: `{"transactions":[${"[".repeat(5_000)}${"]".repeat(5_000)}]}`,
  deepObject: `{"name":${'{"a":'.repeat(5_000)}1${"}".repeat(5_000)}}`,
  large: JSON.stringify({ name: "x".repeat(300_000) }),
  manyMembers: JSON.stringify(
    Object.fromEntries(Array.from({ length: 5_000 }, (_, n) => [`m${String(n)}`, n])),
  ),
};

describe("hostile bodies", () => {
  for (const [name, body] of Object.entries(BODIES)) {
    it(`never bring down the server: ${name}`, async () => {
      for (const [method, path] of WRITES) {
        for (const type of ["application/json", "text/csv", "application/xml", null]) {
          const answer = await raw(server, method, path, { body, type });
          const where = `${method} ${path} ${type ?? "no type"}`;
          expect([where, answer.status < 500]).toEqual([where, true]);
          // Nothing of a card number comes back, whatever it was sent as.
          expect(JSON.stringify(answer.body)).not.toContain(PAN);
        }
      }
    });
  }

  it("are answered with a code and a pointer", async () => {
    const wrong = async (path: string, body: unknown) => await server.admin.request("POST", path, body);
    const rows: readonly (readonly [string, unknown, string])[] = [
      ["/api/locations", { ...LOCATION, name: "a\0b" }, "/name"],
      ["/api/locations", { ...LOCATION, city: "\ud800" }, "/city"],
      ["/api/locations", { ...LOCATION, address: `at ${PAN}` }, "/address"],
      ["/api/locations", { ...LOCATION, address: "at 5555 5555 5555 4444, left" }, "/address"],
      ["/api/locations", { ...LOCATION, timeZone: "Mars/Olympus" }, "/timeZone"],
      ["/api/locations", { ...LOCATION, merchantId: "x" }, "/merchantId"],
      ["/api/rulesets", { name: "R", validTo: "9999-12-31T23:59:59-12:00" }, "/validTo"],
      ["/api/rulesets", { name: "R", unknown: 1 }, "/unknown"],
      [
        "/api/rulesets",
        { name: "R", criteria: { locations: { locationIds: ["x"] } } },
        "/criteria/locations/locationIds/0",
      ],
      [
        "/api/rates",
        { rates: [{ date: "0000-01-01", base: "EUR", quote: "USD", rate: "1" }] },
        "/rates/0/date",
      ],
      [
        "/api/rates",
        { rates: [{ date: "2026-01-01", base: "EUR", quote: "USD", rate: "0" }] },
        "/rates/0/rate",
      ],
      [
        "/api/rates",
        { rates: [{ date: "2026-01-01", base: "EUR", quote: "EUR", rate: "1" }] },
        "/rates/0/quote",
      ],
      ["/api/cards/lookup", { pan: "5555555555554445" }, "/pan"],
      ["/api/users", { email: "no", firstName: "A", lastName: "B", role: "ADMIN" }, "/email"],
      ["/api/keys", { name: "k", role: "GOD" }, "/role"],
    ];
    for (const [path, body, pointer] of rows) {
      const answer = await wrong(path, body);
      expect([path, answer.status, ...pointersOf(answer)]).toEqual([path, 422, pointer]);
      expect(answer.headers.get("content-type")).toBe("application/problem+json");
    }
  });
});

describe("hostile paths, queries and headers", () => {
  it("find nothing and break nothing", async () => {
    const paths = [
      "/api/locations/%00",
      "/api/locations/..%2f..%2fetc",
      "/api/locations/%ff",
      "/api/locations/__proto__",
      `/api/cards/${PAN}`,
      `/api/operations/${PAN}`,
      "/api/operations/%00",
      "/api/operations/a%00b",
      "/api/terminals/%00",
      `/api/terminals/${"9".repeat(300)}`,
      `/api/rulesets/${"Z".repeat(26)}`,
    ];
    for (const path of paths) {
      for (const method of ["GET", "PUT", "DELETE", "POST", "PATCH"]) {
        const answer = await raw(server, method, path, method === "GET" ? {} : { body: "{}" });
        expect([method, path, answer.status >= 400 && answer.status < 500]).toEqual([method, path, true]);
        if (method === "GET")
          expect([path, answer.status === 404 || answer.status === 422]).toEqual([path, true]);
      }
    }
  });

  it("refuse what no list knows", async () => {
    const forged = (parts: unknown): string => Buffer.from(JSON.stringify(parts)).toString("base64url");
    const queries = [
      "limit=0",
      "limit=501",
      "limit=-1",
      "limit=1e2",
      "limit=",
      "sort=drop",
      "cursor=%00",
      "cursor=nonsense",
      `cursor=${forged({ a: 1 })}`,
      `cursor=${forged(["-at", "2026-01-01T00:00:00Z", "\0"])}`,
      `cursor=${forged(["-at", "not a time", "x"])}`,
      `cursor=${forged(["name", "\0", "x"])}`,
      `cursor=${forged(["-number", "", "1; drop table x"])}`,
      "name=%00",
      "unknown=1",
      "__proto__=1",
      "constructor=1",
      "from=yesterday",
      "from=9999-12-31T23:59:59-12:00",
    ];
    const lists = ["merchants", "locations", "terminals", "rulesets", "operations", "cards", "users", "keys"];
    for (const list of [...lists, "account-ranges", "rates", "transactions"]) {
      for (const query of queries) {
        const answer = await server.admin.request("GET", `/api/${list}?${query}`);
        const where = `${list}?${query}`;
        const fine = answer.status === 422 || (answer.status === 200 && query.startsWith("__proto__"));
        expect([where, answer.status, fine]).toEqual([where, answer.status, true]);
      }
    }
  });

  it("take strange headers for what they are", async () => {
    const rows: readonly (readonly [string, string, number])[] = [
      ["Idempotency-Key", "ü", 422],
      ["Idempotency-Key", "x".repeat(256), 422],
      ["If-Match", "x".repeat(1_000), 201],
      ["traceparent", "00-zz", 201],
      ["Content-Encoding", "br", 415],
    ];
    for (const [name, value, status] of rows) {
      const answer = await raw(server, "POST", "/api/merchants", {
        body: '{"name":"Header"}',
        headers: { [name]: value },
      });
      expect([name, answer.status]).toEqual([name, status]);
    }
    const waiting = await raw(server, "GET", "/api/merchants", { headers: { "Wait-For": "a b" } });
    expect([waiting.status, ...pointersOf(waiting)]).toEqual([422, "/header/Wait-For"]);
    const cookie = await raw(server, "GET", "/api/session", {
      key: null,
      headers: { cookie: "admittance_session=%00" },
    });
    expect(cookie.status).toBe(401);
  });

  it("leave the product working, its read models too", async () => {
    const answer = await server.admin.send("PUT", `/api/merchants/${merchantId}`, { name: "Here still" });
    const position = answer.headers.get("position") ?? "";
    const list = await server.admin.send("GET", "/api/merchants?name=here", undefined, {
      "Wait-For": position,
    });
    expect(z.looseObject({ total: z.int() }).parse(list.body).total).toBe(1);
    expect(server.logged()).not.toMatch(/"level":50/);
  });
});
