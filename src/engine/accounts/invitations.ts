import { DAY } from "../../domain/time.ts";
import { passwordFlaw } from "../../domain/user/passwords.ts";
import type { RecordLife } from "../../domain/record.ts";
import type { UserBody } from "../../domain/user/events.ts";
import { secretHash } from "../../vault/hashing.ts";
import { findRecord } from "../management/records.ts";
import { invalid, type Problem, problem } from "../problem.ts";
import type { Services } from "../services.ts";
import { userKind } from "./accounts.ts";
import { setPassword } from "./passwords.ts";
import { endSessions } from "./sessions.ts";

/** An invitation sets a user's password once, by a token of which only a keyed hash is kept. Another one voids it. */

/** By real time, as everything about signing in. */
export const INVITATION_LIVES = 3 * DAY;

export interface Invitation {
  /** Told this once. */
  readonly token: string;
  readonly expiresAt: Date;
}

export async function invite(services: Services, userId: string): Promise<Invitation> {
  const token = services.randomBytes(32).toString("base64url");
  const hash = hashOf(services, token);
  const expiresAt = new Date(services.now() + INVITATION_LIVES);
  await services.db
    .insertInto("invitations")
    .values({ hash, user_id: userId, expires_at: expiresAt })
    .onConflict((conflict) => conflict.column("user_id").doUpdateSet({ hash, expires_at: expiresAt }))
    .execute();
  return { token, expiresAt };
}

export async function forgetInvitation({ db }: Pick<Services, "db">, userId: string): Promise<void> {
  await db.deleteFrom("invitations").where("user_id", "=", userId).execute();
}

/** Who is invited by a token. Unknown, used, expired and voided ones answer alike. */
export async function invitedBy(
  services: Services,
  token: string,
): Promise<
  { readonly kind: "invited"; readonly life: RecordLife<UserBody>; readonly expiresAt: Date } | Problem
> {
  const row = await services.db
    .selectFrom("invitations")
    .select(["user_id", "expires_at"])
    .where("hash", "=", hashOf(services, token))
    .where("expires_at", ">", new Date(services.now()))
    .executeTakeFirst();
  const life = row === undefined ? null : await findRecord(userKind(services), row.user_id);
  if (row === undefined || life === null || life.body.disabled) return isVoid();
  return { kind: "invited", life, expiresAt: row.expires_at };
}

/** Sets the password, once; of several at a time one does. */
export async function acceptInvitation(
  services: Services,
  token: string,
  secret: string,
): Promise<{ readonly kind: "accepted"; readonly userId: string } | Problem> {
  const invited = await invitedBy(services, token);
  if (invited.kind === "problem") return invited;
  const { id, body } = invited.life;
  const flaw = passwordFlaw(secret, body.email);
  if (flaw !== null) return invalid("/password", flaw);
  const { numDeletedRows } = await services.db
    .deleteFrom("invitations")
    .where("hash", "=", hashOf(services, token))
    .executeTakeFirst();
  if (numDeletedRows === 0n) return isVoid();
  await setPassword(services, id, secret);
  await endSessions(services, id);
  return { kind: "accepted", userId: id };
}

function isVoid(): Problem {
  return problem("INVITATION_VOID");
}

function hashOf({ keyring }: Services, token: string): Buffer {
  return secretHash(keyring, "invitation", token);
}
