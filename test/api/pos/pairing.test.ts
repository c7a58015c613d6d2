import { generateKeyPairSync } from "node:crypto";
import { SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { createClient } from "../../../src/client.ts";
import { newKeys, terminalOf } from "../../../src/cli/pos/terminal.ts";
import { terminalStream } from "../../../src/domain/terminal/events.ts";
import { check, createLocation, createTerminal, outcome, testPan } from "../../support/programme.ts";
import { startTestServer, type TestServer } from "../../support/server.ts";
import { highPrime, soundN, spkiOf } from "../../support/weakKeys.ts";

let product: TestServer;
let locationId: string;
const keys = newKeys();
const anonymous = () => createClient(product.url, null);

beforeAll(async () => {
  product = await startTestServer({ testClock: true });
  locationId = await createLocation(product.admin);
});
afterAll(async () => {
  await product.stop();
});
// Each test begins as a caller without wrong tries.
async function forgetTries(): Promise<void> {
  await product.server.services.pool.query("delete from wrong_tries");
}

let serials = 0;
async function register(place: string | null = locationId): Promise<string> {
  const serialNumber = `P-${String(++serials)}`;
  await product.admin.send("POST", "/api/terminals", { serialNumber, locationId: place });
  return serialNumber;
}

async function issueCode(serialNumber: string): Promise<string> {
  const answer = await product.admin.send("POST", `/api/terminals/${serialNumber}/pairing-codes`, {});
  return z.object({ code: z.string().regex(/^\d{8}$/), expiresAt: z.string() }).parse(answer.body).code;
}

async function pair(serialNumber: string, pairingCode: string, publicKey = keys.publicKey) {
  return await anonymous().request("POST", "/pos/pair", { serialNumber, pairingCode, publicKey });
}

function wrong(code: string): string {
  return code === "00000000" ? "00000001" : "00000000";
}

describe("pairing", () => {
  test("aRightCodePairsOnceAndTellsThePlace", async () => {
    const serial = await register();
    const answer = await pair(serial, await issueCode(serial));
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      status: "PAIRED",
      location: { id: locationId, service: "LOUNGE" },
      settings: { listRefreshHours: 24, offlineAllowed: true },
    });
  });

  test("aLostReplyMayBeAskedForAgainWithTheSameKeyOnly", async () => {
    const serial = await register();
    const code = await issueCode(serial);
    await pair(serial, code);
    expect((await pair(serial, code)).status).toBe(200);
    expect((await pair(serial, code, newKeys().publicKey)).body).toMatchObject({ code: "PAIRING_REFUSED" });
    await forgetTries();
  });

  test("wrongUnknownExpiredUsedAndVoidedCodesAnswerAlike", async () => {
    const serial = await register();
    const voided = await issueCode(serial);
    const code = await issueCode(serial);
    const answers = [
      await pair(serial, wrong(code)),
      await pair(serial, voided),
      await pair("NO-SUCH-TERMINAL", code),
    ];
    await product.admin.send("POST", "/api/test-clock", { advance: "PT2H" });
    answers.push(await pair(serial, code));
    const bodies = answers.map((answer) =>
      JSON.stringify({ ...z.record(z.string(), z.unknown()).parse(answer.body), traceId: "" }),
    );
    expect(new Set(bodies).size).toBe(1);
    expect(answers.map((answer) => answer.status)).toEqual([403, 403, 403, 403]);
    await forgetTries();
  });

  test("aMalformedFieldOrKeyIs422AndDoesNotUseTheCodeUp", async () => {
    const serial = await register();
    const code = await issueCode(serial);
    const small = generateKeyPairSync("rsa", { modulusLength: 1024 }).publicKey.export({
      format: "der",
      type: "spki",
    });
    const curve = generateKeyPairSync("ec", { namedCurve: "P-256" }).publicKey.export({
      format: "der",
      type: "spki",
    });
    const forged = spkiOf(soundN, 1n).toString("base64");
    const p = highPrime(1_024);
    const square = spkiOf(p * p).toString("base64");
    const pem = Buffer.from(keys.publicKey, "base64");
    const public2 = `-----BEGIN PUBLIC KEY-----\n${pem.toString("base64")}\n-----END PUBLIC KEY-----\n`;
    const rows: [string, RegExp][] = [
      ["nonsense", /SPKI/],
      [small.toString("base64"), /2048/],
      [curve.toString("base64"), /RSA/],
      [keys.privateKey, /private key/],
      [public2 + keys.privateKey, /private key/],
      [forged, /exponent/],
      [square, /power/],
    ];
    // More often than a code may be tried: none of these is a try.
    for (const [key, why] of [...rows, ...rows]) {
      const answer = await pair(serial, code, key);
      expect(answer.status).toBe(422);
      expect(answer.body).toMatchObject({ errors: [{ pointer: "/publicKey" }] });
      expect(JSON.stringify(answer.body)).toMatch(why);
    }
    const secret = keys.privateKey.split("\n")[3] ?? "";
    const events = JSON.stringify(await product.server.services.log.read(terminalStream(serial)));
    expect(secret).toMatch(/^.{64}$/);
    expect(events + product.logged()).not.toContain(secret);
    expect((await pair(serial, "1234567")).status).toBe(422);
    expect((await pair(serial, code)).status).toBe(200);
  });

  test("aKeyMayComeAsPemInBase64", async () => {
    const serial = await register();
    const pem = generateKeyPairSync("rsa", { modulusLength: 2048 }).publicKey.export({
      format: "pem",
      type: "spki",
    });
    const answer = await pair(serial, await issueCode(serial), Buffer.from(pem).toString("base64"));
    expect(answer.status).toBe(200);
  });

  test("aPairedTerminalGetsNoCodeUntilItIsUnpaired", async () => {
    const serial = await register();
    await pair(serial, await issueCode(serial));
    const path = `/api/terminals/${serial}/pairing-codes`;
    const refused = await product.admin.request("POST", path, {});
    expect([refused.status, refused.body]).toMatchObject([409, { code: "ALREADY_PAIRED" }]);
    await product.admin.send("POST", `/api/terminals/${serial}/unpair`, {});
    expect((await pair(serial, await issueCode(serial), newKeys().publicKey)).status).toBe(200);
  });

  test("fiveWrongTriesLockACodeAndTheNextCodeIsFree", async () => {
    const serial = await register();
    const code = await issueCode(serial);
    for (let tries = 0; tries < 5; tries++) await pair(serial, wrong(code));
    expect((await pair(serial, code)).status).toBe(403);
    expect((await pair(serial, await issueCode(serial))).status).toBe(200);
    await forgetTries();
  });

  test("aCallerWithTooManyWrongTriesWaitsExceptWithACodeIssuedAfterwards", async () => {
    const serial = await register();
    const early = await issueCode(serial);
    for (let tries = 0; tries < 10; tries++) await pair(`UNKNOWN-${String(tries)}`, "12345678");
    const blocked = await pair(serial, early);
    expect(blocked.status).toBe(429);
    expect(Number(blocked.headers.get("retry-after"))).toBeGreaterThan(0);
    expect((await pair(serial, await issueCode(serial))).status).toBe(200);
    await forgetTries();
  });

  test("aMovedTestClockLocksNobodyOutAndALockoutIsShortThere", async () => {
    const serial = await register();
    for (let tries = 0; tries < 10; tries++) await pair(`UNKNOWN-${String(tries)}`, "12345678");
    await product.admin.send("POST", "/api/test-clock", { advance: "P3D" });
    const blocked = await pair("UNKNOWN", "12345678");
    expect(blocked.status).toBe(429);
    expect(Number(blocked.headers.get("retry-after"))).toBeLessThanOrEqual(30);
    const early = await issueCode(serial);
    await product.admin.send("POST", "/api/test-clock", { advance: "PT1H" });
    expect((await pair(serial, early)).status).toBe(200);
    await forgetTries();
  });

  test("aCodeUsedAtTheSameMomentPairsOneKeyOnly", async () => {
    const serial = await register();
    const code = await issueCode(serial);
    const both = await Promise.all([
      pair(serial, code, newKeys().publicKey),
      pair(serial, code, newKeys().publicKey),
    ]);
    expect(both.map((answer) => answer.status).sort()).toEqual([200, 403]);
    await forgetTries();
  });
});

describe("terminal tokens", () => {
  const seconds = (): number => Math.floor(Date.now() / 1000);

  async function paired(): Promise<string> {
    const serial = await register();
    await pair(serial, await issueCode(serial));
    return serial;
  }

  interface Claims {
    readonly sub?: string;
    readonly iat?: number;
    readonly exp?: number;
  }

  async function status(claims: Claims, alg = "RS256", key = keys.privateKey): Promise<number> {
    const { createPrivateKey } = await import("node:crypto");
    const secret = alg === "HS256" ? Buffer.from(keys.publicKey, "base64") : createPrivateKey(key);
    const token = await new SignJWT({ ...claims }).setProtectedHeader({ alg }).sign(secret);
    const answer = await createClient(product.url, token).request("GET", "/pos/status");
    if (answer.status === 401) {
      const refused = z.object({ code: z.literal("UNAUTHENTICATED"), serverTime: z.iso.datetime() });
      expect(refused.safeParse(answer.body).error).toBeUndefined();
    }
    return answer.status;
  }

  test("theTableOfTokens", async () => {
    const sub = await paired();
    const now = seconds();
    const rows: [string, number, number][] = [
      ["good", await status({ sub, iat: now, exp: now + 300 }), 200],
      ["24 hours", await status({ sub, iat: now, exp: now + 86_400 }), 200],
      ["more than 24 hours", await status({ sub, iat: now, exp: now + 86_401 }), 401],
      ["a minute ahead", await status({ sub, iat: now + 50, exp: now + 300 }), 200],
      ["from the future", await status({ sub, iat: now + 120, exp: now + 300 }), 401],
      ["just expired", await status({ sub, iat: now - 300, exp: now - 50 }), 200],
      ["expired", await status({ sub, iat: now - 300, exp: now - 70 }), 401],
      ["no exp", await status({ sub, iat: now }), 401],
      ["no iat", await status({ sub, exp: now + 300 }), 401],
      ["no sub", await status({ iat: now, exp: now + 300 }), 401],
      ["unknown sub", await status({ sub: "NOBODY", iat: now, exp: now + 300 }), 401],
      ["another key", await status({ sub, iat: now, exp: now + 300 }, "RS256", newKeys().privateKey), 401],
      ["the public key as a secret", await status({ sub, iat: now, exp: now + 300 }, "HS256"), 401],
      ["RS512", await status({ sub, iat: now, exp: now + 300 }, "RS512"), 401],
    ];
    expect(rows.map(([what, got]) => [what, got])).toEqual(rows.map(([what, , wanted]) => [what, wanted]));
  });

  test("noTokenAndNonsenseAre401", async () => {
    for (const token of [null, "x", "a.b.c", `${"a".repeat(5_000)}.b.c`]) {
      expect((await createClient(product.url, token).request("GET", "/pos/status")).status).toBe(401);
    }
  });

  test("revokingHoldsFromTheNextRequest", async () => {
    const terminal = await createTerminal(product.admin, product.url, locationId);
    expect((await terminal.client.request("GET", "/pos/status")).status).toBe(200);
    await product.admin.send("POST", `/api/terminals/${terminal.serialNumber}/unpair`, {});
    expect((await terminal.client.request("GET", "/pos/status")).status).toBe(401);
  });

  test("aSuspendedTerminalIsRefusedUntilItIsResumed", async () => {
    const terminal = await createTerminal(product.admin, product.url, locationId);
    await product.admin.send("POST", `/api/terminals/${terminal.serialNumber}/suspend`, {});
    expect((await check(terminal, testPan(1))).body).toMatchObject({ code: "TERMINAL_SUSPENDED" });
    await product.admin.send("POST", `/api/terminals/${terminal.serialNumber}/resume`, {});
    expect((await check(terminal, testPan(1))).status).toBe(200);
  });

  test("aTerminalWithoutALocationIsAnUnknownDeviceAndItsAttemptIsRepeatedAsItWas", async () => {
    const terminal = await createTerminal(product.admin, product.url, null);
    const first = await check(terminal, testPan(2), "nowhere-1");
    expect(outcome(first)).toMatchObject({ decision: "REJECTED", code: "UNKNOWN_DEVICE" });
    await product.admin.send("PUT", `/api/terminals/${terminal.serialNumber}`, {
      serialNumber: terminal.serialNumber,
      locationId,
    });
    expect(JSON.stringify((await check(terminal, testPan(2), "nowhere-1")).body)).toBe(
      JSON.stringify(first.body),
    );
    expect(outcome(await check(terminal, testPan(2)))).toMatchObject({ code: "MISSING_ACCESS_RULES" });
  });

  test("theReferenceProfileAnswersAsTheSourceDocumentSays", async () => {
    const terminal = await createTerminal(product.admin, product.url, locationId, { profile: "reference" });
    const answer = await check(terminal, testPan(3));
    expect(answer.status).toBe(403);
    expect(answer.headers.get("content-type")).toContain("application/problem+json");
    expect(answer.body).toMatchObject({ code: "MISSING_ACCESS_RULES", decision: "REJECTED" });
    expect(answer.body).toHaveProperty("accessId");
    const stranger = terminalOf(product.url, terminal.serialNumber, newKeys().privateKey, () => Date.now());
    expect((await stranger.client.request("GET", "/pos/status")).status).toBe(403);
  });
});
