import { z } from "zod";
import { isExpected } from "../../domain/decider.ts";
import { storedKey } from "../../domain/key/events.ts";
import { keyInput } from "../../domain/key/input.ts";
import { ADMIN_SCOPE, hasSoundScope, role as roleSchema } from "../../domain/user/access.ts";
import { passwordFlaw } from "../../domain/user/passwords.ts";
import { storedUser, type UserBody } from "../../domain/user/events.ts";
import { userInput } from "../../domain/user/input.ts";
import { type Problem, problem } from "../http/problems.ts";
import type { Services } from "../../engine/services.ts";
import { findUserByEmail, issueKey, keyKind, removeKey, userKind } from "../../engine/accounts/accounts.ts";
import { icaFormProblem } from "../../engine/referenceData/icaForms.ts";
import { exclusively, LOCKS } from "../../engine/exclusively.ts";
import { filterText } from "./page.ts";
import { readingRoutes, recordQuery, removingRoute, writingRoutes } from "./recordRoutes.ts";
import { forgetPassword, password, setPassword } from "../../engine/accounts/passwords.ts";
import { endSessions } from "../../engine/accounts/sessions.ts";
import { signer } from "./signatures.ts";
import { created, recordedShape, recordView } from "./records.ts";
import { changeRecord, createRecord, deleteRecord, findRecord } from "../../engine/management/records.ts";
import type { Kit, SecuredAnyRoute } from "./secured.ts";

/** `password` is never part of an event; without one the user can't sign in by password. */
const withPassword = userInput
  .extend({ password: password.optional() })
  .refine(hasSoundScope, ADMIN_SCOPE)
  .superRefine(({ password: secret, email }, context) => {
    const flaw = secret === undefined ? null : passwordFlaw(secret, email);
    if (flaw !== null) context.addIssue({ code: "custom", path: ["password"], message: flaw });
  });

export function userRoutes({ services, deps, secure }: Kit): readonly SecuredAnyRoute[] {
  const kind = userKind(services);
  const common = {
    tag: "Users",
    path: "/api/users",
    answer: recordedShape(storedUser),
    permissions: { read: "users:write", write: "users:write" },
    find: async (id: string) => await findRecord(kind, id),
  } as const;
  const [list, details] = readingRoutes(services, secure, {
    ...common,
    summaries: { list: "Users", details: "A user" },
    query: z.strictObject({
      ...recordQuery,
      name: filterText.optional(),
      firstName: filterText.optional(),
      lastName: filterText.optional(),
      email: filterText.optional(),
      role: roleSchema.optional(),
    }),
    list: async (filter, visibility, page) =>
      await deps.projections.directory.list("user", filter, visibility, page),
  });
  const [create, change, remove] = writingRoutes(services, secure, {
    ...common,
    summaries: {
      create: "Create a user",
      change: "Change a user; a new password ends the user's sessions",
      remove: "Delete a user; the user's sessions end at once",
    },
    refusals: { write: ["ALREADY_EXISTS"] },
    input: withPassword,
    create: async ({ password: secret, ...body }, { write }) =>
      await exclusively(services, LOCKS.users, async () => {
        const wrong = await userProblem(services, body, write.seed);
        if (wrong !== null) return wrong;
        // First: a user who is there can sign in.
        if (secret !== undefined) await setPassword(services, write.seed, secret);
        return await createRecord(services, kind, write, body);
      }),
    change: async (id, { password: secret, ...body }, { write }) =>
      await exclusively(services, LOCKS.users, async () => {
        const wrong = await userProblem(services, body, id);
        if (wrong !== null) return wrong;
        const done = await changeRecord(services, kind, write, id, body);
        if (done.kind === "problem" || secret === undefined) return done;
        await setPassword(services, id, secret);
        await endSessions(services, id);
        return done;
      }),
    remove: async (id, { write }) =>
      await exclusively(services, LOCKS.users, async () => {
        const life = await findRecord(kind, id);
        const stale = life !== null && !isExpected(write.expected, life.revision);
        if (life !== null && !stale) {
          await endSessions(services, id);
          await forgetPassword(services, id);
        }
        return await deleteRecord(services, kind, write, id);
      }),
  });
  return [create, list, details, change, remove];
}

async function userProblem(
  services: Services,
  { email, scope }: UserBody,
  ownId: string,
): Promise<Problem | null> {
  return (
    (await icaFormProblem(services, scope.icas, pointerOfIca)) ?? (await emailProblem(services, email, ownId))
  );
}

function pointerOfIca(index: number): string {
  return `/scope/icas/${String(index)}`;
}

/** Addresses are unique, whatever their case. */
async function emailProblem(services: Services, email: string, ownId: string): Promise<Problem | null> {
  const found = await findUserByEmail(services, email);
  if (found === null || found.id === ownId) return null;
  return problem("ALREADY_EXISTS", "A user with this e-mail address exists.", {
    errors: [{ pointer: "/email", message: "it is taken" }],
  });
}

export function keyRoutes({ services, deps, secure }: Kit): readonly SecuredAnyRoute[] {
  const kind = keyKind(services);
  const common = {
    tag: "API keys",
    path: "/api/keys",
    answer: recordedShape(storedKey),
    permissions: { read: "keys:write", write: "keys:write" },
    find: async (id: string) => await findRecord(kind, id),
  } as const;
  const { tag, path, permissions } = common;
  const create = secure({
    method: "POST",
    path,
    summary: "Make an API key; it is shown this once",
    tag,
    permission: permissions.write,
    body: keyInput,
    answers: { 201: recordedShape(storedKey).extend({ key: z.string() }) },
    handle: async ({ body, write }) => {
      const form = await icaFormProblem(services, body.scope.icas, pointerOfIca);
      if (form !== null) return form;
      const done = await issueKey(services, write, body);
      if (done.kind === "problem") return done;
      const { life, position, apiKey } = done;
      const view = { ...(await recordView(life, signer(services))), key: apiKey };
      return created(path, life.id, view, life.revision, position);
    },
  });
  const [list, details] = readingRoutes(services, secure, {
    ...common,
    summaries: { list: "API keys, without their secrets", details: "An API key, without its secret" },
    query: z.strictObject({ ...recordQuery, name: filterText.optional(), role: roleSchema.optional() }),
    list: async (filter, visibility, page) =>
      await deps.projections.directory.list("key", filter, visibility, page),
  });
  const remove = removingRoute(secure, {
    ...{ tag, path, permissions },
    summary: "Delete an API key; it is void from the next request on",
    remove: async (id, { write }) => await removeKey(services, write, id),
  });
  return [create, list, details, remove];
}
