import { z } from "zod";
import { balanceShape, issuerShape, standingOf } from "./balances.ts";
import { cardStream, replacementCause } from "../../domain/card/events.ts";
import type { CardState } from "../../domain/card/state.ts";
import { location } from "../../domain/location/events.ts";
import type { CardFacts } from "../../domain/ruleset/evaluate/facts.ts";
import { type Instant, iso, MINUTE } from "../../domain/time.ts";
import { MAY, type Role, seesPlace, type Visibility } from "../../domain/user/access.ts";
import type { Answer } from "../http/answer.ts";
import { enrolmentIn } from "../../engine/enrolledCards/enrolment.ts";
import { exportHashesOf } from "../../engine/enrolledCards/exportHashes.ts";
import type { Services } from "../../engine/services.ts";
import { verificationShape, verificationView } from "./cardVerificationView.ts";
import type { VaultCard } from "../../engine/vaultCards.ts";

/** A card as it is answered, from its own stream: never behind what was just done. */

export const listedCardShape = z.object({
  cardId: z.string(),
  maskedPan: z.string().nullable(),
  frozen: z.boolean(),
  frozenAt: z.string().nullable(),
  frozenReason: z.string().nullable(),
  enrolled: z.boolean(),
  aref: z.string().nullable(),
  enrolledAt: z.string().nullable(),
  replacedBy: z.string().nullable(),
  ica: z.string().nullable(),
  issuerName: z.string().nullable(),
  productCode: z.string().nullable(),
  productName: z.string().nullable(),
  issuerCountry: z.string().nullable(),
  firstSeenAt: z.string(),
  lastSeenAt: z.string(),
  revision: z.int(),
});

export const enrolmentShape = z.object({
  aref: z.string(),
  ica: z.string(),
  productCode: z.string(),
  since: z.string().describe("Enrolled from this instant on."),
});

export const cardShape = z.object({
  cardId: z.string(),
  maskedPan: z.string().nullable(),
  status: z.enum(["ACTIVE", "FROZEN", "REPLACED"]),
  frozen: z.boolean(),
  /** Null while it is not frozen. */
  frozenAt: z.string().nullable(),
  frozenReason: z.string().nullable(),
  enrolled: z.boolean(),
  /** What the reward system knows it by; null where it is not enrolled there. */
  enrolment: enrolmentShape.nullable(),
  /** Null while it counts itself; else the card that took its place, and why. */
  replaced: z.object({ at: z.string(), into: z.string(), cause: replacementCause }).nullable(),
  verification: verificationShape
    .nullable()
    .describe("What the reward system said of its enrolment last; null where nobody asked."),
  hasHash: z
    .boolean()
    .describe("Whether there is something that partners know it by; false for roles that need none."),
  /** The card that this one turned out to be the same account as, and that goes on for both. */
  joinedInto: z.string().nullable(),
  /** Cards that turned out to be the same account: what they used counts here. */
  joined: z.array(z.string()),
  /** As the card was last seen; null before its first tap. */
  issuer: issuerShape.nullable(),
  /** A granted entry that waits for its confirmation; for those who are limited to places, one of theirs. */
  openEntry: z.object({ accessId: z.string(), expiresAt: z.string() }).nullable(),
  /** Visits that count, over all rulesets; for those who are limited to places, visits there. */
  visits: z.int(),
  /** What is left of each ruleset in force that is for cards like this one, anywhere; nothing for those who are limited to places. */
  limits: z.array(balanceShape),
  /** Places at which it has to wait. */
  cooldowns: z.array(z.object({ locationId: z.string(), name: z.string(), until: z.string() })),
  /** Visits by hand: made at once, or proposed to another person. */
  actions: z.object({ adjust: z.boolean(), propose: z.boolean() }),
  revision: z.int(),
});

export async function cardView(
  services: Services,
  { cardId, maskedPan }: VaultCard,
  now: Instant,
  { visibility, role }: { readonly visibility: Visibility; readonly role: Role },
): Promise<Answer<typeof cardShape>> {
  const stream = cardStream(cardId);
  const standing = await standingOf(services, cardId, now);
  const { state, revision, at, facts, joined, issuer: seenAs, balances } = standing;
  const isHere = (accessId: string): boolean => {
    const entry = state.entries.get(accessId);
    return visibility.places === null || (entry !== undefined && seesPlace(visibility, entry));
  };
  return {
    cardId,
    maskedPan,
    status: state.replaced !== null ? "REPLACED" : facts.frozen ? "FROZEN" : "ACTIVE",
    frozen: facts.frozen,
    ...(facts.frozen ? await frozenOf(services, stream) : { frozenAt: null, frozenReason: null }),
    ...enrolmentIn(state, joined),
    replaced: replacedOf(state),
    verification: state.verified === null ? null : verificationView(state.verified),
    hasHash: MAY[role].has("cards:hash") && (await exportHashesOf(services, [cardId])).has(cardId),
    joinedInto: state.joinedInto,
    joined: [...state.joined],
    issuer: seenAs,
    openEntry:
      facts.open === null || !isHere(facts.open.accessId)
        ? null
        : { accessId: facts.open.accessId, expiresAt: iso(facts.open.expiresAt) },
    visits: facts.visits.filter(({ accessId }) => isHere(accessId)).length,
    // What is left of a limit says what was used elsewhere.
    limits: visibility.places === null ? balances : [],
    cooldowns: await cooldownsOf(services, facts, at, visibility),
    actions: {
      adjust: MAY[role].has("cards:write") && !services.adjustmentsNeedApproval,
      propose: MAY[role].has("adjustments:propose"),
    },
    revision,
  };
}

function replacedOf({ replaced }: CardState) {
  if (replaced === null) return null;
  const { at, into, cause } = replaced;
  return { at: iso(at), into, cause };
}

async function frozenOf(services: Services, stream: string) {
  const last = await services.streams.card.findLast(stream, ({ event }) =>
    event.type === "CardFrozen" ? event : null,
  );
  return { frozenAt: last?.event.data.at ?? null, frozenReason: last?.event.data.reason ?? null };
}

async function cooldownsOf(services: Services, { visits }: CardFacts, now: Instant, visibility: Visibility) {
  const last = new Map<string, Instant>();
  for (const { locationId, confirmedAt } of visits) {
    last.set(locationId, Math.max(last.get(locationId) ?? 0, confirmedAt));
  }
  const cooldowns: { locationId: string; name: string; until: string }[] = [];
  const stream = (id: string): string => location.stream(id);
  const { heads } = await services.gate.freshness([...last.keys()].map(stream));
  let place = 0;
  for (const [locationId, at] of last) {
    const { state: life } = await services.streams.location.load(stream(locationId), heads[place++] ?? -1);
    if (life === null || life.deleted) continue;
    const { name, cooldownMinutes, merchantId } = life.body;
    const until = at + (cooldownMinutes ?? 0) * MINUTE;
    if (now < until && seesPlace(visibility, { locationId, merchantId })) {
      cooldowns.push({ locationId, name, until: iso(until) });
    }
  }
  return cooldowns;
}
