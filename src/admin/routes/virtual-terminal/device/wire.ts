import createClient, { type Middleware } from "openapi-fetch";
import { isProblem } from "../../../api/problemShape.ts";
import { ApiProblem, UnreachableError } from "../../../api/problem.ts";
import type { paths } from "../../../api/schema.d.ts";
import { accessIdOf, type Call, shown } from "./calls.ts";
import { signToken } from "./keys.ts";
import type { PairedDevice } from "./keyStore.ts";

/** The terminal did not hear the answer, which the server has given. */
export class LostReplyError extends Error {
  override readonly name = "LostReplyError";
}

export interface Wire {
  /** Null: it is not paired yet. */
  readonly device: PairedDevice | null;
  /** Of the terminal's screen. */
  readonly language: string;
  readonly losesReply: boolean;
  /** How far the server's clock is ahead of this machine's, in milliseconds. */
  readonly aheadMs: number;
  readonly onCall: (call: Call) => void;
}

/** The terminal's side of the POS API: by its own token, without the session of whoever looks on. */
export function posClient(wire: Wire) {
  const client = createClient<paths>({ baseUrl: window.location.origin, credentials: "omit" });
  client.use(recorder(wire));
  return client;
}

function recorder({ device, language, losesReply, aheadMs, onCall }: Wire): Middleware {
  let startedAt = 0;
  let request: unknown = null;
  const record = (sent: Request, status: number | null, response: unknown, isLost: boolean): void => {
    const { pathname, search } = new URL(sent.url);
    const ms = Math.round(performance.now() - startedAt);
    const accessId = accessIdOf(response, request);
    const own = { id: crypto.randomUUID(), method: sent.method, path: pathname + search, status, ms };
    onCall({ ...own, request: shown(request), response: shown(response), accessId, isLost });
  };
  return {
    async onRequest({ request: sent }) {
      sent.headers.set("accept-language", language);
      if (device !== null) {
        const token = await signToken(device, Date.now() + aheadMs);
        sent.headers.set("authorization", `Bearer ${token}`);
      }
      request = sent.method === "GET" ? null : await bodyOf(sent.clone());
      startedAt = performance.now();
      return sent;
    },
    async onResponse({ request: sent, response }) {
      record(sent, response.status, await bodyOf(response.clone()), losesReply);
      if (losesReply) throw new LostReplyError("the reply was lost");
      return response;
    },
    onError({ request: sent, error }) {
      if (error instanceof LostReplyError) return error;
      record(sent, null, null, false);
      return new UnreachableError("nobody answers", { cause: error });
    },
  };
}

async function bodyOf(message: Request | Response): Promise<unknown> {
  const text = await message.text();
  try {
    return JSON.parse(text);
  } catch {
    return text === "" ? null : text;
  }
}

/** The answer's body. @throws ApiProblem, UnreachableError, LostReplyError */
export async function heard<Data>(
  send: Promise<{ readonly data?: Data; readonly error?: unknown; readonly response: Response }>,
): Promise<Data> {
  const { data, error, response } = await send;
  if (data !== undefined) return data;
  if (isProblem(error)) throw new ApiProblem(response.status, error, null);
  throw new UnreachableError(`answered ${String(response.status)} by somebody else than the server`);
}
