import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { terminalOf } from "../../../src/cli/pos/terminal.ts";
import type { Answer, Client } from "../../../src/client.ts";
import { terminalStream } from "../../../src/domain/terminal/events.ts";
import { createLocation } from "../../support/programme.ts";
import { startTestServer, type TestServer } from "../../support/server.ts";
import { clientFor, idOf } from "../management/support.ts";
import { ClaimingDevice, makeKeys } from "./claimingDevice.ts";

let product: TestServer;
let locationId: string;
/** Of a provider who sees the place, and of one who sees another. */
let owner: Client;
let stranger: Client;
const keys = makeKeys();
const otherKeys = makeKeys();

beforeAll(async () => {
  product = await startTestServer({ testClock: true });
  const { admin } = product;
  const merchantId = idOf(await admin.send("POST", "/api/merchants", { name: "Ours" }));
  const theirs = idOf(await admin.send("POST", "/api/merchants", { name: "Theirs" }));
  locationId = await createLocation(admin, { merchantId });
  owner = await clientFor(product, "SERVICE_PROVIDER", { merchantIds: [merchantId] });
  stranger = await clientFor(product, "SERVICE_PROVIDER", { merchantIds: [theirs] });
});
afterAll(async () => {
  await product.stop();
});
beforeEach(async () => {
  await product.server.services.pool.query("delete from wrong_tries");
});

let devices = 0;
async function registered(own = keys): Promise<ClaimingDevice> {
  const serialNumber = `POS-${String(++devices).padStart(8, "0")}`;
  await product.admin.send("POST", "/api/terminals", { serialNumber, locationId });
  return new ClaimingDevice(product.url, serialNumber, own);
}

async function claim(code: string, by: Client = owner): Promise<Answer> {
  return await by.request("POST", "/pos/claim", { pairing_code: code });
}

async function pass(duration: string): Promise<void> {
  await product.admin.send("POST", "/api/test-clock", { advance: duration });
}

async function typesOf({ id }: ClaimingDevice): Promise<readonly string[]> {
  return (await product.server.services.log.read(terminalStream(id))).map(({ type }) => type);
}

/** A code of its form that no device has shown. */
function otherThan(code: string): string {
  return (code.startsWith("A") ? "B" : "A") + code.slice(1);
}

const TRACE: unknown = expect.stringMatching(/^[0-9a-f]{32}$/);
const CODE: unknown = expect.stringMatching(/^[A-HJ-NP-Z2-9]{6}$/);
function error(code: string, message: string, details: unknown): unknown {
  return { error: { code, message, details, trace_id: TRACE } };
}
const notFound = (code: string): unknown => error("4004", "Pairing code not found", { pairing_code: code });
const expired = (code: string): unknown => error("4220", "Pairing code has expired", { pairing_code: code });
const used = (code: string): unknown =>
  error("4220", "Pairing code has already been used", { pairing_code: code });

describe("the whole flow", () => {
  test("a device asks, polls, is claimed, attests, activates, and works by its own tokens", async () => {
    const device = await registered();
    const asked = await device.askCode();
    const { pairing_code: code, expires_at: until } = z
      .object({ pairing_code: z.string(), expires_at: z.string() })
      .parse(asked.body);
    expect([asked.status, asked.body]).toEqual([
      200,
      {
        pairing_code: CODE,
        device_id: device.id,
        expires_at: until,
        expires_in: 300,
      },
    ]);
    const state = (status: string, isClaimed: boolean, ofCode: string): unknown => ({
      device_id: device.id,
      device_status: status,
      is_claimed: isClaimed,
      pairing_code_status: ofCode,
    });
    for (const path of ["/pos/status", "/pos/device-status"]) {
      expect((await device.poll(path)).body).toEqual(state("registered", false, "active"));
    }
    expect((await device.attest()).body).toEqual(error("4090", "Device has not been claimed", {}));
    const claimed = await claim(code);
    expect([claimed.status, claimed.body]).toEqual([200, { status: "claimed", device_id: device.id }]);
    expect((await device.poll()).body).toEqual(state("claimed", true, "used"));
    const early = await device.activate();
    expect([early.status, early.body]).toEqual([409, error("4090", "Device has not attested", {})]);
    const attested = { status: "attested", device_id: device.id };
    expect((await device.attest()).body).toEqual(attested);
    expect((await device.attest()).body).toEqual(attested);
    expect((await device.poll()).body).toEqual(state("attested", true, "used"));
    const active = { status: "active", device_id: device.id };
    expect((await device.activate()).body).toEqual(active);
    expect((await device.activate()).body).toEqual(active);
    expect((await device.poll("/pos/device-status")).body).toEqual(state("active", true, "used"));
    const terminal = terminalOf(product.url, device.id, device.privateKey, () => Date.now());
    for (const path of ["/pos/status", "/pos/device-status"]) {
      expect((await terminal.client.send("GET", path)).body).toMatchObject({
        terminal: { serialNumber: device.id, status: "PAIRED", location: { id: locationId } },
      });
    }
    expect((await product.admin.send("GET", `/api/terminals/${device.id}`)).body).toMatchObject({
      status: "PAIRED",
      state: "ACTIVE",
      credential: { trust: "ATTESTED" },
    });
    expect(await typesOf(device)).toEqual([
      "TerminalRegistered",
      "ClaimCodeIssued",
      "TerminalClaimed",
      "TerminalAttested",
      "TerminalActivated",
    ]);
  });

  test("aLostReplyIsAskedForAgain: another code, and the one before is void", async () => {
    const device = await registered();
    const lost = await device.showCode();
    const code = await device.showCode();
    expect((await claim(lost)).body).toEqual(expired(lost));
    expect((await claim(code)).status).toBe(200);
  });

  test("of digits alone, whose last one is right by chance", async () => {
    const device = new ClaimingDevice(product.url, "1796027027983");
    await product.admin.send("POST", "/api/terminals", { serialNumber: device.id, locationId });
    expect((await device.askCode()).status).toBe(200);
  });

  test("unpaired it is to be claimed anew, and what it signs counts no more", async () => {
    const device = await registered();
    await claim(await device.showCode());
    await product.admin.send("POST", `/api/terminals/${device.id}/unpair`, {});
    expect((await device.attest()).status).toBe(401);
    expect((await claim(await device.showCode())).status).toBe(200);
  });
});

describe("what the document says of errors, to the letter", () => {
  test("a body without a code, with an empty one, with none of six characters, and what is no JSON", async () => {
    const message =
      "Key: 'ClaimDeviceRequest.PairingCode' Error:Field validation for 'PairingCode' failed on the 'required' tag";
    for (const body of [{}, { pairing_code: "" }, { pairing_code: null }, { pairing_code: 7 }]) {
      const answer = await owner.request("POST", "/pos/claim", body);
      expect([answer.status, answer.body]).toEqual([400, error("4000", "Invalid request body", { message })]);
      expect(answer.headers.get("content-type")).toBe("application/json");
    }
    for (const body of [{ pairing_code: "ABC" }, { pairing_code: "5555555555554444" }, "{"]) {
      const answer = await owner.request("POST", "/pos/claim", body);
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(answer.status).toBeLessThan(500);
      expect(JSON.stringify(answer.body)).not.toContain("5555");
    }
  });

  test("not found, expired, used", async () => {
    const device = await registered();
    const code = await device.showCode();
    const wrong = await claim(otherThan(code));
    expect([wrong.status, wrong.body]).toEqual([400, notFound(otherThan(code))]);
    await pass("PT4M59S");
    const other = await registered(otherKeys);
    const late = await other.showCode();
    expect((await claim(code)).status).toBe(200);
    const again = await claim(code);
    expect([again.status, again.body]).toEqual([400, used(code)]);
    await pass("PT5M");
    const over = await claim(late);
    expect([over.status, over.body]).toEqual([400, expired(late)]);
    expect((await other.poll()).body).toMatchObject({ is_claimed: false, pairing_code_status: "expired" });
    // Small letters are the same letters, and are told as they were sent.
    const anew = (await other.showCode()).toLowerCase();
    expect((await claim(anew)).status).toBe(200);
    expect((await claim(anew)).body).toEqual(used(anew));
  });

  test("403 for another owner's device, which stays as it is", async () => {
    const device = await registered();
    const code = await device.showCode();
    const foreign = await claim(code, stranger);
    expect([foreign.status, foreign.body]).toEqual([
      403,
      error("4003", "Device does not belong to your merchant account", { device_id: device.id }),
    ]);
    expect((await claim(code)).status).toBe(200);
  });

  test("whoever is not known or may not is told by the same envelope", async () => {
    const nobody = await fetch(`${product.url}/pos/claim`, { method: "POST", body: "{}" });
    expect(nobody.status).toBe(401);
    expect(await nobody.json()).toMatchObject({ error: { code: "4010", trace_id: TRACE } });
    const auditor = await clientFor(product, "AUDITOR");
    expect((await claim("ABCDEF", auditor)).body).toMatchObject({ error: { code: "4030" } });
  });
});

describe("who may ask, and what for", () => {
  test("refusedAlike: nobody's serial number, a paired one, a suspended one, one whose code another shows", async () => {
    const nobodys = new ClaimingDevice(product.url, "POS-NOBODYS", keys);
    const shown = await registered();
    const code = await shown.showCode();
    const another = new ClaimingDevice(product.url, shown.id, otherKeys);
    const suspended = await registered();
    await product.admin.send("POST", `/api/terminals/${suspended.id}/suspend`, {});
    const claimed = await registered();
    await claim(await claimed.showCode());
    for (const device of [nobodys, another, suspended, claimed]) {
      const told = await device.askCode();
      expect([told.status, told.body]).toEqual([
        403,
        error("4030", "This device can't have a pairing code now", {}),
      ]);
    }
    // The code of the one that asked before is none the worse for it.
    expect((await another.poll()).status).toBe(401);
    expect((await claim(code)).status).toBe(200);
  });

  test("onlyWhatTheDeviceHasSignedCounts: another path, method, body, time or key is refused alike", async () => {
    const device = await registered();
    const said = async (told: Promise<{ status: number; body: unknown }>): Promise<unknown> => {
      const { status, body } = await told;
      const { message, details } = z
        .object({ error: z.object({ message: z.string(), details: z.record(z.string(), z.unknown()) }) })
        .parse(body).error;
      return [status, message, Object.keys(details)];
    };
    const refused = [401, "Device authentication failed", ["server_time"]];
    const changes = [
      { signed: { method: "GET" } },
      { signed: { path: "/pos/attest" } },
      { signed: { body: "{}" } },
      { skew: -5 * 60_000 - 2_000 },
      { skew: 60_000 + 5_000 },
      { headers: { "Device-Nonce": "another-nonce-of-16" } },
    ];
    for (const changed of changes) expect(await said(device.askCode(changed))).toEqual(refused);
    expect((await device.askCode({ skew: -4 * 60_000 })).status).toBe(200);
    expect((await device.askCode({ skew: 50_000 })).status).toBe(200);
    const another = new ClaimingDevice(product.url, device.id, otherKeys);
    for (const told of [another.poll(), another.attest(), device.poll("/pos/status", { skew: -400_000 })]) {
      expect(await said(told)).toEqual(refused);
    }
    const without = await fetch(`${product.url}/pos/attest`, { method: "POST" });
    expect(without.status).toBe(401);
  });

  test("aNonceIsTakenOnce", async () => {
    const device = await registered();
    const nonce = "0123456789abcdef0123";
    expect((await device.askCode({ nonce })).status).toBe(200);
    expect((await device.askCode({ nonce })).status).toBe(401);
    expect((await device.poll("/pos/status", { nonce })).status).toBe(401);
    // It is nobody else's.
    const other = await registered(otherKeys);
    expect((await other.askCode({ nonce })).status).toBe(200);
  });

  test("a key that is none, and a device that says two names, are 400", async () => {
    const device = await registered();
    for (const body of [
      { device_id: device.id, public_key: "AAAA" },
      { device_id: "another", public_key: keys.publicKey },
      { device_id: device.id },
    ]) {
      const told = await device.call("POST", "/pos/pairing-code", body);
      expect([told.status, told.body]).toMatchObject([400, { error: { code: "4000" } }]);
    }
    expect(await typesOf(device)).toEqual(["TerminalRegistered"]);
  });

  test("aDeviceHasSoManyCodes, then it waits", async () => {
    const device = await registered();
    const statuses: number[] = [];
    for (let asked = 0; asked < 32; asked++) statuses.push((await device.askCode()).status);
    expect(statuses).toEqual([...Array.from({ length: 30 }, () => 200), 429, 429]);
    const other = await registered(otherKeys);
    expect((await other.askCode()).status).toBe(200);
  });
});

describe("guessing", () => {
  test("oneOfFiftyWins, however many callers enter a code at once", async () => {
    const device = await registered();
    const code = await device.showCode();
    const answers = await Promise.all(
      Array.from(
        { length: 50 },
        async (_, index) => await claim(code, index % 2 === 0 ? owner : product.admin),
      ),
    );
    const won = answers.filter(({ status }) => status === 200);
    expect(won).toHaveLength(1);
    for (const answer of answers) if (answer !== won[0]) expect(answer.body).toEqual(used(code));
    expect((await typesOf(device)).filter((type) => type === "TerminalClaimed")).toHaveLength(1);
  });

  test("aCallerThatGuessesIsLockedOut, and no lockout blocks a code that is asked for later", async () => {
    const before = await registered();
    const old = await before.showCode();
    const answers = await Promise.all(
      Array.from({ length: 70 }, async (_, index) => await claim(`ZZ${String(22 + index)}99`)),
    );
    const count = (status: number): number => answers.filter((answer) => answer.status === status).length;
    expect([count(400), count(429)]).toEqual([60, 10]);
    expect((await claim(old)).status).toBe(429);
    // Somebody else is not in the way.
    expect((await claim(otherThan(old), product.admin)).status).toBe(400);
    const device = await registered(otherKeys);
    expect((await claim(await device.showCode())).status).toBe(200);
    expect((await claim("ZZZZZZ")).status).toBe(429);
  });
});

describe("the panel's calls", () => {
  test("a code is looked at, then entered", async () => {
    const device = await registered();
    const code = await device.showCode();
    const look = async (of: string): Promise<unknown> =>
      (await owner.send("POST", "/api/claims/lookup", { code: of })).body;
    const terminal = { serialNumber: device.id, locationId };
    expect(await look(code)).toMatchObject({ outcome: "OPEN", terminal });
    const foreign = await stranger.request("POST", "/api/claims/lookup", { code });
    expect([foreign.status, foreign.body]).toMatchObject([403, { code: "FORBIDDEN" }]);
    expect(await look(otherThan(code))).toEqual({ outcome: "NOT_FOUND", terminal: null });
    const claimed = await owner.send("POST", "/api/claims", { code });
    expect(claimed.body).toMatchObject({ outcome: "CLAIMED", terminal: { ...terminal, state: "CLAIMED" } });
    expect(await look(code)).toMatchObject({ outcome: "USED" });
    expect((await owner.request("POST", "/api/claims/lookup", { code: "ABCDE0" })).status).toBe(422);
  });
});

describe("the strict mode", () => {
  test("unknown, expired, used and foreign codes are answered alike", async () => {
    const strict = await startTestServer({ testClock: true, settings: { CLAIM_STRICT: "1" } });
    try {
      const { admin, url } = strict;
      const place = await createLocation(admin);
      const make = async (serialNumber: string): Promise<string> => {
        await admin.send("POST", "/api/terminals", { serialNumber, locationId: place });
        return await new ClaimingDevice(url, serialNumber, keys).showCode();
      };
      const merchantId = idOf(await admin.send("POST", "/api/merchants", { name: "Theirs" }));
      const other = await clientFor(strict, "SERVICE_PROVIDER", { merchantIds: [merchantId] });
      const late = await make("S-1");
      await admin.send("POST", "/api/test-clock", { advance: "PT6M" });
      const fresh = await make("S-2");
      expect((await claim(fresh, other)).body).toEqual(notFound(fresh));
      expect((await claim(late, admin)).body).toEqual(notFound(late));
      expect((await claim("ZZZZZZ", admin)).body).toEqual(notFound("ZZZZZZ"));
      expect((await claim(fresh, admin)).status).toBe(200);
      const again = await claim(fresh, admin);
      expect([again.status, again.body]).toEqual([400, notFound(fresh)]);
      const looked = await admin.send("POST", "/api/claims/lookup", { code: fresh });
      expect(looked.body).toEqual({ outcome: "NOT_FOUND", terminal: null });
    } finally {
      await strict.stop();
    }
  });
});
