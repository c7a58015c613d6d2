import { createPrivateKey } from "node:crypto";
import { SignJWT, UnsecuredJWT } from "jose";
import { z } from "zod";
import { type Answer, createClient } from "../../../client.ts";
import { newKeys, type TerminalKeys, terminalOf } from "../../pos/terminal.ts";
import { type Kit, member } from "../kit.ts";

/** Pairing by a code of the office, tokens by the terminal's own key (docs/devices.md, "Pairing"). */

const code = z.object({ code: z.string().regex(/^\d{8}$/), expiresAt: z.iso.datetime() });
const paired = z.object({
  status: z.literal("PAIRED"),
  serverTime: z.iso.datetime(),
  location: z.object({ id: z.string() }),
  settings: z.object({ listRefreshHours: z.number() }),
});
const HOURS_2 = 2 * 3_600_000;

export async function pairing(kit: Kit): Promise<void> {
  const serialNumber = kit.serial();
  const locationId = await kit.locationId();
  const path = `/api/terminals/${serialNumber}`;
  const registered = await kit.office.request("POST", "/api/terminals", { serialNumber, locationId });
  kit.says("a serial number is registered", registered, 201, { status: "NOT_PAIRED" });
  kit.status("registered again", await kit.office.request("POST", "/api/terminals", { serialNumber }), 409);
  const issued = await kit.office.request("POST", `${path}/pairing-codes`, {});
  const { code: pairingCode, expiresAt } = kit.body("a code of eight digits is made", issued, 201, code);
  const left = Date.parse(expiresAt) - (await kit.businessNow());
  kit.holds("the code lives for two hours at most", left > 0 && left <= HOURS_2 + 60_000, expiresAt);

  const keys = newKeys();
  const pair = async (body: object): Promise<Answer> =>
    await kit.nobody.request("POST", "/pos/pair", {
      ...{ serialNumber, pairingCode, publicKey: keys.publicKey },
      ...body,
    });
  const wrong = pairingCode === "00000000" ? "00000001" : "00000000";
  const refusals = [await pair({ pairingCode: wrong }), await pair({ serialNumber: kit.serial() })];
  for (const refused of refusals) {
    kit.says("a wrong code, and an unknown serial number", refused, 403, { code: "PAIRING_REFUSED" });
  }
  const [one, other] = refusals.map(({ body }) => ["title", "detail"].map((name) => member(body, name)));
  kit.holds("both are answered alike", JSON.stringify(one) === JSON.stringify(other), [one, other]);
  kit.status("a key that is none", await pair({ publicKey: "bm9uZQ==" }), 422);
  const answer = await pair({});
  kit.body("the right code pairs, and was not used up before", answer, 200, paired);
  kit.status("the same code and key again: a lost reply", await pair({}), 200);
  const stranger = await pair({ publicKey: newKeys().publicKey });
  kit.says("the same code with another key", stranger, 403, { code: "PAIRING_REFUSED" });
  const issuedAgain = await kit.office.request("POST", `${path}/pairing-codes`, {});
  kit.says("a code for a terminal that is paired", issuedAgain, 409, { code: "ALREADY_PAIRED" });

  await tokens(kit, serialNumber, keys);
  const next = await rotation(kit, serialNumber, keys);
  await kit.office.request("POST", `${path}/unpair`, { reason: "conformance" });
  for (const key of [keys, next]) {
    const after = await statusBy(kit, await tokenOf(kit, serialNumber, key));
    kit.status("a token after unpairing", after, 401);
  }
}

async function tokens(kit: Kit, serialNumber: string, keys: TerminalKeys): Promise<void> {
  const good = await statusBy(kit, await tokenOf(kit, serialNumber, keys));
  kit.says("a token of the terminal's own key", good, 200, { "terminal.serialNumber": serialNumber });
  const now = Math.floor(kit.now() / 1_000);
  const claims = (changed: object = {}) => ({ sub: serialNumber, iat: now, exp: now + 300, ...changed });
  const sign = async (payload: object, alg = "RS256", by = keys): Promise<string> =>
    await new SignJWT({ ...payload }).setProtectedHeader({ alg }).sign(createPrivateKey(by.privateKey));
  const secret = Buffer.from(keys.publicKey, "base64");
  const bad: readonly (readonly [string, string])[] = [
    ["signed by another key", await sign(claims(), "RS256", newKeys())],
    ["signed by RS512", await sign(claims(), "RS512")],
    [
      "signed by HS256 with the public key",
      await new SignJWT(claims()).setProtectedHeader({ alg: "HS256" }).sign(secret),
    ],
    ["not signed", new UnsecuredJWT(claims()).encode()],
    ["without exp", await sign({ sub: serialNumber, iat: now })],
    ["without iat", await sign({ sub: serialNumber, exp: now + 300 })],
    ["over", await sign(claims({ iat: now - 900, exp: now - 600 }))],
    ["from the future", await sign(claims({ iat: now + 600, exp: now + 900 }))],
    ["that lives for longer than a day", await sign(claims({ exp: now + 90_000 }))],
    ["of another sub", await sign(claims({ sub: kit.serial() }))],
  ];
  for (const [what, token] of bad) {
    const answer = await statusBy(kit, token);
    kit.status(`a token ${what}`, answer, 401);
    const { serverTime } = z
      .looseObject({ serverTime: z.unknown() })
      .catch({ serverTime: null })
      .parse(answer.body);
    kit.holds("it is told the server's time", typeof serverTime === "string", serverTime);
  }
}

async function rotation(kit: Kit, serialNumber: string, keys: TerminalKeys): Promise<TerminalKeys> {
  const next = newKeys();
  const client = createClient(kit.url, await tokenOf(kit, serialNumber, keys));
  const body = { publicKey: next.publicKey, proof: await tokenOf(kit, serialNumber, next) };
  const unproven = { ...body, proof: await tokenOf(kit, serialNumber, newKeys()) };
  kit.status("a new key without its proof", await client.request("POST", "/pos/rotate_key", unproven), 422);
  const rotated = await client.request("POST", "/pos/rotate_key", body);
  kit.says("a new key that the present one vouches for", rotated, 200, { status: "PAIRED" });
  kit.status("the same again: a lost reply", await client.request("POST", "/pos/rotate_key", body), 200);
  for (const key of [keys, next]) {
    const answer = await statusBy(kit, await tokenOf(kit, serialNumber, key));
    kit.status("the old key and the new one meanwhile", answer, 200);
  }
  return next;
}

async function statusBy({ url }: Kit, token: string): Promise<Answer> {
  return await createClient(url, token).request("GET", "/pos/status");
}

async function tokenOf(
  { url, now }: Kit,
  serialNumber: string,
  { privateKey }: TerminalKeys,
): Promise<string> {
  return await terminalOf(url, serialNumber, privateKey, now).token();
}
