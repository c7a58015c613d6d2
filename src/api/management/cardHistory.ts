import { z } from "zod";
import type { ActorRef } from "../../domain/actor.ts";
import type { AdjustmentEvent } from "../../domain/card/adjustment/events.ts";
import { ENROLMENT_DIFFERENCES, enrolmentDifferences } from "../../domain/card/enrolmentCheck.ts";
import type { CardEvent } from "../../domain/card/events.ts";
import { cardStream, replacementCause } from "../../domain/card/events.ts";
import { ulid } from "../../domain/codes.ts";
import type { Visibility } from "../../domain/user/access.ts";
import type { Stored } from "../../engine/streams.ts";
import { reply } from "../http/answer.ts";
import { problem } from "../http/problems.ts";
import { actorNames, actorShape } from "./actors.ts";
import { visibleCard } from "./cardInSight.ts";
import { historyPage, historyQuery } from "./history.ts";
import type { Kit, SecuredAnyRoute } from "./secured.ts";

/** What was done to a card beside its visits, from its own stream. */

export const ACTS = [
  "FROZEN",
  "UNFROZEN",
  "ENROLLED",
  "UNENROLLED",
  "ENROLMENT_VERIFIED",
  "HASH_SHOWN",
  "ADJUSTED",
  "PROPOSED",
  "DECLINED",
  "WITHDRAWN",
  "OPENING_BALANCE",
  "JOINED_INTO",
  "ABSORBED",
  "REPLACED",
  "INHERITED",
] as const;

const act = z.object({
  revision: z.int(),
  at: z.string(),
  act: z.enum(ACTS),
  /** Null for what the product found by itself. */
  by: actorShape.nullable(),
  reason: z.string().nullable(),
  /** Visits that were given, proposed, or less than none: taken or used before. */
  adjustment: z
    .object({
      adjustmentId: z.string(),
      rulesetId: z.string(),
      /** Of its newest version; null where none is published. */
      rulesetName: z.string().nullable(),
      free: z.int(),
      paid: z.int(),
    })
    .nullable(),
  /** The other card of the same account. */
  cardId: z.string().nullable(),
  /** Why another card took its place. */
  cause: replacementCause.nullable(),
  /** What the reward system knows it by from here on. */
  aref: z.string().nullable(),
  differences: z
    .array(z.enum(ENROLMENT_DIFFERENCES))
    .nullable()
    .describe(
      "In what the reward system knew the card otherwise, when somebody asked; null for what is no question.",
    ),
});
type Act = z.infer<typeof act>;
/** Before it is known who that is. */
type Recorded = Omit<Act, "by"> & { readonly by: ActorRef | null };

export function cardHistory({ services, deps, secure }: Kit): SecuredAnyRoute {
  return secure({
    method: "GET",
    path: "/api/cards/{cardId}/history",
    summary:
      "What was done to a card by hand, and which cards turned out to be the same account; the newest first",
    description:
      "From the card's own stream. An answer may be empty and yet not be the last: `nextCursor` tells. Adjustments are left out for whoever is limited to places.",
    tag: "Cards",
    permission: "cards:read",
    params: z.strictObject({ cardId: ulid }),
    query: historyQuery,
    answers: { 200: z.object({ items: z.array(act), nextCursor: z.string().nullable() }) },
    handle: async ({ params: { cardId }, query: { cursor }, visibility }) => {
      if ((await visibleCard(services, deps, cardId, visibility)) === null) return problem("NOT_FOUND");
      const stream = cardStream(cardId);
      const { revision } = await services.streams.card.refresh(stream);
      const { rulesets } = await services.gate.freshness([]);
      const { portfolio } = await services.rulesets.at(rulesets);
      const nameOf = (id: string): string | null => portfolio.byId.get(id)?.[0]?.name ?? null;
      const from = { stream, revision, cursor };
      const tell = (stored: Stored<CardEvent>) => actOf(stored, visibility, nameOf);
      return reply(
        200,
        await historyPage(services.streams.card, from, tell, actorNames(services, visibility)),
      );
    },
  });
}

/** What was given, taken, proposed or used before: whoever is limited to places is told nothing of it. */
function adjustmentIn(
  event: AdjustmentEvent,
  nameOf: (rulesetId: string) => string | null,
): Pick<Recorded, "at" | "by" | "act"> & Partial<Recorded> {
  const { at, by } = event.data;
  switch (event.type) {
    case "VisitsAdjusted":
    case "AdjustmentProposed": {
      const act = event.type === "VisitsAdjusted" ? "ADJUSTED" : "PROPOSED";
      return { at, by, reason: event.data.reason, act, adjustment: visitsOf(event.data, nameOf) };
    }
    case "AdjustmentDeclined":
      return { at, by, reason: event.data.reason, act: "DECLINED" };
    case "AdjustmentWithdrawn":
      return { at, by, act: "WITHDRAWN" };
    case "OpeningBalanceTaken": {
      const { source: adjustmentId, rulesetId, free, paid } = event.data;
      const used = visitsOf({ adjustmentId, rulesetId, free: 0 - free, paid: 0 - paid }, nameOf);
      return { at, by, act: "OPENING_BALANCE", adjustment: used };
    }
  }
}

function visitsOf(
  { adjustmentId, rulesetId, free, paid }: Omit<NonNullable<Act["adjustment"]>, "rulesetName">,
  nameOf: (rulesetId: string) => string | null,
): NonNullable<Act["adjustment"]> {
  return { adjustmentId, rulesetId, rulesetName: nameOf(rulesetId), free, paid };
}

function actOf(
  { event, revision }: Stored<CardEvent>,
  visibility: Visibility,
  nameOf: (rulesetId: string) => string | null,
): readonly Recorded[] {
  const none = {
    ...{ revision, by: null, reason: null, adjustment: null, cardId: null, cause: null, aref: null },
    differences: null,
  };
  switch (event.type) {
    case "CardFrozen":
      return [{ ...none, ...event.data, act: "FROZEN" }];
    case "CardUnfrozen":
      return [{ ...none, ...event.data, act: "UNFROZEN" }];
    case "CardEnrolled": {
      const { at, by: who, reason, enrolment } = event.data;
      return [{ ...none, at, by: who, reason, act: "ENROLLED", aref: enrolment?.aref ?? null }];
    }
    case "CardUnenrolled":
      return [{ ...none, ...event.data, act: "UNENROLLED" }];
    case "EnrolmentVerified": {
      const { at, by: who, asked } = event.data;
      const differences = [...enrolmentDifferences(event.data)];
      return [{ ...none, at, by: who, act: "ENROLMENT_VERIFIED", aref: asked.aref, differences }];
    }
    case "CardHashShown":
      return [{ ...none, ...event.data, act: "HASH_SHOWN" }];
    case "VisitsAdjusted":
    case "AdjustmentProposed":
    case "AdjustmentDeclined":
    case "AdjustmentWithdrawn":
    case "OpeningBalanceTaken":
      return visibility.places === null ? [{ ...none, ...adjustmentIn(event, nameOf) }] : [];
    case "CardJoined":
      return [{ ...none, at: event.data.at, act: "JOINED_INTO", cardId: event.data.into }];
    case "CardAbsorbed":
      return [{ ...none, at: event.data.at, act: "ABSORBED", cardId: event.data.cardId }];
    case "CardReplaced": {
      const { at, by: who, reason, cause, into } = event.data;
      return [{ ...none, at, by: who, reason, act: "REPLACED", cardId: into, cause }];
    }
    case "CardInherited": {
      const { at, by: who, cause, cardId } = event.data;
      return [{ ...none, at, by: who, act: "INHERITED", cardId, cause }];
    }
    case "EntryGranted":
    case "EntryRejected":
    case "EntryConfirmed":
    case "EntryCancelled":
    case "EntryLapsed":
    case "AttemptAbandoned":
    case "EntryReversed":
    case "EntryCorrected":
    case "PaymentRecorded":
    case "ChargeRequested":
    case "ChargeUnknown":
    case "ChargeSettled":
    case "RefundRequested":
    case "RefundUnknown":
    case "RefundSettled":
    case "PaymentGivenUp":
    case "PaymentResolved":
    case "OfflineEntryReported":
    case "OfflineEntryReviewed":
      return [];
  }
}
