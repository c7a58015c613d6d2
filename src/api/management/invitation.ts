import { z } from "zod";
import { acceptInvitation, invitedBy } from "../../engine/accounts/invitations.ts";
import { password } from "../../engine/accounts/passwords.ts";
import type { Services } from "../../engine/services.ts";
import { reply } from "../http/answer.ts";
import { invalid } from "../http/problems.ts";
import { refusedText } from "../http/text.ts";
import { type AnyRoute, route } from "../http/route.ts";

/** What whoever has an invitation does with it. The token is in the body: no address, log or history has it. */

const tag = "Session";
const path = "/api/invitation";
const token = z.string().min(1).max(100);

export function invitationRoutes(services: Services): readonly AnyRoute[] {
  return [look(services), accept(services)];
}

function look(services: Services): AnyRoute {
  return route({
    method: "POST",
    path: `${path}/look`,
    summary: "Who is invited",
    tag,
    security: "none",
    body: z.strictObject({ token }),
    answers: { 200: z.object({ email: z.string(), firstName: z.string(), expiresAt: z.string() }) },
    refusals: ["INVITATION_VOID"],
    handle: async ({ body }) => {
      const invited = await invitedBy(services, body.token);
      if (invited.kind === "problem") return invited;
      const { email, firstName } = invited.life.body;
      return reply(200, { email, firstName, expiresAt: invited.expiresAt.toISOString() });
    },
  });
}

function accept(services: Services): AnyRoute {
  return route({
    method: "POST",
    path,
    summary: "Set the password by an invitation, which is void then",
    tag,
    security: "none",
    body: z.strictObject({ token, password }),
    answers: { 204: null },
    refusals: ["INVITATION_VOID"],
    handle: async ({ body, remote, traceId, identify }) => {
      const text = refusedText(body);
      if (text !== null) return invalid(text.pointer, text.message);
      const done = await acceptInvitation(services, body.token, body.password);
      if (done.kind === "problem") return done;
      identify(`user ${done.userId}`);
      services.logger.info({ traceId, remote, user: done.userId }, "set a password by an invitation");
      return reply(204, null);
    },
  });
}
