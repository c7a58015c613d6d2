import { key, type KeyBody } from "../../domain/key/events.ts";
import { EVERYTHING, type Principal } from "../../domain/user/access.ts";
import { passwordFlaw } from "../../domain/user/passwords.ts";
import { user } from "../../domain/user/events.ts";
import { headsUnder } from "../gate/heads.ts";
import type { Problem } from "../problem.ts";
import { traceIds } from "../traceIds.ts";
import type { Services } from "../services.ts";
import { findUserByEmail, issueKey, removeKey, userKind } from "./accounts.ts";
import { businessNow } from "../businessClock.ts";
import type { Write } from "../management/commands.ts";
import { exclusively, LOCKS } from "../exclusively.ts";
import { forgetInvitation } from "./invitations.ts";
import { password as passwordSchema, setPassword } from "./passwords.ts";
import { endSessions } from "./sessions.ts";
import { changeRecord, createRecord } from "../management/records.ts";

/** What a first start and the command line do without anybody signed in. */

export interface FirstAdministrator {
  readonly email: string;
  readonly password: string;
  readonly apiKey: string;
}

const ADMINISTRATOR_EMAIL = "admin@admittance.local";

/**
 * On the first start, an administrator and an API key; both secrets are told this once. Null where
 * there ever was a user or a key. Of instances that start at once, one makes them.
 */
export async function ensureAdministrator(services: Services): Promise<FirstAdministrator | null> {
  return await exclusively(services, LOCKS.users, async () => {
    const known = [user.prefix, key.prefix].map(async (prefix) => await headsUnder(services.db, prefix));
    if ((await Promise.all(known)).some((heads) => heads.length > 0)) return null;
    const write = await systemWrite(services, "first-start");
    // 120 random bits.
    const password = services.randomBytes(15).toString("base64url");
    await setPassword(services, write.seed, password);
    const body = {
      email: ADMINISTRATOR_EMAIL,
      firstName: "First",
      lastName: "Administrator",
      role: "ADMIN" as const,
      scope: EVERYTHING,
      disabled: false,
    };
    expectDone(await createRecord(services, userKind(services), write, body));
    const { apiKey } = await newKey(services, { name: "First start", role: "ADMIN", scope: EVERYTHING });
    return { email: ADMINISTRATOR_EMAIL, password, apiKey };
  });
}

/** Makes an API key for whoever runs the machine. `apiKey` is shown once. */
export async function createKey(
  services: Services,
  body: KeyBody,
): Promise<{ readonly id: string; readonly apiKey: string }> {
  return await newKey(services, body);
}

/** Voids a key for whoever runs the machine. False where there is none. */
export async function revokeKey(services: Services, id: string): Promise<boolean> {
  const done = await removeKey(services, await systemWrite(services, "command-line"), id);
  return done.kind !== "problem";
}

export type PasswordReset =
  | { readonly kind: "unknown" }
  | { readonly kind: "refused"; readonly why: string }
  /** `password`: shown once. */
  | { readonly kind: "set"; readonly userId: string; readonly password: string };

/** Sets a password, or makes one, enables the user, and ends its sessions. That it was done stands in the user's stream. */
export async function resetPassword(
  services: Services,
  email: string,
  given: string | null,
): Promise<PasswordReset> {
  return await exclusively(services, LOCKS.users, async () => {
    const life = await findUserByEmail(services, email);
    if (life === null) return { kind: "unknown" };
    const secret = given ?? services.randomBytes(15).toString("base64url");
    const why = passwordProblem(secret, life.body.email);
    if (why !== null) return { kind: "refused", why };
    const write = await systemWrite(services, "command-line");
    expectDone(
      await changeRecord(services, userKind(services), write, life.id, { ...life.body, disabled: false }),
    );
    await setPassword(services, life.id, secret);
    await forgetInvitation(services, life.id);
    await endSessions(services, life.id);
    return { kind: "set", userId: life.id, password: secret };
  });
}

function passwordProblem(secret: string, email: string): string | null {
  const form = passwordSchema.safeParse(secret);
  return form.success ? passwordFlaw(secret, email) : (form.error.issues[0]?.message ?? "it is not valid");
}

async function newKey(services: Services, body: KeyBody) {
  const { id, apiKey } = expectDone(
    await issueKey(services, await systemWrite(services, "command-line"), body),
  );
  return { id, apiKey };
}

/** What whoever runs the machine does is done in the name of the command line. @param id who or what it is done by */
export async function systemWrite(services: Services, id: string): Promise<Write> {
  const principal: Principal = { kind: "system", id, role: "ADMIN", scope: EVERYTHING };
  return {
    principal,
    now: await businessNow(services),
    traceId: traceIds(services.randomBytes)(),
    seed: services.newId(),
    resumed: false,
    expected: null,
  };
}

/** A new record under a new id can't be refused. */
function expectDone<Done>(done: Done | Problem): Done {
  if (isProblem(done)) throw new Error(`refused: ${done.code}`);
  return done;
}

function isProblem(done: unknown): done is Problem {
  return typeof done === "object" && done !== null && "kind" in done && done.kind === "problem";
}
