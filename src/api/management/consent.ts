import { z } from "zod";
import { ulid } from "../../domain/codes.ts";
import { TERMS_KINDS, termsKind } from "../../domain/terms/kinds.ts";
import type { TermsFile } from "../../domain/terms/terms.ts";
import { businessNow } from "../../engine/businessClock.ts";
import type { Services } from "../../engine/services.ts";
import { consentingOf, giveConsent } from "../../engine/terms/consents.ts";
import { reply } from "../http/answer.ts";
import { type AnyRoute, route } from "../http/route.ts";
import { callerInSession } from "./authenticate.ts";

/** What whoever signed in has to tick before anything else is answered. */

const consentDocument = z.object({ id: z.string(), kind: termsKind, validFrom: z.string() });
const consentAnswer = z.object({
  required: z.boolean().describe("Everything else is refused until the consent is given."),
  documents: z.array(consentDocument),
});

const tag = "Session";
const path = "/api/session/consent";

export function consentRoutes(services: Services): readonly AnyRoute[] {
  return [showConsent(services), consent(services)];
}

function showConsent(services: Services): AnyRoute {
  return route({
    method: "GET",
    path,
    summary: "What has to be consented to",
    description:
      "Issuers, Service Providers and Call Centers consent to the Terms & Conditions and the Privacy Policy at their first sign-in and whenever another version becomes valid. Until then everything else is refused with `CONSENT_REQUIRED`.",
    tag,
    security: "management",
    beforeConsent: true,
    refusals: ["NOT_FOUND"],
    answers: { 200: consentAnswer },
    handle: async (call) => {
      const caller = await callerInSession(services, call, "read", { beforeConsent: true });
      if (caller.kind === "problem") return caller;
      const { valid, isWanted } = await consentingOf(services, caller);
      return reply(200, { required: isWanted, documents: documentsOf(valid) });
    },
  });
}

function consent(services: Services): AnyRoute {
  return route({
    method: "POST",
    path,
    summary: "Consent to all that is valid",
    tag,
    security: "management",
    beforeConsent: true,
    body: z.strictObject({ documentIds: z.array(ulid).max(TERMS_KINDS.length) }),
    answers: { 204: null },
    refusals: ["NOT_FOUND", "TERMS_DIFFER"],
    handle: async (call) => {
      const caller = await callerInSession(services, call, "write", { beforeConsent: true });
      if (caller.kind === "problem") return caller;
      const { valid } = await consentingOf(services, caller);
      const write = {
        principal: caller.principal,
        now: await businessNow(services),
        traceId: call.traceId,
        seed: services.newId(),
        resumed: false,
        expected: null,
      };
      const refused = await giveConsent(services, write, valid, call.body.documentIds);
      if (refused !== null) return refused;
      services.logger.info(
        { traceId: call.traceId, user: caller.principal.id, documents: valid.map(({ id }) => id) },
        "consented to the terms",
      );
      return reply(204, null);
    },
  });
}

function documentsOf(valid: readonly TermsFile[]): readonly z.infer<typeof consentDocument>[] {
  return valid.map(({ id, kind, validFrom }) => ({ id, kind, validFrom }));
}
