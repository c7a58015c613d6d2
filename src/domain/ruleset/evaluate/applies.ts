import { type Bounds, type Issuer, rangeKey } from "../../accountRange.ts";
import type { CompiledRuleset } from "./compile.ts";
import type { CheckFacts, LocationFacts } from "./facts.ts";

/** Where an entry is asked for. */
export interface Site {
  readonly locationId: string;
  readonly country: string;
}

/**
 * A ruleset as the portfolio's index holds it, under one ICA, one country of issuers or for any: that
 * the issuer fits is known by the way it was found. What rules most others out stands here, so that
 * those are ruled out without a look at the ruleset.
 */
export interface Candidate {
  readonly ruleset: CompiledRuleset;
  readonly products: ReadonlySet<string> | null;
  readonly locationIds: ReadonlySet<string> | null;
  readonly locationCountries: ReadonlySet<string> | null;
  /** One of these account ranges has to hold the card; null for the whole ICA, or any. */
  readonly ranges: readonly Bounds[] | null;
  /** 3 for account ranges of the ICA, 1 for the whole ICA, 0 for any card. */
  readonly cardRank: 0 | 1 | 3;
}

/** `ica`: the one by which it is found; null where it is found by the issuer's country, or for any. */
export function candidateOf(ruleset: CompiledRuleset, ica: string | null): Candidate {
  const { products, locationIds, locationCountries } = ruleset;
  const ranges = ica === null ? null : (ruleset.icas?.get(ica) ?? null);
  const cardRank = ica === null ? 0 : ranges === null ? 1 : 3;
  return { ruleset, products, locationIds, locationCountries, ranges, cardRank };
}

/** Whether product and site fit. */
export function couldApply(candidate: Candidate, issuer: Issuer | null, site: Site): boolean {
  const { products } = candidate;
  if (products !== null && (issuer === null || !products.has(issuer.productCode))) return false;
  return placeRank(candidate, site.locationId, site.country) !== null;
}

/** Whether it is in force and the rest of its criteria fits too. `matched` receives the account range that held the card. */
export function applies(
  candidate: Candidate,
  facts: CheckFacts,
  location: LocationFacts,
  matched: string[],
): boolean {
  const { activeFrom, activeTo } = candidate.ruleset;
  if (facts.now < activeFrom || facts.now >= activeTo) return false;
  return fits(candidate, facts, location, matched);
}

/** What of a ruleset's criteria the portfolio's index leaves open, but for the account ranges that it names. */
export function fitsServiceAndCountry(
  { services, countries }: CompiledRuleset,
  issuer: Issuer | null,
  location: LocationFacts,
): boolean {
  if (services !== null && !services.has(location.service)) return false;
  return countries === null || (issuer !== null && countries.has(issuer.country));
}

/** As {@link applies}, in force or not. */
export function fits(
  { ruleset, ranges }: Candidate,
  { issuer, cardNumber }: CheckFacts,
  location: LocationFacts,
  matched: string[],
): boolean {
  if (!fitsServiceAndCountry(ruleset, issuer, location)) return false;
  if (ranges === null) return true;
  const range = ranges.find((bounds) =>
    cardNumber.kind === "number"
      ? bounds.low <= cardNumber.padded && cardNumber.padded <= bounds.high
      : cardNumber.keys.has(rangeKey(bounds)),
  );
  if (range === undefined) return false;
  matched.push(rangeKey(range));
  return true;
}

/** Whether it lets cards in at this place, whoever issued them. */
export function fitsPlace(ruleset: CompiledRuleset, { id, country, service }: LocationFacts): boolean {
  if (ruleset.services !== null && !ruleset.services.has(service)) return false;
  return placeRank(ruleset, id, country) !== null;
}

/**
 * How specifically it fits: a number that orders by the tuple (account range, ICA, product, country;
 * named location before country; named service), greater for more specific.
 */
export function specificityOf(candidate: Candidate, location: LocationFacts): number {
  const { ruleset, cardRank } = candidate;
  return (
    cardRank * 32 +
    (ruleset.products === null ? 0 : 16) +
    (ruleset.countries === null ? 0 : 8) +
    (placeRank(candidate, location.id, location.country) ?? 0) * 2 +
    (ruleset.services === null ? 0 : 1)
  );
}

/** 2 where the location is named, 1 where its country is, 0 for anywhere; null where it does not fit. */
function placeRank(
  { locationIds, locationCountries }: Pick<Candidate, "locationIds" | "locationCountries">,
  id: string,
  country: string,
): 0 | 1 | 2 | null {
  if (locationIds === null && locationCountries === null) return 0;
  if (locationIds !== null && locationIds.has(id)) return 2;
  if (locationCountries !== null && locationCountries.has(country)) return 1;
  return null;
}
