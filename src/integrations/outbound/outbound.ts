import { Agent, type Dispatcher, errors } from "undici";
import { type Allowed, bareName, isAddress } from "./addresses.ts";
import type { Failed, Outbound, OutboundAnswer, OutboundCause, OutboundRequest } from "./answers.ts";
import { guardedConnector, mayConnect, NotConnected, type Resolve, systemResolve } from "./connector.ts";

/**
 * The way to the outside, the only one: for addresses that users type. It follows no redirect, sends no password of a
 * URL, knows no proxy of the environment, and reaches nothing that is not public unless the operator named it.
 */

export interface OutboundOptions {
  readonly allowed: Allowed;
  /** A clock for the time that a call took. */
  readonly now: () => number;
  readonly resolve?: Resolve;
  /** Instead of the authorities that Node trusts (`NODE_EXTRA_CA_CERTS` adds to those). */
  readonly ca?: string;
  /** Connections to one server at a time. */
  readonly connections?: number;
}

const CONNECT_MS = 10_000;
const CONNECTIONS = 16;
const IDLE_MS = 10_000;

export function createOutbound({ allowed, now, resolve, ca, connections }: OutboundOptions): Outbound {
  const agent = new Agent({
    connect: guardedConnector(allowed, resolve ?? systemResolve, { connectMs: CONNECT_MS, ca }),
    connections: connections ?? CONNECTIONS,
    keepAliveTimeout: IDLE_MS,
    // A call has one deadline, its own.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  return {
    accepts: (url) => callable(allowed, url) !== null,
    send: async (request) => {
      const began = now();
      const url = callable(allowed, request.url);
      const took = (): number => Math.max(0, Math.round(now() - began));
      if (url === null) {
        return { outcome: "FAILED", cause: "REFUSED_ADDRESS", mayBeProcessed: false, ms: took() };
      }
      return await new Promise<OutboundAnswer>((done) => {
        const call = new Call(request, took, done);
        const { method, headers, body } = request;
        const path = `${url.pathname}${url.search}`;
        agent.dispatch({ origin: url.origin, path, method, headers: { ...headers }, body }, call);
      });
    },
    close: async () => await agent.destroy(),
  };
}

/** The URL as it will be called, without its fragment; null for one that is never called. */
function callable(allowed: Allowed, given: string): URL | null {
  const url = URL.canParse(given) ? new URL(given) : null;
  if (url === null || url.username !== "" || url.password !== "") return null;
  if (url.protocol !== "https:" && url.protocol !== "http:") return null;
  const isPlain = url.protocol === "http:";
  const name = bareName(url.hostname);
  if (isAddress(name)) return mayConnect(allowed, name, name, isPlain) ? url : null;
  // By plain HTTP a name may still be in a network that is allowed.
  return isPlain && !allowed.names.has(name) && allowed.networks.length === 0 ? null : url;
}

/** One call, from its start to its answer, of which there is one. */
class Call implements Dispatcher.DispatchHandler {
  readonly #request: OutboundRequest;
  readonly #took: () => number;
  readonly #done: (answer: OutboundAnswer) => void;
  readonly #timer: NodeJS.Timeout;
  readonly #chunks: Buffer[] = [];
  #controller: Dispatcher.DispatchController | null = null;
  #length = 0;
  #status = 0;
  #headers: Record<string, string> = {};
  #isSent = false;
  #isOver = false;

  constructor(request: OutboundRequest, took: () => number, done: (answer: OutboundAnswer) => void) {
    this.#request = request;
    this.#took = took;
    this.#done = done;
    this.#timer = setTimeout(() => this.#fail("NO_ANSWER_IN_TIME"), request.deadlineMs);
  }

  /** The connection stands, and the request goes onto it now, unless time ran out before. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#isOver) controller.abort(new Error("given up"));
    else this.#isSent = true;
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Readonly<Record<string, string | string[] | undefined>>,
  ): void {
    this.#status = status;
    const first = Object.entries(headers).map(([name, value]): [string, string] => [
      name,
      (Array.isArray(value) ? value[0] : value) ?? "",
    ]);
    this.#headers = Object.fromEntries(first);
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    const left = this.#request.maxBytes - this.#length;
    if (chunk.length <= left) {
      this.#length += chunk.length;
      this.#chunks.push(chunk);
      return;
    }
    if (this.#request.longer === "FAIL") {
      this.#fail("TOO_LONG");
      return;
    }
    this.#chunks.push(chunk.subarray(0, left));
    this.#answer(true);
    this.#abort();
  }

  onResponseEnd(): void {
    this.#answer(false);
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#fail(causeOf(error));
  }

  #answer(cut: boolean): void {
    const body = Buffer.concat(this.#chunks);
    const answered = { status: this.#status, headers: this.#headers, body, cut };
    this.#end({ outcome: "ANSWERED", ...answered, ms: this.#took() });
  }

  #fail(cause: OutboundCause): void {
    const failed: Failed = { outcome: "FAILED", cause, mayBeProcessed: this.#isSent, ms: this.#took() };
    this.#end(failed);
    this.#abort();
  }

  #end(answer: OutboundAnswer): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#done(answer);
  }

  #abort(): void {
    if (this.#controller?.aborted === false) this.#controller.abort(new Error("given up"));
  }
}

function causeOf(error: Error): OutboundCause {
  if (error instanceof NotConnected) return error.reason;
  const isNonsense = error instanceof errors.HTTPParserError || error instanceof errors.HeadersOverflowError;
  return isNonsense ? "NOT_HTTP" : "BROKEN_OFF";
}
