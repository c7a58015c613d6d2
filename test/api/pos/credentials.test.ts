import { createPrivateKey } from "node:crypto";
import { SignJWT } from "jose";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { createClient } from "../../../src/client.ts";
import { newKeys, type TerminalKeys } from "../../../src/cli/pos/terminal.ts";
import { TerminalAuthenticator } from "../../../src/engine/terminals/authenticate.ts";
import { TOKEN_TOLERANCE } from "../../../src/domain/policies.ts";
import { SECOND } from "../../../src/domain/time.ts";
import { createLocation, createTerminal, testKeys } from "../../support/programme.ts";
import { startTestServer, type TestServer } from "../../support/server.ts";

/** A token is worth what its key and its times are worth, also when it was seen before. */

let product: TestServer;
let locationId: string;

beforeAll(async () => {
  product = await startTestServer();
  locationId = await createLocation(product.admin);
});
afterAll(async () => {
  await product.stop();
});

async function tokenOf(serial: string, { privateKey }: TerminalKeys, exp: number): Promise<string> {
  return await new SignJWT({})
    .setProtectedHeader({ alg: "RS256" })
    .setSubject(serial)
    .setIssuedAt(exp - 300)
    .setExpirationTime(exp)
    .sign(createPrivateKey(privateKey));
}

async function statusWith(token: string): Promise<number> {
  return (await createClient(product.url, token).request("GET", "/pos/status")).status;
}

test("aTokenOfTheFormerKeyIsWorthNothingOnceAnotherKeyIsPaired: though it was good a moment ago", async () => {
  const { serialNumber } = await createTerminal(product.admin, product.url, locationId);
  const exp = Math.floor(Date.now() / SECOND) + 250;
  const former = await tokenOf(serialNumber, testKeys(), exp);
  expect(await statusWith(former)).toBe(200);

  const keys = newKeys();
  await product.admin.send("POST", `/api/terminals/${serialNumber}/unpair`, {});
  const issued = await product.admin.send("POST", `/api/terminals/${serialNumber}/pairing-codes`, {});
  const { code } = z.object({ code: z.string() }).parse(issued.body);
  const body = { serialNumber, pairingCode: code, publicKey: keys.publicKey };
  await createClient(product.url, null).send("POST", "/pos/pair", body);

  expect(await statusWith(former)).toBe(401);
  expect(await statusWith(await tokenOf(serialNumber, keys, exp))).toBe(200);
  expect(await statusWith(former)).toBe(401);
});

test("aRememberedTokenEndsWithItsExpAndAMinute", async () => {
  const { serialNumber } = await createTerminal(product.admin, product.url, locationId);
  const exp = Math.floor(Date.now() / SECOND) + 300;
  const bearer = `Bearer ${await tokenOf(serialNumber, testKeys(), exp)}`;
  const end = exp * SECOND + TOKEN_TOLERANCE;
  let now = end - 300 * SECOND;
  const authenticator = new TerminalAuthenticator({ ...product.server.services, now: () => now });
  const kindAt = async (at: number): Promise<string> => {
    now = at;
    return (await authenticator.authenticate(bearer)).kind;
  };
  expect(await kindAt(now)).toBe("authenticated");
  expect(await kindAt(end - 1)).toBe("authenticated");
  expect(await kindAt(end)).toBe("problem");
  expect(await kindAt(end + 300 * SECOND)).toBe("problem");
});

test("aSuspendedTerminalStaysSoWithoutItsKey: no code until it is resumed", async () => {
  const { serialNumber } = await createTerminal(product.admin, product.url, locationId);
  const path = `/api/terminals/${serialNumber}`;
  await product.admin.send("POST", `${path}/suspend`, { reason: "lost" });
  await product.admin.send("POST", `${path}/unpair`, {});
  const refused = await product.admin.request("POST", `${path}/pairing-codes`, {});
  expect([refused.status, refused.body]).toMatchObject([409, { code: "SUSPENDED" }]);
  expect((await product.admin.send("GET", path)).body).toMatchObject({ state: "SUSPENDED" });
  await product.admin.send("POST", `${path}/resume`, {});
  expect((await product.admin.request("POST", `${path}/pairing-codes`, {})).status).toBe(201);
});
