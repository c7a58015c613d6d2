import { z } from "zod";
import { cardFacts } from "../../domain/card/state.ts";
import { cardStream } from "../../domain/card/events.ts";
import { asCount, count } from "../../domain/count.ts";
import { location } from "../../domain/location/events.ts";
import type { CompiledRuleset } from "../../domain/ruleset/evaluate/compile.ts";
import { availabilityOf, costOf, guestsOf } from "../../domain/ruleset/evaluate/entitlement.ts";
import type { CardFacts } from "../../domain/ruleset/evaluate/facts.ts";
import { usageIn } from "../../domain/ruleset/evaluate/usage.ts";
import { availability, kindEntitlement } from "../../domain/ruleset/verdict.ts";
import { type Instant, iso, isoOrNull, MINUTE } from "../../domain/time.ts";
import { seesPlace, type Visibility } from "../../domain/user/access.ts";
import { storedWindow, type WindowBounds, windowBounds } from "../../domain/window.ts";
import { joinedTo } from "../../engine/joinedCards.ts";
import type { Answer } from "../http/answer.ts";
import type { Services } from "../../engine/services.ts";
import type { VaultCard } from "../../engine/vaultCards.ts";

/** A card as it is answered, from its own stream: never behind what was just done. */

const issuer = z.object({
  ica: z.string(),
  issuerName: z.string(),
  country: z.string(),
  productCode: z.string(),
  productName: z.string().nullable(),
});

export const listedCardShape = z.object({
  cardId: z.string(),
  maskedPan: z.string().nullable(),
  frozen: z.boolean(),
  frozenAt: z.string().nullable(),
  frozenReason: z.string().nullable(),
  enrolled: z.boolean(),
  ica: z.string().nullable(),
  issuerName: z.string().nullable(),
  productCode: z.string().nullable(),
  productName: z.string().nullable(),
  issuerCountry: z.string().nullable(),
  firstSeenAt: z.string(),
  lastSeenAt: z.string(),
  revision: z.int(),
});

export const cardShape = z.object({
  cardId: z.string(),
  maskedPan: z.string().nullable(),
  status: z.enum(["ACTIVE", "FROZEN"]),
  frozen: z.boolean(),
  /** Null while it is not frozen. */
  frozenAt: z.string().nullable(),
  frozenReason: z.string().nullable(),
  enrolled: z.boolean(),
  /** The card that this one turned out to be the same account as, and that goes on for both. */
  joinedInto: z.string().nullable(),
  /** Cards that turned out to be the same account: what they used counts here. */
  joined: z.array(z.string()),
  /** As the card was last seen; null before its first tap. */
  issuer: issuer.nullable(),
  /** A granted entry that waits for its confirmation; for those who are limited to places, one of theirs. */
  openEntry: z.object({ accessId: z.string(), expiresAt: z.string() }).nullable(),
  /** Visits that count, over all rulesets; for those who are limited to places, visits there. */
  visits: z.int(),
  /** What is left of each ruleset in force that is for cards like this one, anywhere; nothing for those who are limited to places. */
  limits: z.array(
    z.object({
      rulesetId: z.string(),
      name: z.string(),
      version: z.int(),
      available: availability,
      /** The stretch of time that counts now; `from` and `to` are null where it is open. */
      window: storedWindow.nullable(),
      from: z.string().nullable(),
      to: z.string().nullable(),
      /** What the ruleset allows in it, and what was given or taken by hand. */
      allowed: z.object({ free: count, paid: count }),
      /** Visits in it; of a shared pool, those of guests as well. */
      used: z.object({ free: z.int(), paid: z.int() }),
      guests: z.object({ max: count, adults: kindEntitlement, children: kindEntitlement }),
    }),
  ),
  /** Places at which it has to wait. */
  cooldowns: z.array(z.object({ locationId: z.string(), name: z.string(), until: z.string() })),
  revision: z.int(),
});

type Issuer = z.infer<typeof issuer>;

export async function cardView(
  services: Services,
  { cardId, maskedPan }: VaultCard,
  now: Instant,
  visibility: Visibility,
): Promise<Answer<typeof cardShape>> {
  const stream = cardStream(cardId);
  const { state, revision } = await services.streams.card.refresh(stream);
  const at = Math.max(now, state.lastAt);
  const facts = cardFacts(state, at, await joinedTo(services, cardId, state));
  const { rulesets } = await services.gate.freshness([]);
  const { portfolio } = await services.rulesets.at(rulesets);
  const seenAs = await issuerOf(services, stream);
  const used = new Set([...facts.visits, ...facts.adjustments].map((one) => one.rulesetId));
  const limits = [...portfolio.byId.keys()]
    .map((id) => portfolio.inForce(id, at))
    .filter((one) => one !== null)
    .filter((one) => used.has(one.id) || (seenAs !== null && isFor(one, seenAs)))
    .sort((a, b) => a.priority - b.priority || (a.id < b.id ? -1 : 1))
    .map((one) => limitsOf(one, facts, at));
  const isHere = (accessId: string): boolean => {
    const entry = state.entries.get(accessId);
    return visibility.places === null || (entry !== undefined && seesPlace(visibility, entry));
  };
  return {
    cardId,
    maskedPan,
    status: facts.frozen ? "FROZEN" : "ACTIVE",
    frozen: facts.frozen,
    ...(facts.frozen ? await frozenOf(services, stream) : { frozenAt: null, frozenReason: null }),
    enrolled: facts.enrolled,
    joinedInto: state.joinedInto,
    joined: [...state.joined],
    issuer: seenAs,
    openEntry:
      facts.open === null || !isHere(facts.open.accessId)
        ? null
        : { accessId: facts.open.accessId, expiresAt: iso(facts.open.expiresAt) },
    visits: facts.visits.filter(({ accessId }) => isHere(accessId)).length,
    // What is left of a limit says what was used elsewhere.
    limits: visibility.places === null ? limits : [],
    cooldowns: await cooldownsOf(services, facts, at, visibility),
    revision,
  };
}

/** By issuer and product; which of the ICA's account ranges the number lies in is not known without the number. */
function isFor(
  { countries, products, icas }: CompiledRuleset,
  { ica, country, productCode }: Issuer,
): boolean {
  return (
    (countries === null || countries.has(country)) &&
    (products === null || products.has(productCode)) &&
    (icas === null || icas.has(ica))
  );
}

function limitsOf(ruleset: CompiledRuleset, facts: CardFacts, now: Instant) {
  const bounds = windowBounds(ruleset.limits.window, now, ruleset.validity);
  const usage = usageIn(facts, ruleset.id, null, bounds);
  const { max, adults, children } = guestsOf(ruleset, usage, costOf(ruleset, usage));
  const { window, pool, free, paid } = ruleset.limits;
  const given = givenIn(facts, ruleset.id, bounds);
  const guests = pool === null ? 0 : usage.adultsFree + usage.childrenFree;
  return {
    rulesetId: ruleset.id,
    name: ruleset.name,
    version: ruleset.version,
    available: availabilityOf(ruleset, usage, { card: facts, now }),
    window,
    from: isoOrNull(Number.isFinite(bounds.from) ? bounds.from : null),
    to: isoOrNull(Number.isFinite(bounds.to) ? bounds.to : null),
    allowed: { free: asCount((pool ?? free) + given.free), paid: asCount(paid + given.paid) },
    used: { free: usage.freeVisits + given.free + guests, paid: usage.paidVisits + given.paid },
    guests: { max, adults, children },
  };
}

/** What was given by hand; less than none where more was taken. */
function givenIn({ adjustments }: CardFacts, rulesetId: string, { from, to }: WindowBounds) {
  return adjustments
    .filter((one) => one.rulesetId === rulesetId && one.at >= from && one.at < to)
    .reduce((sum, one) => ({ free: sum.free + one.free, paid: sum.paid + one.paid }), { free: 0, paid: 0 });
}

async function frozenOf(services: Services, stream: string) {
  const last = await services.streams.card.findLast(stream, ({ event }) =>
    event.type === "CardFrozen" ? event : null,
  );
  return { frozenAt: last?.event.data.at ?? null, frozenReason: last?.event.data.reason ?? null };
}

/** Of the last attempt that an account range knew. */
async function issuerOf(services: Services, stream: string): Promise<Issuer | null> {
  const last = await services.streams.card.findLast(stream, ({ event }) =>
    (event.type === "EntryGranted" || event.type === "EntryRejected") && event.data.issuer !== null
      ? event
      : null,
  );
  return last === null ? null : last.event.data.issuer;
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
