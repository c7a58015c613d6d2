import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import {
  type AddressInfo,
  createServer as createTcpServer,
  type Server as TcpServer,
  type Socket,
} from "node:net";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Outbound, OutboundAnswer, OutboundRequest } from "../../src/integrations/outbound/answers.ts";
import { isPublic, parseAllowed } from "../../src/integrations/outbound/addresses.ts";
import type { Resolve } from "../../src/integrations/outbound/connector.ts";
import { createOutbound } from "../../src/integrations/outbound/outbound.ts";
import { makeCertificate } from "../support/certificates.ts";

/** The way to the outside, against servers that do everything wrong. */

const closers: (() => Promise<void>)[] = [];
let certificate: { readonly cert: string; readonly key: string };

beforeAll(async () => {
  certificate = await makeCertificate();
});
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

async function listen(server: Server | TcpServer): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => sockets.add(socket));
  closers.push(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
    });
  });
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

const serve = async (listener: RequestListener): Promise<number> => await listen(createServer(listener));

function outbound(list: string, more: { readonly resolve?: Resolve; readonly ca?: string } = {}): Outbound {
  const allowed = parseAllowed(list);
  if (allowed === null) throw new Error(`not a list: ${list}`);
  const made = createOutbound({ allowed, now: () => performance.now(), ...more });
  closers.push(async () => await made.close());
  return made;
}

async function call(
  out: Outbound,
  url: string,
  more: Partial<OutboundRequest> = {},
): Promise<OutboundAnswer> {
  const request: OutboundRequest = {
    ...{ url, method: "POST", headers: { "content-type": "text/plain" }, body: "hello" },
    ...{ deadlineMs: 20_000, maxBytes: 1_000, longer: "CUT", ...more },
  };
  return await out.send(request);
}

const failed = (cause: string, mayBeProcessed: boolean): unknown =>
  expect.objectContaining({ outcome: "FAILED", cause, mayBeProcessed });

/** Answers with these addresses, one list a question. */
const resolving =
  (...answers: readonly (readonly string[])[]): Resolve =>
  (_name, done) => {
    const [next = [], ...rest] = answers;
    if (rest.length > 0) answers = rest;
    done(
      null,
      next.map((address) => ({ address, family: address.includes(":") ? 6 : 4 })),
    );
  };

describe("what answers", () => {
  test("gets what was sent, and its answer comes back as it is", async () => {
    const seen: unknown[] = [];
    const port = await serve((request, response) => {
      let body = "";
      request.on("data", (chunk: Buffer) => (body += chunk.toString()));
      request.on("end", () => {
        seen.push([request.method, request.url, request.headers["content-type"], body]);
        response.writeHead(418, { "x-one": ["a", "b"] }).end("short and stout");
      });
    });
    const answer = await call(outbound("127.0.0.1"), `http://127.0.0.1:${String(port)}/a?b=c#d`);
    expect(seen).toEqual([["POST", "/a?b=c", "text/plain", "hello"]]);
    expect(answer).toMatchObject({ outcome: "ANSWERED", status: 418, cut: false });
    expect(answer.outcome === "ANSWERED" && answer.body.toString()).toBe("short and stout");
  });

  test("by a redirect is an answer, and nobody follows it", async () => {
    let elsewhere = 0;
    const other = await serve((_request, response) => {
      elsewhere += 1;
      response.end();
    });
    const port = await serve((_request, response) => {
      response.writeHead(307, { location: `http://127.0.0.1:${String(other)}/` }).end();
    });
    const answer = await call(outbound("127.0.0.1"), `http://127.0.0.1:${String(port)}/`);
    expect(answer).toMatchObject({ outcome: "ANSWERED", status: 307 });
    expect(elsewhere).toBe(0);
  });

  test("at length is cut, or is too long, and is not read to its end", async () => {
    const port = await serve((_request, response) => {
      response.writeHead(200);
      const more = (): void => {
        while (response.write("x".repeat(10_000)));
        response.once("drain", more);
      };
      more();
    });
    const out = outbound("127.0.0.1");
    const url = `http://127.0.0.1:${String(port)}/`;
    const cut = await call(out, url);
    expect(cut).toMatchObject({ outcome: "ANSWERED", status: 200, cut: true });
    expect(cut.outcome === "ANSWERED" && cut.body.length).toBe(1_000);
    expect(await call(out, url, { longer: "FAIL" })).toEqual(failed("TOO_LONG", true));
  });

  test("over TLS must show who it is", async () => {
    const port = await listen(
      createTlsServer(certificate, (_request, response) => {
        response.end("secret");
      }),
    );
    const url = `https://localhost:${String(port)}/`;
    expect(await call(outbound("localhost", { ca: certificate.cert }), url)).toMatchObject({ status: 200 });
    expect(await call(outbound("localhost"), url)).toEqual(failed("NOT_TRUSTED", false));
    const wrongName = outbound("elsewhere.test", {
      ca: certificate.cert,
      resolve: resolving(["127.0.0.1"]),
    });
    const elsewhere = `https://elsewhere.test:${String(port)}/`;
    expect(await call(wrongName, elsewhere)).toEqual(failed("NOT_TRUSTED", false));
  });
});

describe("what does not answer", () => {
  test("has no address, or nobody there", async () => {
    const port = await serve(() => undefined);
    await closers.pop()?.();
    const none: Resolve = (_name, done) => {
      done(new Error("ENOTFOUND"), []);
    };
    expect(await call(outbound("", { resolve: none }), "https://nowhere.test/")).toEqual(
      failed("NO_ADDRESS", false),
    );
    // And by the system's own resolver: no name below .invalid has an address (RFC 6761).
    expect(await call(outbound(""), "https://nowhere.invalid/")).toEqual(failed("NO_ADDRESS", false));
    expect(await call(outbound("127.0.0.1"), `http://127.0.0.1:${String(port)}/`)).toEqual(
      failed("NO_CONNECTION", false),
    );
  });

  test("in time may have done what it was asked; a name that is not found in time has not", async () => {
    const port = await serve(() => undefined);
    const url = `http://127.0.0.1:${String(port)}/`;
    expect(await call(outbound("127.0.0.1"), url, { deadlineMs: 100 })).toEqual(
      failed("NO_ANSWER_IN_TIME", true),
    );
    const silent = outbound("", { resolve: () => undefined });
    expect(await call(silent, "https://slow.test/", { deadlineMs: 100 })).toEqual(
      failed("NO_ANSWER_IN_TIME", false),
    );
  });

  test("byte after byte for ever is given up", async () => {
    const port = await serve((_request, response) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write("."), 10);
      response.on("close", () => clearInterval(timer));
    });
    const url = `http://127.0.0.1:${String(port)}/`;
    expect(await call(outbound("127.0.0.1"), url, { deadlineMs: 200 })).toEqual(
      failed("NO_ANSWER_IN_TIME", true),
    );
  });

  test("but hangs up, or talks nonsense, may have done it", async () => {
    const url = async (answer: string | null): Promise<string> => {
      const server = createTcpServer((socket) => {
        socket.on("error", () => undefined);
        socket.once("data", () => {
          if (answer === null) socket.destroy();
          else socket.end(answer);
        });
      });
      return `http://127.0.0.1:${String(await listen(server))}/`;
    };
    const out = outbound("127.0.0.1");
    expect(await call(out, await url(null))).toEqual(failed("BROKEN_OFF", true));
    expect(await call(out, await url("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nab"))).toEqual(
      failed("BROKEN_OFF", true),
    );
    expect(await call(out, await url("220 mail ready\r\n"))).toEqual(failed("NOT_HTTP", true));
    const endless = `HTTP/1.1 200 OK\r\n${"x-a: b\r\n".repeat(20_000)}`;
    expect(await call(out, await url(endless))).toEqual(failed("NOT_HTTP", true));
  });

  test("keeps nothing else from being answered", async () => {
    const port = await serve((request, response) => {
      if (request.url === "/") response.end("ok");
    });
    const out = outbound("127.0.0.1");
    const base = `http://127.0.0.1:${String(port)}`;
    const hanging = call(out, `${base}/hang`, { deadlineMs: 1_000 });
    expect(await call(out, `${base}/`)).toMatchObject({ status: 200 });
    expect(await hanging).toEqual(failed("NO_ANSWER_IN_TIME", true));
  });
});

describe("what is not called", () => {
  const refused = failed("REFUSED_ADDRESS", false);

  test.each([
    "ftp://example.test/",
    "file:///etc/passwd",
    "https://user:secret@example.test/",
    "http://example.test/",
    "https://127.0.0.1/",
    "https://2130706433/",
    "https://0x7f.1/",
    "https://[::1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[::ffff:a9fe:a9fe]/",
    "https://169.254.169.254/latest/meta-data",
    "https://168.63.129.16/",
    "not a url",
  ])("%s, by itself", async (url) => {
    const out = outbound("");
    expect(out.accepts(url)).toBe(false);
    expect(await call(out, url)).toEqual(refused);
  });

  test("a name that leads to this machine, and nothing reaches it", async () => {
    let calls = 0;
    const port = await serve(() => (calls += 1));
    const url = `https://localhost:${String(port)}/`;
    expect(await call(outbound(""), url)).toEqual(refused);
    for (const address of ["127.0.0.1", "::1", "::ffff:127.0.0.1", "10.1.2.3", "fd00:ec2::254"]) {
      const out = outbound("", { resolve: resolving([address]) });
      expect(await call(out, `https://innocent.test:${String(port)}/`)).toEqual(refused);
    }
    expect(calls).toBe(0);
  });

  test("a name that answers otherwise the second time", async () => {
    let calls = 0;
    const port = await serve(() => (calls += 1));
    // The documentation's network takes no connection, and the machine's own address never gets one.
    const out = outbound("198.51.100.0/24", { resolve: resolving(["198.51.100.7"], ["127.0.0.1"]) });
    const url = `http://rebinding.test:${String(port)}/`;
    expect(await call(out, url, { deadlineMs: 200 })).toMatchObject({ outcome: "FAILED" });
    expect(await call(out, url)).toEqual(refused);
    expect(calls).toBe(0);
  });

  test("of several addresses, those that may not be", async () => {
    const port = await serve((_request, response) => response.end());
    const mixed = outbound("127.0.0.0/8", { resolve: resolving(["10.0.0.1", "127.0.0.1"]) });
    expect(await call(mixed, `http://mixed.test:${String(port)}/`)).toMatchObject({ status: 200 });
  });

  test("by plain HTTP, what the operator did not name", async () => {
    const port = await serve((_request, response) => response.end());
    const resolve = resolving(["127.0.0.1"]);
    const url = `http://office.test:${String(port)}/`;
    expect(await call(outbound("other.test", { resolve }), url)).toEqual(refused);
    expect(await call(outbound("OFFICE.test.", { resolve }), url)).toMatchObject({ status: 200 });
    expect(await call(outbound("10.0.0.0/8", { resolve }), url)).toEqual(refused);
    expect(await call(outbound("10.0.0.0/8", { resolve: resolving(["93.184.215.14"]) }), url)).toEqual(
      refused,
    );
  });

  test("by way of a proxy that the environment names", async () => {
    let proxied = 0;
    const proxy = await serve((_request, response) => {
      proxied += 1;
      response.end();
    });
    const port = await serve((_request, response) => response.writeHead(204).end());
    const before = process.env["http_proxy"];
    process.env["http_proxy"] = `http://127.0.0.1:${String(proxy)}`;
    try {
      const answer = await call(outbound("127.0.0.1"), `http://127.0.0.1:${String(port)}/`);
      expect(answer).toMatchObject({ status: 204 });
    } finally {
      if (before === undefined) delete process.env["http_proxy"];
      else process.env["http_proxy"] = before;
    }
    expect(proxied).toBe(0);
  });
});

describe("addresses", () => {
  test.each([
    ...["0.0.0.0", "10.0.0.1", "100.64.0.1", "100.100.100.200", "127.0.0.1", "169.254.169.254", "172.16.0.1"],
    ...["192.0.0.192", "192.0.2.1", "192.168.1.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255"],
    ...["168.63.129.16", "::", "::1", "::ffff:10.0.0.1", "::10.0.0.1", "64:ff9b::a00:1", "64:ff9b:1::1"],
    ...["100::1", "2001::1", "2001:db8::1", "2002:a00:1::", "3fff::1", "5f00::1", "fc00::1", "fd00:ec2::254"],
    ...["fe80::1", "fec0::1", "ff02::1", "4000::1", "nonsense", ""],
  ])("%s is nobody's on the internet", (address) => {
    expect(isPublic(address)).toBe(false);
  });

  test.each(["1.1.1.1", "93.184.215.14", "2606:4700::1111", "::ffff:1.1.1.1"])("%s is public", (address) => {
    expect(isPublic(address)).toBe(true);
  });

  test("and names, as an operator types them", () => {
    expect(parseAllowed(" hooks.internal , 10.1.0.0/16,fd00::/8, 127.0.0.1,,::1 ")).not.toBeNull();
    for (const wrong of [
      "http://a.test",
      "a b",
      "10.0.0.0/33",
      "127.1",
      "1.2.3",
      "a.test:80",
      "*.test",
      "a..b",
    ]) {
      expect(parseAllowed(wrong), wrong).toBeNull();
    }
  });
});
