import { z } from "zod";
import { ulid } from "../../domain/codes.ts";
import { showHashOf } from "../../engine/enrolledCards/showHash.ts";
import { verifyWithRewards } from "../../engine/rewards/verify.ts";
import { SILENCES } from "../../engine/connections.ts";
import { reply } from "../http/answer.ts";
import { problem } from "../http/problems.ts";
import { visibleCard } from "./cardInSight.ts";
import { verificationShape, verificationView } from "./cardVerificationView.ts";
import { positionHeader } from "./records.ts";
import type { Kit, SecuredAnyRoute } from "./secured.ts";

/** What the reward system says of a card, and what partners know it by: each is asked for by somebody, and kept. */

const params = z.strictObject({ cardId: ulid });

export function verifyAtRewards({ services, deps, secure }: Kit): SecuredAnyRoute {
  return secure({
    method: "POST",
    path: "/api/cards/{cardId}/enrolment/verification",
    summary: "Ask the reward system whether it knows the card as it is enrolled here",
    description:
      "By the card's AREF, never by its number. What it says is kept in the card's history, and changes nothing: an enrolment is ended by a person. `UNAVAILABLE`: it said nothing that counts, `why` says what happened, and nothing is kept.",
    refusals: ["NEEDS_ADAPTER", "NOT_ENROLLED", "CARD_REPLACED"],
    sends: ["Position"],
    tag: "Cards",
    permission: "cards:lookup",
    params,
    body: z.strictObject({}),
    answers: {
      200: z.object({
        outcome: z.enum(["CONFIRMED", "DIFFERS", "UNAVAILABLE"]),
        why: z.enum(SILENCES).nullable().describe("Why there is no answer that counts."),
        verification: verificationShape.nullable(),
      }),
    },
    handle: async ({ params: { cardId }, write, visibility }) => {
      if ((await visibleCard(services, deps, cardId, visibility)) === null) return problem("NOT_FOUND");
      const done = await verifyWithRewards(services, write, cardId);
      if (done.kind === "problem") return done;
      if (done.kind === "silent")
        return reply(200, { outcome: "UNAVAILABLE" as const, why: done.why, verification: null });
      const verification = verificationView(done.said);
      const outcome = verification.differences.length === 0 ? ("CONFIRMED" as const) : ("DIFFERS" as const);
      return reply(200, { outcome, why: null, verification }, positionHeader(done.position));
    },
  });
}

export function showHash({ services, deps, secure }: Kit): SecuredAnyRoute {
  return secure({
    method: "POST",
    path: "/api/cards/{cardId}/hash",
    summary: "What partners know the card by; who saw it, and when, is kept in the card's history",
    sends: ["Position"],
    tag: "Cards",
    permission: "cards:hash",
    params,
    body: z.strictObject({}),
    answers: { 200: z.object({ hash: z.string().describe("As an export has it.") }) },
    handle: async ({ params: { cardId }, write, visibility }) => {
      if ((await visibleCard(services, deps, cardId, visibility)) === null) return problem("NOT_FOUND");
      const shown = await showHashOf(services, write, cardId);
      return shown.kind === "problem"
        ? shown
        : reply(200, { hash: shown.hash }, positionHeader(shown.position));
    },
  });
}
