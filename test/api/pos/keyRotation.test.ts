import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { type Answer, createClient } from "../../../src/client.ts";
import { bearerOf, newKeys, type Terminal, terminalOf } from "../../../src/cli/pos/terminal.ts";
import { KEY_RETIRES_AFTER, KEY_ROTATIONS_OF_ONE } from "../../../src/domain/policies.ts";
import { terminalStream } from "../../../src/domain/terminal/events.ts";
import { TerminalAuthenticator } from "../../../src/engine/terminals/authenticate.ts";
import { createLocation, createTerminal, testKeys } from "../../support/programme.ts";
import { startTestServer, type TestServer } from "../../support/server.ts";
import { spkiOf, soundN } from "../../support/weakKeys.ts";

/** A terminal replaces its key by itself: its present key vouches for the next. */

let product: TestServer;
let locationId: string;
const [second, third] = [newKeys(), newKeys()];

beforeAll(async () => {
  product = await startTestServer();
  locationId = await createLocation(product.admin);
});
afterAll(async () => {
  await product.stop();
});

async function paired(): Promise<Terminal> {
  return await createTerminal(product.admin, product.url, locationId);
}

function holding({ serialNumber }: Terminal, keys: typeof second, now = Date.now): Terminal {
  return terminalOf(product.url, serialNumber, keys.privateKey, now);
}

async function rotate(by: Terminal, to: typeof second, changed: object = {}): Promise<Answer> {
  const body = { publicKey: to.publicKey, proof: await holding(by, to).token(), ...changed };
  return await by.client.request("POST", "/pos/rotate_key", body);
}

async function statusOf({ client }: Terminal): Promise<number> {
  return (await client.request("GET", "/pos/status")).status;
}

async function rotationsOf({ serialNumber }: Terminal): Promise<number> {
  const events = await product.server.services.log.read(terminalStream(serialNumber));
  return events.filter(({ type }) => type === "TerminalKeyRotated").length;
}

test("theNewKeyCountsAtOnce, and the key before for an hour of real time", async () => {
  const first = await paired();
  const answer = await rotate(first, second);
  expect(answer.status).toBe(200);
  const { oldKeyUntil } = z.object({ oldKeyUntil: z.iso.datetime() }).parse(answer.body);
  const end = Date.parse(oldKeyUntil);
  expect(Math.abs(end - Date.now() - KEY_RETIRES_AFTER)).toBeLessThan(60_000);
  expect([await statusOf(holding(first, second)), await statusOf(first)]).toEqual([200, 200]);

  const authenticator = (now: number) =>
    new TerminalAuthenticator({ ...product.server.services, now: () => now });
  const kindAt = async (keys: Terminal, now: number): Promise<string> =>
    (await authenticator(now).authenticate(`Bearer ${await keys.token()}`)).kind;
  const former = (now: number): Terminal => holding(first, testKeys(), () => now);
  expect(await kindAt(former(end - 1), end - 1)).toBe("authenticated");
  expect(await kindAt(former(end), end)).toBe("problem");
  expect(
    await kindAt(
      holding(first, second, () => end),
      end,
    ),
  ).toBe("authenticated");
});

test("aLostReplyMayBeAskedForAgainByEither, and is one rotation", async () => {
  const first = await paired();
  const before = await rotate(first, second);
  const again = [await rotate(first, second), await rotate(holding(first, second), second)];
  const { oldKeyUntil } = z.object({ oldKeyUntil: z.string() }).parse(before.body);
  for (const answer of again) expect([answer.status, answer.body]).toMatchObject([200, { oldKeyUntil }]);
  expect(await rotationsOf(first)).toBe(1);
});

test("aKeyThatRetiresVouchesForNoOther, and is gone once the next retires", async () => {
  const first = await paired();
  await rotate(first, second);
  const refused = await rotate(first, third);
  expect([refused.status, refused.body]).toMatchObject([409, { code: "KEY_RETIRED" }]);
  expect((await rotate(holding(first, second), third)).status).toBe(200);
  const all = [first, holding(first, second), holding(first, third)];
  expect(await Promise.all(all.map(statusOf))).toEqual([401, 200, 200]);
});

test("theNewKeyProvesItself, is as sound as any, and else the old one stays", async () => {
  const first = await paired();
  const stranger = await paired();
  const wrong: readonly (readonly [object, string])[] = [
    [{ proof: await first.token() }, "/proof"],
    [{ proof: await holding(stranger, second).token() }, "/proof"],
    [{ proof: "a.b.c" }, "/proof"],
    [{ publicKey: spkiOf(soundN, 1n).toString("base64") }, "/publicKey"],
    [{ publicKey: second.privateKey }, "/publicKey"],
    [{ encryptionKey: second.encryptionKey }, "/encryptionKey"],
    [{ more: 1 }, "/more"],
  ];
  for (const [changed, pointer] of wrong) {
    const answer = await rotate(first, second, changed);
    expect([answer.status, answer.body]).toMatchObject([422, { errors: [{ pointer }] }]);
  }
  expect([await statusOf(first), await statusOf(holding(first, second))]).toEqual([200, 401]);
  expect(await rotationsOf(first)).toBe(0);
});

test("unpairingEndsBothKeys, and suspending both for as long", async () => {
  const first = await paired();
  await rotate(first, second);
  const both = [first, holding(first, second)];
  const path = `/api/terminals/${first.serialNumber}`;
  await product.admin.send("POST", `${path}/suspend`, {});
  expect(await Promise.all(both.map(async (one) => (await rotate(one, third)).status))).toEqual([403, 403]);
  await product.admin.send("POST", `${path}/resume`, {});
  await product.admin.send("POST", `${path}/unpair`, {});
  expect(await Promise.all(both.map(statusOf))).toEqual([401, 401]);
});

test("aTokenThatWasGivenVouchesForNoKey", async () => {
  const made = await product.admin.send("POST", "/ipp/v1/enrollments", { location_id: locationId });
  const { enrollment_code } = z.object({ enrollment_code: z.string() }).parse(made.body);
  const device = { enrollment_code, hardware_id: "BEARER-1" };
  const came = await createClient(product.url, null).send("POST", "/ipp/v1/devices", device);
  const { token } = z.object({ token: z.string() }).parse(came.body);
  const refused = await rotate(bearerOf(product.url, "BEARER-1", token), second);
  expect([refused.status, refused.body]).toMatchObject([403, { code: "FORBIDDEN" }]);
});

test("whoeverBringsTooManyKeysWaits", async () => {
  const first = await paired();
  for (let count = 0; count < KEY_ROTATIONS_OF_ONE; count++) {
    expect((await rotate(first, second)).status).toBe(200);
  }
  const refused = await rotate(first, second);
  expect(refused.status).toBe(429);
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
});
