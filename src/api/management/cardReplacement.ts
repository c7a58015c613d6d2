import { z } from "zod";
import { replacementCause } from "../../domain/card/events.ts";
import { ulid } from "../../domain/codes.ts";
import { replaceCard } from "../../engine/enrolledCards/replace.ts";
import { cardsInSight } from "../../engine/management/cardsInSight.ts";
import { reply } from "../http/answer.ts";
import { invalid, problem } from "../http/problems.ts";
import { plainCard } from "../pos/schemas.ts";
import { visibleCard } from "./cardInSight.ts";
import { positionHeader } from "./records.ts";
import type { Kit, SecuredAnyRoute } from "./secured.ts";

/** A lost or stolen card's place goes to another, with all that it used. */
export function replacementRoute({ services, deps, secure }: Kit): SecuredAnyRoute {
  return secure({
    method: "POST",
    path: "/api/cards/{cardId}/replacement",
    summary: "Give a card's place to another: it goes on with what this one used, and this one is refused",
    description:
      "By the new card's number. History, counts, spend, the enrolment and entries of whitelists go to the new card; a freeze does not. Every number by which this card was known is refused from here on, with `CARD_REPLACED`. The same again completes what a failure left.",
    refusals: ["CARD_REPLACED"],
    sends: ["Position"],
    tag: "Cards",
    permission: "cards:write",
    params: z.strictObject({ cardId: ulid }),
    body: z.strictObject({
      pan: plainCard.shape.pan,
      cause: replacementCause,
      reason: z.string().trim().max(500).default(""),
    }),
    answers: {
      200: z.object({
        cardId: z.string().describe("The new card."),
        maskedPan: z.string().nullable(),
        replaced: z.string().describe("The card that is refused from here on."),
      }),
    },
    handle: async ({ params: { cardId }, body, visibility, write }) => {
      if ((await visibleCard(services, deps, cardId, visibility)) === null) return problem("NOT_FOUND");
      const inSight = await cardsInSight(services, deps.projections, { ...visibility, places: null });
      if (!(await inSight.byPan(body.pan)))
        return invalid("/pan", "a card of an ICA of your scope is wanted");
      const done = await replaceCard(services, write, { cardId, ...body });
      if (done.kind === "problem") return done;
      return reply(200, { ...done.card, replaced: cardId }, positionHeader(done.position));
    },
  });
}
