import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { startTestServer, type TestServer } from "../../support/server.ts";
import { clientFor, members, ROLES, settled } from "./support.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(async () => {
  await server.stop();
});

const system = z.looseObject({
  head: z.string(),
  readModels: z.array(z.looseObject({ name: z.string(), position: z.string(), lagEvents: z.number() })),
  parts: z.array(z.looseObject({ part: z.string() })),
  settings: z.array(z.strictObject({ name: z.string(), value: z.string().nullable() })),
});

describe("the system", () => {
  it("says how far each read model is, in a log that goes on", async () => {
    await settled(server);
    const first = members(await server.admin.send("GET", "/api/system"));
    expect(first).toMatchObject({ ready: true, testClock: false });
    await server.admin.send("POST", "/api/merchants", { name: "One more" });
    await settled(server);
    const then = system.parse((await server.admin.send("GET", "/api/system")).body);
    expect(then.head > String(first["head"])).toBe(true);
    expect(then.readModels.map(({ name }) => name).sort()).toEqual([
      "adjustments",
      "cards",
      "certificates",
      "commands",
      "directory",
      "operations",
      "payments",
      "quotas",
    ]);
    expect(then.readModels.filter(({ lagEvents }) => lagEvents !== 0)).toEqual([]);
    expect(then.parts.map(({ part }) => part)).toEqual(
      expect.arrayContaining(["database", "clock", "projection cards"]),
    );
    expect(then.settings).toContainEqual({ name: "TEST_CLOCK", value: "0" });
  });

  it("is shown to administrators only", async () => {
    for (const role of ROLES) {
      const client = await clientFor(server, role, role === "ISSUER" ? { icas: ["0001"] } : {});
      const { status } = await client.request("GET", "/api/system");
      expect([role, status]).toEqual([role, role === "ADMIN" ? 200 : 403]);
    }
  });
});
