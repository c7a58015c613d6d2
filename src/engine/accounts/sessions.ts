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
  const hash = secretHash(services.keyring, "session", token);
  await services.db
    .insertInto("sessions")
    .values({ hash, user_id: userId, csrf: csrfToken, expires_at: expiresAt })
    .execute();
  return { token, csrfToken };
}

export async function endSession({ db }: Pick<Services, "db">, { hash }: Session): Promise<void> {
  await db.deleteFrom("sessions").where("hash", "=", hash).execute();
}

/** Ends every session of a user. */
export async function endSessions({ db }: Pick<Services, "db">, userId: string): Promise<void> {
  await db.deleteFrom("sessions").where("user_id", "=", userId).execute();
}

/** Ends every session of a user but this one. */
export async function endOtherSessions(
  { db }: Pick<Services, "db">,
  userId: string,
  { hash }: Session,
): Promise<void> {
  await db.deleteFrom("sessions").where("user_id", "=", userId).where("hash", "<>", hash).execute();
}
