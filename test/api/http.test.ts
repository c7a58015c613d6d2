import { once } from "node:events";
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { startTestServer, type TestServer } from "../support/server.ts";

/** What stands around a request's content: headers, encodings, what proxies say. */

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ settings: { TRUST_PROXY: "1" } });
});
afterAll(async () => {
  await server.stop();
});

async function signIn(forwarded: string): Promise<number> {
  const answer = await fetch(`${server.url}/api/session`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-forwarded-for": forwarded },
    body: JSON.stringify({ email: "nobody@example.org", password: "not the right one" }),
  });
  await answer.arrayBuffer();
  return answer.status;
}

test("anIdleConnectionIsKeptLongerThanTheProxyInFrontKeepsIt: a minute", async () => {
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  socket.write("GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: keep-alive\r\n\r\n");
  const [head] = z.tuple([z.instanceof(Buffer)]).parse(await once(socket, "data"));
  socket.destroy();
  const seconds = /\r\nKeep-Alive: timeout=(\d+)\r\n/.exec(head.toString())?.[1];
  expect(Number(seconds)).toBeGreaterThan(60);
});

describe("X-Forwarded-For behind a proxy", () => {
  test("isReadAsAddresses", async () => {
    const tries = async (forwarded: string, times: number): Promise<readonly number[]> => {
      const seen: number[] = [];
      for (let index = 0; index < times; index++) seen.push(await signIn(forwarded));
      return seen;
    };
    expect(new Set(await tries("spoofed, 203.0.113.7", 11))).toEqual(new Set([401, 429]));
    // The same address, however the proxy writes it; what stands before it is the caller's own text.
    expect(await tries("203.0.113.7:1234", 1)).toEqual([429]);
    expect(await tries("203.0.113.8", 1)).toEqual([401]);
    expect(await tries("[2001:db8::1]:80", 1)).toEqual([401]);
  });

  test("thatIsNoAddressIsTheProxysOwn", async () => {
    for (const forwarded of ["x".repeat(9_000), "5555 5500 0000 0012", "", ",,,", "\u00ff", "999.1.1.1"])
      expect([401, 429]).toContain(await signIn(forwarded));
  });
});

async function post(path: string, body: Uint8Array<ArrayBuffer> | string, headers: Record<string, string>) {
  const answer = await fetch(server.url + path, {
    method: "POST",
    body,
    headers: { authorization: `Bearer ${server.adminKey}`, ...headers },
  });
  const text = await answer.text();
  return { status: answer.status, text };
}

const LATIN1 = Buffer.from('{"name":"Zürich"}', "latin1");

describe("a body", () => {
  test.each([
    ["in Latin-1 without saying so", LATIN1, "application/json", {}, 400],
    ["in Latin-1 that says so", LATIN1, "application/json; charset=iso-8859-1", {}, 415],
    ["in UTF-16", Buffer.from('{"name":"x"}', "utf16le"), 'application/json; charset="utf-16"', {}, 415],
    ["cut in a character", Buffer.from([...Buffer.from('{"name":"'), 0xc3]), "application/json", {}, 400],
    ["compressed", '{"name":"x"}', "application/json", { "content-encoding": "gzip" }, 415],
    ["said to be as it is", '{"name":"x"}', "application/json", { "content-encoding": "identity" }, 201],
    ["in UTF-8 that says so", '{"name":"Zürich"}', "application/json; charset=UTF-8", {}, 201],
  ])("%s", async (_what, body, type, headers, status) => {
    const answer = await post("/api/merchants", new Uint8Array(Buffer.from(body)), {
      "content-type": type,
      ...headers,
    });
    expect(answer).toMatchObject({ status });
  });

  const HEAD = "low,high,ica,issuerName,country,productCode\n";
  const row = (issuer: string) => `5100,5199,0001234,${issuer},POL,WLE\n`;
  test.each([
    [
      "early",
      Buffer.concat([
        Buffer.from(HEAD + row("A")),
        Buffer.from(row("Zürich"), "latin1"),
        Buffer.from(row("C")),
      ]),
      "/3",
    ],
    [
      "beyond the first chunks",
      Buffer.concat([
        Buffer.from(HEAD + row("Zürcher Bank").repeat(9_000)),
        Buffer.from(row("Zürich"), "latin1"),
      ]),
      "/9002",
    ],
    ["at its end", Buffer.concat([Buffer.from(HEAD + row("A")), Buffer.from([0xc3])]), "/3"],
    ["in UTF-16", Buffer.from(`\ufeff${HEAD}${row("A")}`, "utf16le"), "/1"],
  ])("of CSV that is not UTF-8 %s is refused with its line", async (_where, bytes, pointer) => {
    const answer = await post("/api/account-ranges/import", new Uint8Array(bytes), {
      "content-type": "text/csv",
    });
    expect([
      answer.status,
      z
        .looseObject({ errors: z.array(z.looseObject({ pointer: z.string() })) })
        .parse(JSON.parse(answer.text)).errors[0]?.pointer,
    ]).toEqual([422, pointer]);
  });

  test("of CSV in UTF-8 is taken however its characters are cut into chunks", async () => {
    const text = HEAD + row("Żółć i Bärenbank").repeat(5_000);
    const answer = await post("/api/account-ranges/import", new Uint8Array(Buffer.from(text)), {
      "content-type": "text/csv",
    });
    expect(answer.status).toBe(200);
  });

  test("that its sender breaks off is no outage of ours", async () => {
    const port = Number(new URL(server.url).port);
    const before = server.logged().length;
    for (const [path, type] of [
      ["/api/merchants", "application/json"],
      ["/api/account-ranges/import", "text/csv"],
    ]) {
      const socket = connect(port, "127.0.0.1");
      await once(socket, "connect");
      socket.write(
        `POST ${path ?? ""} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${server.adminKey}\r\nContent-Type: ${type ?? ""}\r\nContent-Length: 1000\r\n\r\n{"name":`,
      );
      // It is under way once its sender has been authenticated; then nobody is there any more.
      socket.destroy();
    }
    await vi.waitFor(async () => {
      const metrics = await (await fetch(`${server.url}/metrics`)).text();
      for (const route of ["/api/merchants", "/api/account-ranges/import"])
        expect(metrics).toMatch(new RegExp(`route="${route}",method="POST",status="400"`));
    }, 20_000);
    expect(server.logged().slice(before)).not.toMatch(/needed part|failed/);
  });
});

describe("what Node refuses by itself", () => {
  async function said(text: string): Promise<string> {
    const socket = connect(Number(new URL(server.url).port), "127.0.0.1");
    let answer = "";
    socket.on("data", (chunk: Buffer) => {
      answer += chunk.toString();
    });
    socket.write(text);
    await once(socket, "close");
    return answer;
  }
  test.each([
    ["no HTTP", "NONSENSE\r\n\r\n", 400, "MALFORMED_REQUEST"],
    [
      "headers without end",
      `GET / HTTP/1.1\r\nHost: x\r\nX: ${"x".repeat(40_000)}\r\n\r\n`,
      431,
      "HEADERS_TOO_LARGE",
    ],
    [
      "an expectation",
      "GET / HTTP/1.1\r\nHost: x\r\nExpect: miracles\r\nConnection: close\r\n\r\n",
      417,
      "EXPECTATION_FAILED",
    ],
  ])("%s is a problem like others", async (_what, text, status, code) => {
    const [head = "", body = ""] = (await said(text)).split("\r\n\r\n");
    expect(head).toMatch(new RegExp(`^HTTP/1.1 ${String(status)} `));
    expect(head.toLowerCase()).toContain("content-type: application/problem+json");
    expect(JSON.parse(body)).toMatchObject({ status, code });
  });

  test("is told on a connection that was answered before, too", async () => {
    const socket = connect(Number(new URL(server.url).port), "127.0.0.1");
    socket.write("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
    const [first] = z.tuple([z.instanceof(Buffer)]).parse(await once(socket, "data"));
    expect(first.toString()).toMatch(/^HTTP\/1\.1 200 /);
    socket.write("NONSENSE\r\n\r\n");
    const [second] = z.tuple([z.instanceof(Buffer)]).parse(await once(socket, "data"));
    expect(second.toString()).toMatch(/^HTTP\/1\.1 400 /);
    socket.destroy();
  });
});

describe("If-Match", () => {
  test.each([
    ['"0"', 200],
    ["*", 200],
    ['"7", "0"', 200],
    ['"7","8"', 412],
    ['W/"0"', 412],
    ['"x,y", "0"', 200],
    ["nonsense", 412],
  ])("of %s", async (header, status) => {
    const { admin } = server;
    const { id } = z
      .looseObject({ id: z.string() })
      .parse((await admin.send("POST", "/api/merchants", { name: "M" })).body);
    const answer = await admin.request("PUT", `/api/merchants/${id}`, { name: "N" }, { "If-Match": header });
    expect([header, answer.status]).toEqual([header, status]);
  });
});

describe("lists", () => {
  test("refuse a cursor whose instant no database knows", async () => {
    const instants = [
      "+275760-09-13T00:00:00.000Z",
      "-000001-01-01T00:00:00.000Z",
      "0000-01-01T00:00:00.000Z",
      "2026-11-28",
      "now",
      "2026-11-28T00:00:00Z",
    ];
    for (const [path, sort] of [
      ["/api/operations", "-at"],
      ["/api/cards", "-lastSeenAt"],
      ["/api/merchants", "modifiedAt"],
      ["/api/terminals", "-modifiedAt"],
      ["/api/rulesets", "modifiedAt"],
      ["/api/users", "modifiedAt"],
    ] as const) {
      for (const instant of instants) {
        const cursor = Buffer.from(JSON.stringify([sort, instant, "x"])).toString("base64url");
        const answer = await server.admin.request("GET", `${path}?sort=${sort}&cursor=${cursor}`);
        expect([path, instant, answer.status]).toEqual([path, instant, 422]);
      }
    }
  });

  test("refuse a position beyond the log's end at once, and wait for one that was answered", async () => {
    const made = await server.admin.send("POST", "/api/merchants", { name: "Waited for" });
    const position = made.headers.get("position") ?? "";
    expect(
      (await server.admin.request("GET", "/api/merchants", undefined, { "Wait-For": position })).status,
    ).toBe(200);
    const beyond = position
      .replace(/\d+(?=\D*$)/, (digits) => "9".repeat(digits.length))
      .replace(/^\d+/, (digits) => "9".repeat(digits.length));
    const answer = await server.admin.request("GET", "/api/merchants", undefined, { "Wait-For": beyond });
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ pointer: "/header/Wait-For" }] } });
  });
});

describe("numbers that lost their zeros", () => {
  const HEAD = "low,high,ica,issuerName,country,productCode\n";
  const importRange = async (row: string) =>
    await server.admin.request("POST", "/api/account-ranges/import", `${HEAD}${row}\n`);

  test("an ICA has the written form that it is known by, and an import says which lines differ", async () => {
    const { admin } = server;
    expect(await importRange("5201,5201,0000011,B,POL,WLE")).toMatchObject({
      status: 200,
      body: { imported: 1 },
    });
    for (const ica of ["11", "00000011"]) {
      const answer = await importRange(`5202,5202,0000011,B,POL,WLE\n5203,5203,${ica},B,POL,WLE`);
      expect(answer).toMatchObject({
        status: 422,
        body: { errors: [{ pointer: "/3/ica", message: "this ICA is known as 0000011" }] },
      });
    }
    // Neither is known: in one file they are still one number.
    expect(await importRange("5204,5204,0000077,B,POL,WLE\n5205,5205,77,B,POL,WLE")).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: "/3/ica" }] },
    });
    const ruleset = { name: "R", criteria: { icas: [{ ica: "11" }] } };
    expect(await admin.request("POST", "/api/rulesets", ruleset)).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: "/criteria/icas/0/ica" }] },
    });
    const body = { name: "K", role: "ISSUER", scope: { icas: ["11"] } };
    expect(await admin.request("POST", "/api/keys", body)).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: "/scope/icas/0" }] },
    });
  });

  test("an import says which bounds were known for another issuer", async () => {
    await importRange("5206,5206,0000012,B,POL,WLE");
    expect(await importRange("5206,5206,0000012,B,POL,WLE")).toMatchObject({ body: { differs: [] } });
    expect(await importRange("5206,5206,0000013,B,POL,WLE")).toMatchObject({
      status: 200,
      body: { differs: [{ pointer: "/2/ica" }] },
    });
    expect(await importRange("5206,5206,0000013,C,POL,WLE")).toMatchObject({
      body: { differs: [{ pointer: "/2" }] },
    });
  });

  test("a device is not registered again without its zeros", async () => {
    const { admin } = server;
    expect(
      (await admin.request("POST", "/api/terminals", { serialNumber: "000820123", locationId: null })).status,
    ).toBe(201);
    for (const serialNumber of ["820123", "0820123"])
      expect((await admin.request("POST", "/api/terminals", { serialNumber, locationId: null })).status).toBe(
        409,
      );
    await admin.send("DELETE", "/api/terminals/000820123");
    expect(
      (await admin.request("POST", "/api/terminals", { serialNumber: "820123", locationId: null })).status,
    ).toBe(201);
  });
});

describe("signing in", () => {
  test("is limited for an account, from wherever the tries come", async () => {
    const { admin } = server;
    const user = { email: "target@example.org", firstName: "A", lastName: "B", role: "USER" };
    await admin.send("POST", "/api/users", { ...user, password: "correct horse battery" });
    const tryFrom = async (address: string, password: string, email = user.email): Promise<number> => {
      const answer = await fetch(`${server.url}/api/session`, {
        method: "POST",
        headers: { "content-type": "application/json", "x-forwarded-for": address },
        body: JSON.stringify({ email, password }),
      });
      await answer.arrayBuffer();
      return answer.status;
    };
    const tries = Array.from(
      { length: 40 },
      async (_, n) =>
        await tryFrom(
          `203.0.113.${String(100 + n)}`,
          "a wrong password",
          n % 2 === 0 ? user.email : "TARGET@example.org",
        ),
    );
    expect((await Promise.all(tries)).filter((status) => status === 401)).toHaveLength(20);
    expect(await tryFrom("203.0.113.200", "correct horse battery")).toBe(429);
    expect(await tryFrom("203.0.113.200", "a wrong password", "other@example.org")).toBe(401);
  });

  test("wants a password that is not tried first", async () => {
    const user = { email: "weak@example.org", firstName: "A", lastName: "B", role: "USER" };
    for (const password of ["Password1234", "weak@example.org", "qwertyuiop123"]) {
      const answer = await server.admin.request("POST", "/api/users", { ...user, password });
      expect([password, answer.status, answer.body]).toMatchObject([
        password,
        422,
        { errors: [{ pointer: "/password" }] },
      ]);
    }
  });
});
