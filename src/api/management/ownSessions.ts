import { z } from "zod";
import { passwordFits } from "../../engine/accounts/passwords.ts";
import {
  confirmSession,
  endOtherSessions,
  endSessionOf,
  sessionsOf,
} from "../../engine/accounts/sessions.ts";
import type { Services } from "../../engine/services.ts";
import { takeSignInTry } from "../../engine/wrongTries.ts";
import { user } from "../../domain/user/events.ts";
import { reply } from "../http/answer.ts";
import { invalid, problem } from "../http/problems.ts";
import { type AnyRoute, route } from "../http/route.ts";
import { callerInSession } from "./authenticate.ts";

/** One's own sessions: where one is signed in, ended one by one; and the password given again for what is dangerous. */

const tag = "Session";
const path = "/api/session";

const sessionShape = z.object({
  id: z.string(),
  /** The one that asks. */
  current: z.boolean(),
  browser: z.string(),
  openedAt: z.string(),
  lastSeenAt: z.string().describe("When it was used last, to the minute."),
  expiresAt: z.string(),
});

export function ownSessionRoutes(services: Services): readonly AnyRoute[] {
  return [list(services), endOthers(services), endOne(services), confirm(services)];
}

function list(services: Services): AnyRoute {
  return route({
    method: "GET",
    path: `${path}/all`,
    summary: "Where one is signed in",
    tag,
    security: "management",
    refusals: ["NOT_FOUND"],
    answers: { 200: z.object({ items: z.array(sessionShape) }) },
    handle: async (call) => {
      const caller = await callerInSession(services, call, "read");
      if (caller.kind === "problem") return caller;
      const { principal, session } = caller;
      const known = await sessionsOf(services, principal.id);
      const items = known.map(({ id, browser, ...times }) => ({
        id,
        browser,
        current: id === session.id,
        openedAt: times.openedAt.toISOString(),
        lastSeenAt: times.lastSeenAt.toISOString(),
        expiresAt: times.expiresAt.toISOString(),
      }));
      return reply(200, { items });
    },
  });
}

function endOthers(services: Services): AnyRoute {
  return route({
    method: "DELETE",
    path: `${path}/others`,
    summary: "End one's sessions elsewhere",
    tag,
    security: "management",
    refusals: ["NOT_FOUND"],
    answers: { 204: null },
    handle: async (call) => {
      const caller = await callerInSession(services, call, "write");
      if (caller.kind === "problem") return caller;
      await endOtherSessions(services, caller.principal.id, caller.session);
      return reply(204, null);
    },
  });
}

function endOne(services: Services): AnyRoute {
  return route({
    method: "DELETE",
    path: `${path}/all/{id}`,
    summary: "End one of one's sessions",
    tag,
    security: "management",
    params: z.strictObject({ id: z.string().max(64) }),
    answers: { 204: null },
    handle: async (call) => {
      const caller = await callerInSession(services, call, "write");
      if (caller.kind === "problem") return caller;
      const isEnded = await endSessionOf(services, caller.principal.id, call.params.id);
      return isEnded ? reply(204, null) : problem("NOT_FOUND");
    },
  });
}

function confirm(services: Services): AnyRoute {
  return route({
    method: "POST",
    path: `${path}/confirmation`,
    summary: "Give the password again, for what is dangerous",
    description:
      "Users, API keys and the panel's looks are changed within ten minutes of a sign-in or of this; after that they answer `CONFIRMATION_REQUIRED`.",
    tag,
    security: "management",
    body: z.strictObject({ password: z.string().min(1).max(200) }),
    answers: { 204: null },
    refusals: ["NOT_FOUND", "TOO_MANY_TRIES"],
    handle: async (call) => {
      const caller = await callerInSession(services, call, "write");
      if (caller.kind === "problem") return caller;
      const { principal, session } = caller;
      const { state } = await services.streams.user.load(user.stream(principal.id));
      if (state === null) return problem("NOT_FOUND");
      // A session that was left open is no way around the limit on tries.
      const counted = await takeSignInTry(services, call.remote, state.body.email);
      if (counted.kind === "problem") return counted;
      if (!(await passwordFits(services, principal.id, call.body.password))) {
        services.logger.info(
          { traceId: call.traceId, remote: call.remote, user: principal.id },
          "a confirmation was refused",
        );
        return invalid("/password", "it is not the password");
      }
      await counted.giveBack();
      await confirmSession(services, session);
      return reply(204, null);
    },
  });
}
