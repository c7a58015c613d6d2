import { z } from "zod";
import { cardStream } from "../../domain/card/events.ts";
import { cardFacts, type CardState } from "../../domain/card/state.ts";
import { asCount, count } from "../../domain/count.ts";
import type { CompiledRuleset } from "../../domain/ruleset/evaluate/compile.ts";
import { availabilityOf, costOf, guestsOf } from "../../domain/ruleset/evaluate/entitlement.ts";
import type { CardFacts } from "../../domain/ruleset/evaluate/facts.ts";
import { usageIn } from "../../domain/ruleset/evaluate/usage.ts";
import { type Availability, availability, kindEntitlement } from "../../domain/ruleset/verdict.ts";
import { type Instant, isoOrNull } from "../../domain/time.ts";
import { storedWindow, type WindowBounds, windowBounds } from "../../domain/window.ts";
import { issuerOfCard } from "../../engine/enrolledCards/issuer.ts";
import { joinedTo } from "../../engine/joinedCards.ts";
import type { Services } from "../../engine/services.ts";

/** What a card has left under each ruleset, computed from its own stream as a decision would. */

export const issuerShape = z.object({
  ica: z.string(),
  issuerName: z.string(),
  country: z.string(),
  productCode: z.string(),
  productName: z.string().nullable(),
});
type Issuer = z.infer<typeof issuerShape>;

/** What is left of a ruleset. */
export const balanceShape = z.object({
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
});
export type Balance = z.infer<typeof balanceShape>;

/** Where a card stands. */
interface Standing {
  readonly state: CardState;
  /** The others of its account. */
  readonly joined: readonly CardState[];
  /** Of the stream, as it was read for all of this. */
  readonly revision: number;
  /** Business time, never before the card's last event. */
  readonly at: Instant;
  readonly facts: CardFacts;
  /** As it was last seen, or enrolled; null before. */
  readonly issuer: Issuer | null;
  /** Of each ruleset in force that it used or that is for cards like it, as they are asked. */
  readonly balances: readonly Balance[];
}

export async function balancesOf(
  services: Services,
  cardId: string,
  now: Instant,
): Promise<readonly Balance[]> {
  return (await standingOf(services, cardId, now)).balances;
}

/** What is left of a ruleset now, and what would be with visits given or taken; null where it is not in force. */
export async function balanceWith(
  services: Services,
  cardId: string,
  now: Instant,
  { rulesetId, free, paid }: { readonly rulesetId: string; readonly free: number; readonly paid: number },
): Promise<{ readonly before: Availability; readonly after: Availability } | null> {
  const { state } = await services.streams.card.refresh(cardStream(cardId));
  const at = Math.max(now, state.lastAt);
  const facts = cardFacts(state, at, await joinedTo(services, cardId, state));
  const { rulesets } = await services.gate.freshness([]);
  const { portfolio } = await services.rulesets.at(rulesets);
  const ruleset = portfolio.inForce(rulesetId, at);
  if (ruleset === null) return null;
  const adjustments = [...facts.adjustments, { rulesetId, at, free, paid }];
  return {
    before: limitsOf(ruleset, facts, at).available,
    after: limitsOf(ruleset, { ...facts, adjustments }, at).available,
  };
}

export async function standingOf(services: Services, cardId: string, now: Instant): Promise<Standing> {
  const stream = cardStream(cardId);
  const { state, revision } = await services.streams.card.refresh(stream);
  const at = Math.max(now, state.lastAt);
  const joined = await joinedTo(services, cardId, state);
  const facts = cardFacts(state, at, joined);
  const { rulesets } = await services.gate.freshness([]);
  const { portfolio } = await services.rulesets.at(rulesets);
  const issuer = await issuerOfCard(services, cardId);
  const used = new Set([...facts.visits, ...facts.adjustments].map((one) => one.rulesetId));
  const balances = [...portfolio.byId.keys()]
    .map((id) => portfolio.inForce(id, at))
    .filter((one) => one !== null)
    .filter((one) => used.has(one.id) || (issuer !== null && isFor(one, issuer)))
    .sort((a, b) => a.priority - b.priority || (a.id < b.id ? -1 : 1))
    .map((one) => limitsOf(one, facts, at));
  return { state, joined, revision, at, facts, issuer, balances };
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

function limitsOf(ruleset: CompiledRuleset, facts: CardFacts, now: Instant): Balance {
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
  return (
    adjustments
      .filter((one) => one.rulesetId === rulesetId && one.at >= from && one.at < to)
      // What was used before is used.
      .filter(({ guests }) => guests === undefined)
      .reduce((sum, one) => ({ free: sum.free + one.free, paid: sum.paid + one.paid }), { free: 0, paid: 0 })
  );
}
