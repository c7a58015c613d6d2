import { z } from "zod";
import { isExpected } from "../../domain/decider.ts";
import { storedKey } from "../../domain/key/events.ts";
import { keyInput } from "../../domain/key/input.ts";
import { ADMIN_SCOPE, hasSoundScope, role as roleSchema } from "../../domain/user/access.ts";
import { passwordFlaw } from "../../domain/user/passwords.ts";
import { storedUser } from "../../domain/user/events.ts";
import { userInput } from "../../domain/user/input.ts";
import { type Problem, problem } from "../http/problems.ts";
import type { Services } from "../../engine/services.ts";
import { findUserByEmail, issueKey, keyKind, removeKey, userKind } from "../../engine/accounts/accounts.ts";
import { icaFormProblem } from "../../engine/referenceData/icaForms.ts";
import { exclusively, LOCKS } from "../../engine/exclusively.ts";
import { answerPage, filterText, listOf, paging } from "./page.ts";
import { forgetPassword, password, setPassword } from "../../engine/accounts/passwords.ts";
import { endSessions } from "../../engine/accounts/sessions.ts";
import { signer } from "./signatures.ts";
import { created, gone, idParams, recordShape, recordView, shown } from "./records.ts";
import { changeRecord, createRecord, deleteRecord, findRecord } from "../../engine/management/records.ts";
import type { ManagementDeps, Secure, SecuredAnyRoute } from "./secured.ts";

const sort = z.enum(["name", "-name", "modifiedAt", "-modifiedAt"]).optional();

/** `password` is never part of an event; without one the user can't sign in by password. */
const withPassword = userInput
  .extend({ password: password.optional() })
  .refine(hasSoundScope, ADMIN_SCOPE)
  .superRefine(({ password: secret, email }, context) => {
    const flaw = secret === undefined ? null : passwordFlaw(secret, email);
    if (flaw !== null) context.addIssue({ code: "custom", path: ["password"], message: flaw });
  });

export function userRoutes(
  services: Services,
  deps: ManagementDeps,
  secure: Secure,
): readonly SecuredAnyRoute[] {
  const tag = "Users";
  const path = "/api/users";
  const permission = "users:write" as const;
  const kind = userKind(services);
  const answer = storedUser.extend(recordShape);

  const create = secure({
    method: "POST",
    path,
    summary: "Create a user",
    refusals: ["ALREADY_EXISTS"],
    tag,
    permission,
    body: withPassword,
    answers: { 201: answer },
    handle: async ({ body: { password: secret, ...body }, write }) =>
      await exclusively(services, LOCKS.users, async () => {
        const form = await icaFormProblem(
          services,
          body.scope.icas,
          (index) => `/scope/icas/${String(index)}`,
        );
        if (form !== null) return form;
        const taken = await emailProblem(services, body.email, write.seed);
        if (taken !== null) return taken;
        // First: a user who is there can sign in.
        if (secret !== undefined) await setPassword(services, write.seed, secret);
        const done = await createRecord(services, kind, write, body);
        if (done.kind === "problem") return done;
        const { life, position } = done;
        return created(path, life.id, await recordView(life, signer(services)), life.revision, position);
      }),
  });

  const list = secure({
    method: "GET",
    path,
    summary: "Users",
    tag,
    permission,
    query: z.strictObject({
      ...paging,
      sort,
      name: filterText.optional(),
      email: filterText.optional(),
      role: roleSchema.optional(),
    }),
    answers: { 200: listOf(answer) },
    handle: async ({ query, visibility }) => {
      const { sort: order, cursor, limit, ...filter } = query;
      const sign = signer(services);
      return await answerPage(
        cursor,
        async () =>
          await deps.projections.directory.list("user", filter, visibility, { sort: order, cursor, limit }),
        async (life) => await recordView(life, sign),
      );
    },
  });

  const details = secure({
    method: "GET",
    path: `${path}/{id}`,
    summary: "A user",
    tag,
    permission,
    params: idParams,
    answers: { 200: answer },
    handle: async ({ params }) => {
      const life = await findRecord(kind, params.id);
      return life === null
        ? problem("NOT_FOUND")
        : shown(await recordView(life, signer(services)), life.revision);
    },
  });

  const change = secure({
    method: "PUT",
    path: `${path}/{id}`,
    summary: "Change a user; a new password ends the user's sessions",
    refusals: ["ALREADY_EXISTS"],
    tag,
    permission,
    params: idParams,
    body: withPassword,
    answers: { 200: answer },
    handle: async ({ params, body: { password: secret, ...body }, write }) =>
      await exclusively(services, LOCKS.users, async () => {
        const form = await icaFormProblem(
          services,
          body.scope.icas,
          (index) => `/scope/icas/${String(index)}`,
        );
        if (form !== null) return form;
        const taken = await emailProblem(services, body.email, params.id);
        if (taken !== null) return taken;
        const done = await changeRecord(services, kind, write, params.id, body);
        if (done.kind === "problem") return done;
        if (secret !== undefined) {
          await setPassword(services, params.id, secret);
          await endSessions(services, params.id);
        }
        return shown(await recordView(done.life, signer(services)), done.life.revision, done.position);
      }),
  });

  const remove = secure({
    method: "DELETE",
    path: `${path}/{id}`,
    summary: "Delete a user; the user's sessions end at once",
    tag,
    permission,
    params: idParams,
    answers: { 204: null },
    handle: async ({ params, write }) =>
      await exclusively(services, LOCKS.users, async () => {
        const life = await findRecord(kind, params.id);
        const stale = life !== null && !isExpected(write.expected, life.revision);
        if (life !== null && !stale) {
          await endSessions(services, params.id);
          await forgetPassword(services, params.id);
        }
        const done = await deleteRecord(services, kind, write, params.id);
        return done.kind === "problem" ? done : gone(done.position);
      }),
  });

  return [create, list, details, change, remove];
}

/** Addresses are unique, whatever their case. */
async function emailProblem(services: Services, email: string, ownId: string): Promise<Problem | null> {
  const found = await findUserByEmail(services, email);
  if (found === null || found.id === ownId) return null;
  return problem("ALREADY_EXISTS", "A user with this e-mail address exists.", {
    errors: [{ pointer: "/email", message: "it is taken" }],
  });
}

export function keyRoutes(
  services: Services,
  deps: ManagementDeps,
  secure: Secure,
): readonly SecuredAnyRoute[] {
  const tag = "API keys";
  const path = "/api/keys";
  const permission = "keys:write" as const;
  const kind = keyKind(services);
  const answer = storedKey.extend(recordShape);

  const create = secure({
    method: "POST",
    path,
    summary: "Make an API key; it is shown this once",
    tag,
    permission,
    body: keyInput,
    answers: { 201: answer.extend({ key: z.string() }) },
    handle: async ({ body, write }) => {
      const form = await icaFormProblem(services, body.scope.icas, (index) => `/scope/icas/${String(index)}`);
      if (form !== null) return form;
      const done = await issueKey(services, write, body);
      if (done.kind === "problem") return done;
      const { life, position, apiKey } = done;
      const view = { ...(await recordView(life, signer(services))), key: apiKey };
      return created(path, life.id, view, life.revision, position);
    },
  });

  const list = secure({
    method: "GET",
    path,
    summary: "API keys, without their secrets",
    tag,
    permission,
    query: z.strictObject({ ...paging, sort, name: filterText.optional(), role: roleSchema.optional() }),
    answers: { 200: listOf(answer) },
    handle: async ({ query, visibility }) => {
      const { sort: order, cursor, limit, ...filter } = query;
      const sign = signer(services);
      return await answerPage(
        cursor,
        async () =>
          await deps.projections.directory.list("key", filter, visibility, { sort: order, cursor, limit }),
        async (life) => await recordView(life, sign),
      );
    },
  });

  const details = secure({
    method: "GET",
    path: `${path}/{id}`,
    summary: "An API key, without its secret",
    tag,
    permission,
    params: idParams,
    answers: { 200: answer },
    handle: async ({ params }) => {
      const life = await findRecord(kind, params.id);
      return life === null
        ? problem("NOT_FOUND")
        : shown(await recordView(life, signer(services)), life.revision);
    },
  });

  const remove = secure({
    method: "DELETE",
    path: `${path}/{id}`,
    summary: "Delete an API key; it is void from the next request on",
    tag,
    permission,
    params: idParams,
    answers: { 204: null },
    handle: async ({ params, write }) => {
      const done = await removeKey(services, write, params.id);
      return done.kind === "problem" ? done : gone(done.position);
    },
  });

  return [create, list, details, remove];
}
