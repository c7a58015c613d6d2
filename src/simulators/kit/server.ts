import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { Fault } from "./faults.ts";
import { Faults, faultsBody } from "./faults.ts";
import { signatureProblem } from "./signature.ts";

/** What every simulator of an outside system has in common: it listens, keeps what it saw, and does wrong as it is told. */

export interface Reply {
  readonly status: number;
  readonly body: unknown;
}

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly idempotencyKey: string | null;
  /** Null where there is none, or it is no JSON. */
  readonly body: unknown;
}

export interface SimulatorOptions {
  readonly port: number;
  /** By which requests are signed; null: signatures are not looked at. */
  readonly key: string | null;
  readonly fault: Fault;
  readonly now: () => number;
}

/** `answer`: what the system does and says. `control`: what it can be told beside faults, below `/_`; null: unknown. */
interface System {
  readonly answer: (asked: Asked) => Reply;
  readonly control: (asked: Asked) => Reply | null;
}

export interface RunningSimulator {
  readonly url: string;
  close(): Promise<void>;
}

const MOST_LETTERS = 1_000_000;
const MOST_SEEN = 10_000;

export async function startSimulator(system: System, options: SimulatorOptions): Promise<RunningSimulator> {
  const simulator = new Simulator(system, options);
  const server = createServer((request, response) => {
    simulator.serve(request, response).catch(() => request.socket.destroy());
  });
  const port = await listen(server, options.port);
  return {
    url: `http://127.0.0.1:${String(port)}`,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** On this machine only: nothing of it is meant for anybody else. */
async function listen(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : port;
}

class Simulator {
  readonly #system: System;
  readonly #options: SimulatorOptions;
  readonly #faults: Faults;
  readonly #seen: object[] = [];

  constructor(system: System, options: SimulatorOptions) {
    this.#system = system;
    this.#options = options;
    this.#faults = new Faults(options.fault);
  }

  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const text = await bodyOf(request);
    const path = request.url ?? "/";
    const key = request.headers["idempotency-key"];
    const asked: Asked = {
      ...{ method: request.method ?? "", path, body: jsonIn(text) },
      idempotencyKey: typeof key === "string" ? key : null,
    };
    if (path.startsWith("/_")) {
      answer(response, this.#control(asked));
      return;
    }
    this.#seen.push({ method: asked.method, path, headers: request.headers, body: text });
    if (this.#seen.length > MOST_SEEN) this.#seen.shift();
    const { key: secret, now } = this.#options;
    const unsigned = secret === null ? null : signatureProblem(request, text, secret, now());
    if (unsigned !== null) {
      answer(response, { status: 401, body: { code: unsigned } });
      return;
    }
    await this.#do(asked, this.#faults.take(path), response);
  }

  async #do(asked: Asked, fault: Fault, response: ServerResponse): Promise<void> {
    switch (fault.kind) {
      case "none":
        answer(response, this.#system.answer(asked));
        return;
      case "hang":
        return;
      case "late": {
        const reply = this.#system.answer(asked);
        await sleep(fault.ms, undefined, { ref: false });
        answer(response, reply);
        return;
      }
      case "garbage":
        this.#system.answer(asked);
        response.writeHead(200, { "content-type": "application/json" }).end('{"outcome": "APPR');
        return;
      case "status":
        answer(response, { status: fault.status, body: { code: "SIMULATED" } });
        return;
      case "drop":
        response.socket?.destroy();
        return;
      case "drop-after-processing":
        this.#system.answer(asked);
        response.socket?.destroy();
        return;
    }
  }

  #control(asked: Asked): Reply {
    if (asked.method === "POST" && asked.path === "/_faults") {
      const faults = faultsBody.safeParse(asked.body ?? {});
      if (!faults.success) return { status: 422, body: { code: "INVALID", detail: faults.error.message } };
      this.#faults.set(faults.data);
      return { status: 200, body: {} };
    }
    if (asked.method === "GET" && asked.path === "/_seen")
      return { status: 200, body: { items: this.#seen } };
    return this.#system.control(asked) ?? { status: 404, body: { code: "NOT_FOUND" } };
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  request.setEncoding("utf8");
  let text = "";
  for await (const chunk of request) {
    text += String(chunk);
    if (text.length > MOST_LETTERS) throw new Error("the body is too long");
  }
  return text;
}

function jsonIn(text: string): unknown {
  if (text === "") return null;
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function answer(response: ServerResponse, { status, body }: Reply): void {
  if (response.destroyed) return;
  const type = status < 400 ? "application/json" : "application/problem+json";
  response.writeHead(status, { "content-type": type }).end(JSON.stringify(body));
}
