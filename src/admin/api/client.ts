import createClient, { type Middleware } from "openapi-fetch";
import { guardAddress } from "../cardNumberGuard.ts";
import { ApiProblem, UnreachableError } from "./problem.ts";
import { isProblem } from "./problemShape.ts";
import { boot } from "./session.ts";
import type { paths } from "./schema.d.ts";

/**
 * The API, typed by its own document. Every call goes through {@link ask}: what comes back is the answer's body, or an
 * {@link ApiProblem}, or an {@link UnreachableError}.
 */
export const api = createClient<paths>({
  baseUrl: window.location.origin,
  // Several values of a filter are written as several parameters.
  querySerializer: { array: { style: "form", explode: true } },
});

let csrfToken = boot.session?.csrfToken ?? "";

/** A session that was opened anew in the middle of work. */
export function takeCsrfToken(token: string): void {
  csrfToken = token;
}

/** What a write has answered: reads that follow wait for it, so that a list shows what was just done. */
let written: { readonly position: string; readonly at: number } | null = null;
const WAIT_FOR_MS = 30_000;

const headers: Middleware = {
  onRequest({ request }) {
    guardAddress(request.url);
    if (request.method !== "GET") {
      request.headers.set("x-csrf-token", csrfToken);
    } else if (written !== null && Date.now() - written.at < WAIT_FOR_MS) {
      request.headers.set("wait-for", written.position);
    }
    return request;
  },
  onResponse({ request, response }) {
    const position = response.headers.get("position");
    if (request.method !== "GET" && position !== null) written = { position, at: Date.now() };
    return response;
  },
};
api.use(headers);

type Ask = () => Promise<boolean>;
const nobodyAnswers: Ask = () => Promise.resolve(false);

/** How somebody whose session has ended signs in over the page: resolves true once that is done. Set by the shell. */
let signInAgain = nobodyAnswers;

export function onSessionEnd(ask: Ask): void {
  signInAgain = ask;
}

export async function signInOverPage(): Promise<boolean> {
  return await signInAgain();
}

/** How somebody gives the password again for what is dangerous. Set by the shell. */
let confirmAgain = nobodyAnswers;

export function onConfirmationWanted(ask: Ask): void {
  confirmAgain = ask;
}

interface Answer<Data> {
  readonly data?: Data;
  readonly error?: unknown;
  readonly response: Response;
}

export interface Answered<Data> {
  readonly body: Data;
  /** For `If-Match`; null where the answer has none. */
  readonly etag: string | null;
}

/** What is answered. @throws ApiProblem, UnreachableError */
export async function ask<Data>(send: () => Promise<Answer<Data>>): Promise<Answered<Data>> {
  const { data, response } = await tell(send);
  if (data === undefined) throw new UnreachableError("the answer has no body");
  return { body: data, etag: response.headers.get("etag") };
}

/** As {@link ask}, for what is answered without a body. @throws ApiProblem, UnreachableError */
export async function tell<Data>(send: () => Promise<Answer<Data>>): Promise<Answer<Data>> {
  const first = await sent(send);
  const answer = (await isWorthAnotherTry(first)) ? await sent(send) : first;
  const { response, error } = answer;
  if (response.ok) return answer;
  if (isProblem(error)) {
    // Another version of the terms has become valid: the page comes anew, and asks.
    if (error.code === "CONSENT_REQUIRED") window.location.assign("/admin/consent");
    const retryAfter = Number(response.headers.get("retry-after") ?? Number.NaN);
    throw new ApiProblem(response.status, error, Number.isFinite(retryAfter) ? retryAfter : null);
  }
  throw new UnreachableError(`answered ${String(response.status)} by somebody else than the server`);
}

/** Whether what stood in its way was seen to meanwhile. */
async function isWorthAnotherTry({ response, error }: Answer<unknown>): Promise<boolean> {
  if (boot.session === null) return false;
  if (response.status === 401) return await signInAgain();
  return isProblem(error) && error.code === "CONFIRMATION_REQUIRED" && (await confirmAgain());
}

async function sent<Data>(send: () => Promise<Answer<Data>>): Promise<Answer<Data>> {
  try {
    return await send();
  } catch (error) {
    throw error instanceof TypeError ? new UnreachableError("nobody answers", { cause: error }) : error;
  }
}
