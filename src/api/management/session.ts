import { z } from "zod";
import type { RecordLife } from "../../domain/record.ts";
import { role, scope } from "../../domain/user/access.ts";
import { passwordFlaw } from "../../domain/user/passwords.ts";
import { user, type UserBody } from "../../domain/user/events.ts";
import { SECOND } from "../../domain/time.ts";
import { invalid, problem } from "../http/problems.ts";
import { type Reply, reply } from "../http/answer.ts";
import { type AnyRoute, route } from "../http/route.ts";
import { takeSignInTry } from "../../engine/wrongTries.ts";
import type { Services } from "../../engine/services.ts";
import { findUserByEmail } from "../../engine/accounts/accounts.ts";
import { callerInSession, SESSION_COOKIE } from "./authenticate.ts";
import { browserName } from "./browserName.ts";
import { endOtherSessions, endSession, openSession, SESSION_LIVES } from "../../engine/accounts/sessions.ts";
import { password, passwordFits, setPassword } from "../../engine/accounts/passwords.ts";
import type { ManagementDeps } from "./secured.ts";
import { refusedText } from "../http/text.ts";

/** Signing in to the panel: a session is a cookie that scripts can't read, and a CSRF token for writes. */

const account = z.object({
  id: z.string(),
  email: z.string(),
  firstName: z.string(),
  lastName: z.string(),
  role,
  scope,
});
const sessionAnswer = z.object({ csrfToken: z.string(), user: account });

const tag = "Session";
const path = "/api/session";

export function sessionRoutes(services: Services, deps: ManagementDeps): readonly AnyRoute[] {
  return [signIn(services, deps), showSession(services), changePassword(services), signOut(services, deps)];
}

function signIn(services: Services, deps: ManagementDeps): AnyRoute {
  return route({
    method: "POST",
    path,
    summary: "Sign in by e-mail address and password",
    tag,
    security: "none",
    body: z.strictObject({ email: z.string().min(1).max(254), password: z.string().min(1).max(200) }),
    answers: { 200: sessionAnswer },
    sends: ["Set-Cookie"],
    refusals: ["UNAUTHENTICATED", "TOO_MANY_TRIES"],
    handle: async (call) => {
      const { body, remote, traceId, identify } = call;
      const text = refusedText(body);
      if (text !== null) return invalid(text.pointer, text.message);
      // Counted before it is known to be wrong: many at once are no way around the limit.
      const counted = await takeSignInTry(services, remote, body.email);
      const refused = (user: string | null, why: string): void =>
        services.logger.info({ traceId, remote, user, why }, "a sign-in was refused");
      if (counted.kind === "problem") {
        refused(null, counted.code);
        return counted;
      }
      const found = await findUserByEmail(services, body.email);
      const fits = await passwordFits(services, found?.id ?? null, body.password);
      if (found === null || !fits || found.body.disabled) {
        const why = found === null ? "no such user" : fits ? "disabled" : "wrong password";
        refused(found?.id ?? null, why);
        return problem("UNAUTHENTICATED", "The e-mail address or the password is wrong.");
      }
      await counted.giveBack();
      identify(`user ${found.id}`);
      services.logger.info({ traceId, remote, user: found.id }, "signed in");
      return await signedIn(services, deps, found, browserName(call.header("user-agent")));
    },
  });
}

function showSession(services: Services): AnyRoute {
  return route({
    method: "GET",
    path,
    summary: "Who is signed in",
    tag,
    security: "management",
    beforeConsent: true,
    refusals: ["NOT_FOUND"],
    answers: { 200: sessionAnswer },
    handle: async (call) => {
      const caller = await callerInSession(services, call, "read", { beforeConsent: true });
      if (caller.kind === "problem") return caller;
      const { state } = await services.streams.user.load(user.stream(caller.principal.id));
      return state === null
        ? problem("NOT_FOUND")
        : reply(200, { csrfToken: caller.session.csrf, user: viewOf(state) });
    },
  });
}

function changePassword(services: Services): AnyRoute {
  return route({
    method: "PUT",
    path: `${path}/password`,
    summary: "Change one's own password; one's other sessions end",
    tag,
    security: "management",
    body: z.strictObject({ oldPassword: z.string().min(1).max(200), password }),
    answers: { 204: null },
    refusals: ["NOT_FOUND", "TOO_MANY_TRIES"],
    handle: async (call) => {
      const { body, remote, traceId } = call;
      const caller = await callerInSession(services, call, "write");
      if (caller.kind === "problem") return caller;
      const { session, principal } = caller;
      const text = refusedText(body);
      if (text !== null) return invalid(text.pointer, text.message);
      const { state } = await services.streams.user.load(user.stream(principal.id));
      if (state === null) return problem("NOT_FOUND");
      const { email } = state.body;
      // A session that was left open is no way around the limit on tries.
      const counted = await takeSignInTry(services, remote, email);
      if (counted.kind === "problem") return counted;
      if (!(await passwordFits(services, principal.id, body.oldPassword))) {
        services.logger.info({ traceId, remote, user: principal.id }, "a change of password was refused");
        return invalid("/oldPassword", "it is not the password");
      }
      await counted.giveBack();
      const flaw = passwordFlaw(body.password, email);
      if (flaw !== null) return invalid("/password", flaw);
      await setPassword(services, principal.id, body.password);
      await endOtherSessions(services, principal.id, session);
      services.logger.info({ traceId, remote, user: principal.id }, "changed the password");
      return reply(204, null);
    },
  });
}

function signOut(services: Services, deps: ManagementDeps): AnyRoute {
  return route({
    method: "DELETE",
    path,
    summary: "Sign out",
    tag,
    security: "management",
    beforeConsent: true,
    answers: { 204: null },
    sends: ["Set-Cookie"],
    refusals: ["NOT_FOUND"],
    handle: async (call) => {
      const caller = await callerInSession(services, call, "write", { beforeConsent: true });
      if (caller.kind === "problem") return caller;
      await endSession(services, caller.session);
      const { traceId, remote } = call;
      services.logger.info({ traceId, remote, user: caller.principal.id }, "signed out");
      return reply(204, null, { "Set-Cookie": cookie(deps, "", 0) });
    },
  });
}

async function signedIn(
  services: Services,
  deps: ManagementDeps,
  life: RecordLife<UserBody>,
  browser: string,
): Promise<Reply<200, z.infer<typeof sessionAnswer>>> {
  const { token, csrfToken } = await openSession(services, life.id, browser);
  const headers = { "Set-Cookie": cookie(deps, token, SESSION_LIVES / SECOND) };
  return reply(200, { csrfToken, user: viewOf(life) }, headers);
}

function cookie({ secureCookies }: ManagementDeps, value: string, maxAge: number): string {
  const secure = secureCookies ? "; Secure" : "";
  return `${SESSION_COOKIE}=${value}; Path=/; Max-Age=${String(maxAge)}; HttpOnly; SameSite=Strict${secure}`;
}

function viewOf({ id, body }: RecordLife<UserBody>): z.infer<typeof account> {
  const { email, firstName, lastName } = body;
  return { id, email, firstName, lastName, role: body.role, scope: body.scope };
}
