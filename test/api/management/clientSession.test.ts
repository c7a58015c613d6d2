import { SignJWT } from "jose";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { type Answer, type Client, createClient } from "../../../src/client.ts";
import { readClientSession, signClientSession } from "../../../src/engine/accounts/clientSessions.ts";
import { CLIENT_SESSION_LIVES } from "../../../src/domain/policies.ts";
import { createLocation } from "../../support/programme.ts";
import { startTestServer, type TestServer } from "../../support/server.ts";

/** An API client's session (source document, "Claim Device"): a token of its key, then one of a merchant. */

let product: TestServer;
const places = new Map<string, string>();
const merchants: string[] = [];

beforeAll(async () => {
  product = await startTestServer();
  for (const name of ["Ours", "Theirs"]) {
    const made = await product.admin.send("POST", "/api/merchants", { name });
    const { id: merchantId } = z.object({ id: z.string() }).parse(made.body);
    merchants.push(merchantId);
    places.set(merchantId, await createLocation(product.admin, { merchantId }));
  }
});
afterAll(async () => {
  await product.stop();
});

interface Key {
  readonly id: string;
  readonly key: string;
}

async function makeKey(role: string, merchantIds: readonly string[]): Promise<Key> {
  const body = { name: "client", role, scope: { merchantIds } };
  const made = await product.admin.send("POST", "/api/keys", body);
  return z.object({ id: z.string(), key: z.string() }).parse(made.body);
}

async function open(client_id: string, client_secret: string): Promise<Answer> {
  const body = { client_id, client_secret };
  return await createClient(product.url, null).request("POST", "/client/session", body);
}

const opened = z.object({
  access_token: z.string(),
  token_type: z.literal("Bearer"),
  expires_in: z.literal(3_600),
});

function clientOf(answer: Answer): Client {
  return createClient(product.url, opened.parse(answer.body).access_token);
}

async function sees(client: Client): Promise<readonly boolean[]> {
  const answers = [...places.values()].map(async (id) => await client.request("GET", `/api/locations/${id}`));
  return (await Promise.all(answers)).map(({ status }) => status === 200);
}

test("aSessionSeesWhatItsKeySees, and initiated one merchant alone", async () => {
  const [ours = "", theirs = ""] = merchants;
  const { id, key } = await makeKey("USER", []);
  const wide = clientOf(await open(id, key));
  expect(await sees(wide)).toEqual([true, true]);
  const narrow = clientOf(await wide.request("POST", "/session/initiate", { merchant_id: ours }));
  expect(await sees(narrow)).toEqual([true, false]);
  const back = await narrow.request("POST", "/session/initiate", { merchant_id: theirs });
  expect([back.status, back.body]).toMatchObject([404, { error: { code: "4040" } }]);
});

test("anAdministratorsSessionOfAMerchantIsAUsers", async () => {
  const { id, key } = await makeKey("ADMIN", []);
  const wide = clientOf(await open(id, key));
  expect((await wide.request("GET", "/api/users")).status).toBe(200);
  const narrow = clientOf(await wide.request("POST", "/session/initiate", { merchant_id: merchants[0] }));
  expect((await narrow.request("GET", "/api/users")).status).toBe(403);
  expect(await sees(narrow)).toEqual([true, false]);
});

test("aSessionWidensNothing, and ends with its key", async () => {
  const [ours = "", theirs = ""] = merchants;
  const { id, key } = await makeKey("SERVICE_PROVIDER", [ours]);
  const wide = clientOf(await open(id, key));
  expect(await sees(wide)).toEqual([true, false]);
  expect((await wide.request("POST", "/session/initiate", { merchant_id: theirs })).status).toBe(404);
  const narrow = clientOf(await wide.request("POST", "/session/initiate", { merchant_id: ours }));
  await product.admin.send("DELETE", `/api/keys/${id}`);
  const after = [wide, narrow].map(async (one) => (await one.request("GET", "/api/locations")).status);
  expect(await Promise.all(after)).toEqual([401, 401]);
});

test("aSecretThatIsNotTheClients, or a token that we did not sign, is refused alike", async () => {
  const [one, other] = [await makeKey("USER", []), await makeKey("USER", [])];
  for (const answer of [
    await open(one.id, other.key),
    await open(one.id, "adm_nothing"),
    await open("x", "y"),
  ]) {
    expect([answer.status, answer.body]).toMatchObject([401, { error: { code: "4010" } }]);
  }
  const wrong = [
    new SignJWT({}).setProtectedHeader({ alg: "HS256", typ: "at+jwt" }),
    new SignJWT({}).setProtectedHeader({ alg: "HS256" }),
  ].map(
    async (jwt) =>
      await jwt
        .setSubject(one.id)
        .setAudience("admittance")
        .setIssuedAt()
        .setExpirationTime("1h")
        .sign(Buffer.alloc(32)),
  );
  for (const token of await Promise.all(wrong)) {
    expect((await createClient(product.url, token).request("GET", "/api/locations")).status).toBe(401);
  }
});

test("aTokenLivesAnHourOfRealTime", async () => {
  const { services } = product.server;
  const session = { keyId: (await makeKey("USER", [])).id, merchantId: merchants[0] ?? null };
  const token = await signClientSession(services, session);
  const at = async (ms: number) => {
    const now = services.now() + ms;
    return await readClientSession({ ...services, now: () => now }, token);
  };
  expect(await at(CLIENT_SESSION_LIVES - 5_000)).toEqual(session);
  expect(await at(CLIENT_SESSION_LIVES + 5_000)).toBeNull();
});
