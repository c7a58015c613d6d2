import {
  callerOf,
  MAY,
  type Permission,
  type Principal,
  type Visibility,
  visibilityOf,
} from "../../domain/user/access.ts";
import type { OperationChanges, Projections } from "../../projections/index.ts";
import type { RequestHeader, ResponseHeader } from "../http/headers.ts";
import { invalid, type Problem, problem } from "../http/problems.ts";
import type { Answers, Reply, ReplyOf } from "../http/answer.ts";
import { headerOf } from "../http/context.ts";
import { type AnyRoute, type Call, type Route, guardedRoute } from "../http/route.ts";
import type { Services } from "../../engine/services.ts";
import type { Caller } from "../../engine/accounts/callers.ts";
import type { DeviceHub } from "../../engine/devices/hub.ts";
import { isConfirmed } from "../../engine/accounts/sessions.ts";
import { authenticate, basicAsBearer, csrfProblem } from "./authenticate.ts";
import { consentProblem } from "../../engine/terms/consents.ts";
import { businessNow } from "../../engine/businessClock.ts";
import type { Write } from "../../engine/management/commands.ts";
import { expectedRevisions } from "../http/etag.ts";
import { type Seeded, once } from "../../engine/management/idempotency.ts";
import { refusedHeader, refusedText } from "../http/text.ts";
import type { PartStatus } from "../../engine/readiness.ts";
import { waitForPosition } from "../../engine/waitFor.ts";

/** What the management routes need beside the services. */
export interface ManagementDeps {
  readonly projections: Projections;
  readonly changes: OperationChanges;
  readonly hub: DeviceHub;
  /** Where clients reach it; null: as they come. */
  readonly publicUrl: string | null;
  /** The panel is reached by https: session cookies go by https only. */
  readonly secureCookies: boolean;
  readonly system: SystemFacts;
  /** Where devices get their certificates and use them; null while this instance has no such port. */
  readonly certificatePort: () => CertificatePort | null;
}

export interface CertificatePort {
  readonly host: string;
  readonly port: number;
}

/** What this instance can say of itself. */
export interface SystemFacts {
  readonly version: string;
  readonly parts: () => Promise<readonly PartStatus[]>;
  /** Without secrets; null for what is not set. */
  readonly settings: readonly { readonly name: string; readonly value: string | null }[];
}

/** A request of someone who may do what the route does. */
export interface ManagementCall<Body, Query, Params, Sending = Reply> extends Call<Body, Query, Params> {
  readonly caller: Caller;
  readonly principal: Principal;
  readonly visibility: Visibility;
  readonly write: Write;
  /** For routes that read their body by themselves: does the work once for this Idempotency-Key and content. */
  readonly once: (content: unknown, work: (write: Write) => Promise<Sending | Problem>) => Promise<Kept>;
}

/** What was answered to this Idempotency-Key, now or some time ago: one of the route's answers, of its time. */
export interface Kept {
  readonly kind: "kept";
  readonly answer: Reply | Problem;
}

export interface SecuredRoute<Body, Query, Params, Declared extends Answers>
  extends Omit<Route<Body, Query, Params, Declared>, "security" | "handle"> {
  readonly permission: Permission;
  readonly handle: (
    call: ManagementCall<Body, Query, Params, ReplyOf<Declared>>,
  ) => Promise<ReplyOf<Declared> | Problem | Kept>;
}

export type Secure = <Body, Query, Params, Declared extends Answers>(
  definition: SecuredRoute<Body, Query, Params, Declared>,
) => SecuredAnyRoute;

/** What routes are made with. */
export interface Kit {
  readonly services: Services;
  readonly deps: ManagementDeps;
  readonly secure: Secure;
}

/** A route that says which permission it wants. */
export type SecuredAnyRoute = AnyRoute & { readonly permission: Permission };

/** A read without `Wait-For` gives the read models this long to come to what was acknowledged before it. */
const SETTLE_MS = 500;

/**
 * Makes routes that let in who may: authentication, permission and CSRF come before the body is read;
 * then texts that can't be kept are refused, writes are done once an Idempotency-Key, reads wait for
 * the read models.
 */
export function securedRoutes(services: Services, deps: ManagementDeps): Secure {
  return <Body, Query, Params, Declared extends Answers>(
    definition: SecuredRoute<Body, Query, Params, Declared>,
  ): SecuredAnyRoute => {
    const { permission, handle, ...rest } = definition;
    const plain = { ...rest, security: "management" as const, ...headersOf(definition) };

    async function answer(call: Call<Body, Query, Params>, caller: Caller): Promise<Reply | Problem> {
      const text = refusedText(call.query, "/query") ?? refusedText(call.body);
      if (text !== null) return invalid(text.pointer, text.message);
      const key = call.header("idempotency-key");
      const header = refusedHeader("Idempotency-Key", key);
      if (header !== null) return invalid(header.pointer, header.message);
      const { principal } = caller;
      const now = await businessNow(services);
      const expected = expectedRevisions(call.header("if-match"));
      const write = ({ seed, resumed }: Seeded): Write => {
        return { principal, now, traceId: call.traceId, seed, resumed, expected };
      };
      const first = (): Write => write({ seed: services.newId(), resumed: false });
      const doOnce = async (
        content: unknown,
        work: (own: Write) => Promise<Reply | Problem>,
      ): Promise<Reply | Problem> => {
        if (key === null) return await work(first());
        const { method, path } = definition;
        const whole = [method, path, call.params, call.query, call.header("if-match"), content];
        const owner = callerOf(principal);
        return await once<Problem>(
          services,
          owner,
          key,
          whole,
          async (attempt) => await work(write(attempt)),
        );
      };
      const run = async (own: Write): Promise<Reply | Problem> => {
        const answered = await handle({
          ...call,
          caller,
          principal,
          visibility: visibilityOf(principal),
          write: own,
          once: async (content, work) => ({ kind: "kept", answer: await doOnce(content, work) }),
        });
        return answered.kind === "kept" ? answered.answer : answered;
      };
      if (definition.method === "GET") {
        const late = await settle(services, deps, call.header("wait-for"));
        return late ?? (await run(first()));
      }
      return definition.streams === undefined ? await doOnce(call.body, run) : await run(first());
    }

    return {
      ...guardedRoute(plain, async (raw, parse) => {
        const sent = (name: string): string | null => headerOf(raw.context, name) ?? null;
        const header = definition.takesBasic === true ? basicAsBearer(sent) : sent;
        const caller = await authenticate(services, header);
        if (caller.kind === "problem") return caller;
        raw.identify(callerOf(caller.principal));
        const refused = await refusalOf(services, definition, caller, header);
        if (refused !== null) return refused;
        return await parse(raw, async (call) => await answer(call, caller));
      }),
      permission,
    };
  };
}

/** Why somebody who is known may not do this, or not yet; null where they may. */
async function refusalOf(
  services: Services,
  { method, permission, beforeConsent = false, wantsConfirmation = false }: Gated,
  caller: Caller,
  header: (name: string) => string | null,
): Promise<Problem | null> {
  const consent = beforeConsent ? null : await consentProblem(services, caller);
  if (consent !== null) return consent;
  const { principal, session } = caller;
  if (!MAY[principal.role].has(permission))
    return problem("FORBIDDEN", `The role ${principal.role} may not do this (${permission}).`);
  const csrf = method === "GET" ? null : csrfProblem(caller, header);
  if (csrf !== null) return csrf;
  const isOpen = !wantsConfirmation || session === null || isConfirmed(services, session);
  return isOpen ? null : problem("CONFIRMATION_REQUIRED");
}

type Gated = Pick<Route, "method" | "beforeConsent" | "wantsConfirmation"> & {
  readonly permission: Permission;
};

/** The headers that a route of this API reads and sends, unless it says otherwise. */
function headersOf({
  method,
  path,
  answers,
  ...own
}: Pick<Route, "method" | "path" | "answers" | "reads" | "sends">): {
  readonly reads: readonly RequestHeader[];
  readonly sends: readonly ResponseHeader[];
} {
  const ofOne = path.includes("{");
  if (method === "GET")
    return { reads: own.reads ?? ["Wait-For"], sends: own.sends ?? (ofOne ? ["ETag"] : []) };
  const done: readonly ResponseHeader[] =
    201 in answers ? ["Location", "ETag", "Position"] : 204 in answers ? ["Position"] : ["ETag", "Position"];
  return {
    reads: own.reads ?? (ofOne ? ["Idempotency-Key", "If-Match"] : ["Idempotency-Key"]),
    sends: own.sends ?? (ofOne || 201 in answers ? done : []),
  };
}

/** Waits until the read models are where the request wants them; a problem if they don't come there. */
async function settle(
  services: Services,
  { projections }: ManagementDeps,
  wanted: string | null,
): Promise<Problem | null> {
  if (wanted === null) {
    await projections.waitFor(await services.log.head(), SETTLE_MS);
    return null;
  }
  return await waitForPosition(services.log, projections, wanted);
}
