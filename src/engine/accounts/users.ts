import { isExpected } from "../../domain/decider.ts";
import type { RecordLife } from "../../domain/record.ts";
import type { UserBody } from "../../domain/user/events.ts";
import { exclusively, LOCKS } from "../exclusively.ts";
import type { Write } from "../management/commands.ts";
import { changeRecord, createRecord, deleteRecord, findRecord, type Written } from "../management/records.ts";
import { type Problem, problem } from "../problem.ts";
import { icaFormProblem } from "../referenceData/icaForms.ts";
import type { Services } from "../services.ts";
import { findUserByEmail, userKind, usersInUse } from "./accounts.ts";
import { forgetInvitation } from "./invitations.ts";
import { forgetPassword, setPassword } from "./passwords.ts";
import { forgetChoices } from "./preferences.ts";
import { endSessions } from "./sessions.ts";

/** Users, as administrators see to them. One at a time: addresses are unique, and somebody has to be left who can administer. */

export type UserFields = Omit<UserBody, "disabled">;
type Done = Written<UserBody> | Problem;

/** @param secret the password; null: there is none yet, and an invitation sets it */
export async function createUser(
  services: Services,
  write: Write,
  fields: UserFields,
  secret: string | null,
): Promise<Done> {
  return await exclusively(services, LOCKS.users, async () => {
    const wrong = await userProblem(services, fields, write.seed);
    if (wrong !== null) return wrong;
    // First: a user who is there can sign in.
    if (secret !== null) await setPassword(services, write.seed, secret);
    return await createRecord(services, userKind(services), write, { ...fields, disabled: false });
  });
}

/** @param secret the new password, which ends the user's sessions; null: it stays */
export async function changeUser(
  services: Services,
  write: Write,
  id: string,
  fields: UserFields,
  secret: string | null,
): Promise<Done> {
  return await exclusively(services, LOCKS.users, async () => {
    const life = await findRecord(userKind(services), id);
    if (life === null) return problem("NOT_FOUND");
    const wrong = await userProblem(services, fields, id);
    if (wrong !== null) return wrong;
    if (!isStale(life, write)) {
      const last = fields.role === "ADMIN" ? null : await lastAdministratorProblem(services, life);
      if (last !== null) return last;
    }
    const body = { ...fields, disabled: life.body.disabled };
    const done = await changeRecord(services, userKind(services), write, id, body);
    if (done.kind === "problem" || secret === null) return done;
    await setPassword(services, id, secret);
    await forgetInvitation(services, id);
    await endSessions(services, id);
    return done;
  });
}

export async function deleteUser(services: Services, write: Write, id: string): Promise<Done> {
  return await exclusively(services, LOCKS.users, async () => {
    const life = await findRecord(userKind(services), id);
    if (life !== null && !isStale(life, write)) {
      const last = await lastAdministratorProblem(services, life);
      if (last !== null) return last;
      await endSessions(services, id);
      await forgetPassword(services, id);
      await forgetInvitation(services, id);
      await forgetChoices(services, id);
    }
    return await deleteRecord(services, userKind(services), write, id);
  });
}

/** Disables a user, whose sessions end at once, or enables it again. What is so already is not written. */
export async function setDisabled(
  services: Services,
  write: Write,
  id: string,
  disabled: boolean,
): Promise<Done> {
  return await exclusively(services, LOCKS.users, async () => {
    const life = await findRecord(userKind(services), id);
    if (life === null) return problem("NOT_FOUND");
    if (life.body.disabled === disabled) return { kind: "written", life, position: null };
    if (disabled && !isStale(life, write)) {
      const last = await lastAdministratorProblem(services, life);
      if (last !== null) return last;
    }
    const done = await changeRecord(services, userKind(services), write, id, { ...life.body, disabled });
    if (done.kind === "written" && disabled) await endSessions(services, id);
    return done;
  });
}

/** A command on another version is refused for that, and does nothing. */
function isStale(life: RecordLife<UserBody>, { expected }: Write): boolean {
  return !isExpected(expected, life.revision);
}

/** Null where somebody else is left who can sign in and administer, or where it is about no administrator. */
async function lastAdministratorProblem(
  services: Services,
  { id, body }: RecordLife<UserBody>,
): Promise<Problem | null> {
  if (body.role !== "ADMIN" || body.disabled) return null;
  const others = (await usersInUse(services)).filter(
    (one) => one.id !== id && one.body.role === "ADMIN" && !one.body.disabled,
  );
  const able = await services.db
    .selectFrom("user_passwords")
    .select("user_id")
    .where("user_id", "in", ["", ...others.map((one) => one.id)])
    .limit(1)
    .executeTakeFirst();
  return able === undefined ? problem("LAST_ADMINISTRATOR") : null;
}

async function userProblem(
  services: Services,
  { email, scope }: UserFields,
  ownId: string,
): Promise<Problem | null> {
  const form = await icaFormProblem(services, scope.icas, (index) => `/scope/icas/${String(index)}`);
  return form ?? (await emailProblem(services, email, ownId));
}

/** Addresses are unique, whatever their case. */
async function emailProblem(services: Services, email: string, ownId: string): Promise<Problem | null> {
  const found = await findUserByEmail(services, email);
  if (found === null || found.id === ownId) return null;
  return problem("ALREADY_EXISTS", "A user with this e-mail address exists.", {
    errors: [{ pointer: "/email", message: "it is taken" }],
  });
}
