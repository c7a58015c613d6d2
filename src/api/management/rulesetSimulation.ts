import type { Issuer } from "../../domain/accountRange.ts";
import { feeLines, splitGuests, totalOf } from "../../domain/card/guests.ts";
import { Instants } from "../../domain/instants.ts";
import { toMinor } from "../../domain/money.ts";
import type { BudgetFacts, LocationFacts } from "../../domain/ruleset/evaluate/facts.ts";
import { nearMisses } from "../../domain/ruleset/evaluate/nearMisses.ts";
import { readingPlan } from "../../domain/ruleset/evaluate/plan.ts";
import type { Portfolio } from "../../domain/ruleset/evaluate/portfolio.ts";
import { portfolioTrying } from "../../domain/ruleset/evaluate/tried.ts";
import { type Example, simulate } from "../../domain/ruleset/simulate.ts";
import { type SimulationInput, simulationInput } from "../../domain/ruleset/simulationInput.ts";
import type { RulesetVersion } from "../../domain/ruleset/stream.ts";
import type { Granted, Rejected, RulesetRef } from "../../domain/ruleset/verdict.ts";
import { instant, type Instant, instantOrNull, iso } from "../../domain/time.ts";
import type { Visibility } from "../../domain/user/access.ts";
import { readBudgets } from "../../engine/budget/read.ts";
import { scopeRevision } from "../../engine/gate/heads.ts";
import { visibleLocation } from "../../engine/management/hierarchy.ts";
import type { Services } from "../../engine/services.ts";
import { type Answer, reply } from "../http/answer.ts";
import { invalid, type Problem } from "../http/problems.ts";
import { bodyBeyondScope, visibleRuleset } from "./rulesetScope.ts";
import type { Kit, SecuredAnyRoute } from "./secured.ts";
import { simulationShape } from "./simulationShape.ts";

const MOST_MISSES = 10;

/** Writes nothing, and no card's number is taken: an example is decided on as a tap would be. */
export function simulationRoute({ services, secure }: Kit): SecuredAnyRoute {
  return secure({
    method: "POST",
    path: "/api/rulesets/simulate",
    summary:
      "What the rules would decide on an example, with a ruleset that is not written down yet or without",
    tag: "Rulesets",
    permission: "rulesets:write",
    body: simulationInput,
    answers: { 200: simulationShape },
    sends: [],
    handle: async ({ body, visibility, write }) => {
      const now = instantOrNull(body.at) ?? write.now;
      const tried = await triedVersion(services, visibility, body, write.seed);
      if (tried !== null && "kind" in tried) return tried;
      const location = await placeOf(services, visibility, body, write.seed);
      if ("kind" in location) return location;
      const issuer = await issuerOf(services, visibility, body);
      if (issuer !== null && "kind" in issuer) return issuer;
      const scene = { now, location, issuer, triedId: tried?.id ?? body.rulesetId ?? write.seed };
      const portfolio = await portfolioOf(services, visibility, tried);
      const verdict = simulate(await exampleOf(services, visibility, body, portfolio, scene), portfolio);
      return reply(200, answerOf(verdict, { body, portfolio, tried, ...scene }));
    },
  });
}

/** As it would be published: in force whenever it is valid. */
async function triedVersion(
  services: Services,
  visibility: Visibility,
  { ruleset, rulesetId }: SimulationInput,
  seed: string,
): Promise<RulesetVersion | Problem | null> {
  const life = rulesetId === null ? null : await visibleRuleset(services, visibility, rulesetId);
  if (rulesetId !== null && life === null) return invalid("/rulesetId", "there is no such ruleset");
  if (ruleset === null) return null;
  const beyond = await bodyBeyondScope(services, visibility, ruleset);
  if (beyond !== null) return beyond;
  return {
    id: rulesetId ?? seed,
    version: (life?.versions.at(-1)?.version ?? 0) + 1,
    body: ruleset,
    inForceFrom: Number.NEGATIVE_INFINITY,
    inForceTo: null,
  };
}

async function placeOf(
  services: Services,
  visibility: Visibility,
  { locationId, place }: SimulationInput,
  seed: string,
): Promise<LocationFacts | Problem> {
  if (locationId === null) {
    return place === null
      ? invalid("/place", "a place is wanted, or the id of a location")
      : { id: seed, ...place };
  }
  if (place !== null) return invalid("/place", "either a place or the id of a location is wanted");
  const life = await visibleLocation(services, visibility, locationId);
  if (life === null) return invalid("/locationId", "there is no such location");
  const { countryCode: country, service, cooldownMinutes } = life.body;
  return { id: locationId, country, service, cooldownMinutes };
}

/** As it is given, else what the account ranges say. */
async function issuerOf(
  services: Services,
  { icas }: Visibility,
  { card: { issuer: given, numberStart } }: SimulationInput,
): Promise<Issuer | Problem | null> {
  const issuer =
    given === null ? await issuerBy(services, numberStart) : { ...given, issuerName: "", productName: null };
  return issuer !== null && icas !== null && !icas.includes(issuer.ica)
    ? invalid("/card", "a card of your scope is wanted")
    : issuer;
}

async function issuerBy(services: Services, numberStart: string | null): Promise<Issuer | null> {
  if (numberStart === null) return null;
  const ranges = await services.accountRanges.at(await scopeRevision(services.db, "account-ranges"));
  return ranges.find(numberStart)?.issuer ?? null;
}

async function portfolioOf(
  services: Services,
  visibility: Visibility,
  tried: RulesetVersion | null,
): Promise<Portfolio> {
  const { portfolio } = await services.rulesets.at(await scopeRevision(services.db, "rulesets"));
  if (seesAll(visibility)) return portfolioTrying(portfolio, tried, () => true);
  const inSight = new Set<string>();
  for (const id of portfolio.byId.keys()) {
    if ((await visibleRuleset(services, visibility, id)) !== null) inSight.add(id);
  }
  return portfolioTrying(portfolio, tried, (id) => inSight.has(id));
}

function seesAll({ icas, places }: Visibility): boolean {
  return icas === null && places === null;
}

interface Scene {
  readonly now: Instant;
  readonly location: LocationFacts;
  readonly issuer: Issuer | null;
  /** What visits count for that name no ruleset. */
  readonly triedId: string;
}

async function exampleOf(
  services: Services,
  visibility: Visibility,
  { card, terminalTrust, externalRule, verification }: SimulationInput,
  portfolio: Portfolio,
  { now, location, issuer, triedId }: Scene,
): Promise<Example> {
  const site = { locationId: location.id, country: location.country };
  const { budgets } = readingPlan(portfolio, issuer, site, now);
  return {
    now,
    location,
    terminalTrust,
    issuer,
    numberStart: card.numberStart,
    isEnrolled: card.enrolled,
    isFrozen: card.frozen,
    visits: card.visits.map(({ rulesetId, locationId, at, ...visit }, index) => ({
      ...visit,
      accessId: String(index),
      rulesetId: rulesetId ?? triedId,
      locationId: locationId ?? location.id,
      at: instant(at),
      confirmedAt: instant(at),
    })),
    transactions: card.purchases.map(({ amount, mcc, at }, index) => ({
      id: `example ${String(index + 1)}`,
      type: "PURCHASE",
      refersTo: null,
      minor: toMinor(amount),
      currency: amount.currency,
      mcc: mcc ?? "",
      at: instant(at),
    })),
    rates: await services.rates.at(
      await scopeRevision(services.db, "rates"),
      card.purchases.map(({ at }) => iso(instant(at)).slice(0, 10)),
    ),
    budgets: await budgetsOf(services, visibility, portfolio, budgets, now),
    externalRule,
    verification,
  };
}

/** As they are used now. What was used of a ruleset that is others' as well is not told to whoever has a scope. */
async function budgetsOf(
  services: Services,
  visibility: Visibility,
  portfolio: Portfolio,
  ids: readonly string[],
  now: Instant,
): Promise<ReadonlyMap<string, BudgetFacts>> {
  if (seesAll(visibility)) return (await readBudgets(services, portfolio, ids, "", now)).facts;
  return new Map(ids.map((id) => [id, { held: Instants.none, open: new Map(), own: null }]));
}

interface Asked extends Scene {
  readonly body: SimulationInput;
  readonly portfolio: Portfolio;
  readonly tried: RulesetVersion | null;
}

function answerOf(verdict: Granted | Rejected, asked: Asked): Answer<typeof simulationShape> {
  const { now, issuer, location, portfolio, tried, body } = asked;
  const misses =
    verdict.kind === "rejected" && verdict.code === "MISSING_ACCESS_RULES"
      ? nearMisses(portfolio, { at: now, issuer, location }, MOST_MISSES)
      : [];
  return {
    at: iso(now),
    decision: verdict.kind === "granted" ? "GRANTED" : "REJECTED",
    ruleset: verdict.ruleset,
    tried: tried === null ? null : { id: tried.id, name: tried.body.name, version: tried.version },
    issuer: issuer && { ica: issuer.ica, country: issuer.country, productCode: issuer.productCode },
    granted: verdict.kind === "granted" ? grantedOf(verdict, body) : null,
    rejected:
      verdict.kind === "rejected"
        ? { code: verdict.code, retryable: verdict.retryable, nextFreeAt: verdict.nextFreeAt }
        : null,
    trace: verdict.trace,
    rulesets: namedIn(verdict, portfolio, now),
    nearMisses: misses,
  };
}

function grantedOf({ cost, fee, available, guests }: Granted, body: SimulationInput) {
  const split = splitGuests({ cost, entitlement: guests }, body.guests);
  const shared = { cost, fee, available, guests };
  if (split.kind === "refused") {
    return { ...shared, allocation: null, fees: [], total: null, guestProblems: split.problems };
  }
  const fees = feeLines({ fee, entitlement: guests }, split.allocation);
  return { ...shared, allocation: split.allocation, fees, total: totalOf(fees), guestProblems: [] };
}

function namedIn({ trace }: Granted | Rejected, portfolio: Portfolio, now: Instant): readonly RulesetRef[] {
  const ids = new Set(trace.flatMap(({ rulesetId }) => (rulesetId === null ? [] : [rulesetId])));
  return [...ids].flatMap((id) => portfolio.inForce(id, now)?.ref ?? []);
}
