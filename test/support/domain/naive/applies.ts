import type { CheckFacts, LocationFacts } from "../../../../src/domain/ruleset/evaluate/facts.ts";
import type { RulesetVersion } from "../../../../src/domain/ruleset/stream.ts";
import { endOf, startOf } from "./windows.ts";

/** As the design writes it: account range, ICA, product, country; location; service. More is more specific. */
export interface Specificity {
  readonly range: number;
  readonly ica: number;
  readonly product: number;
  readonly country: number;
  /** 2: the location is named; 1: its country is. */
  readonly place: number;
  readonly service: number;
}

export function compareSpecificity(a: Specificity, b: Specificity): number {
  return (
    b.range - a.range ||
    b.ica - a.ica ||
    b.product - a.product ||
    b.country - a.country ||
    b.place - a.place ||
    b.service - a.service
  );
}

/** Null where the ruleset does not apply. */
export function applyingSpecificity(
  version: RulesetVersion,
  facts: CheckFacts,
  location: LocationFacts,
): Specificity | null {
  const { body } = version;
  const { now, issuer } = facts;
  const criteria = body.criteria;
  const countries = criteria?.issuerCountries ?? [];
  const products = criteria?.productCodes ?? [];
  const icas = criteria?.icas ?? [];
  const services = criteria?.services ?? [];
  const ids = criteria?.locations?.locationIds ?? [];
  const placeCountries = criteria?.locations?.countries ?? [];

  const published = version.inForceFrom <= now && (version.inForceTo === null || now < version.inForceTo);
  const valid = startOf(body) <= now && now < endOf(body);
  const countryFits = countries.length === 0 || (issuer !== null && countries.includes(issuer.country));
  const productFits = products.length === 0 || (issuer !== null && products.includes(issuer.productCode));
  const serviceFits = services.length === 0 || services.includes(location.service);
  const named = ids.includes(location.id);
  const inCountry = placeCountries.includes(location.country);
  const placeFits = (ids.length === 0 && placeCountries.length === 0) || named || inCountry;

  const ofIssuer = issuer === null ? [] : icas.filter(({ ica }) => ica === issuer.ica);
  const whole = ofIssuer.some(({ accountRanges }) => accountRanges === null || accountRanges.length === 0);
  const inRange = ofIssuer.some(({ accountRanges }) =>
    (accountRanges ?? []).some((range) => contains(range.low, range.high, facts)),
  );
  const icaFits = icas.length === 0 || whole || inRange;

  if (!(published && valid && countryFits && productFits && serviceFits && placeFits && icaFits)) return null;
  return {
    range: inRange && !whole ? 1 : 0,
    ica: icas.length === 0 ? 0 : 1,
    product: products.length === 0 ? 0 : 1,
    country: countries.length === 0 ? 0 : 1,
    place: named ? 2 : inCountry ? 1 : 0,
    service: services.length === 0 ? 0 : 1,
  };
}

function contains(low: string, high: string, facts: CheckFacts): boolean {
  if (facts.cardNumber.kind !== "number") throw new Error("the naive evaluator wants the number itself");
  const number = BigInt(facts.cardNumber.padded);
  const missing = (digits: string): bigint => 10n ** BigInt(19 - digits.length);
  const from = BigInt(low) * missing(low);
  const to = (BigInt(high) + 1n) * missing(high) - 1n;
  return from <= number && number <= to;
}
