import { z } from "zod";
import { ulid } from "../../domain/codes.ts";
import { CLIENT_SESSION_LIVES } from "../../domain/policies.ts";
import { SECOND } from "../../domain/time.ts";
import { callerOf, visibilityOf } from "../../domain/user/access.ts";
import { callerByKey } from "../../engine/accounts/callers.ts";
import { signClientSession, withinMerchant } from "../../engine/accounts/clientSessions.ts";
import { findRecord } from "../../engine/management/records.ts";
import { merchantKind, seesMerchant } from "../../engine/management/hierarchy.ts";
import type { Services } from "../../engine/services.ts";
import { reply } from "../http/answer.ts";
import { problem } from "../http/problems.ts";
import { type AnyRoute, route } from "../http/route.ts";
import { byEnvelope } from "../pos/claim/envelope.ts";
import type { Kit, SecuredAnyRoute } from "./secured.ts";

/** For API clients that claim devices and don't sign in as people: a token for an hour, then one of a merchant. */

const token = {
  access_token: z.string().describe("`Authorization: Bearer`, for an hour, or until the API key is deleted."),
  token_type: z.literal("Bearer").describe("How the token is shown."),
  expires_in: z.int().describe("In seconds."),
};
const shared = { tag: "Claim", tells: byEnvelope } as const;
const EXPIRES_IN = CLIENT_SESSION_LIVES / SECOND;

export function clientSessionRoute(services: Services): AnyRoute {
  return route({
    ...shared,
    method: "POST",
    path: "/client/session",
    summary: "A session for an API client",
    security: "none",
    refusals: ["UNAUTHENTICATED"],
    body: z.strictObject({
      client_id: z.string().max(100).describe("The API key's id."),
      client_secret: z.string().max(200).describe("The API key."),
    }),
    answers: { 200: z.object(token) },
    handle: async ({ body, identify }) => {
      const caller = await callerByKey(services, `Bearer ${body.client_secret}`);
      const isTheirs = caller.kind === "caller" && caller.principal.id === body.client_id;
      if (!isTheirs) return problem("UNAUTHENTICATED", "Client id or secret is wrong");
      identify(callerOf(caller.principal));
      const access_token = await signClientSession(services, { keyId: body.client_id, merchantId: null });
      return reply(200, { access_token, token_type: "Bearer", expires_in: EXPIRES_IN });
    },
  });
}

export function initiateSession({ services, secure }: Kit): SecuredAnyRoute {
  return secure({
    ...shared,
    method: "POST",
    path: "/session/initiate",
    summary: "Work for one merchant from now on",
    description:
      "Only within what the API key sees anyway. Answers another token; the one before stays as it is.",
    permission: "terminals:codes",
    refusals: ["NOT_FOUND"],
    reads: [],
    body: z.strictObject({ merchant_id: ulid }),
    answers: { 200: z.object({ ...token, merchant_id: z.string() }) },
    handle: async ({ body: { merchant_id }, write: { principal } }) => {
      if (principal.kind !== "key") return problem("FORBIDDEN", "Only API clients have such a session");
      const isSeen = await seesMerchant(services, visibilityOf(principal), merchant_id);
      const isThere = isSeen && (await findRecord(merchantKind(services), merchant_id)) !== null;
      if (!isThere) return problem("NOT_FOUND", "There is no such merchant");
      if (withinMerchant(principal, merchant_id) === null)
        return problem("FORBIDDEN", "The API key may not work for this merchant");
      const session = { keyId: principal.id, merchantId: merchant_id };
      const access_token = await signClientSession(services, session);
      return reply(200, { merchant_id, access_token, token_type: "Bearer", expires_in: EXPIRES_IN });
    },
  });
}
