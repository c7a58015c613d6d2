import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { type Access, accessLog } from "../../src/api/http/accessLog.ts";
import { traceIds } from "../../src/engine/traceIds.ts";
import { traceOf } from "../../src/api/http/traceId.ts";
import { createLogger } from "../../src/logging.ts";
import { check, outcome, simpleProgramme, testPan } from "../support/programme.ts";
import { startTestServer, type TestServer } from "../support/server.ts";
import { idOf, raw } from "./management/support.ts";

/** Who asked for what, and how it ended: in the log, by the trace id that the answer gave. */

const line = z.looseObject({ msg: z.string(), traceId: z.string().optional() });
type Line = z.infer<typeof line>;

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
});
afterAll(async () => {
  await server.stop();
});

function linesOf(traceId: string): readonly Line[] {
  const lines = server.logged().trim().split("\n");
  return lines.map((text) => line.parse(JSON.parse(text))).filter((one) => one.traceId === traceId);
}

/** The one access line of this answer. */
function access(traceId: string): Line | undefined {
  const found = linesOf(traceId).filter(({ msg }) => msg === "request");
  expect(found).toHaveLength(1);
  return found[0];
}

function traceIdOf(body: unknown): string {
  return z.looseObject({ traceId: z.string() }).parse(body).traceId;
}

describe("a request's line", () => {
  it("has what was asked, by whom and how it ended, also where nothing was refused", async () => {
    const { terminal } = await simpleProgramme(server.admin, server.url);
    const given = "0af7651916cd43dd8448eb211c80319c";
    const pan = testPan(4_711);
    const answer = await raw(server, "GET", "/api/merchants", {
      headers: { traceparent: `00-${given}-b7ad6b7169203331-01` },
    });
    expect(answer.status).toBe(200);
    const found = access(given);
    expect(found).toMatchObject({ method: "GET", route: "/api/merchants", status: 200, code: null });
    expect(found?.["caller"]).toMatch(/^key [0-7][0-9A-Z]{25}$/);
    expect(found?.["remote"]).toContain("127.0.0.1");
    expect(found?.["ms"]).toBeGreaterThan(0);
    const { accessId } = outcome(await check(terminal, pan));
    const shown = server
      .logged()
      .split("\n")
      .filter((text) => text.includes("/pos/check_entry"));
    expect(shown.at(-1)).toContain(`"caller":"terminal ${terminal.serialNumber}"`);
    expect(shown.join()).not.toContain(accessId);
  });

  it.each<[string, string, string, object, number, string | null]>([
    ["no route", "GET", "/nowhere/4111111111111111", {}, 404, null],
    ["another method", "PATCH", "/api/merchants", {}, 405, null],
    ["no JSON", "POST", "/api/merchants", { body: "{" }, 400, "/api/merchants"],
    ["nobody", "GET", "/api/operations", { key: null }, 401, "/api/operations"],
    ["a wrong body", "POST", "/api/merchants", { body: "{}" }, 422, "/api/merchants"],
    ["nothing there", "GET", "/api/merchants/01ARZ3NDEKTSV4RRFFQ69G5FAV", {}, 404, "/api/merchants/{id}"],
  ])("is found by the trace id of a problem: %s", async (_, method, path, options, status, route) => {
    const answer = await raw(server, method, path, options);
    expect(answer.status).toBe(status);
    const { code } = z.looseObject({ code: z.string() }).parse(answer.body);
    expect(access(traceIdOf(answer.body))).toMatchObject({ method, route, status, code });
  });

  it.each([
    ["no HTTP at all", "HELLO\r\n\r\n", "HTTP/1.1 400"],
    ["an expectation", "GET / HTTP/1.1\r\nHost: a\r\nExpect: 200-maybe\r\n\r\n", "HTTP/1.1 417"],
  ])("is there for what Node refuses: %s", async (_, sent, status) => {
    const { hostname, port } = new URL(server.url);
    const text = await new Promise<string>((resolve, reject) => {
      const socket = connect({ host: hostname, port: Number(port) }, () => socket.write(sent));
      let received = "";
      socket.setEncoding("utf8").on("data", (part: string) => (received += part));
      socket.on("close", () => resolve(received));
      socket.on("error", reject);
    });
    expect(text).toContain(status);
    const body: unknown = JSON.parse(text.slice(text.indexOf("{")));
    expect(access(traceIdOf(body))).toMatchObject({ route: null, status: Number(status.slice(9)) });
  });
});

describe("signing in", () => {
  it("leaves a trail of who came, who didn't and who went, without address or password", async () => {
    const email = "trail@example.org";
    const password = "horse battery staple 9";
    const person = { email, firstName: "T", lastName: "R", role: "USER", password };
    const id = idOf(await server.admin.send("POST", "/api/users", person));
    const signIn = async (body: unknown) =>
      await raw(server, "POST", "/api/session", { key: null, body: JSON.stringify(body) });
    const wrong = await signIn({ email, password: "something else 1" });
    const unknown = await signIn({ email: "nobody@example.org", password });
    const right = await signIn({ email, password });
    expect([wrong.status, unknown.status, right.status]).toEqual([401, 401, 200]);
    const said = (traceId: string) => linesOf(traceId).find(({ msg }) => msg !== "request");
    expect(said(traceIdOf(wrong.body))).toMatchObject({ msg: "a sign-in was refused", user: id });
    expect(said(traceIdOf(unknown.body))).toMatchObject({ msg: "a sign-in was refused", user: null });
    const trail = server.logged().split("\n");
    const signedIn = trail.filter((text) => text.includes('"signed in"'));
    expect(signedIn.join()).toContain(`"user":"${id}"`);
    expect(trail.join()).not.toMatch(/trail@example\.org|nobody@example\.org|horse battery/);

    const { csrfToken } = z.looseObject({ csrfToken: z.string() }).parse(right.body);
    const cookie = (right.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
    const headers = { cookie, "X-CSRF-Token": csrfToken };
    await raw(server, "DELETE", "/api/session", { key: null, headers });
    expect(server.logged()).toContain('"msg":"signed out"');
  });
});

describe("the access log", () => {
  const one: Access = {
    method: "GET",
    route: "/api/merchants",
    status: 200,
    code: null,
    ms: 1.23456,
    traceId: "0af7651916cd43dd8448eb211c80319c",
    caller: null,
    remote: null,
  };

  function logOf(share: number, mostPerSecond = 1_000) {
    const lines: string[] = [];
    const logger = createLogger({ level: "debug", destination: { write: (text) => lines.push(text) } });
    const clock = { now: 5_000 };
    const observe = accessLog(logger, { share, mostPerSecond, now: () => clock.now });
    return { lines, clock, observe };
  }

  it("keeps a share of what succeeds, the same of it everywhere, and all that is refused", () => {
    const [here, there] = [logOf(0.25), logOf(0.25)];
    for (let count = 0; count < 1_000; count++) {
      const traceId =
        count.toString(16).padStart(24, "0") + ((count * 4_294_967) >>> 0).toString(16).padStart(8, "0");
      here.observe({ ...one, traceId });
      there.observe({ ...one, traceId });
    }
    expect(here.lines.length).toBeGreaterThan(240);
    expect(here.lines.length).toBeLessThan(260);
    const idsIn = (lines: readonly string[]) => lines.map((text) => /"traceId":"(\w+)"/.exec(text)?.[1]);
    expect(idsIn(there.lines)).toEqual(idsIn(here.lines));
    const none = logOf(0);
    none.observe(one);
    expect(none.lines).toEqual([]);
    none.observe({ ...one, status: 403, code: "FORBIDDEN" });
    expect(none.lines).toHaveLength(1);
  });

  it("is bounded, and says how much it left out", () => {
    const log = logOf(1, 10);
    for (let count = 0; count < 50; count++) log.observe({ ...one, status: 401 });
    expect(log.lines).toHaveLength(10);
    log.clock.now += 1_000;
    log.observe(one);
    expect(log.lines).toHaveLength(12);
    expect(log.lines[10]).toContain('"requests":40');
  });

  it("shows probes to who debugs only", () => {
    const log = logOf(1);
    log.observe({ ...one, route: "/readyz" });
    expect(log.lines[0]).toContain('"level":20');
  });
});

describe("trace ids", () => {
  // Its digits satisfy what a card number must, as those of one in some 8,000 do.
  const unlucky = "586881d53121bd215704890051072327";
  const plain = "0af7651916cd43dd8448eb211c80319c";

  it("are drawn again until the log shows them as they are", () => {
    const draws = [unlucky, plain].map((hex) => Buffer.from(hex, "hex"));
    expect(traceIds(() => draws.shift() ?? Buffer.alloc(16))()).toBe(plain);
  });

  it.each([
    ["a card number in it", `00-${unlucky}-b7ad6b7169203331-01`],
    ["no trace", `00-${"0".repeat(32)}-b7ad6b7169203331-01`],
    ["no span", `00-${plain}-${"0".repeat(16)}-01`],
    ["another form", `01-${plain}-b7ad6b7169203331-01-more`],
  ])("of others are not taken over with %s", (_, given) => {
    expect(traceOf(given, () => "new")).toEqual({ traceId: "new", parent: null });
  });

  it("of others are taken over with the span that asked", () => {
    const parent = { spanId: "b7ad6b7169203331", sampled: true };
    expect(traceOf(`00-${plain}-b7ad6b7169203331-01`, () => "new")).toEqual({ traceId: plain, parent });
    expect(traceOf(`00-${plain}-b7ad6b7169203331-00`, () => "new").parent?.sampled).toBe(false);
  });
});
