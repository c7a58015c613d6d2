import { z } from "zod";
import { actorRef } from "../../actor.ts";
import { entryMode, trustTier } from "../../codes.ts";
import { storedRuleset } from "../../ruleset/events.ts";
import { rulesetRef } from "../../ruleset/verdict.ts";
import { guestCounts, issuerFacts, locationFacts, payment } from "../shapes.ts";

/**
 * What a terminal decided by itself while its line was down, as it was told afterwards: only the report and its facts. What
 * it uses of which limit, and what is wrong with it, follows from all reports of the card together (`placement.ts`).
 */

export const OFFLINE_MODES = ["BIN_RANGE", "WHITELIST"] as const;
export const offlineMode = z.enum(OFFLINE_MODES);
export type OfflineMode = z.infer<typeof offlineMode>;

export const OFFLINE_OUTCOMES = ["ADMITTED", "REFUSED"] as const;
export const offlineOutcome = z.enum(OFFLINE_OUTCOMES);

/** What the server knew of the terminal at the time of which the report tells. */
export const TERMINAL_STANDINGS = ["ACTIVE", "NOT_PAIRED", "SUSPENDED", "REVOKED"] as const;
export const terminalStanding = z.enum(TERMINAL_STANDINGS);
export type TerminalStanding = z.infer<typeof terminalStanding>;

const { validFrom, validTo, totalUsage, cardholder, guests, offline } = storedRuleset.shape;

/** Of the ruleset's version, what an entry is allocated by. */
export const offlineRules = z.object({
  validFrom,
  validTo,
  totalUsage,
  cardholder,
  guests,
  offline,
});
export type OfflineRules = z.infer<typeof offlineRules>;

export const offlineEntryReported = z.object({
  type: z.literal("OfflineEntryReported"),
  data: z.object({
    /** When it was received. */
    at: z.string(),
    /** Made of what the report says: the same for the same report, whoever sends it. */
    accessId: z.string(),
    reportId: z.string(),
    /** The terminal's own running number. */
    number: z.number(),
    terminal: z.string(),
    occurredAt: z.string(),
    uncertaintySeconds: z.number(),
    listVersion: z.string().nullable(),
    mode: offlineMode,
    outcome: offlineOutcome,
    /** Why the terminal refused, in its own word; null where it admitted, or did not say. */
    refusal: z.string().nullable(),
    entryMode: entryMode.nullable(),
    trust: trustTier,
    /** The grant that the terminal says it confirms, where it could not be confirmed by the report. */
    grant: z.string().nullable(),
    guests: guestCounts,
    /** What the terminal took. */
    payment: payment.nullable(),
    /** Where the terminal stood; null where it belonged to no location. */
    location: locationFacts.extend({ offlineAllowed: z.boolean() }).nullable(),
    issuer: issuerFacts.nullable(),
    /** Under which the card was let in; null where none lets it in offline. */
    ruleset: rulesetRef.nullable(),
    rules: offlineRules.nullable(),
    circumstances: z.object({
      /** False: a number in no account range, or a hash that stands on no list. */
      cardKnown: z.boolean(),
      terminal: terminalStanding,
      /** Whether this version of the list was sent to the terminal before it decided by it; null where it named none. */
      listSent: z.boolean().nullable(),
      /** Until when what was sent counted. */
      listValidUntil: z.string().nullable(),
    }),
  }),
});
export type OfflineEntryReported = z.infer<typeof offlineEntryReported>;
export type ReportData = OfflineEntryReported["data"];

export const REVIEW_DECISIONS = ["ACCEPTED", "DISPUTED"] as const;
export const reviewDecision = z.enum(REVIEW_DECISIONS);
export type ReviewDecision = z.infer<typeof reviewDecision>;

/** Somebody has looked at an entry that was flagged. */
export const offlineEntryReviewed = z.object({
  type: z.literal("OfflineEntryReviewed"),
  data: z.object({
    at: z.string(),
    accessId: z.string(),
    by: actorRef,
    decision: reviewDecision,
    reason: z.string().nullable(),
    /** What was wrong with it then. A flag that comes later brings it back into the queue. */
    flags: z.array(z.string()),
  }),
});
