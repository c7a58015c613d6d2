import { createPrivateKey, createPublicKey, generateKeyPairSync, sign } from "node:crypto";
import { createServer, type Server } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { createClient } from "../../../src/client.ts";
import { newKeys, type Terminal } from "../../../src/cli/pos/terminal.ts";
import { createLocation, createTerminal, testKeys } from "../../support/programme.ts";
import { startTestServer, type TestServer } from "../../support/server.ts";

/** Tokens by which somebody else would be a terminal: each is 401, and nothing is asked for what it points to. */

let product: TestServer;
let terminal: Terminal;
let other: Terminal;
let lure: Server;
let lureUrl = "";
let lured = 0;
const attacker = newKeys();
const now = Math.floor(Date.now() / 1_000);

beforeAll(async () => {
  product = await startTestServer();
  const locationId = await createLocation(product.admin);
  terminal = await createTerminal(product.admin, product.url, locationId);
  other = await createTerminal(product.admin, product.url, locationId);
  lure = createServer((_request, response) => {
    lured += 1;
    response.end(JSON.stringify({ keys: [publicJwk()] }));
  });
  await new Promise<void>((resolve) => lure.listen(0, "127.0.0.1", resolve));
  const address = lure.address();
  if (address === null || typeof address === "string") throw new Error("a server has its port");
  lureUrl = `http://127.0.0.1:${String(address.port)}/keys`;
});
afterAll(async () => {
  lure.close();
  await product.stop();
});

function publicJwk() {
  return createPublicKey(createPrivateKey(attacker.privateKey)).export({ format: "jwk" });
}

type Json = Readonly<Record<string, unknown>>;

/** Made by hand: no library makes some of these. */
function token(header: Json, claims: Json, privateKey = testKeys().privateKey, hash = "sha256"): string {
  const text = [header, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
    .join(".");
  return `${text}.${sign(hash, Buffer.from(text), privateKey).toString("base64url")}`;
}

const RS256 = { alg: "RS256" };
const claims = (changed: Json = {}): Json => ({
  ...{ sub: terminal.serialNumber, iat: now, exp: now + 300 },
  ...changed,
});
const without = (name: string): Json =>
  Object.fromEntries(Object.entries(claims()).filter(([one]) => one !== name));

const ATTACKS: Readonly<Record<string, () => string>> = {
  "alg none": () => `${token({ alg: "none" }, claims()).split(".").slice(0, 2).join(".")}.`,
  "alg None, with a signature": () => token({ alg: "None" }, claims()),
  "RS512 by the right key": () => token({ alg: "RS512" }, claims(), testKeys().privateKey, "sha512"),
  "another key": () => token(RS256, claims(), attacker.privateKey),
  "an embedded jwk": () => token({ ...RS256, jwk: publicJwk() }, claims(), attacker.privateKey),
  "an embedded x5c": () => token({ ...RS256, x5c: ["MIIB"] }, claims(), attacker.privateKey),
  "a jku": () => token({ ...RS256, jku: lureUrl, kid: "1" }, claims(), attacker.privateKey),
  "an x5u": () => token({ ...RS256, x5u: lureUrl }, claims(), attacker.privateKey),
  "a kid that is a path": () => token({ ...RS256, kid: "../../dev/null" }, claims(), attacker.privateKey),
  "a kid that is SQL": () => token({ ...RS256, kid: "' or '1'='1" }, claims(), attacker.privateKey),
  "a crit that is not known": () => token({ ...RS256, crit: ["x-own"], "x-own": 1 }, claims()),
  "b64 false": () => token({ ...RS256, crit: ["b64"], b64: false }, claims()),
  "no exp": () => token(RS256, without("exp")),
  "no iat": () => token(RS256, without("iat")),
  "no sub": () => token(RS256, without("sub")),
  "a text as exp": () => token(RS256, claims({ exp: String(now + 300) })),
  "an exp of ten years": () => token(RS256, claims({ exp: now + 315_360_000 })),
  "an exp that is no number": () => token(RS256, claims({ exp: "1e999" })),
  "an iat of the future": () => token(RS256, claims({ iat: now + 3_600, exp: now + 3_900 })),
  "an iat after its exp": () => token(RS256, claims({ iat: now + 30, exp: now + 10 })),
  "an nbf of the future": () => token(RS256, claims({ nbf: now + 3_600 })),
  "a sub that is a number": () => token(RS256, claims({ sub: 1 })),
  "a sub that is a list": () => token(RS256, claims({ sub: [terminal.serialNumber] })),
  "a signature of zeros": () =>
    `${token(RS256, claims()).split(".").slice(0, 2).join(".")}.${Buffer.alloc(256).toString("base64url")}`,
  "claims that are a list": () => token(RS256, Object.assign([], claims())),
  "a key of 1,024 bits": () => {
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 1_024 });
    return token(RS256, claims(), privateKey.export({ format: "pem", type: "pkcs8" }).toString());
  },
  EdDSA: () => {
    const { privateKey } = generateKeyPairSync("ed25519");
    const text = [{ alg: "EdDSA" }, claims()]
      .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
      .join(".");
    return `${text}.${sign(null, Buffer.from(text), privateKey).toString("base64url")}`;
  },
};

async function statusWith(text: string): Promise<number> {
  return (await createClient(product.url, text).request("GET", "/pos/status")).status;
}

describe("a token", () => {
  test("isTakenWhereNothingIsWrongWithIt", async () => {
    expect(await statusWith(token(RS256, claims()))).toBe(200);
    expect(await statusWith(token({ ...RS256, kid: "mine", typ: "JWT" }, claims()))).toBe(200);
  });

  test.each(Object.entries(ATTACKS))("isRefusedWith %s", async (_what, make) => {
    const text = make();
    expect(await statusWith(text)).toBe(401);
    // Seen before or not.
    expect(await statusWith(text)).toBe(401);
  });

  test("isRefusedOfAnotherTerminal, whose own key is another", async () => {
    const stranger = newKeys();
    await product.admin.send("POST", `/api/terminals/${other.serialNumber}/unpair`, {});
    const issued = await product.admin.send("POST", `/api/terminals/${other.serialNumber}/pairing-codes`, {});
    const { code: pairingCode } = z.object({ code: z.string() }).parse(issued.body);
    const body = { serialNumber: other.serialNumber, pairingCode, publicKey: stranger.publicKey };
    await createClient(product.url, null).send("POST", "/pos/pair", body);
    expect(await statusWith(token(RS256, claims({ sub: other.serialNumber }), stranger.privateKey))).toBe(
      200,
    );
    expect(await statusWith(token(RS256, claims(), stranger.privateKey))).toBe(401);
  });

  test("hasNobodyAskElsewhere", () => {
    expect(lured).toBe(0);
  });
});
