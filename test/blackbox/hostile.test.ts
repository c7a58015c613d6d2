import { createHmac, createSign } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestServer, type TestServer } from "../support/server.ts";
import {
  addProgramme,
  type Answer,
  Api,
  at,
  like,
  newKeys,
  newPan,
  pair,
  pointersOf,
  type Programme,
  sign,
  someText,
  spki,
  textAt,
  unique,
} from "./client.ts";

let server: TestServer;
let api: Api;
let place: Programme;

beforeAll(async () => {
  server = await startTestServer();
  api = new Api(server.url, server.adminKey);
  place = await addProgramme(api);
  await place.ruleset({ cardholder: { free: "UNLIMITED" }, guests: { adults: { free: 5 } } });
});
afterAll(() => server.stop());

/** A problem as RFC 9457 and API.md have it, with nothing of the inside in it. */
function expectProblem(answer: Answer, status: number): void {
  expect(answer.status, answer.text).toBe(status);
  expect(answer.headers.get("content-type")).toContain("application/problem+json");
  expect(answer.body).toMatchObject({
    type: someText,
    title: someText,
    status,
    code: like(/^[A-Z_]+$/),
    traceId: someText,
  });
  expect(answer.text).not.toMatch(/node_modules|\.ts:\d|\n\s+at /);
}

const base64url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

describe("a terminal's token", () => {
  it("is RS256 by its own key, short, and of now; a 401 carries the server's time", async () => {
    const { serialNumber, keys } = place.terminal;
    const now = Math.floor(Date.now() / 1000);
    const claims = { sub: serialNumber, iat: now, exp: now + 600 };
    const forge = (header: object, payload: unknown, privateKey = keys.privateKey) => {
      const content = `${base64url(header)}.${base64url(payload)}`;
      return `${content}.${createSign("sha256").update(content).sign(privateKey).toString("base64url")}`;
    };
    const hmac = (secret: string | Buffer) => {
      const content = `${base64url({ alg: "HS256" })}.${base64url(claims)}`;
      return `${content}.${createHmac("sha256", secret).update(content).digest("base64url")}`;
    };
    const evil = newKeys();
    const jwk = evil.publicKey.export({ format: "jwk" });
    const refused = {
      none: `${base64url({ alg: "none" })}.${base64url(claims)}.`,
      hmacPem: hmac(keys.publicKey.export({ type: "spki", format: "pem" })),
      hmacDer: hmac(keys.publicKey.export({ type: "spki", format: "der" })),
      ownJwk: forge({ alg: "RS256", jwk }, claims, evil.privateKey),
      crit: forge({ alg: "RS256", crit: ["x"], x: 1 }, claims),
      otherKey: await sign(serialNumber, evil),
      otherName: await sign("NOBODY", keys),
      nul: forge({ alg: "RS256" }, { ...claims, sub: "a\u0000b" }),
      noExp: forge({ alg: "RS256" }, { sub: serialNumber, iat: now }),
      noIat: forge({ alg: "RS256" }, { sub: serialNumber, exp: now + 60 }),
      hugeExp: forge({ alg: "RS256" }, { ...claims, exp: 1e300 }),
      textExp: forge({ alg: "RS256" }, { ...claims, exp: String(now + 60) }),
      long: await sign(serialNumber, keys, { exp: now + 86_400 + 120 }),
      expired: await sign(serialNumber, keys, { iat: now - 600, exp: now - 90 }),
      future: await sign(serialNumber, keys, { iat: now + 300, exp: now + 600 }),
      garbage: "a.b.c",
    };
    for (const [name, token] of Object.entries(refused)) {
      const answer = await api.call("GET", "/pos/status", { authorization: `Bearer ${token}` });
      expect([name, answer.status]).toEqual([name, 401]);
      expect(Math.abs(Date.parse(textAt(answer, "serverTime")) - Date.now())).toBeLessThan(30_000);
    }
    for (const good of [
      {},
      { exp: now + 86_400, iat: now },
      { iat: now + 20 },
      { iat: now - 600, exp: now - 20 },
    ]) {
      const authorization = `Bearer ${await sign(serialNumber, keys, good)}`;
      expect((await api.call("GET", "/pos/status", { authorization })).status).toBe(200);
    }
  });
});

describe("pairing", () => {
  it("wrong, unknown and used codes answer alike; malformed fields do not use a code up", async () => {
    const serialNumber = unique("HP");
    await api.made("/api/terminals", { serialNumber, locationId: null });
    const code = textAt(await api.made(`/api/terminals/${serialNumber}/pairing-codes`, {}), "code");
    const publicKey = spki(place.terminal.keys);
    const attempt = (body: object) =>
      api.call("POST", "/pos/pair", {
        body: { serialNumber, pairingCode: code, publicKey, ...body },
        authorization: null,
      });
    for (const wrong of [
      { pairingCode: "123" },
      { pairingCode: 1 },
      { publicKey: "???" },
      { publicKey: spki(newKeys(1024)) },
    ]) {
      const answer = await attempt(wrong);
      expectProblem(answer, 422);
      expect(pointersOf(answer)).toEqual([`/${Object.keys(wrong).join("")}`]);
    }
    const other = code === "00000000" ? "00000001" : "00000000";
    const refused = [await attempt({ pairingCode: other }), await attempt({ serialNumber: unique("HX") })];
    const keys = Array.from({ length: 4 }, () => spki(newKeys()));
    const race = await Promise.all(keys.map((key) => attempt({ publicKey: key })));
    expect(race.filter(({ status }) => status === 200)).toHaveLength(1);
    refused.push(...race.filter(({ status }) => status !== 200));
    expect(new Set(refused.map(({ text }) => text.replace(/"traceId":"\w+"/, ""))).size).toBe(1);
    for (const answer of refused)
      expect(answer).toMatchObject({ status: 403, body: { code: "PAIRING_REFUSED" } });
  });
});

describe("a body", () => {
  it("that can't be read is 400, 413 or 415; one that can't be meant is 422 with a pointer", async () => {
    const send = (raw: string, type?: string) =>
      api.call("POST", "/api/merchants", { raw, ...(type === undefined ? {} : { type }) });
    expectProblem(await send('{"name":'), 400);
    expectProblem(await send("NaN"), 400);
    expectProblem(await send(`{"name":"${"a".repeat(10_000_000)}"}`), 413);
    expectProblem(await send("{}", "text/plain"), 415);
    for (const raw of [
      "[]",
      "null",
      '"x"',
      "1e999",
      "{}",
      '{"name":1}',
      '{"name":""}',
      '{"name":"a\\u0000"}',
      '{"name":"\\ud800"}',
    ]) {
      expectProblem(await send(raw), 422);
    }
    for (const name of ["__proto__", "constructor", "colour"]) {
      const answer = await send(`{"name":"a","${name}":{"x":1}}`);
      expectProblem(answer, 422);
      expect(pointersOf(answer)).toEqual([`/${name}`]);
    }
    const deep = await send(`{"name":${"[".repeat(2000)}${"]".repeat(2000)}}`);
    expect(deep.status).toBe(422);
  });

  it("with a wrong card is 422 at the card, and the number does not come back", async () => {
    const pan = place.pan();
    const card = { pan, entryMode: "CHIP" };
    const wrong: Record<string, unknown> = {
      "/card/cvv": { ...card, cvv: "123" },
      "/card/track2": { ...card, track2: `${pan}=3001101` },
      "/card/pinBlock": { ...card, pinBlock: "0" },
      "/card/pan": { ...card, pan: Number(pan) },
      "/card/expiry": { ...card, expiry: "2030-13" },
      "/card/entryMode": { pan, entryMode: "TAP" },
      "/card": pan,
    };
    const swapped = pan.slice(0, -1) + String((Number(pan.at(-1)) + 1) % 10);
    for (const [pointer, value] of [
      ...Object.entries(wrong),
      ["/card/pan", { ...card, pan: swapped }] as const,
    ]) {
      const answer = await place.terminal.card(value);
      expectProblem(answer, 422);
      expect(pointersOf(answer)).toContain(pointer);
      expect(answer.text).not.toContain(pan);
      expect(answer.text).not.toContain(swapped);
    }
    const torn = await place.terminal.call("POST", "/pos/check_entry", { raw: `{"card":{"pan":"${pan}` });
    expectProblem(torn, 400);
    expect(torn.text).not.toContain(pan);
    for (const requestId of ["", "a".repeat(65), "ü", "a\n", 1]) {
      const answer = await place.terminal.check(pan, { requestId });
      expect([answer.status, pointersOf(answer)]).toEqual([422, ["/requestId"]]);
    }
  });

  it("with guests that can't be counted is 422 at the guests, and the entry stays as it is", async () => {
    const accessId = textAt(await place.terminal.check(place.pan()), "accessId");
    for (const guests of [
      -1,
      1.5,
      1e308,
      "1",
      null,
      [1],
      true,
      { adults: -1 },
      { adults: 0.5 },
      { dogs: 1 },
    ]) {
      const answer = await place.terminal.confirm(accessId, guests);
      expectProblem(answer, 422);
      expect(String(pointersOf(answer)[0])).toMatch(/^\/guests/);
    }
    for (const unknown of ["x", "__proto__", "../x", accessId.toLowerCase()]) {
      expectProblem(await place.terminal.confirm(unknown), 404);
    }
    expect((await place.terminal.confirm(accessId, 5)).status).toBe(200);
  });

  it("with a card number where a name or a reason belongs is refused, and it does not come back", async () => {
    const pan = newPan("5");
    const cardId = textAt(await api.post("/api/cards/lookup", { pan: place.pan() }), "cardId");
    const spaced = pan.replace(/(\d{4})(?=\d)/g, "$1 ");
    for (const answer of [
      await api.post("/api/merchants", { name: `card ${pan}` }),
      await api.post("/api/rulesets", { name: "a", description: spaced }),
      await api.post(`/api/cards/${cardId}/freeze`, { reason: `lost ${pan}` }),
      await api.post("/api/keys", { name: pan, role: "USER" }),
    ]) {
      expectProblem(answer, 422);
      expect(answer.text).not.toContain(pan);
    }
    for (const path of [`/nowhere/${pan}`, `/api/cards/${pan}`, `/api/merchants/${pan}`]) {
      const answer = await api.get(path);
      expectProblem(answer, 404);
      expect(answer.text).not.toContain(pan);
    }
  });
});

describe("a way in", () => {
  it("is 401 without a right to it, 404 where there is none, 405 with Allow by another method", async () => {
    for (const authorization of [null, "Basic YTpi", "Bearer ", "Bearer adm_x"]) {
      expectProblem(await api.call("GET", "/api/merchants", { authorization }), 401);
    }
    for (const path of [
      "/nope",
      "/api/__proto__",
      "/api/merchants/..%2f..%2fetc%2fpasswd",
      "/api/merchants/%zz",
      "/docs/%2e%2e/package.json",
    ]) {
      expectProblem(await api.get(path), 404);
    }
    for (const [method, path, allowed] of [
      ["DELETE", "/api/merchants", ["GET", "POST"]],
      ["GET", "/pos/check_entry", ["POST"]],
      ["POST", "/healthz", ["GET"]],
    ] as const) {
      const answer = await api.call(method, path);
      expectProblem(answer, 405);
      expect((answer.headers.get("allow") ?? "").split(", ").sort()).toEqual([...allowed]);
    }
    const body = { name: unique("Override") };
    const overridden = await api.post("/api/merchants", body, { "x-http-method-override": "DELETE" });
    expect(overridden.status).toBe(201);
  });

  it("a terminal of the reference's profile is told 403 with the reference's code", async () => {
    const terminal = await pair(api, place.locationId, "reference");
    const pan = place.pan();
    expect(at((await terminal.check(pan)).body, "decision")).toBe("GRANTED");
    const blocked = await terminal.check(pan);
    expectProblem(blocked, 403);
    expect(blocked.body).toMatchObject({
      decision: "REJECTED",
      code: "TEMPORARILT_BLOCKED",
      retryable: true,
    });
    const authorization = `Bearer ${await sign(terminal.serialNumber, newKeys())}`;
    expectProblem(await api.call("GET", "/pos/status", { authorization }), 403);
  });

  it("stays open after torn requests", async () => {
    for (let index = 0; index < 5; index += 1) {
      const controller = new AbortController();
      const torn = fetch(`${api.url}/pos/check_entry`, {
        method: "POST",
        body: "{",
        signal: controller.signal,
      });
      controller.abort();
      await expect(torn).rejects.toThrow();
    }
    expect((await api.call("GET", "/healthz", { authorization: null })).status).toBe(200);
    expect((await api.call("GET", "/readyz", { authorization: null })).status).toBe(200);
  });
});
