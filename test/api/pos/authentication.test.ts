import { createPrivateKey } from "node:crypto";
import { SignJWT } from "jose";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { newKeys, type Terminal } from "../../../src/cli/pos/terminal.ts";
import { createLocation, createTerminal, testKeys } from "../../support/programme.ts";
import { startTestServer, type TestServer } from "../../support/server.ts";

/** Who a terminal is comes before what it sends. */

const stranger = newKeys().privateKey;
let product: TestServer;
let standard: Terminal;
let reference: Terminal;
let routes: readonly { readonly method: string; readonly path: string }[];

beforeAll(async () => {
  product = await startTestServer();
  const locationId = await createLocation(product.admin);
  standard = await createTerminal(product.admin, product.url, locationId);
  reference = await createTerminal(product.admin, product.url, locationId, { profile: "reference" });
  const document = z
    .object({ paths: z.record(z.string(), z.record(z.string(), z.looseObject({ security: z.unknown() }))) })
    .parse((await product.admin.send("GET", "/openapi.json")).body);
  routes = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations)
      .filter(([, { security }]) => JSON.stringify(security).includes("terminal"))
      .map(([method]) => ({ method: method.toUpperCase(), path: path.replaceAll(/\{\w+\}/g, "NONE") })),
  );
});
afterAll(async () => {
  await product.stop();
});

const BODIES: readonly { readonly body: string; readonly type: string }[] = [
  { body: "{}", type: "application/json" },
  { body: "{", type: "application/json" },
  { body: "", type: "application/json" },
  { body: "a=b", type: "application/x-www-form-urlencoded" },
  { body: '{"card":{"pan":"1"},"requestId":""}', type: "application/json" },
  { body: `"${"x".repeat(100_000)}"`, type: "application/json" },
];

async function statuses(authorization: string | null): Promise<ReadonlySet<number>> {
  const seen = new Set<number>();
  for (const { method, path } of routes) {
    for (const { body, type } of method === "GET" ? [{ body: null, type: "text/plain" }] : BODIES) {
      const answer = await fetch(product.url + path, {
        method,
        body,
        headers: { "content-type": type, ...(authorization === null ? {} : { authorization }) },
      });
      await answer.arrayBuffer();
      seen.add(answer.status);
    }
  }
  return seen;
}

async function tokenOf({ serialNumber }: Terminal, privateKey: string): Promise<string> {
  return await new SignJWT({})
    .setProtectedHeader({ alg: "RS256" })
    .setSubject(serialNumber)
    .setIssuedAt()
    .setExpirationTime("5m")
    .sign(createPrivateKey(privateKey));
}

test("whoeverIsNoTerminalIs401WhateverTheBody", async () => {
  expect(routes.length).toBeGreaterThanOrEqual(7);
  expect([...(await statuses(null))]).toEqual([401]);
  expect([...(await statuses("Bearer nonsense"))]).toEqual([401]);
  expect([...(await statuses(`Bearer ${await tokenOf(standard, stranger)}`))]).toEqual([401]);
});

test("aReferenceTerminalThatFailsToProveItselfIs403WhateverTheBody", async () => {
  const token = await tokenOf(reference, stranger);
  expect([...(await statuses(`Bearer ${token}`))]).toEqual([403]);
  expect([...(await statuses(`bearer ${token}`))]).toEqual([403]);
});

test("aTerminalThatDoesIsToldWhatIsWrongWithTheBody", async () => {
  const seen = await statuses(`Bearer ${await tokenOf(standard, testKeys().privateKey)}`);
  // 403: it has given no key that a whitelist could be encrypted to.
  expect([...seen].sort()).toEqual([200, 400, 403, 404, 413, 415, 422]);
});
