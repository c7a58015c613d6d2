import { z } from "zod";

/** A small HTTP client for our own API, as an integrator would write one. */

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

export interface Client {
  request(
    method: string,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Answer>;
  /** As `request`, and anything but 2xx is an {@link ApiError}. */
  send(
    method: string,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Answer>;
}

/** The server refused a request that was expected to pass. The message is one line. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, detail: string) {
    super(`${String(status)} ${code}: ${detail}`);
    this.status = status;
    this.code = code;
  }
}

/** The server can't be reached. */
export class UnreachableError extends Error {
  override readonly name = "UnreachableError";
}

const problemShape = z.object({
  code: z.string(),
  detail: z.string(),
  errors: z.array(z.object({ pointer: z.string(), message: z.string() })).default([]),
});

export interface Sending {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** How a request is sent. @throws UnreachableError */
export type Fetch = (baseUrl: string, path: string, sending: Sending) => Promise<Response>;

/** `authorization`: an API key, or a function that makes a token for each request; null sends none. */
export function createClient(
  baseUrl: string,
  authorization: string | (() => Promise<string>) | null,
  fetchFrom: Fetch = fetchOrExplain,
): Client {
  async function request(
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer> {
    const token = typeof authorization === "function" ? await authorization() : authorization;
    const isText = typeof body === "string";
    const response = await fetchFrom(baseUrl, path, {
      method,
      headers: {
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { "content-type": isText ? "text/csv" : "application/json" }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: isText ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: parse(text) };
  }

  return {
    request,
    send: async (method, path, body, headers) => {
      const answer = await request(method, path, body, headers);
      if (answer.status >= 200 && answer.status < 300) return answer;
      const problem = problemShape.safeParse(answer.body);
      if (!problem.success)
        throw new ApiError(answer.status, "UNKNOWN", `${method} ${path} was not understood`);
      const { code, detail, errors } = problem.data;
      const where = errors.map((one) => `${one.pointer} ${one.message}`).join("; ");
      throw new ApiError(answer.status, code, where === "" ? detail : `${detail} ${where}`);
    },
  };
}

async function fetchOrExplain(baseUrl: string, path: string, init: Sending): Promise<Response> {
  try {
    return await fetch(new URL(path, baseUrl), init);
  } catch (error) {
    throw new UnreachableError(whyUnreachable(baseUrl, error));
  }
}

/** Codes of OpenSSL and of Node for a certificate that was shown and not believed. */
const UNTRUSTED =
  /^(CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|ERR_TLS_CERT|HOSTNAME_MISMATCH|INVALID_CA|PATH_LENGTH)/;
const NO_TLS = /^(EPROTO$|ERR_SSL_)/;
/** What a TLS server says to plain HTTP: nothing, or no HTTP. */
const NO_HTTP = /^(UND_ERR_SOCKET|ECONNRESET|HPE_)/;

function whyUnreachable(baseUrl: string, error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : null;
  const code = cause !== null && "code" in cause && typeof cause.code === "string" ? cause.code : "";
  const why = cause === null || cause.message === "" ? code || "no answer" : cause.message;
  if (UNTRUSTED.test(code)) {
    return `The certificate of ${baseUrl} is not trusted (${why}). Set NODE_EXTRA_CA_CERTS to the file of the CA that signed it, and use the name it was made for.`;
  }
  if (NO_TLS.test(code)) return `What answers at ${baseUrl} does not speak TLS: try http://.`;
  if (NO_HTTP.test(code) && baseUrl.startsWith("http:")) {
    return `What answers at ${baseUrl} hangs up on plain HTTP (${why}): try https://.`;
  }
  return `Nothing answers at ${baseUrl} (${why}). Is \`npm start\` running?`;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
