import { z } from "zod";
import { ADMIN_SCOPE, hasSoundScope, role as roleSchema } from "../../domain/user/access.ts";
import { userInput } from "../../domain/user/input.ts";
import { passwordFlaw } from "../../domain/user/passwords.ts";
import { userKind } from "../../engine/accounts/accounts.ts";
import { accountFacts } from "../../engine/accounts/facts.ts";
import { password } from "../../engine/accounts/passwords.ts";
import { changeUser, createUser, deleteUser } from "../../engine/accounts/users.ts";
import { findRecord } from "../../engine/management/records.ts";
import { problem } from "../http/problems.ts";
import { listPage } from "./listPage.ts";
import { filterText } from "./page.ts";
import { recordQuery, removingRoute } from "./recordRoutes.ts";
import { created, idParams, shown } from "./records.ts";
import type { Kit, SecuredAnyRoute } from "./secured.ts";
import { userShape, userStatus, userView, viewOfUser } from "./userView.ts";

const tag = "Users";
const path = "/api/users";
const permission = "users:write";

/** `password` is never part of an event; without one the user is invited to set it. */
const withPassword = userInput
  .extend({ password: password.optional() })
  .refine(hasSoundScope, ADMIN_SCOPE)
  .superRefine(({ password: secret, email }, context) => {
    const flaw = secret === undefined ? null : passwordFlaw(secret, email);
    if (flaw !== null) context.addIssue({ code: "custom", path: ["password"], message: flaw });
  });

const common = { tag, permission, wantsConfirmation: true } as const;

export function userRoutes(kit: Kit): readonly SecuredAnyRoute[] {
  return [create(kit), list(kit), details(kit), change(kit), remove(kit)];
}

function create({ services, secure }: Kit): SecuredAnyRoute {
  return secure({
    ...common,
    method: "POST",
    path,
    summary: "Create a user",
    body: withPassword,
    answers: { 201: userShape },
    refusals: ["ALREADY_EXISTS"],
    handle: async ({ body: { password: secret, ...fields }, write, visibility }) => {
      const done = await createUser(services, write, fields, secret ?? null);
      if (done.kind === "problem") return done;
      const { life, position } = done;
      return created(path, life.id, await viewOfUser(services, life, visibility), life.revision, position);
    },
  });
}

function list(kit: Kit): SecuredAnyRoute {
  return listPage(kit, {
    path,
    summary: "Users",
    tag,
    permission,
    query: z.strictObject({
      ...recordQuery,
      name: filterText.optional(),
      firstName: filterText.optional(),
      lastName: filterText.optional(),
      email: filterText.optional(),
      role: roleSchema.optional(),
      status: userStatus.optional(),
    }),
    load: async (filter, page, { visibility }) => {
      const found = await kit.deps.projections.directory.list("user", filter, visibility, page);
      const factsOf = await accountFacts(
        kit.services,
        found.items.map(({ id }) => id),
      );
      return { ...found, items: found.items.map((life) => ({ life, facts: factsOf(life.id) })) };
    },
    item: userShape,
    view: async ({ life, facts }, { sign }) => await userView(life, sign, facts),
  });
}

function details({ services, secure }: Kit): SecuredAnyRoute {
  return secure({
    method: "GET",
    path: `${path}/{id}`,
    summary: "A user",
    tag,
    permission,
    params: idParams,
    answers: { 200: userShape },
    handle: async ({ params, visibility }) => {
      const life = await findRecord(userKind(services), params.id);
      return life === null
        ? problem("NOT_FOUND")
        : shown(await viewOfUser(services, life, visibility), life.revision);
    },
  });
}

function change({ services, secure }: Kit): SecuredAnyRoute {
  return secure({
    ...common,
    method: "PUT",
    path: `${path}/{id}`,
    summary: "Change a user; a new password ends the user's sessions",
    params: idParams,
    body: withPassword,
    answers: { 200: userShape },
    refusals: ["ALREADY_EXISTS", "LAST_ADMINISTRATOR"],
    handle: async ({ params, body: { password: secret, ...fields }, write, visibility }) => {
      const done = await changeUser(services, write, params.id, fields, secret ?? null);
      if (done.kind === "problem") return done;
      const { life, position } = done;
      return shown(await viewOfUser(services, life, visibility), life.revision, position);
    },
  });
}

function remove({ services, secure }: Kit): SecuredAnyRoute {
  return removingRoute(secure, {
    ...{ tag, path, permissions: { write: permission }, wantsConfirmation: true },
    summary: "Delete a user; the user's sessions end at once",
    refusals: { remove: ["LAST_ADMINISTRATOR"] },
    remove: async (id, { write }) => await deleteUser(services, write, id),
  });
}
