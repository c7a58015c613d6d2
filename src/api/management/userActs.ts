import { z } from "zod";
import { userKind } from "../../engine/accounts/accounts.ts";
import { invite } from "../../engine/accounts/invitations.ts";
import { endSessions } from "../../engine/accounts/sessions.ts";
import { setDisabled } from "../../engine/accounts/users.ts";
import { findRecord } from "../../engine/management/records.ts";
import { reply } from "../http/answer.ts";
import { problem } from "../http/problems.ts";
import { idParams, shown } from "./records.ts";
import type { Kit, SecuredAnyRoute } from "./secured.ts";
import { userShape, viewOfUser } from "./userView.ts";

/** What is done to a user beside its record: disabled, enabled, signed out everywhere, invited. */

const tag = "Users";
const path = "/api/users/{id}";
const common = { tag, permission: "users:write", wantsConfirmation: true, params: idParams } as const;

export function userActRoutes(kit: Kit): readonly SecuredAnyRoute[] {
  return [disabling(kit, true), disabling(kit, false), endingSessions(kit), inviting(kit)];
}

function disabling({ services, secure }: Kit, disabled: boolean): SecuredAnyRoute {
  return secure({
    ...common,
    method: "POST",
    path: `${path}/${disabled ? "disable" : "enable"}`,
    summary: disabled
      ? "Disable a user: the user's sessions end, and nobody signs in by it"
      : "Enable a user again",
    answers: { 200: userShape },
    ...(disabled ? { refusals: ["LAST_ADMINISTRATOR"] as const } : {}),
    handle: async ({ params, write, visibility }) => {
      const done = await setDisabled(services, write, params.id, disabled);
      if (done.kind === "problem") return done;
      const { life, position } = done;
      return shown(await viewOfUser(services, life, visibility), life.revision, position);
    },
  });
}

function endingSessions({ services, secure }: Kit): SecuredAnyRoute {
  return secure({
    ...common,
    method: "DELETE",
    path: `${path}/sessions`,
    summary: "End every session of a user",
    answers: { 204: null },
    sends: [],
    handle: async ({ params, principal, traceId }) => {
      const life = await findRecord(userKind(services), params.id);
      if (life === null) return problem("NOT_FOUND");
      await endSessions(services, life.id);
      services.logger.info({ traceId, user: life.id, by: principal.id }, "sessions were ended");
      return reply(204, null);
    },
  });
}

function inviting({ services, secure }: Kit): SecuredAnyRoute {
  return secure({
    ...common,
    method: "POST",
    path: `${path}/invitation`,
    summary: "Invite a user to set a password; an earlier invitation is void",
    description:
      "`token` is told this once: the panel makes a link of it. Whoever has it sets the user's password, once.",
    answers: { 200: z.object({ token: z.string(), expiresAt: z.string() }) },
    sends: [],
    handle: async ({ params, principal, traceId }) => {
      const life = await findRecord(userKind(services), params.id);
      if (life === null) return problem("NOT_FOUND");
      const { token, expiresAt } = await invite(services, life.id);
      services.logger.info({ traceId, user: life.id, by: principal.id }, "invited");
      return reply(200, { token, expiresAt: expiresAt.toISOString() });
    },
  });
}
