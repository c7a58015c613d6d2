import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { ServerType } from "@hono/node-server";
import type { Observe } from "./accessLog.ts";
import { sayFarewell } from "./farewell.ts";
import { type Problem, problem, problemBody, PROBLEMS } from "./problems.ts";

interface Written {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What Node refuses before there is a request, answered as everything else is. */
export function answerNodeErrors(
  server: ServerType,
  options: {
    readonly newTraceId: () => string;
    readonly common: Readonly<Record<string, string>>;
    readonly observe: Observe;
  },
): void {
  const write = (refusal: Problem, remote: string | undefined): Written => {
    const traceId = options.newTraceId();
    const body = JSON.stringify(problemBody(refusal, traceId));
    const { code } = refusal;
    const { status } = PROBLEMS[code];
    const nobody = { method: null, route: null, caller: null, remote: remote ?? null };
    options.observe({ ...nobody, status, code, ms: 0, traceId });
    return {
      status,
      headers: {
        "content-type": "application/problem+json",
        ...options.common,
        connection: "close",
        "content-length": String(Buffer.byteLength(body)),
      },
      body,
    };
  };
  if (!isHttp1(server)) return;
  const latest = new WeakMap<Duplex, ServerResponse>();
  server.on("request", ({ socket }: IncomingMessage, response: ServerResponse) => {
    latest.set(socket, response);
  });
  server.on("clientError", (error: NodeJS.ErrnoException, socket: Duplex) => {
    // Nobody is there any more, or is not yet to be talked to, or an answer is on its way already.
    const answer = latest.get(socket);
    if (
      error.code === "ECONNRESET" ||
      error.code === "ERR_TLS_HANDSHAKE_TIMEOUT" ||
      !socket.writable ||
      (answer?.headersSent === true && !answer.writableFinished)
    ) {
      socket.destroy();
      return;
    }
    const { status, headers, body } = write(problemOf(error.code ?? ""), addressOf(socket));
    const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    sayFarewell(socket, `HTTP/1.1 ${String(status)} Refused\r\n${head.join("")}\r\n${body}`);
  });
  server.on("checkExpectation", (request, response) => {
    const { status, headers, body } = write(problem("EXPECTATION_FAILED"), request.socket.remoteAddress);
    response.writeHead(status, headers).end(body);
  });
}

function addressOf(socket: Duplex): string | undefined {
  return socket instanceof Socket ? socket.remoteAddress : undefined;
}

function problemOf(code: string): Problem {
  if (code === "HPE_HEADER_OVERFLOW") return problem("HEADERS_TOO_LARGE");
  if (code === "HPE_CHUNK_EXTENSIONS_OVERFLOW") return problem("TOO_LARGE");
  if (code === "ERR_HTTP_REQUEST_TIMEOUT") return problem("REQUEST_TIMEOUT");
  return problem("MALFORMED_REQUEST", "This is no HTTP request.");
}

function isHttp1(server: ServerType): server is Server {
  return "maxHeadersCount" in server;
}
