import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestServer, type TestServer } from "../../support/server.ts";
import { codeOf, idOf, itemsOf, LOCATION, members, pointersOf, settled } from "./support.ts";

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
});

afterAll(async () => {
  await server.stop();
});

describe("merchants and locations", () => {
  it("are created, listed, changed and deleted", async () => {
    const { admin } = server;
    const merchant = await admin.send("POST", "/api/merchants", { name: "Airport" });
    expect(merchant.status).toBe(201);
    expect(merchant.headers.get("location")).toBe(`/api/merchants/${idOf(merchant)}`);
    expect(merchant.headers.get("etag")).toBe('"0"');
    const location = await admin.send("POST", "/api/locations", { ...LOCATION, merchantId: idOf(merchant) });
    const path = `/api/locations/${idOf(location)}`;
    const read = await admin.send("GET", path);
    expect(members(read)).toMatchObject({
      ...LOCATION,
      id: idOf(location),
      merchantId: idOf(merchant),
      address: null,
      cooldownMinutes: null,
      offlineAllowed: true,
      createdBy: { name: "First start", role: "ADMIN", deleted: false },
      revision: 0,
    });
    const position = location.headers.get("position") ?? "";
    expect(position).not.toBe("");
    const list = await admin.send("GET", `/api/locations?merchantId=${idOf(merchant)}`, undefined, {
      "Wait-For": position,
    });
    expect(itemsOf(list)).toEqual([members(read)]);
    expect(members(list)).toMatchObject({ nextCursor: null, total: 1 });
    const changed = await admin.send("PUT", path, { ...LOCATION, name: "Other" }, { "If-Match": '"0"' });
    expect(changed.headers.get("etag")).toBe('"1"');
    const gone = await admin.send("DELETE", path, undefined, { "If-Match": '"1"' });
    expect(gone.status).toBe(204);
    expect((await admin.request("GET", path)).status).toBe(404);
    expect((await admin.request("DELETE", path)).status).toBe(404);
    expect((await admin.request("DELETE", `/api/merchants/${idOf(merchant)}`)).status).toBe(204);
  });

  it("refuse a version that is old, and accept none at all", async () => {
    const { admin } = server;
    const id = idOf(await admin.send("POST", "/api/merchants", { name: "Versions" }));
    const path = `/api/merchants/${id}`;
    await admin.send("PUT", path, { name: "Versions 1" });
    for (const version of ['"0"', '"7"', '"nonsense"', 'W/"1"']) {
      const stale = await admin.request("PUT", path, { name: "Versions 2" }, { "If-Match": version });
      expect([stale.status, codeOf(stale)]).toEqual([412, "VERSION_CONFLICT"]);
      const kept = await admin.request("DELETE", path, undefined, { "If-Match": version });
      expect(kept.status).toBe(412);
    }
    expect((await admin.request("PUT", path, { name: "Versions 2" }, { "If-Match": "*" })).status).toBe(200);
    expect(members(await admin.send("GET", path))).toMatchObject({ name: "Versions 2", revision: 2 });
  });

  it("are in use while something stands in them, however fresh that is", async () => {
    const { admin } = server;
    const merchantId = idOf(await admin.send("POST", "/api/merchants", { name: "Used" }));
    const locationId = idOf(await admin.send("POST", "/api/locations", { ...LOCATION, merchantId }));
    const merchant = await admin.request("DELETE", `/api/merchants/${merchantId}`);
    expect([merchant.status, codeOf(merchant)]).toEqual([409, "IN_USE"]);
    await admin.send("POST", "/api/terminals", { serialNumber: "USED-1", locationId });
    const location = await admin.request("DELETE", `/api/locations/${locationId}`);
    expect([location.status, codeOf(location)]).toEqual([409, "IN_USE"]);
    await admin.send("PUT", "/api/terminals/USED-1", { locationId: null });
    expect((await admin.request("DELETE", `/api/locations/${locationId}`)).status).toBe(204);
    expect((await admin.request("DELETE", `/api/merchants/${merchantId}`)).status).toBe(204);
  });

  it("are refused at once with a position beyond the log's end", async () => {
    const written = await server.admin.send("POST", "/api/merchants", { name: "Before a position far off" });
    const never = (written.headers.get("position") ?? "").replace(/\d/g, "9");
    const answer = await server.admin.request("GET", "/api/merchants", undefined, { "Wait-For": never });
    expect([answer.status, ...pointersOf(answer)]).toEqual([422, "/header/Wait-For"]);
  });

  it("want a merchant that is there", async () => {
    const wrong = await server.admin.request("POST", "/api/locations", {
      ...LOCATION,
      merchantId: "01J0000000000000000000000X",
    });
    expect([wrong.status, ...pointersOf(wrong)]).toEqual([422, "/merchantId"]);
  });

  it("are paged without gaps or repeats", async () => {
    const { admin } = server;
    const ids: string[] = [];
    for (let n = 0; n < 7; n++) {
      ids.push(
        idOf(
          await admin.send("POST", "/api/locations", { ...LOCATION, city: "Paged", name: `P ${String(n)}` }),
        ),
      );
    }
    await settled(server);
    const seen: unknown[] = [];
    let cursor = "";
    do {
      const page = members(await admin.send("GET", `/api/locations?city=Paged&limit=3&sort=name${cursor}`));
      expect(page["total"]).toBe(7);
      seen.push(...itemsOf({ status: 200, headers: new Headers(), body: page }).map(({ id }) => id));
      cursor = typeof page["nextCursor"] === "string" ? `&cursor=${page["nextCursor"]}` : "";
    } while (cursor !== "");
    expect(seen).toEqual(ids);
  });
});
