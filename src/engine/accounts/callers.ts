import { key as keyStream } from "../../domain/key/events.ts";
import type { Principal } from "../../domain/user/access.ts";
import { user as userStream } from "../../domain/user/events.ts";
import { secretHash } from "../../vault/hashing.ts";
import { type Problem, problem } from "../problem.ts";
import type { Services } from "../services.ts";
import { readClientSession, withinMerchant } from "./clientSessions.ts";
import { seeSession, type Session } from "./sessions.ts";

/** Who calls the management API: an API key, or somebody who signed in. */
export interface Caller {
  readonly kind: "caller";
  readonly principal: Principal;
  /** Null for an API key. */
  readonly session: Session | null;
}

/** `adm_`, the key's id, 32 random bytes. */
const CLIENT_SESSION = /^Bearer ([\w-]{1,2000}\.[\w-]{1,2000}\.[\w-]{1,2000})$/;
const API_KEY = /^Bearer (adm_([0-7][0-9A-HJKMNP-TV-Z]{25})_[A-Za-z0-9_-]{43})$/;

/** By an API key, or by a session that was opened with one. */
export async function callerByKey(services: Services, authorization: string): Promise<Caller | Problem> {
  const secret = API_KEY.exec(authorization)?.[1];
  if (secret !== undefined) {
    const hash = secretHash(services.keyring, "key", secret);
    return await callerOfKey(services, "k.hash = $1", hash);
  }
  const token = CLIENT_SESSION.exec(authorization)?.[1];
  const session = token === undefined ? null : await readClientSession(services, token);
  if (session === null) return unauthenticated("This is not an API key, nor a session that goes on.");
  const caller = await callerOfKey(services, "k.key_id = $1", session.keyId);
  if (caller.kind === "problem" || session.merchantId === null) return caller;
  const principal = withinMerchant(caller.principal, session.merchantId);
  return principal === null
    ? unauthenticated("The API key may not work for this merchant.")
    : { ...caller, principal };
}

async function callerOfKey(
  services: Services,
  where: "k.hash = $1" | "k.key_id = $1",
  value: Buffer | string,
): Promise<Caller | Problem> {
  const { rows } = await services.pool.query<{ key_id: string; revision: number | null }>({
    name: `key_by ${where}`,
    text: `select k.key_id, h.revision from api_key_hashes k
           left join stream_heads h on h.stream = 'key-' || k.key_id where ${where}`,
    values: [value],
  });
  const found = rows[0];
  if (found === undefined) return unauthenticated("The API key is not known, or was deleted.");
  const { state } = await services.streams.key.load(keyStream.stream(found.key_id), found.revision ?? 0);
  if (state === null || state.deleted) return unauthenticated("The API key is not known, or was deleted.");
  const { role, scope } = state.body;
  return { kind: "caller", principal: { kind: "key", id: state.id, role, scope }, session: null };
}

export async function callerBySession(services: Services, token: string): Promise<Caller | Problem> {
  const hash = secretHash(services.keyring, "session", token);
  const { rows } = await services.pool.query<{
    user_id: string;
    csrf: string;
    id: string;
    last_seen_at: Date;
    confirmed_at: Date;
    revision: number | null;
  }>({
    name: "session_by_hash",
    text: `select s.user_id, s.csrf, s.id, s.last_seen_at, s.confirmed_at, h.revision from sessions s
           left join stream_heads h on h.stream = 'user-' || s.user_id where s.hash = $1 and s.expires_at > $2`,
    // Sessions live on real time, whatever the test clock says.
    values: [hash, new Date(services.now())],
  });
  const found = rows[0];
  if (found === undefined) return unauthenticated("The session is over.");
  const { state } = await services.streams.user.load(userStream.stream(found.user_id), found.revision ?? 0);
  if (state === null || state.deleted || state.body.disabled) return unauthenticated("The session is over.");
  await seeSession(services, hash, found.last_seen_at);
  const { role, scope } = state.body;
  const session = { hash, csrf: found.csrf, id: found.id, confirmedAt: found.confirmed_at };
  return { kind: "caller", principal: { kind: "user", id: state.id, role, scope }, session };
}

function unauthenticated(detail: string): Problem {
  return problem("UNAUTHENTICATED", detail);
}
