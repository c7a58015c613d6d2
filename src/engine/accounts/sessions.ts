import { HOUR } from "../../domain/time.ts";
import { secretHash } from "../../vault/hashing.ts";
import type { Services } from "../services.ts";
import type { Session } from "./callers.ts";

/** Sessions of the panel: only a keyed hash of a token is kept. */

export const SESSION_LIVES = 12 * HOUR;

export interface OpenedSession {
  /** For the cookie. */
  readonly token: string;
  /** What each write has to show. */
  readonly csrfToken: string;
}

export async function openSession(services: Services, userId: string): Promise<OpenedSession> {
  const token = services.randomBytes(32).toString("base64url");
  const csrfToken = services.randomBytes(32).toString("base64url");
  // Sessions live on real time, whatever the test clock says.
  const expiresAt = new Date(services.now() + SESSION_LIVES);
  await services.pool.query(
    "insert into sessions (hash, user_id, csrf, expires_at) values ($1, $2, $3, $4)",
    [secretHash(services.keyring, "session", token), userId, csrfToken, expiresAt],
  );
  return { token, csrfToken };
}

export async function endSession({ pool }: Pick<Services, "pool">, { hash }: Session): Promise<void> {
  await pool.query("delete from sessions where hash = $1", [hash]);
}

/** Ends every session of a user. */
export async function endSessions({ pool }: Pick<Services, "pool">, userId: string): Promise<void> {
  await pool.query("delete from sessions where user_id = $1", [userId]);
}
