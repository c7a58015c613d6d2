import { z } from "zod";
import { actorRef } from "../actor.ts";
import { REPLACEMENT_CAUSES } from "./causes.ts";
import { entryMode, rejectionCode, trustTier } from "../codes.ts";
import { storedMoney } from "../money.ts";
import { availability, cost, guestEntitlement, rulesetRef, traceStep } from "../ruleset/verdict.ts";
import { ADJUSTMENT_EVENTS } from "./adjustment/events.ts";
import { CHARGE_EVENTS } from "./charge/events.ts";
import { offlineEntryReported, offlineEntryReviewed } from "./offline/events.ts";
import {
  allocation,
  guestCounts,
  issuerFacts,
  locationFacts,
  payment,
  paymentStatus,
  screenFacts,
} from "./shapes.ts";

/**
 * Everything that happens to a card, in the stream `card-<cardId>`. Names and shapes are storage:
 * they are never changed, only added to (see `upcasters` and the golden file).
 */

const at = z.string();
const accessId = z.string();

/** What the evaluator saw beside the card's own stream and the members above: enough to evaluate again. */
export const evidence = z.object({
  matchedRanges: z.array(z.string()),
  /** The published rulesets: how many, and SHA-256 over the sorted `id@version`. */
  portfolio: z.object({ size: z.number(), digest: z.string() }),
  budgets: z.array(z.object({ rulesetId: z.string(), revision: z.number(), used: z.number() })),
  /** How far the card's transactions were read; null where no spend was looked at. */
  spendWatermark: z.string().nullable(),
  externalAnswers: z.array(
    z.object({
      rulesetId: z.string(),
      answer: z.enum(["MET", "NOT_MET", "UNAVAILABLE"]),
      /** In its own words, or why it said nothing; absent: none was given. */
      reason: z.string().optional(),
    }),
  ),
  verification: z
    .object({
      method: z.enum(["ASI", "AMOUNT"]),
      outcome: z.enum(["PASSED", "FAILED", "INSUFFICIENT_FUNDS", "UNAVAILABLE"]),
      responseCode: z.string().nullable(),
      /** Why there was no answer that counts; absent where there was one. */
      why: z.string().optional(),
      /** It gave a reference that the fee can be charged by; absent: none. */
      isReferenced: z.boolean().optional(),
    })
    .nullable(),
  /** The streams of the same account that were counted as well, and up to where; absent: none. */
  joined: z.array(z.object({ cardId: z.string(), revision: z.number() })).optional(),
  /** Whether the card's month was over; null where the terminal sent none. */
  cardExpired: z.boolean().nullish(),
});
export type Evidence = z.infer<typeof evidence>;

const attempt = {
  accessId,
  requestId: z.string().nullable(),
  at,
  terminal: z.string(),
  entryMode,
  trust: trustTier,
  issuer: issuerFacts.nullable(),
  trace: z.array(traceStep).readonly(),
  evidence,
  screen: screenFacts.optional(),
};

export const entryGranted = z.object({
  type: z.literal("EntryGranted"),
  data: z.object({
    ...attempt,
    location: locationFacts,
    expiresAt: z.string(),
    ruleset: rulesetRef,
    cost,
    fee: storedMoney.nullable(),
    available: availability,
    guests: guestEntitlement,
    /** Who collects what is due; absent: the terminal. */
    collectedBy: z.literal("ACQUIRER").optional(),
  }),
});

export const entryRejected = z.object({
  type: z.literal("EntryRejected"),
  data: z.object({
    ...attempt,
    location: locationFacts.nullable(),
    ruleset: rulesetRef.nullable(),
    code: rejectionCode,
    retryable: z.boolean(),
    nextFreeAt: z.string().nullable(),
  }),
});

/** `OVER_LIMIT`: confirmed late, when others had taken the place; or with guests whose places a late one took. */
export const entryFlag = z.enum(["OVER_LIMIT"]);
export type EntryFlag = z.infer<typeof entryFlag>;

export const entryConfirmed = z.object({
  type: z.literal("EntryConfirmed"),
  data: z.object({
    accessId,
    requestId: z.string().nullable(),
    at,
    guests: guestCounts,
    allocation,
    charged: storedMoney.nullable(),
    payment: payment.nullable(),
    paymentStatus,
    remaining: availability,
    flags: z.array(entryFlag),
    /** After the grant had lapsed. */
    late: z.boolean(),
    /** Told by a report of what happened while the terminal's line was down; absent: the terminal confirmed it at once. */
    offline: z
      .object({
        reportId: z.string(),
        number: z.number(),
        occurredAt: z.string(),
        uncertaintySeconds: z.number(),
      })
      .optional(),
  }),
});

export const entryCancelled = z.object({
  type: z.literal("EntryCancelled"),
  data: z.object({ accessId, requestId: z.string().nullable(), at, reason: z.string().nullable() }),
});

/** Nobody confirmed in time. Written with the card's next command, or by the sweeper. */
export const entryLapsed = z.object({
  type: z.literal("EntryLapsed"),
  data: z.object({ accessId, at }),
});

/**
 * A check that reserved budget and never came to a verdict: it never will. Without a ruleset: its terminal has lost its
 * place, and the verdict will stand in the terminal's stream.
 */
export const attemptAbandoned = z.object({
  type: z.literal("AttemptAbandoned"),
  data: z.object({ accessId, at, attemptKey: z.string(), rulesetId: z.string().nullable() }),
});

export const entryReversed = z.object({
  type: z.literal("EntryReversed"),
  data: z.object({
    accessId,
    at,
    by: actorRef,
    reason: z.string().nullable(),
    refund: storedMoney.nullable(),
    paymentStatus,
  }),
});

/**
 * A payment that was told after the confirmation. Of an entry that was corrected or reversed meanwhile `refund` is what of
 * it goes back.
 */
export const paymentRecorded = z.object({
  type: z.literal("PaymentRecorded"),
  data: z.object({
    accessId,
    requestId: z.string().nullable(),
    at,
    payment,
    refund: storedMoney.nullable(),
    paymentStatus,
  }),
});

/** Guests taken out of a completed entry; `allocation` is what is left. `refund`: of what was paid. */
export const entryCorrected = z.object({
  type: z.literal("EntryCorrected"),
  data: z.object({
    accessId,
    at,
    by: actorRef,
    reason: z.string().nullable(),
    removed: guestCounts,
    allocation,
    refund: storedMoney.nullable(),
    /** Absent: as before. */
    paymentStatus: paymentStatus.optional(),
  }),
});

const byHand = z.object({ at, by: actorRef, reason: z.string() });

export const cardFrozen = z.object({ type: z.literal("CardFrozen"), data: byHand });
export const cardUnfrozen = z.object({ type: z.literal("CardUnfrozen"), data: byHand });

/** What the reward system knows a card by. */
export const storedEnrolment = z.object({
  /** Its identifier of the card there; opaque here. */
  aref: z.string(),
  ica: z.string(),
  productCode: z.string(),
  /** From when on. */
  since: z.string(),
  /** As an account range knew the card then; null where none did. */
  issuer: issuerFacts.nullable(),
});
export type Enrolment = z.infer<typeof storedEnrolment>;

export const cardEnrolled = z.object({
  type: z.literal("CardEnrolled"),
  /** Without details: enrolled by hand, and known to no reward system. */
  data: byHand.extend({ enrolment: storedEnrolment.optional() }),
});
export const cardUnenrolled = z.object({ type: z.literal("CardUnenrolled"), data: byHand });

/** Somebody asked the reward system whether it knows the enrolment, and this is what it said. The enrolment stays as it is. */
export const enrolmentVerified = z.object({
  type: z.literal("EnrolmentVerified"),
  data: z.object({
    at,
    by: actorRef,
    /** As the card was enrolled here then. */
    asked: z.object({ aref: z.string(), ica: z.string(), productCode: z.string(), since: z.string() }),
    /** Null: it did not say. */
    said: z.object({
      enrolled: z.boolean(),
      ica: z.string().nullable(),
      productCode: z.string().nullable(),
      since: z.string().nullable(),
    }),
  }),
});

/** Somebody was shown what partners know the card by. */
export const cardHashShown = z.object({
  type: z.literal("CardHashShown"),
  data: z.object({ at, by: actorRef }),
});

/** This card turned out to be the same account as another, whose stream goes on for both. */
export const cardJoined = z.object({
  type: z.literal("CardJoined"),
  data: z.object({ at, into: z.string() }),
});

/** Another card turned out to be the same account: what its stream holds, before and after `revision`, counts here too. */
export const cardAbsorbed = z.object({
  type: z.literal("CardAbsorbed"),
  data: z.object({ at, cardId: z.string(), revision: z.number() }),
});

export const replacementCause = z.enum(REPLACEMENT_CAUSES);

/** Another card takes this one's place, and goes on with what it used; this one is refused from here on. */
export const cardReplaced = z.object({
  type: z.literal("CardReplaced"),
  data: byHand.extend({ cause: replacementCause, into: z.string() }),
});

/** This card takes the place of another: what that one's stream holds, before and after `revision`, counts here too. */
export const cardInherited = z.object({
  type: z.literal("CardInherited"),
  data: z.object({
    at,
    by: actorRef,
    cause: replacementCause,
    cardId: z.string(),
    revision: z.number(),
    enrolled: z.boolean(),
    enrolment: storedEnrolment.nullable(),
    /** As an account range knows this card's number; null where none does. */
    issuer: issuerFacts.nullable(),
  }),
});

export const cardEvent = z.discriminatedUnion("type", [
  entryGranted,
  entryRejected,
  entryConfirmed,
  entryCancelled,
  entryLapsed,
  attemptAbandoned,
  entryReversed,
  entryCorrected,
  paymentRecorded,
  ...CHARGE_EVENTS,
  cardFrozen,
  cardUnfrozen,
  cardEnrolled,
  cardUnenrolled,
  enrolmentVerified,
  cardHashShown,
  ...ADJUSTMENT_EVENTS,
  cardJoined,
  cardAbsorbed,
  cardReplaced,
  cardInherited,
  offlineEntryReported,
  offlineEntryReviewed,
]);
export type CardEvent = z.infer<typeof cardEvent>;
export type EntryGranted = z.infer<typeof entryGranted>;
export type EntryRejected = z.infer<typeof entryRejected>;
export type EntryConfirmed = z.infer<typeof entryConfirmed>;
export type CardInherited = z.infer<typeof cardInherited>;
export type PaymentRecorded = z.infer<typeof paymentRecorded>;
export type EntryCancelled = z.infer<typeof entryCancelled>;

export function cardStream(cardId: string): string {
  return `card-${cardId}`;
}
