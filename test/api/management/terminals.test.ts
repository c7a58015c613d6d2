import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { createLocation, createTerminal, pairTerminal } from "../../support/programme.ts";
import { startTestServer, type TestServer } from "../../support/server.ts";
import { codeOf, itemsOf, members, pointersOf, settled } from "./support.ts";

let server: TestServer;
let locationId = "";

beforeAll(async () => {
  server = await startTestServer({ testClock: true });
  locationId = await createLocation(server.admin);
});

afterAll(async () => {
  await server.stop();
});

const issued = z.strictObject({
  id: z.string(),
  code: z.string().regex(/^\d{8}$/),
  expiresAt: z.iso.datetime(),
});

describe("terminals", () => {
  it("are registered once, listed, changed and deleted", async () => {
    const { admin } = server;
    const answer = await admin.send("POST", "/api/terminals", { serialNumber: "A-1", locationId });
    expect([answer.status, answer.headers.get("location")]).toEqual([201, "/api/terminals/A-1"]);
    expect(answer.body).toMatchObject({
      id: "A-1",
      serialNumber: "A-1",
      locationId,
      profile: "standard",
      status: "NOT_PAIRED",
      state: "REGISTERED",
      pairingCode: null,
    });
    const again = await admin.request("POST", "/api/terminals", { serialNumber: "A-1" });
    expect([again.status, codeOf(again)]).toEqual([409, "ALREADY_EXISTS"]);
    const nowhere = await admin.request("POST", "/api/terminals", {
      serialNumber: "A-2",
      locationId: "01J00000000000000000000000",
    });
    expect([nowhere.status, ...pointersOf(nowhere)]).toEqual([422, "/locationId"]);
    await settled(server);
    expect(itemsOf(await admin.send("GET", `/api/terminals?locationId=${locationId}`))).toEqual([
      answer.body,
    ]);
    const changed = await admin.send("PUT", "/api/terminals/A-1", { locationId: null, profile: "reference" });
    expect(changed.body).toMatchObject({ locationId: null, profile: "reference" });
    expect(
      (await admin.request("DELETE", "/api/terminals/A-1", undefined, { "If-Match": '"0"' })).status,
    ).toBe(412);
    expect((await admin.request("DELETE", "/api/terminals/A-1")).status).toBe(204);
    expect((await admin.request("GET", "/api/terminals/A-1")).status).toBe(404);
    expect((await admin.request("POST", "/api/terminals", { serialNumber: "A-1" })).status).toBe(201);
  });

  it("get a code that pairs once, and another that voids it", async () => {
    const { admin, url } = server;
    await admin.send("POST", "/api/terminals", { serialNumber: "B-1", locationId });
    const first = issued.parse((await admin.send("POST", "/api/terminals/B-1/pairing-codes", {})).body);
    expect(Date.parse(first.expiresAt) - Date.now()).toBeGreaterThan(7_100_000);
    const events = await server.server.services.log.read("terminal-B-1");
    expect(events.length).toBeGreaterThan(1);
    expect(events.map(({ body }) => body).join()).not.toContain(first.code);
    await pairTerminal(admin, url, "B-1");
    const paired = members(await admin.send("GET", "/api/terminals/B-1"));
    expect(paired).toMatchObject({ status: "PAIRED", state: "ACTIVE", pairingCode: { status: "CONSUMED" } });
    expect(JSON.stringify(paired)).not.toMatch(/hash|publicKey/i);
    const refused = await admin.request("POST", "/api/terminals/B-1/pairing-codes", {});
    expect([refused.status, codeOf(refused)]).toEqual([409, "ALREADY_PAIRED"]);
    await settled(server);
    expect(itemsOf(await admin.send("GET", "/api/terminals?status=PAIRED")).map(({ id }) => id)).toEqual([
      "B-1",
    ]);
  });

  it("are refused from the next request on when suspended, moved away or unpaired", async () => {
    const { admin, url } = server;
    const terminal = await createTerminal(admin, url, locationId);
    const path = `/api/terminals/${terminal.serialNumber}`;
    const status = async () => (await terminal.client.request("GET", "/pos/status")).status;
    expect(await status()).toBe(200);
    const suspended = await admin.send("POST", `${path}/suspend`, { reason: "lost" });
    expect(suspended.body).toMatchObject({ state: "SUSPENDED", status: "PAIRED" });
    expect(await status()).toBe(403);
    await admin.send("POST", `${path}/resume`, {});
    expect(await status()).toBe(200);
    const unpaired = await admin.send("POST", `${path}/unpair`, {});
    expect(unpaired.body).toMatchObject({ state: "REGISTERED", status: "NOT_PAIRED" });
    expect(await status()).toBe(401);
    expect(codeOf(await admin.request("POST", `${path}/unpair`, {}))).toBe("NOT_PAIRED");
    await admin.send("POST", `${path}/suspend`, {});
    const code = await admin.request("POST", `${path}/pairing-codes`, {});
    expect([code.status, codeOf(code)]).toEqual([409, "SUSPENDED"]);
  });

  it("are seen last when they asked for something, and a device that comes later under the same number was never", async () => {
    const { admin } = server;
    const seen = async () =>
      z
        .object({ lastSeenAt: z.iso.datetime().nullable() })
        .parse((await admin.send("GET", "/api/terminals/SEEN-1")).body).lastSeenAt;
    await admin.send("POST", "/api/terminals", { serialNumber: "SEEN-1", locationId });
    expect(await seen()).toBeNull();
    const before = Date.now();
    const terminal = await pairTerminal(admin, server.url, "SEEN-1");
    await terminal.client.send("GET", "/pos/status");
    await expect.poll(seen).not.toBeNull();
    const at = Date.parse((await seen()) ?? "");
    expect([at >= before, at <= Date.now()]).toEqual([true, true]);
    expect(itemsOf(await admin.send("GET", "/api/terminals?serialNumber=SEEN-1"))).toMatchObject([
      { serialNumber: "SEEN-1", lastSeenAt: new Date(at).toISOString() },
    ]);
    await admin.send("DELETE", "/api/terminals/SEEN-1");
    await admin.send("POST", "/api/terminals", { serialNumber: "SEEN-1", locationId });
    expect(await seen()).toBeNull();
    await settled(server);
    expect(itemsOf(await admin.send("GET", "/api/terminals?serialNumber=SEEN-1"))).toMatchObject([
      { lastSeenAt: null },
    ]);
  });
});
