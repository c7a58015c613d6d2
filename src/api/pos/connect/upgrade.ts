import type { IncomingMessage, Server } from "node:http";
import { Server as SecureServer } from "node:tls";
import type { Duplex } from "node:stream";
import type { ServerType } from "@hono/node-server";
import { type WebSocket, WebSocketServer } from "ws";
import { terminalStream } from "../../../domain/terminal/events.ts";
import { type DeviceHub, MOST_FRAME_BYTES } from "../../../engine/devices/hub.ts";
import { CLOSE_CODES, type Line } from "../../../engine/devices/line.ts";
import type { Services } from "../../../engine/services.ts";
import { type AuthenticatedTerminal, TerminalAuthenticator } from "../../../engine/terminals/authenticate.ts";
import { shownEndsAt } from "../../../engine/terminals/shownEndsAt.ts";
import type { Observe } from "../../http/accessLog.ts";
import { sayFarewell } from "../../http/farewell.ts";
import { type Problem, problem, problemBody, problemHeaders, PROBLEMS } from "../../http/problems.ts";
import { shownBy } from "../../http/shownBy.ts";
import { inProfile } from "../terminalRoute.ts";

/** Where devices connect. */
export const CONNECT_PATH = "/pos/connect";

export interface UpgradeOptions {
  readonly services: Services;
  readonly hub: DeviceHub;
  /** Where others take the connections; null: nowhere. */
  readonly besides: string | null;
  readonly newTraceId: () => string;
  readonly common: Readonly<Record<string, string>>;
  readonly observe: Observe;
  readonly onError: (error: unknown, traceId: string, where: string) => Problem;
}

/** A device that does not say farewell is gone after so long. Milliseconds. */
const FAREWELL_MS = 2_000;

/**
 * Takes the connections of devices: who may not connect is told so as at any other route of terminals, before it is a
 * WebSocket.
 */
export function takeUpgrades(server: ServerType, options: UpgradeOptions): void {
  if (!isHttp1(server)) return;
  const { services } = options;
  const authenticator = new TerminalAuthenticator(services);
  const sockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: MOST_FRAME_BYTES,
    perMessageDeflate: false,
  });
  server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (!wantsWebSocket(request)) {
      asOrdinary(server, request, socket, head);
      return;
    }
    if (options.besides !== null && pathAsSent(request) === options.besides) return;
    socket.on("error", () => socket.destroy());
    void upgrade(options, authenticator, request, (terminal) => {
      sockets.handleUpgrade(request, socket, head, (ws) => void connect(options, ws, terminal));
    }).then((refusal) => {
      if (refusal !== null) sayFarewell(socket, refusal);
    });
  });
}

/** Null once it is on its way to be a WebSocket; else the answer as it goes over the wire. */
async function upgrade(
  { services, newTraceId, common, observe, onError }: UpgradeOptions,
  authenticator: TerminalAuthenticator,
  request: IncomingMessage,
  accept: (terminal: AuthenticatedTerminal) => void,
): Promise<string | null> {
  const traceId = newTraceId();
  const started = performance.now();
  const isHere = pathOf(request) === CONNECT_PATH && request.method === "GET";
  const seen = { method: request.method ?? null, route: isHere ? CONNECT_PATH : null, traceId };
  const remote = request.socket.remoteAddress ?? null;
  let entered: AuthenticatedTerminal | Problem;
  try {
    entered = isHere ? await enter(services, authenticator, request) : problem("NOT_FOUND");
    if (entered.kind === "authenticated") accept(entered);
  } catch (error) {
    entered = onError(error, traceId, `GET ${CONNECT_PATH}`);
  }
  const ms = performance.now() - started;
  if (entered.kind === "authenticated") {
    const caller = `terminal ${entered.life.serialNumber}`;
    observe({ ...seen, status: 101, code: null, ms, caller, remote });
    return null;
  }
  const { status } = PROBLEMS[entered.code];
  observe({ ...seen, status, code: entered.code, ms, caller: null, remote });
  return written(entered, traceId, common);
}

async function enter(
  services: Services,
  authenticator: TerminalAuthenticator,
  { headers, socket }: IncomingMessage,
): Promise<AuthenticatedTerminal | Problem> {
  const authorization = headers.authorization ?? null;
  const shown = shownBy(socket);
  if (shown === "nothing") return authenticator.refused("A certificate is wanted at this port.");
  const known = await authenticator.authenticate(authorization, shown);
  if (known.kind === "problem") return inProfile(await authenticator.profileOf(authorization, shown), known);
  const { profile, serialNumber } = known.life;
  const fresh = await services.gate.freshness([terminalStream(serialNumber)]);
  const confirmed = await authenticator.confirm(known, fresh.heads[0] ?? -1);
  return confirmed.kind === "problem" ? inProfile(profile, confirmed) : confirmed;
}

/** Nothing is read of a device before it is known to the hub: what it has sent meanwhile waits. */
async function connect(
  { hub, services }: UpgradeOptions,
  ws: WebSocket,
  terminal: AuthenticatedTerminal,
): Promise<void> {
  ws.pause();
  const ended: number[] = [];
  ws.on("error", (error) => services.logger.debug({ err: error }, "a device's connection broke"));
  ws.on("close", (code) => ended.push(code));
  try {
    const connection = await hub.open(terminal, lineOf(ws), shownEndsAt(terminal));
    ws.on("pong", () => {
      connection.isAlive = true;
    });
    ws.on("message", (data, isBinary) => {
      connection.isAlive = true;
      hub.take(connection, isBinary ? null : textOf(data));
    });
    ws.on("close", (code) => hub.closed(connection, code));
    // It was over before it began.
    for (const code of ended) hub.closed(connection, code);
    ws.resume();
  } catch (error) {
    services.logger.warn({ err: error }, "a device could not be connected");
    ws.close(CLOSE_CODES.BUG.code, CLOSE_CODES.BUG.reason);
  }
}

function lineOf(ws: WebSocket): Line {
  return {
    buffered: () => ws.bufferedAmount,
    send: (text) => ws.send(text),
    ping: () => ws.ping(),
    close: (code, reason) => {
      ws.close(code, reason);
      setTimeout(() => ws.terminate(), FAREWELL_MS).unref();
    },
    hold: (isHeld) => {
      if (isHeld) ws.pause();
      else ws.resume();
    },
  };
}

function textOf(data: Buffer | ArrayBuffer | Buffer[]): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString();
  return Buffer.isBuffer(data) ? data.toString() : Buffer.from(data).toString();
}

/** Some clients (Java's) offer HTTP/2 with each request: that is no wish to be upgraded to a WebSocket. */
export function wantsWebSocket({ headers }: IncomingMessage): boolean {
  return headers.upgrade?.toLowerCase() === "websocket";
}

/** Not resolved: of those who share a port one says whose a path is by the same text as the other. */
export function pathAsSent({ url = "" }: IncomingMessage): string {
  return url.split("?", 1)[0] ?? "";
}

function pathOf({ url = "" }: IncomingMessage): string | null {
  const base = "http://device";
  return URL.canParse(url, base) ? new URL(url, base).pathname : null;
}

function written(refusal: Problem, traceId: string, common: Readonly<Record<string, string>>): string {
  const body = JSON.stringify(problemBody(refusal, traceId));
  const headers = {
    "content-type": "application/problem+json",
    ...common,
    ...problemHeaders(refusal),
    connection: "close",
    "content-length": String(Buffer.byteLength(body)),
  };
  const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const { status, title } = PROBLEMS[refusal.code];
  return `HTTP/1.1 ${String(status)} ${title}\r\n${head.join("")}\r\n${body}`;
}

/**
 * Some clients (Java's) offer HTTP/2 with each request. As soon as there is somebody who takes upgrades, Node reads such a
 * request as one and no more of it: it is put back as it was sent, without the offer.
 */
function asOrdinary(server: Server, request: IncomingMessage, socket: Duplex, head: Buffer): void {
  const { method = "GET", url = "/", httpVersion, rawHeaders } = request;
  const lines: string[] = [`${method} ${url} HTTP/${httpVersion}`];
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const [name = "", value = ""] = rawHeaders.slice(at, at + 2);
    if (!/^(upgrade|connection|http2-settings)$/i.test(name)) lines.push(`${name}: ${value}`);
  }
  const again = Buffer.concat([Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1"), head]);
  socket.unshift(again);
  server.emit(server instanceof SecureServer ? "secureConnection" : "connection", socket);
}

function isHttp1(server: ServerType): server is Server {
  return "maxHeadersCount" in server;
}
