import { z } from "zod";
import { actorRef } from "../actor.ts";
import { entryMode, rejectionCode, trustTier } from "../codes.ts";
import { entryFlag, replacementCause } from "../card/events.ts";
import { offlineMode, offlineOutcome, reviewDecision } from "../card/offline/events.ts";
import { allocation, guestCounts, payment, paymentStatus } from "../card/shapes.ts";
import { storedCount } from "../count.ts";
import { storedMoney } from "../money.ts";
import { availability, cost, rulesetRef } from "../ruleset/verdict.ts";
import type { WebhookType } from "./types.ts";

/**
 * What receivers are told, by type. A type's shape is never changed but by members that are added; whatever else
 * changes is the next version of it. No number of a card is in any of them, and no mask: `cardId` says which.
 */

const instant = z.iso.datetime().describe("RFC 3339, UTC, of business time.");
const cardId = z.string().describe("The card's id here: never its number.");
const terminal = z.string().describe("The terminal's serial number.");
const reason = z.string().nullable();
const by = actorRef.describe("Who did it: a person or an API key.");

const place = z
  .object({
    id: z.string(),
    name: z.string(),
    country: z.string(),
    service: z.string(),
    merchantId: z.string().nullable(),
  })
  .describe("The place as it was then.");

/** Which entry: the same in everything that becomes of it. */
const entry = {
  accessId: z.string(),
  cardId,
  terminal,
  location: place.nullable(),
  ruleset: rulesetRef.nullable(),
  at: instant,
};

const issuer = z.object({ ica: z.string(), country: z.string(), productCode: z.string() });

const asked = { requestId: z.string().nullable(), entryMode, trust: trustTier, issuer: issuer.nullable() };

const adjusted = z.object({
  cardId,
  at: instant,
  by,
  reason: z.string(),
  rulesetId: z.string(),
  free: z.int(),
  paid: z.int(),
});

const onCard = z.object({ cardId, at: instant, by, reason: z.string() });
const device = { terminal, at: instant };
const onDevice = z.object({ ...device, by, reason });
const stands = { locationId: z.string().nullable() };

const PAIRED_BY = ["PAIRING_CODE", "ENROLLMENT", "CLAIM", "CERTIFICATE"] as const;

/** One type: its newest version, what it says, and the shape of its `data`. */
function type<Shape extends z.ZodRawShape>(says: string, data: z.ZodObject<Shape>) {
  return { version: 1, says, data } as const;
}

export const WEBHOOK_CATALOGUE = {
  "card.adjusted": type("Visits were given to a card, or taken from it, by hand.", adjusted),
  "card.enrolled": type(
    "A card was enrolled.",
    onCard.extend({
      enrolment: z
        .object({ aref: z.string(), ica: z.string(), productCode: z.string(), since: instant })
        .nullable()
        .describe("What the reward system knows it by; null for one that was enrolled by hand alone."),
    }),
  ),
  "card.frozen": type("A card was frozen: it is let in nowhere.", onCard),
  "card.joined": type(
    "Two cards turned out to be one account; `into` goes on for both.",
    z.object({ cardId, into: z.string(), at: instant }),
  ),
  "card.replaced": type(
    "Another card took the place of one that was lost, stolen or used up: `into` goes on with what it used.",
    onCard.extend({ cause: replacementCause, into: z.string() }),
  ),
  "card.unenrolled": type("A card is enrolled no longer.", onCard),
  "card.unfrozen": type("A card was unfrozen.", onCard),
  "device.changed": type(
    "A terminal was given another location or profile.",
    z.object({ ...device, ...stands, by, profile: z.string() }),
  ),
  "device.paired": type(
    "A terminal proved who it is, and works from now on.",
    z.object({
      ...device,
      credentialId: z.string(),
      trust: trustTier,
      pairedBy: z.enum(PAIRED_BY),
    }),
  ),
  "device.registered": type(
    "A terminal was made known.",
    z.object({ ...device, ...stands, by, profile: z.string() }),
  ),
  "device.removed": type("A terminal was removed.", onDevice),
  "device.resumed": type("A terminal that was suspended works again.", onDevice),
  "device.suspended": type("A terminal was suspended: it may ask for nothing.", onDevice),
  "device.unpaired": type("A terminal's key counts no longer.", onDevice),
  "entry.cancelled": type(
    "An entry that was granted was given back before it was confirmed.",
    z.object({ ...entry, requestId: z.string().nullable(), reason }),
  ),
  "entry.confirmed": type(
    "A visit took place, and counts.",
    z.object({
      ...entry,
      requestId: z.string().nullable(),
      guests: guestCounts,
      allocation,
      charged: storedMoney.nullable(),
      payment: payment.nullable(),
      paymentStatus,
      remaining: availability,
      flags: z.array(entryFlag),
      late: z.boolean(),
      offline: z.object({ reportId: z.string(), occurredAt: instant }).nullable(),
    }),
  ),
  "entry.corrected": type(
    "Guests were taken out of a visit; `allocation` is what is left.",
    z.object({ ...entry, by, reason, removed: guestCounts, allocation, refund: storedMoney.nullable() }),
  ),
  "entry.granted": type(
    "A card may enter, until `expiresAt`.",
    z.object({
      ...entry,
      ...asked,
      expiresAt: instant,
      cost,
      fee: storedMoney.nullable(),
      available: availability,
      guests: z.object({ max: storedCount, adults: storedCount, children: storedCount }),
    }),
  ),
  "entry.lapsed": type("An entry that was granted was not confirmed in time.", z.object(entry)),
  "entry.offline_reported": type(
    "A terminal told what it decided by itself while its line was down.",
    z.object({
      ...entry,
      reportId: z.string(),
      occurredAt: instant,
      mode: offlineMode,
      outcome: offlineOutcome,
      trust: trustTier,
      issuer: issuer.nullable(),
      guests: guestCounts,
      payment: payment.nullable(),
    }),
  ),
  "entry.offline_reviewed": type(
    "Somebody looked at an offline entry that was flagged.",
    z.object({ ...entry, by, decision: reviewDecision, reason, flags: z.array(z.string()) }),
  ),
  "entry.payment_changed": type(
    "What became of a fee that the acquirer charges, or gives back.",
    z.object({ ...entry, paymentStatus }),
  ),
  "entry.payment_recorded": type(
    "The payment of a visit was told after its confirmation.",
    z.object({
      ...entry,
      requestId: z.string().nullable(),
      payment,
      refund: storedMoney.nullable(),
      paymentStatus,
    }),
  ),
  "entry.rejected": type(
    "A card may not enter, and why.",
    z.object({
      ...entry,
      requestId: z.string().nullable(),
      entryMode,
      issuer: issuer.nullable(),
      code: rejectionCode,
      retryable: z.boolean(),
      nextFreeAt: instant.nullable(),
    }),
  ),
  "entry.reversed": type(
    "A visit was reversed, and counts no longer.",
    z.object({ ...entry, by, reason, refund: storedMoney.nullable(), paymentStatus }),
  ),
  "webhook.test": type("Nothing happened: somebody tries the receiver.", z.object({ at: instant })),
} satisfies Readonly<Record<WebhookType, unknown>>;

export type WebhookData = {
  readonly [Type in WebhookType]: z.infer<(typeof WEBHOOK_CATALOGUE)[Type]["data"]>;
};

/** What every message has around its data. */
export function envelopeOf<Type extends WebhookType>(name: Type) {
  const { version, data } = WEBHOOK_CATALOGUE[name];
  return z.object({
    id: z.string().describe("Of what happened: the same however often it is sent, and wherever to."),
    type: z.literal(name),
    version: z.literal(version),
    timestamp: z.iso.datetime().describe("When it was recorded, of real time."),
    position: z
      .string()
      .nullable()
      .describe("Where it stands in the log: later ones sort later, as text. Null for a try."),
    data,
  });
}
