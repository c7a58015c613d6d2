import { randomInt } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { newKeys } from "../../../src/cli/pos/terminal.ts";
import type { Client } from "../../../src/client.ts";
import { createLocation } from "../../support/programme.ts";
import { startTestServer, type TestServer } from "../../support/server.ts";
import { clientFor, idOf } from "../management/support.ts";
import { ClaimingDevice, makeKeys } from "./claimingDevice.ts";

/** Whoever has all the time in the world, and many addresses, guesses one code for long; and the honest device comes in. */

const GUESSES = process.env["LONG"] === "1" ? 100_000 : 1_500;
const CALLERS = 16;
const ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
const TIME = { timeout: 1_800_000 };

let product: TestServer;
let locationId = "";
let merchantId = "";
const keys = newKeys();

beforeAll(async () => {
  product = await startTestServer({ settings: { TRUST_PROXY: "1" } });
  merchantId = idOf(await product.admin.send("POST", "/api/merchants", { name: "Airport" }));
  locationId = await createLocation(product.admin, { merchantId });
});
afterAll(async () => {
  await product.stop();
});

/** How often each status was answered. */
async function guessed(one: (index: number) => Promise<number>): Promise<ReadonlyMap<number, number>> {
  const found = new Map<number, number>();
  let next = 0;
  const caller = async (): Promise<void> => {
    for (let index = next++; index < GUESSES; index = next++) {
      const status = await one(index);
      found.set(status, (found.get(status) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: CALLERS }, caller));
  return found;
}

/** Of thousands of networks. */
function someAddress(index: number): string {
  return `${String(11 + (index % 180))}.${String(index % 251)}.${String(randomInt(256))}.${String(randomInt(256))}`;
}

/** Any but the right one, of the same form. */
function otherThan(right: string, letters: string): string {
  const any = Array.from(right, () => letters[randomInt(letters.length)]).join("");
  return any === right ? otherThan(right, letters) : any;
}

test(`a code of eight digits, ${String(GUESSES)} guesses`, TIME, async () => {
  const serialNumber = "GUESSED-1";
  await product.admin.send("POST", "/api/terminals", { serialNumber, locationId });
  const issue = async (): Promise<string> => {
    const made = await product.admin.send("POST", `/api/terminals/${serialNumber}/pairing-codes`, {});
    return z.object({ code: z.string() }).parse(made.body).code;
  };
  const pair = async (pairingCode: string, address: string): Promise<number> => {
    const answer = await fetch(`${product.url}/pos/pair`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-forwarded-for": address },
      body: JSON.stringify({ serialNumber, pairingCode, publicKey: keys.publicKey }),
    });
    await answer.arrayBuffer();
    return answer.status;
  };
  const right = await issue();
  const found = await guessed(
    async (index) => await pair(otherThan(right, "0123456789"), someAddress(index)),
  );
  expect([...found.keys()].sort()).toEqual([403, 429]);
  expect([...found.values()].reduce((sum, many) => sum + many)).toBe(GUESSES);
  // The code has fallen: also the right one is worth nothing now, from an address that never guessed.
  expect(await pair(right, "203.0.113.9")).not.toBe(200);
  expect(await pair(await issue(), "203.0.113.9")).toBe(200);
});

test(`a code of six characters, ${String(GUESSES)} guesses`, TIME, async () => {
  const asRole = async (): Promise<Client> =>
    await clientFor(product, "SERVICE_PROVIDER", { merchantIds: [merchantId] });
  const thief = await asRole();
  const serialNumber = "GUESSED-00000002";
  await product.admin.send("POST", "/api/terminals", { serialNumber, locationId });
  const device = new ClaimingDevice(product.url, serialNumber, makeKeys());
  const codeOf = async (): Promise<string> =>
    z.looseObject({ pairing_code: z.string() }).parse((await device.askCode()).body).pairing_code;
  const right = await codeOf();
  const found = await guessed(async (index) => {
    const body = { pairing_code: otherThan(right, ALPHABET) };
    const headers = { "x-forwarded-for": someAddress(index) };
    return (await thief.request("POST", "/pos/claim", body, headers)).status;
  });
  expect([...found.keys()].sort()).toEqual([400, 429]);
  expect([...found.values()].reduce((sum, many) => sum + many)).toBe(GUESSES);
  const honest = await asRole();
  const claimed = await honest.request(
    "POST",
    "/pos/claim",
    { pairing_code: await codeOf() },
    { "x-forwarded-for": "203.0.113.10" },
  );
  expect(claimed).toMatchObject({ status: 200, body: { status: "claimed", device_id: device.id } });
});
