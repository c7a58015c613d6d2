import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { Command, Option } from "commander";
import { z } from "zod";
import { isSignedBy, secretBytes } from "../webhooks/signature.ts";
import type { CliWorld } from "../pos/shell.ts";

/** A receiver of webhooks: it verifies, prints, and goes wrong when it is told to. */

const FAULTS = ["none", "hang", "late", "garbage", "500", "410", "drop", "slow"] as const;
type Fault = (typeof FAULTS)[number];

interface Options {
  readonly port: string;
  readonly secret?: string;
  readonly fault: Fault;
  readonly every: string;
  readonly lateMs: string;
}

const told = z.looseObject({ id: z.string(), type: z.string(), position: z.string().nullable() });
const MOST_BYTES = 1_048_576;

export function webhooksSimulator(world: CliWorld, fail: (message: string) => never): Command {
  return new Command("webhooks")
    .description("a receiver of webhooks that verifies, prints, and can go wrong")
    .option("--port <port>", "where it listens, on 127.0.0.1; 0 takes a free one", "9090")
    .option("--secret <whsec>", "by which messages are signed; without it nothing is verified")
    .addOption(
      new Option("--fault <kind>", "what it does instead of taking a message")
        .choices([...FAULTS])
        .default("none"),
    )
    .option("--every <n>", "goes wrong with each nth message only", "1")
    .option("--late-ms <ms>", "how late it answers, for `late`", "20000")
    .action(async (options: Options) => {
      await serve(world, options, fail);
    });
}

async function serve(world: CliWorld, options: Options, fail: (message: string) => never): Promise<void> {
  const number = (name: string, text: string, least: number): number => {
    const value = Number(text);
    return Number.isInteger(value) && value >= least ? value : fail(`--${name} wants a whole number.`);
  };
  const secret = options.secret === undefined ? null : secretBytes(options.secret);
  if (options.secret !== undefined && secret === null)
    fail("--secret wants what the server showed: whsec_...");
  const receiver = new Receiver(world, {
    ...{ secret, fault: options.fault, every: number("every", options.every, 1) },
    lateMs: number("late-ms", options.lateMs, 0),
  });
  const server = createServer((request, response) => {
    receiver.take(request, response).catch(() => request.socket.destroy());
  });
  const port = number("port", options.port, 0);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  }).catch((error: unknown) => fail(`The port ${options.port} can't be used: ${String(error)}`));
  const address = server.address();
  const open = typeof address === "object" && address !== null ? address.port : port;
  world.write(`listening on http://127.0.0.1:${String(open)}/ (fault: ${options.fault})`);
  await new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
  });
  server.closeAllConnections();
  server.close();
}

interface Told {
  readonly secret: Buffer | null;
  readonly fault: Fault;
  readonly every: number;
  readonly lateMs: number;
}

class Receiver {
  readonly #world: CliWorld;
  readonly #options: Told;
  readonly #seen = new Set<string>();
  #count = 0;

  constructor(world: CliWorld, options: Told) {
    this.#world = world;
    this.#options = options;
  }

  async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(request);
    const { secret, fault, every } = this.#options;
    const headers = { id: one(request, "webhook-id"), timestamp: one(request, "webhook-timestamp") };
    const signature = one(request, "webhook-signature");
    if (secret !== null && !isSignedBy(secret, { ...headers, signature, body }, this.#world.now())) {
      this.#world.write("401 the signature does not hold");
      response.writeHead(401).end("the signature does not hold");
      return;
    }
    this.#count += 1;
    const wrong = fault !== "none" && this.#count % every === 0;
    const parsed = told.safeParse(parse(body));
    const { id, type, position } = parsed.success
      ? parsed.data
      : { id: headers.id, type: "?", position: null };
    const again = this.#seen.has(id);
    // What it drops the connection on was processed all the same: that is what the fault is about.
    if (!wrong || fault === "drop" || fault === "late" || fault === "slow") this.#seen.add(id);
    const line = { id, type, position, again, fault: wrong ? fault : null };
    const words = [type, id, position ?? "", again ? "(again)" : "", wrong ? `-> ${fault}` : ""];
    this.#world.write(
      this.#world.isJson() ? JSON.stringify(line) : words.filter((word) => word !== "").join("  "),
    );
    if (wrong) this.#goWrong(fault, request, response);
    else response.writeHead(204).end();
  }

  #goWrong(fault: Fault, request: IncomingMessage, response: ServerResponse): void {
    switch (fault) {
      case "none":
      case "hang":
        return;
      case "late":
        setTimeout(() => response.writeHead(204).end(), this.#options.lateMs).unref();
        return;
      case "garbage":
        request.socket.end("this is no HTTP at all\r\n\r\n");
        return;
      case "500":
      case "410":
        response.writeHead(Number(fault)).end(`told to answer ${fault}`);
        return;
      case "drop":
        request.socket.destroy();
        return;
      case "slow": {
        response.writeHead(200);
        const timer = setInterval(() => response.write("."), 500);
        response.on("close", () => clearInterval(timer));
        return;
      }
    }
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    const bytes = z.instanceof(Buffer).parse(chunk);
    length += bytes.length;
    if (length > MOST_BYTES) throw new Error("more than a message");
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString();
}

function one(request: IncomingMessage, name: string): string {
  const value = request.headers[name];
  return typeof value === "string" ? value : "";
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
