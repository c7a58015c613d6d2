import { type Caller, callerByKey, callerBySession } from "../../engine/accounts/callers.ts";
import type { Session } from "../../engine/accounts/sessions.ts";
import type { Services } from "../../engine/services.ts";
import { sameHash } from "../../vault/hashing.ts";
import { consentProblem } from "../../engine/terms/consents.ts";
import { callerOf } from "../../domain/user/access.ts";
import { type Problem, problem } from "../http/problems.ts";
import type { Call } from "../http/route.ts";

export const SESSION_COOKIE = "admittance_session";

type Header = (name: string) => string | null;

/**
 * Finds out who calls. Nothing is remembered between requests: a key that was deleted, a session that
 * ended or a role that changed counts from the next request on, on every instance.
 */
export async function authenticate(services: Services, header: Header): Promise<Caller | Problem> {
  const authorization = header("authorization");
  if (authorization !== null) return await callerByKey(services, authorization);
  const token = cookieOf(header("cookie") ?? "", SESSION_COOKIE);
  if (token === null)
    return problem("UNAUTHENTICATED", "An API key as Bearer, or a session's cookie, is wanted.");
  return await callerBySession(services, token);
}

/** An API key that is sent as the password of HTTP Basic, as if it were sent as Bearer. The user's name says nothing. */
export function basicAsBearer(header: Header): Header {
  return (name) => {
    const value = header(name);
    const encoded =
      name === "authorization" ? /^Basic ([A-Za-z0-9+/]{1,400}={0,2})$/i.exec(value ?? "")?.[1] : undefined;
    if (encoded === undefined) return value;
    const pair = Buffer.from(encoded, "base64").toString();
    return `Bearer ${pair.slice(pair.indexOf(":") + 1)}`;
  };
}

/** Null where the request may change things: a key's always may, a session's with its CSRF token only. */
export function csrfProblem(caller: Caller, header: Header): Problem | null {
  if (caller.session === null) return null;
  const given = Buffer.from(header("x-csrf-token") ?? "");
  return sameHash(given, Buffer.from(caller.session.csrf)) ? null : problem("CSRF");
}

/** Somebody who has signed in. */
export interface SignedInCaller extends Caller {
  readonly session: Session;
}

/**
 * For what is about one's own session, whatever the role: whoever has signed in, with the CSRF token where something is
 * written. A key has no session.
 */
export async function callerInSession<Body, Query, Params>(
  services: Services,
  call: Pick<Call<Body, Query, Params>, "header" | "identify">,
  does: "read" | "write",
  options: { readonly beforeConsent?: boolean } = {},
): Promise<SignedInCaller | Problem> {
  const header: Header = (name) => call.header(name);
  const caller = await authenticate(services, header);
  if (caller.kind === "problem") return caller;
  call.identify(callerOf(caller.principal));
  const { session } = caller;
  if (session === null) return problem("NOT_FOUND", "An API key has no session.");
  const csrf = does === "write" ? csrfProblem(caller, header) : null;
  if (csrf !== null) return csrf;
  const consent = options.beforeConsent === true ? null : await consentProblem(services, caller);
  return consent ?? { ...caller, session };
}

function cookieOf(header: string, name: string): string | null {
  for (const part of header.split(";")) {
    const [key, value] = part.trim().split("=", 2);
    if (key === name && value !== undefined && /^[A-Za-z0-9_-]{43}$/.test(value)) return value;
  }
  return null;
}
