import type { IncomingMessage } from "node:http";
import WebSocket from "ws";
import { z } from "zod";
import { ApiError } from "../../client.ts";

/** A device's end of its live connection, as a maker of devices would write it (docs/devices.md). */

const welcome = z.looseObject({
  type: z.literal("welcome"),
  connectionId: z.string(),
  serverTime: z.string(),
});
const command = z.looseObject({
  type: z.literal("command"),
  id: z.string(),
  action: z.enum(["ACTIVATE", "DEACTIVATE", "SALE", "REVERSAL", "CANCEL"]),
  expiresAt: z.string(),
  transfer: z
    .looseObject({ amount: z.int(), currency: z.string(), reverses: z.string().nullable() })
    .nullable(),
  cancels: z.string().nullable(),
});
const recorded = z.looseObject({ type: z.literal("recorded"), id: z.string(), status: z.string() });
const refused = z.looseObject({ type: z.literal("error"), code: z.string(), message: z.string() });

const heard = z.discriminatedUnion("type", [welcome, command, recorded, refused]);
export type Heard = z.infer<typeof heard>;

export interface Told {
  readonly outcome: "SUCCEEDED" | "FAILED";
  readonly failureCode?: string;
  readonly failureMessage?: string;
  readonly card?: Readonly<Record<string, string>>;
}

export interface Ended {
  readonly code: number;
  readonly reason: string;
}

export class Wire {
  /** Everything that the server said, in order. */
  readonly heard: Heard[] = [];
  /** When the connection is over, and why. */
  readonly ended: Promise<Ended>;
  readonly #socket: WebSocket;
  readonly #waiting = new Set<() => void>();
  #read = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on("message", (data, isBinary) => {
      if (isBinary || !Buffer.isBuffer(data)) return;
      const message = heard.safeParse(JSON.parse(data.toString()));
      // A newer server may say more than is known here.
      if (message.success) this.heard.push(message.data);
      this.#wake();
    });
    this.ended = new Promise((resolve) => {
      socket.on("close", (code, reason) => {
        resolve({ code, reason: reason.toString() });
        this.#wake();
      });
    });
    socket.on("error", () => socket.terminate());
  }

  /** @throws ApiError where the server does not let the device in */
  static async open(baseUrl: string, token: string): Promise<Wire> {
    const url = new URL("/pos/connect", baseUrl.replace(/^http/, "ws"));
    const socket = new WebSocket(url, { headers: { authorization: `Bearer ${token}` } });
    return await new Promise((resolve, reject) => {
      const wire = new Wire(socket);
      socket.once("open", () => resolve(wire));
      socket.once("error", reject);
      socket.once("unexpected-response", (_request, response: IncomingMessage) => {
        refusalOf(response).then(reject, reject);
      });
    });
  }

  /** The next message of a kind that was not read yet; what is of other kinds is passed over. Null when the connection is over. */
  async next<Type extends Heard["type"]>(type: Type): Promise<Extract<Heard, { type: Type }> | null> {
    const isOfType = (message: Heard): message is Extract<Heard, { type: Type }> => message.type === type;
    for (;;) {
      const found = this.heard.slice(this.#read).find(isOfType);
      if (found !== undefined) {
        this.#read = this.heard.indexOf(found) + 1;
        return found;
      }
      if (this.#socket.readyState === WebSocket.CLOSED) return null;
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
  }

  /** Waits until more was heard than so much; false when the connection is over. */
  async grown(than: number): Promise<boolean> {
    while (this.heard.length <= than) {
      if (this.#socket.readyState === WebSocket.CLOSED) return false;
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
    return true;
  }

  received(id: string): void {
    this.say({ type: "received", id });
  }

  result(id: string, told: Told): void {
    this.say({ type: "result", id, ...told });
  }

  /** What is said to nobody is lost, as on any line. */
  say(message: unknown): void {
    if (this.#socket.readyState !== WebSocket.OPEN) return;
    this.#socket.send(
      typeof message === "string" || Buffer.isBuffer(message) ? message : JSON.stringify(message),
    );
  }

  /** Reads nothing any more. */
  stall(): void {
    this.#socket.pause();
  }

  close(): void {
    this.#socket.close();
  }

  /** As a cable that is pulled. */
  drop(): void {
    this.#socket.terminate();
  }

  #wake(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const wake of waiting) wake();
  }
}

const problem = z.object({ code: z.string(), detail: z.string() });

async function refusalOf(response: IncomingMessage): Promise<ApiError> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of response) if (chunk instanceof Uint8Array) chunks.push(chunk);
  const status = response.statusCode ?? 0;
  const body = problem.safeParse(JSON.parse(Buffer.concat(chunks).toString() || "null"));
  return body.success
    ? new ApiError(status, body.data.code, body.data.detail)
    : new ApiError(status, "UNKNOWN", "the server did not open a WebSocket");
}
