import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestServer, type TestServer } from "../../support/server.ts";
import { clientFor, codeOf, idOf, itemsOf, LOCATION, raw, settled } from "./support.ts";

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
});

afterAll(async () => {
  await server.stop();
});

async function count(name: string): Promise<number> {
  await settled(server);
  return itemsOf(await server.admin.send("GET", `/api/merchants?name=${name}`)).length;
}

/** As after a crash: the work was done, and its answer was not written down. */
async function loseAnswer(key: string): Promise<void> {
  const { pool, log } = server.server.services;
  const { rows } = await pool.query<{ headers: string }>(
    "select headers from idempotency_keys where key = $1",
    [key],
  );
  const location = /\/([0-9A-Z]{26})"/.exec(rows[0]?.headers ?? "")?.[1] ?? "";
  expect(await log.read(`merchant-${location}`)).toHaveLength(1);
  await pool.query(
    `update idempotency_keys set status = null, body = null, headers = $2, created_at = now() - interval '61 seconds'
     where key = $1`,
    [key, location],
  );
}

describe("Idempotency-Key", () => {
  it("does a write once, and answers its repeat with the same status and bytes", async () => {
    const send = async () =>
      await fetch(new URL("/api/merchants", server.url), {
        method: "POST",
        headers: {
          authorization: `Bearer ${server.adminKey}`,
          "content-type": "application/json",
          "idempotency-key": "once",
        },
        body: '{"name":"Once"}',
      });
    const [first, second] = [await send(), await send()];
    expect([second.status, await second.text()]).toEqual([first.status, await first.text()]);
    for (const name of ["location", "etag", "position", "content-type"]) {
      expect([name, second.headers.get(name)]).toEqual([name, first.headers.get(name)]);
    }
    expect(await count("once")).toBe(1);
  });

  it("is another caller's own", async () => {
    const other = await clientFor(server, "USER");
    const headers = { "Idempotency-Key": "shared" };
    const first = await server.admin.send("POST", "/api/merchants", { name: "Shared A" }, headers);
    const second = await other.send("POST", "/api/merchants", { name: "Shared B" }, headers);
    expect(idOf(second)).not.toBe(idOf(first));
  });

  it("refuses other content, another path, another version", async () => {
    const headers = { "Idempotency-Key": "reused" };
    await server.admin.send("POST", "/api/merchants", { name: "Reused" }, headers);
    for (const [path, body] of [
      ["/api/merchants", { name: "Reused 2" }],
      ["/api/locations", LOCATION],
    ] as const) {
      const answer = await server.admin.request("POST", path, body, headers);
      expect([answer.status, codeOf(answer)]).toEqual([409, "REQUEST_ID_REUSED"]);
    }
  });

  it("isForOnePathOneTargetAndOneVersion: with the same body it is another request elsewhere", async () => {
    const { admin } = server;
    for (const serialNumber of ["IDEM-A", "IDEM-B"])
      await admin.send("POST", "/api/terminals", { serialNumber, locationId: null });
    const refused = async (path: string, key: string, more = {}, method = "POST", body: unknown = {}) => {
      const answer = await admin.request(method, path, body, { "Idempotency-Key": key, ...more });
      expect([path, answer.status, codeOf(answer)]).toEqual([path, 409, "REQUEST_ID_REUSED"]);
    };
    await admin.send("POST", "/api/terminals/IDEM-A/suspend", {}, { "Idempotency-Key": "places" });
    await refused("/api/terminals/IDEM-A/resume", "places");
    await refused("/api/terminals/IDEM-B/suspend", "places");
    const id = idOf(await admin.send("POST", "/api/merchants", { name: "Versions" }));
    const headers = { "Idempotency-Key": "versions", "If-Match": '"0"' };
    await admin.send("PUT", `/api/merchants/${id}`, { name: "Versions 2" }, headers);
    const again = { "If-Match": '"1"' };
    await refused(`/api/merchants/${id}`, "versions", again, "PUT", { name: "Versions 2" });
  });

  it("isNotTakenOverByOtherContent: the attempt that died is only repeated as it was", async () => {
    const headers = { "Idempotency-Key": "dead" };
    await server.admin.send("POST", "/api/merchants", { name: "Dead" }, headers);
    await loseAnswer("dead");
    const other = await server.admin.request("POST", "/api/merchants", { name: "Not dead" }, headers);
    expect([other.status, codeOf(other)]).toEqual([409, "REQUEST_ID_REUSED"]);
    expect(await count("not%20dead")).toBe(0);
  });

  it("lets one of many at once do the work", async () => {
    const headers = { "Idempotency-Key": "race" };
    const answers = await Promise.all(
      Array.from(
        { length: 20 },
        async () => await server.admin.request("POST", "/api/merchants", { name: "Race" }, headers),
      ),
    );
    const done = answers.filter(({ status }) => status === 201);
    expect(new Set(done.map(idOf)).size).toBe(1);
    for (const answer of answers.filter(({ status }) => status !== 201)) {
      expect([answer.status, codeOf(answer)]).toEqual([409, "IDEMPOTENCY_KEY_IN_USE"]);
    }
    expect(await count("race")).toBe(1);
  });

  it("is free again after a refusal", async () => {
    const headers = { "Idempotency-Key": "refused" };
    const body = { serialNumber: "IDEM-1", locationId: null };
    await server.admin.send("POST", "/api/terminals", body);
    expect((await server.admin.request("POST", "/api/terminals", body, headers)).status).toBe(409);
    await server.admin.send("DELETE", "/api/terminals/IDEM-1");
    expect((await server.admin.request("POST", "/api/terminals", body, headers)).status).toBe(201);
  });

  it("is taken over from an attempt that died, without doing its work twice", async () => {
    const headers = { "Idempotency-Key": "crash" };
    const first = await server.admin.send("POST", "/api/merchants", { name: "Crash" }, headers);
    await loseAnswer("crash");
    const second = await server.admin.send("POST", "/api/merchants", { name: "Crash" }, headers);
    expect(second.body).toEqual(first.body);
    expect(second.headers.get("position")).toBe(first.headers.get("position"));
    expect(await count("crash")).toBe(1);
  });

  it("is not taken over before its minute is over", async () => {
    const headers = { "Idempotency-Key": "slow" };
    await server.admin.send("POST", "/api/merchants", { name: "Slow" }, headers);
    await server.server.services.pool.query("update idempotency_keys set status = null where key = 'slow'");
    const answer = await server.admin.request("POST", "/api/merchants", { name: "Slow" }, headers);
    expect([answer.status, codeOf(answer)]).toEqual([409, "IDEMPOTENCY_KEY_IN_USE"]);
    expect(answer.headers.get("retry-after")).toBe("1");
  });

  it("keeps no secret readable, and still answers with it", async () => {
    const headers = { "Idempotency-Key": "secret" };
    const body = { name: "Secret", role: "AUDITOR" };
    const first = await server.admin.send("POST", "/api/keys", body, headers);
    const second = await server.admin.send("POST", "/api/keys", body, headers);
    expect(second.body).toEqual(first.body);
    const { rows } = await server.server.services.pool.query<{ line: string }>(
      "select i::text as line from idempotency_keys i where key = 'secret'",
    );
    expect(rows[0]?.line).toBeDefined();
    expect(rows[0]?.line).not.toMatch(/adm_|Secret/);
  });

  it("holds for imports by their content", async () => {
    const send = async (row: string) =>
      await raw(server, "POST", "/api/account-ranges/import", {
        body: `low,high,ica,issuerName,country,productCode\n${row}\n`,
        type: "text/csv",
        headers: { "Idempotency-Key": "import" },
      });
    const first = await send("520082,520082,1,Bank,POL,WLE");
    expect(first.status).toBe(200);
    expect((await send("520082,520082,1,Bank,POL,WLE")).body).toEqual(first.body);
    expect((await send("520083,520083,1,Bank,POL,WLE")).status).toBe(409);
  });
});
