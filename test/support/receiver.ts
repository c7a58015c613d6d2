import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { Webhook } from "standardwebhooks";
import { z } from "zod";

/** A receiver as its own documentation would have it written: it verifies by the library, and keeps what it was told. */

export const message = z.looseObject({
  id: z.string(),
  type: z.string(),
  version: z.int(),
  timestamp: z.string(),
  position: z.string().nullable(),
  data: z.looseObject({ cardId: z.string().optional(), terminal: z.string().optional() }),
});
export type Message = z.infer<typeof message>;

export interface Received {
  readonly message: Message;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
  readonly path: string;
}

/** What becomes of a request. */
export type Behaviour = (
  received: Received,
  response: ServerResponse,
  request: IncomingMessage,
) => "TAKE" | "TOOK" | Promise<"TAKE" | "TOOK">;

export class Receiver {
  readonly #sockets = new Set<Socket>();
  #server: Server | null = null;
  #port = 0;
  /** In the order in which they came, repeats too. */
  readonly received: Received[] = [];
  /** Answers to those whose signature did not hold. */
  refused = 0;
  secret = "";
  behaviour: Behaviour = () => "TAKE";

  async start(): Promise<void> {
    const server = createServer((request, response) => {
      this.#answer(request, response).catch(() => request.socket.destroy());
    });
    server.on("connection", (socket) => {
      this.#sockets.add(socket);
      socket.on("close", () => this.#sockets.delete(socket));
    });
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(this.#port, "127.0.0.1", resolve);
    });
    const address: AddressInfo | string | null = server.address();
    if (address === null || typeof address === "string") throw new Error("no port");
    this.#port = address.port;
    this.#server = server;
  }

  /** As a process that dies: what is open breaks off. */
  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    const server = this.#server;
    this.#server = null;
    if (server === null) return;
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
    });
  }

  get url(): string {
    return `http://127.0.0.1:${String(this.#port)}/hooks`;
  }

  get messages(): readonly Message[] {
    return this.received.map((one) => one.message);
  }

  /** Each once, as they came first. */
  get first(): readonly Message[] {
    return [...new Map(this.messages.toReversed().map((one) => [one.id, one])).values()].toReversed();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(z.instanceof(Buffer).parse(chunk));
    const body = Buffer.concat(chunks).toString();
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
    );
    try {
      new Webhook(this.secret).verify(body, headers);
    } catch {
      this.refused += 1;
      response.writeHead(401).end("the signature does not hold");
      return;
    }
    const received: Received = {
      message: message.parse(JSON.parse(body)),
      headers: request.headers,
      body,
      path: request.url ?? "",
    };
    const becomes = await this.behaviour(received, response, request);
    this.received.push(received);
    if (becomes === "TAKE") response.writeHead(204).end();
  }
}
