import { z } from "zod";
import { padPan } from "../../../domain/accountRange.ts";
import { ulid } from "../../../domain/codes.ts";
import type { Instant } from "../../../domain/time.ts";
import { timestamp } from "../../../domain/timestamp.ts";
import { isUnlimited, mayWritePlaces, seesIca, type Visibility } from "../../../domain/user/access.ts";
import { visibleLocation } from "../../../engine/management/hierarchy.ts";
import { knownScopes } from "../../../engine/offline/whitelist/lists.ts";
import type { ListScope } from "../../../engine/offline/whitelist/uploadRecords.ts";
import type { Services } from "../../../engine/services.ts";
import { invalid, type Problem } from "../../http/problems.ts";
import { notYourPlaces } from "../places.ts";
import { lifeBeyondScope, visibleRuleset } from "../rulesetScope.ts";

/** Whose list is meant, who may write it, and how its validity is written. */

export const scopeQuery = { rulesetId: ulid.optional(), locationId: ulid.optional() };
export type ScopeQuery = z.infer<z.ZodObject<typeof scopeQuery>>;

/** The one that is named; what is wrong is said at `root`. */
export function namedScope({ rulesetId, locationId }: ScopeQuery, root: string): ListScope | Problem {
  if (rulesetId !== undefined && locationId === undefined) return { kind: "RULESET", id: rulesetId };
  if (locationId !== undefined && rulesetId === undefined) return { kind: "LOCATION", id: locationId };
  return invalid(`${root}/rulesetId`, "either rulesetId or locationId is wanted");
}

/** Null where it is there, in sight, and wholly inside the scope of whoever writes it. */
export async function scopeProblem(
  services: Services,
  visibility: Visibility,
  { kind, id }: ListScope,
  now: Instant,
  root: string,
): Promise<Problem | null> {
  switch (kind) {
    case "RULESET": {
      const life = await visibleRuleset(services, visibility, id);
      if (life === null) return invalid(`${root}/rulesetId`, "there is no such ruleset");
      return isUnlimited(visibility) ? null : await lifeBeyondScope(services, visibility, life, now);
    }
    case "LOCATION": {
      const there = await visibleLocation(services, visibility, id);
      if (there === null) return invalid(`${root}/locationId`, "there is no such location");
      return mayWritePlaces(visibility) ? null : notYourPlaces();
    }
  }
}

/** Of all lists those that somebody may see; null: all. Who is limited sees what lies wholly inside the scope. */
export async function scopesInSight(
  services: Services,
  visibility: Visibility,
  now: Instant,
): Promise<readonly string[] | null> {
  if (isUnlimited(visibility)) return null;
  const seen: string[] = [];
  for (const { scope_kind: kind, scope_id: id } of await knownScopes(services)) {
    if ((await scopeProblem(services, visibility, { kind, id }, now, "")) === null) seen.push(id);
  }
  return seen;
}

/** Whether somebody may list this number: whoever is limited to issuers lists their cards only. */
export async function numbersInSight(
  services: Services,
  visibility: Visibility,
): Promise<(pan: string) => boolean> {
  if (visibility.icas === null) return () => true;
  const { accountRanges } = await services.gate.freshness([]);
  const index = await services.accountRanges.at(accountRanges);
  return (pan) => seesIca(visibility, index.find(padPan(pan))?.issuer.ica ?? null);
}

/** What somebody is told whose scope does not hold the number's issuer. */
export const NOT_YOUR_CARD = "a card of an ICA of your scope is wanted";

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** An instant; a date is its beginning in UTC. */
export const moment = z.preprocess(
  (value) => (typeof value === "string" && DAY.test(value) ? `${value}T00:00:00Z` : value),
  timestamp,
);

/** From when an entry counts, and until before when. Absent or null: without a beginning, or an end. */
export const validity = {
  validFrom: moment.nullable().default(null),
  validTo: moment.nullable().default(null),
};

export function isInOrder(of: {
  readonly validFrom: string | null;
  readonly validTo: string | null;
}): boolean {
  return of.validFrom === null || of.validTo === null || of.validFrom < of.validTo;
}
export const NOT_IN_ORDER = { path: ["validTo"], error: "it has to be after validFrom" };
