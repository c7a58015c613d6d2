import { createServer as createHttpServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { createServer, type Server as TlsServer, type TLSSocket } from "node:tls";
import type { Duplex } from "node:stream";
import { getRequestListener } from "@hono/node-server";
import { type WebSocket, WebSocketServer } from "ws";
import type { App } from "../api/http/context.ts";
import { noteShown } from "../api/http/shownBy.ts";
import { answerOverSocket } from "../api/pos/certificates/overSocket.ts";
import { pathAsSent, wantsWebSocket } from "../api/pos/connect/upgrade.ts";
import { voidAmong } from "../engine/certificates/standing.ts";
import type { Services } from "../engine/services.ts";
import { readShown, type ShownCertificate } from "../engine/terminals/shownCertificate.ts";
import { SetupError } from "../settings.ts";
import type { ListenerContext } from "./certificateContext.ts";

/** How often open connections, and what the port shows, are looked at anew. Milliseconds. */
const LOOK_MS = 2_000;
const HANDSHAKE_MS = 10_000;
/** A device that asks by WebSocket says what it wants within this. */
const SOCKET_LIVES_MS = 30_000;
const LARGEST_MESSAGE = 65_536;
const LAST_REQUESTS_MS = 10_000;

export interface ListenerOptions {
  readonly services: Services;
  readonly app: App;
  readonly context: ListenerContext;
  readonly port: number;
  readonly host: string;
  readonly newTraceId: () => string;
}

/**
 * The port that wants certificates. Whoever shows one that we have not signed, or that does not count now, is cut off when
 * the connection is made; whoever shows none comes as far as `POST /` and a WebSocket at `/`. Each request of a
 * certificate is looked at anew, and connections of one that was revoked are closed.
 */
export class CertificateListener {
  readonly #options: ListenerOptions;
  readonly #tls: TlsServer;
  readonly http: Server;
  readonly #sockets = new WebSocketServer({ noServer: true, maxPayload: LARGEST_MESSAGE });
  readonly #open = new Map<TLSSocket, ShownCertificate | "nothing">();
  #looking: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | null = null;

  private constructor(options: ListenerOptions, tls: TlsServer) {
    this.#options = options;
    this.#tls = tls;
    const answer = getRequestListener(options.app.fetch);
    this.http = createHttpServer((request, response) => {
      void answer(request, response);
    });
    this.http.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      this.#upgrade(request, socket, head);
    });
    // What is not answered in HTTP, such as an answer to who is refused, must not end the process.
    tls.on("tlsClientError", (error, socket) => {
      options.services.logger.debug({ err: error }, "a handshake failed");
      // Node leaves one that only takes too long as it is.
      socket.destroy();
    });
    tls.on("secureConnection", (socket) => {
      this.#arrive(socket);
    });
  }

  /** @throws SetupError for a port that can't be had */
  static async open(options: ListenerOptions): Promise<CertificateListener> {
    const context = (await options.context.next()) ?? {};
    const tls = createServer({
      ...context,
      requestCert: true,
      // It is looked at below: whoever shows none may still ask for one.
      rejectUnauthorized: false,
      handshakeTimeout: HANDSHAKE_MS,
    });
    const listener = new CertificateListener(options, tls);
    await listener.#listen();
    return listener;
  }

  get port(): number {
    const address: AddressInfo | string | null = this.#tls.address();
    return typeof address === "object" && address !== null ? address.port : this.#options.port;
  }

  async #listen(): Promise<void> {
    const { port, host } = this.#options;
    await new Promise<void>((resolve, reject) => {
      this.#tls.once("error", (error: NodeJS.ErrnoException) => {
        const taken =
          error.code === "EADDRINUSE"
            ? "is taken. Set MTLS_PORT to another one."
            : `can't be used: ${error.message}`;
        reject(new SetupError(`The address ${host}:${String(port)} ${taken}`));
      });
      this.#tls.listen(port, host, resolve);
    });
    // It listens to no port of its own, and still has to watch for requests that never end.
    this.http.emit("listening");
    this.#timer = setInterval(() => {
      this.#looking = this.#looking.then(async () => await this.look());
    }, LOOK_MS).unref();
  }

  #arrive(socket: TLSSocket): void {
    const { logger } = this.#options.services;
    socket.on("error", (error) => logger.debug({ err: error }, "a connection broke"));
    const certificate = socket.getPeerX509Certificate();
    if (certificate === undefined) {
      this.#letIn(socket, "nothing");
      return;
    }
    const shown = socket.authorized ? readShown(certificate) : null;
    if (shown === null) {
      const why = socket.authorized ? "it is for no terminal" : socket.authorizationError;
      logger.info({ why: String(why), remote: socket.remoteAddress }, "a certificate was refused");
      socket.destroy();
      return;
    }
    // Kept from being read until it is let in.
    socket.pause();
    this.#letInIfValid(socket, shown).catch((error: unknown) => {
      logger.debug({ err: error }, "a certificate could not be looked at: its requests are answered by that");
      this.#letIn(socket, shown);
    });
  }

  async #letInIfValid(socket: TLSSocket, shown: ShownCertificate): Promise<void> {
    const { services } = this.#options;
    const why = (await voidAmong(services, [shown])).get(shown);
    if (why === undefined) {
      this.#letIn(socket, shown);
      return;
    }
    const caller = `terminal ${shown.terminal}`;
    services.logger.info({ why, caller, remote: socket.remoteAddress }, "a certificate was refused");
    socket.destroy();
  }

  #letIn(socket: TLSSocket, shown: ShownCertificate | "nothing"): void {
    if (socket.destroyed) return;
    noteShown(socket, shown);
    this.#open.set(socket, shown);
    socket.once("close", () => this.#open.delete(socket));
    this.http.emit("connection", socket);
    socket.resume();
  }

  /** Closes connections of certificates that count no longer, and shows what is to be shown by now. */
  async look(): Promise<void> {
    const { services, context } = this.#options;
    try {
      const shown = [...new Set(this.#open.values())].filter((one) => one !== "nothing");
      const over = await voidAmong(services, shown);
      for (const [socket, one] of this.#open) if (one !== "nothing" && over.has(one)) socket.destroy();
      const next = await context.next();
      if (next !== null) this.#tls.setSecureContext(next);
    } catch (error) {
      services.logger.warn({ err: error }, "what the certificate port trusts could not be read anew");
    }
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    // Elsewhere devices hold their live connection, or nobody is.
    if (!wantsWebSocket(request) || pathAsSent(request) !== "/") return;
    const remote = remoteOf(request.socket);
    this.#sockets.handleUpgrade(request, socket, head, (asking) => {
      this.#answerOnce(asking, remote);
    });
  }

  #answerOnce(asking: WebSocket, remote: string): void {
    const { services, newTraceId } = this.#options;
    const late = setTimeout(() => asking.close(1008, "nothing was asked"), SOCKET_LIVES_MS);
    asking.on("error", () => asking.terminate());
    asking.on("close", () => clearTimeout(late));
    asking.once("message", (data, isBinary) => {
      clearTimeout(late);
      const traceId = newTraceId();
      const message = !isBinary && Buffer.isBuffer(data) ? data.toString() : "";
      answerOverSocket(services, message, { remote, traceId }).then(
        ({ text }) => asking.send(text, () => asking.close(1000)),
        (error: unknown) => {
          services.logger.error(
            { err: error, traceId },
            "a certificate that was asked for by WebSocket failed",
          );
          asking.close(1011, "it failed; ask again");
        },
      );
    });
  }

  async stop(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    await this.#looking;
    for (const asking of this.#sockets.clients) asking.terminate();
    this.#sockets.close();
    await new Promise<void>((resolve) => {
      const hurry = setTimeout(() => {
        for (const socket of this.#open.keys()) socket.destroy();
      }, LAST_REQUESTS_MS);
      this.#tls.close(() => {
        clearTimeout(hurry);
        resolve();
      });
      this.http.closeIdleConnections();
      for (const [socket, shown] of this.#open)
        if (shown === "nothing" && socket.bytesRead === 0) socket.destroy();
    });
    this.http.close();
  }
}

function remoteOf(socket: Socket): string {
  return socket.remoteAddress ?? "unknown";
}
