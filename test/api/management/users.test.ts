import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createKey, ensureAdministrator } from "../../../src/engine/accounts/bootstrap.ts";
import { forgetExpired } from "../../../src/engine/housekeeping.ts";
import { createClient } from "../../../src/client.ts";
import { keyInput } from "../../../src/domain/key/input.ts";
import { startTestServer, type TestServer } from "../../support/server.ts";
import { codeOf, idOf, itemsOf, keyFor, members, pointersOf, settled } from "./support.ts";

let server: TestServer;
const user = { email: "one@example.org", firstName: "One", lastName: "User", role: "USER" };

beforeAll(async () => {
  server = await startTestServer();
});

afterAll(async () => {
  await server.stop();
});

describe("users", () => {
  it("have an address of their own, whatever its case and however many ask at once", async () => {
    const { admin } = server;
    const answers = await Promise.all(
      Array.from({ length: 6 }, async (_, n) =>
        admin.request("POST", "/api/users", { ...user, email: n % 2 === 0 ? user.email : "ONE@example.org" }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409, 409]);
    const taken = answers.find(({ status }) => status === 409);
    expect(taken === undefined ? [] : pointersOf(taken)).toEqual(["/email"]);
    const other = idOf(await admin.send("POST", "/api/users", { ...user, email: "two@example.org" }));
    expect(
      (await admin.request("PUT", `/api/users/${other}`, { ...user, email: "One@Example.Org" })).status,
    ).toBe(409);
    expect(
      (await admin.request("PUT", `/api/users/${other}`, { ...user, email: "TWO@example.org" })).status,
    ).toBe(200);
    expect((await admin.request("DELETE", `/api/users/${other}`)).status).toBe(204);
    expect((await admin.request("POST", "/api/users", { ...user, email: "two@example.org" })).status).toBe(
      201,
    );
  });

  it("are found by a part of their first or their last name, whatever the case", async () => {
    const { admin } = server;
    const ada = idOf(
      await admin.send("POST", "/api/users", { ...user, email: "ada@example.org", firstName: "Adalbert" }),
    );
    const eve = { ...user, email: "eve@example.org", firstName: "Eve", lastName: "Adalson" };
    const other = idOf(await admin.send("POST", "/api/users", eve));
    await settled(server);
    const found = async (query: string): Promise<readonly unknown[]> =>
      itemsOf(await admin.send("GET", `/api/users?${query}`)).map((one) => one["id"]);
    expect(await found("firstName=ADAL")).toEqual([ada]);
    expect(await found("lastName=adals")).toEqual([other]);
    expect(await found("firstName=adal&lastName=adals")).toEqual([]);
    expect(await found("firstName=%25")).toEqual([]);
  });

  it("keep their password out of everything that is stored or shown", async () => {
    const password = "a very secret password";
    const created = await server.admin.send("POST", "/api/users", {
      ...user,
      email: "p@example.org",
      password,
    });
    expect(JSON.stringify(created.body)).not.toMatch(/password|secret/);
    const { rows } = await server.server.services.pool.query<{ body: string }>(
      "select body from events where stream = $1",
      [`user-${idOf(created)}`],
    );
    expect(rows.map(({ body }) => body).join()).not.toMatch(/password|secret/);
    const short = await server.admin.request("POST", "/api/users", {
      ...user,
      email: "s@example.org",
      password: "short",
    });
    expect([short.status, ...pointersOf(short)]).toEqual([422, "/password"]);
  });

  it("are listed by role and address", async () => {
    await settled(server);
    const items = itemsOf(await server.admin.send("GET", "/api/users?role=ADMIN"));
    expect(items.map(({ email }) => email)).toEqual(["admin@admittance.local"]);
    expect(itemsOf(await server.admin.send("GET", "/api/users?email=ONE@EXAMPLE.ORG"))).toHaveLength(1);
  });
});

describe("API keys", () => {
  it("are shown once, and are void with the next request after they were deleted", async () => {
    const { admin, url } = server;
    const answer = await admin.send("POST", "/api/keys", { name: "Short-lived", role: "ADMIN" });
    const key = String(members(answer)["key"]);
    expect(key).toMatch(/^adm_[0-9A-HJKMNP-TV-Z]{26}_[\w-]{43}$/);
    const client = createClient(url, key);
    expect((await client.request("GET", "/api/keys")).status).toBe(200);
    for (const path of ["/api/keys", `/api/keys/${idOf(answer)}`]) {
      expect(JSON.stringify((await admin.send("GET", path)).body)).not.toContain(key);
    }
    expect(
      (await admin.request("DELETE", `/api/keys/${idOf(answer)}`, undefined, { "If-Match": '"9"' })).status,
    ).toBe(412);
    expect((await client.request("GET", "/api/keys")).status).toBe(200);
    expect((await client.request("DELETE", `/api/keys/${idOf(answer)}`)).status).toBe(204);
    const refused = await client.request("GET", "/api/keys");
    expect([refused.status, codeOf(refused), refused.headers.get("www-authenticate")]).toEqual([
      401,
      "UNAUTHENTICATED",
      "Bearer",
    ]);
    const { rows } = await server.server.services.pool.query<{ line: string }>(
      "select k::text as line from api_key_hashes k",
    );
    expect(rows.map(({ line }) => line).join()).not.toContain("adm_");
  });

  it("are made on the machine as well", async () => {
    const body = keyInput.parse({ name: "Machine", role: "AUDITOR" });
    const { apiKey } = await createKey(server.server.services, body);
    const client = createClient(server.url, apiKey);
    expect((await client.request("GET", "/api/locations")).status).toBe(200);
    expect((await client.request("GET", "/api/users")).status).toBe(403);
  });
});

describe("the first start", () => {
  it("makes one administrator and no more", async () => {
    expect(await ensureAdministrator(server.server.services)).toBeNull();
    const all = await Promise.all(
      Array.from({ length: 4 }, async () => await ensureAdministrator(server.server.services)),
    );
    expect(all).toEqual([null, null, null, null]);
  });
});

describe("housekeeping", () => {
  it("forgets what is over, and nothing else", async () => {
    const { services } = server.server;
    await keyFor(server, "USER");
    await server.admin.send("POST", "/api/merchants", { name: "Kept" }, { "Idempotency-Key": "kept" });
    await server.admin.send("POST", "/api/merchants", { name: "Old" }, { "Idempotency-Key": "old" });
    await services.pool.query(
      "update idempotency_keys set created_at = now() - interval '25 hours' where key = 'old'",
    );
    await forgetExpired(services);
    const { rows } = await services.pool.query<{ key: string }>("select key from idempotency_keys");
    expect(rows.map(({ key }) => key)).toEqual(["kept"]);
  });
});
