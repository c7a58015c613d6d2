import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { type Answer, createClient } from "../../../src/client.ts";
import { newKeys } from "../../../src/cli/pos/terminal.ts";
import { CALLER_TRIES, PAIRING_TRIES } from "../../../src/domain/policies.ts";
import { createLocation } from "../../support/programme.ts";
import { startTestServer, type TestServer } from "../../support/server.ts";
import { soundN, spkiOf } from "../../support/weakKeys.ts";

/** Why a device did not come in is seen by the office alone. */

let product: TestServer;
let locationId: string;
const keys = newKeys();

beforeAll(async () => {
  product = await startTestServer({ testClock: true });
  locationId = await createLocation(product.admin);
});
afterAll(async () => {
  await product.stop();
});
afterEach(async () => {
  await product.server.services.pool.query("delete from wrong_tries");
});

let serials = 0;
async function register(): Promise<string> {
  const serialNumber = `F-${String(++serials)}`;
  await product.admin.send("POST", "/api/terminals", { serialNumber, locationId });
  return serialNumber;
}

async function issueCode(serial: string): Promise<string> {
  const answer = await product.admin.send("POST", `/api/terminals/${serial}/pairing-codes`, {});
  return z.object({ code: z.string() }).parse(answer.body).code;
}

async function pair(serialNumber: string, pairingCode: string, publicKey = keys.publicKey): Promise<Answer> {
  const body = { serialNumber, pairingCode, publicKey };
  return await createClient(product.url, null).request("POST", "/pos/pair", body);
}

const failures = z.object({ items: z.array(z.object({ why: z.string(), at: z.iso.datetime() })) });
async function whyOf(serial: string): Promise<readonly string[]> {
  const answer = await product.admin.send("GET", `/api/terminals/${serial}/pairing-failures`);
  return failures.parse(answer.body).items.map(({ why }) => why);
}

const wrong = (code: string): string => (code === "00000000" ? "00000001" : "00000000");
const weak = spkiOf(soundN, 1n).toString("base64");

test("eachCauseIsTold, the latest first, and the device is told none of them", async () => {
  const serial = await register();
  await expect.poll(async () => await whyOf(serial)).toEqual([]);
  const told = [await pair(serial, "12345678")];
  await expect.poll(async () => await whyOf(serial)).toEqual(["NO_CODE"]);
  const code = await issueCode(serial);
  // What failed before this code is over.
  await expect.poll(async () => await whyOf(serial)).toEqual([]);
  told.push(await pair(serial, wrong(code)));
  await expect.poll(async () => await whyOf(serial)).toEqual(["WRONG_CODE"]);
  await product.admin.send("POST", `/api/terminals/${serial}/suspend`, {});
  told.push(await pair(serial, code));
  await expect.poll(async () => await whyOf(serial)).toEqual(["SUSPENDED", "WRONG_CODE"]);
  await product.admin.send("POST", `/api/terminals/${serial}/resume`, {});
  await product.admin.send("POST", "/api/test-clock", { advance: "PT3H" });
  told.push(await pair(serial, code));
  await expect.poll(async () => await whyOf(serial)).toEqual(["CODE_EXPIRED", "SUSPENDED", "WRONG_CODE"]);
  for (const answer of told) {
    expect([answer.status, answer.body]).toMatchObject([403, { code: "PAIRING_REFUSED" }]);
  }
});

test("aKeyThatIsRefusedIsTold, with the right code and without, and is over once it is paired", async () => {
  const serial = await register();
  const code = await issueCode(serial);
  expect((await pair(serial, code, weak)).status).toBe(422);
  await expect.poll(async () => await whyOf(serial)).toEqual(["KEY_REFUSED"]);
  expect((await pair(serial, code)).status).toBe(200);
  await expect.poll(async () => await whyOf(serial)).toEqual([]);
});

test("aCodeThatLocked, and a caller that waits, are told apart", async () => {
  const serial = await register();
  const code = await issueCode(serial);
  for (let tries = 0; tries < PAIRING_TRIES; tries++) await pair(serial, wrong(code));
  await product.server.services.pool.query("delete from wrong_tries");
  await product.admin.send("POST", "/api/test-clock", { advance: "PT2S" });
  await pair(serial, code);
  await expect.poll(async () => await whyOf(serial)).toEqual(["CODE_LOCKED", "WRONG_CODE"]);
  for (let tries = 0; tries <= CALLER_TRIES; tries++) await pair("NOBODY", "12345678");
  expect((await pair(serial, code)).status).toBe(429);
  await expect
    .poll(async () => (await whyOf(serial)).toSorted())
    .toEqual(["CALLER_WAITS", "CODE_LOCKED", "WRONG_CODE"]);
});

test("ofASerialNumberThatNobodyRegisteredNothingIsKept", async () => {
  await pair("NOBODY-ELSE", "12345678");
  await pair("NOBODY-ELSE", "12345678", weak);
  const kept = await product.server.services.pool.query(
    "select 1 from pairing_failures where serial_number not like 'F-%'",
  );
  expect(kept.rows).toEqual([]);
});
