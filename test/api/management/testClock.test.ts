import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestServer, type TestServer } from "../../support/server.ts";
import { codeOf, members, pointersOf } from "./support.ts";

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer({ testClock: true });
});

afterAll(async () => {
  await server.stop();
});

async function now(): Promise<number> {
  return Date.parse(String(members(await server.admin.send("GET", "/api/test-clock"))["now"]));
}

async function move(body: object) {
  return await server.admin.request("POST", "/api/test-clock", body);
}

describe("the test clock", () => {
  it("goes forward by a duration or to a time, and runs on", async () => {
    const before = await now();
    expect(Math.abs(before - Date.now())).toBeLessThan(5_000);
    expect((await move({ advance: "PT0S" })).status).toBe(200);
    const moved = Date.parse(String(members(await move({ advance: "P3DT2H" }))["now"]));
    expect(moved - before).toBeGreaterThanOrEqual(266_400_000);
    expect(moved - before).toBeLessThan(266_430_000);
    const to = new Date(moved + 86_400_000).toISOString();
    expect((await move({ now: to })).body).toEqual({ now: to });
    expect(await now()).toBeGreaterThanOrEqual(Date.parse(to));
    const early = await move({ now: "2026-01-01T00:00:00Z" });
    expect([early.status, codeOf(early)]).toEqual([409, "CLOCK_RUNS_FORWARD"]);
    expect((await move({ advance: "-PT1S" })).status).toBe(409);
  });

  it("knows calendar months", async () => {
    const start = new Date(await now());
    const next = new Date(Date.parse(String(members(await move({ advance: "P1M" }))["now"])));
    expect((next.getUTCMonth() - start.getUTCMonth() + 12) % 12).toBe(1);
    await move({ advance: "P1Y2W" });
  });

  it("loses no step of many at once", async () => {
    const before = await now();
    const answers = await Promise.all(Array.from({ length: 10 }, async () => await move({ advance: "P1D" })));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 200));
    expect((await now()) - before).toBeGreaterThanOrEqual(864_000_000);
    expect((await now()) - before).toBeLessThan(864_060_000);
  });

  it("refuses what is no time", async () => {
    for (const [body, pointer] of [
      [{ advance: "3 days" }, "/advance"],
      [{ advance: "P" }, "/advance"],
      [{ advance: "PT" }, "/advance"],
      [{ advance: "P999999Y" }, "/advance"],
      [{ advance: "P99999999D" }, "/advance"],
      [{ now: "9999-01-01T00:00:00Z" }, "/now"],
    ] as const) {
      const answer = await move(body);
      expect([body, answer.status, ...pointersOf(answer)]).toEqual([body, 422, pointer]);
    }
    for (const body of [{}, { now: "yesterday" }, { advance: "P1D", now: "2030-01-01T00:00:00Z" }]) {
      expect((await move(body)).status).toBe(422);
    }
    expect((await move({ advance: "-P999999Y" })).status).toBeLessThan(500);
  });

  it("leaves sessions and keys on real time, and everything else on its own", async () => {
    const created = await server.admin.send("POST", "/api/merchants", { name: "Later" });
    expect(Date.parse(String(members(created)["createdAt"]))).toBeGreaterThan(Date.now() + 86_400_000);
  });

  it("is not there without TEST_CLOCK", async () => {
    const plain = await startTestServer();
    expect((await plain.admin.request("GET", "/api/test-clock")).status).toBe(404);
    expect((await plain.admin.request("POST", "/api/test-clock", { advance: "PT0S" })).status).toBe(404);
    await plain.stop();
  });
});
