import { HOUR, MINUTE } from "../../domain/time.ts";
import { secretHash } from "../../vault/hashing.ts";
import type { Services } from "../services.ts";

/** Sessions of the panel: only a keyed hash of a token is kept. They live on real time, whatever the test clock says. */

export interface Session {
  readonly hash: Buffer;
  readonly csrf: string;
  readonly id: string;
  /** When its password was given last. */
  readonly confirmedAt: Date;
}

export const SESSION_LIVES = 12 * HOUR;

/** What is dangerous wants the password again, this long after it was given last. */
export const CONFIRMATION_LIVES = 10 * MINUTE;

export interface OpenedSession {
  /** For the cookie. */
  readonly token: string;
  /** What each write has to show. */
  readonly csrfToken: string;
}

/** @param browser what it is opened from, in words */
export async function openSession(
  services: Services,
  userId: string,
  browser: string,
): Promise<OpenedSession> {
  const token = services.randomBytes(32).toString("base64url");
  const csrfToken = services.randomBytes(32).toString("base64url");
  const now = services.now();
  const at = new Date(now);
  await services.db
    .insertInto("sessions")
    .values({
      hash: secretHash(services.keyring, "session", token),
      id: services.newId(),
      user_id: userId,
      csrf: csrfToken,
      browser,
      created_at: at,
      last_seen_at: at,
      confirmed_at: at,
      expires_at: new Date(now + SESSION_LIVES),
    })
    .execute();
  await services.db
    .insertInto("sign_ins")
    .values({ user_id: userId, at })
    .onConflict((conflict) => conflict.column("user_id").doUpdateSet({ at }))
    .execute();
  return { token, csrfToken };
}

export interface KnownSession {
  readonly id: string;
  readonly browser: string;
  readonly openedAt: Date;
  readonly lastSeenAt: Date;
  readonly expiresAt: Date;
}

/** Those of a user that are not over, the one that was used last first. */
export async function sessionsOf(services: Services, userId: string): Promise<readonly KnownSession[]> {
  const rows = await services.db
    .selectFrom("sessions")
    .select(["id", "browser", "created_at", "last_seen_at", "expires_at"])
    .where("user_id", "=", userId)
    .where("expires_at", ">", new Date(services.now()))
    .orderBy("last_seen_at", "desc")
    .orderBy("id")
    .execute();
  return rows.map(({ id, browser, created_at, last_seen_at, expires_at }) => ({
    id,
    browser,
    openedAt: created_at,
    lastSeenAt: last_seen_at,
    expiresAt: expires_at,
  }));
}

/** How exactly it is known when a session was used last. */
const SEEN_EVERY = MINUTE;

export async function seeSession(services: Services, hash: Buffer, lastSeenAt: Date): Promise<void> {
  const now = services.now();
  if (now - lastSeenAt.getTime() < SEEN_EVERY) return;
  await services.db
    .updateTable("sessions")
    .set({ last_seen_at: new Date(now) })
    .where("hash", "=", hash)
    .execute();
}

/** The password was given again. */
export async function confirmSession({ db, now }: Services, { hash }: Session): Promise<void> {
  await db
    .updateTable("sessions")
    .set({ confirmed_at: new Date(now()) })
    .where("hash", "=", hash)
    .execute();
}

export function isConfirmed({ now }: Pick<Services, "now">, { confirmedAt }: Session): boolean {
  return now() - confirmedAt.getTime() < CONFIRMATION_LIVES;
}

export async function endSession({ db }: Pick<Services, "db">, { hash }: Session): Promise<void> {
  await db.deleteFrom("sessions").where("hash", "=", hash).execute();
}

/** Ends one session of a user. False where there is none of this id. */
export async function endSessionOf(
  { db }: Pick<Services, "db">,
  userId: string,
  id: string,
): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom("sessions")
    .where("user_id", "=", userId)
    .where("id", "=", id)
    .executeTakeFirst();
  return numDeletedRows > 0n;
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
