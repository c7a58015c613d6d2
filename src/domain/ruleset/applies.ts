import { rangeKey } from "../accountRange.ts";
import type { CompiledRuleset } from "./compile.ts";
import type { CheckFacts, LocationFacts } from "./facts.ts";

/**
 * Whether a ruleset's criteria fit, and how specifically. Null: it does not apply. Otherwise a number
 * that orders by the tuple (account range, ICA, product, country; named location before country;
 * named service), greater for more specific. `matched` receives the account ranges that fitted.
 */
export function specificityOf(
  ruleset: CompiledRuleset,
  facts: CheckFacts,
  location: LocationFacts,
  matched: string[],
): number | null {
  const { now, issuer } = facts;
  if (now < ruleset.activeFrom || now >= ruleset.activeTo) return null;
  if (ruleset.services !== null && !ruleset.services.has(location.service)) return null;
  if (ruleset.countries !== null && (issuer === null || !ruleset.countries.has(issuer.country))) return null;
  if (ruleset.products !== null && (issuer === null || !ruleset.products.has(issuer.productCode))) return null;
  const place = placeRank(ruleset, location);
  if (place === null) return null;
  const card = cardRank(ruleset, facts, matched);
  if (card === null) return null;
  return (
    card * 32 +
    (ruleset.products === null ? 0 : 16) +
    (ruleset.countries === null ? 0 : 8) +
    place * 2 +
    (ruleset.services === null ? 0 : 1)
  );
}

/** 2 where the location is named, 1 where its country is, 0 for anywhere; null where it does not fit. */
function placeRank(ruleset: CompiledRuleset, location: LocationFacts): number | null {
  if (ruleset.locationIds === null && ruleset.locationCountries === null) return 0;
  if (ruleset.locationIds?.has(location.id) === true) return 2;
  if (ruleset.locationCountries?.has(location.country) === true) return 1;
  return null;
}

/** 3 for an account range of the ICA, 1 for the whole ICA, 0 for any card; null where it does not fit. */
function cardRank(ruleset: CompiledRuleset, facts: CheckFacts, matched: string[]): number | null {
  if (ruleset.icas === null) return 0;
  if (facts.issuer === null) return null;
  const ranges = ruleset.icas.get(facts.issuer.ica);
  if (ranges === undefined) return null;
  if (ranges === null) return 1;
  const number = facts.cardNumber;
  const range = ranges.find((bounds) =>
    number.kind === "number"
      ? bounds.low <= number.padded && number.padded <= bounds.high
      : number.keys.has(rangeKey(bounds)),
  );
  if (range === undefined) return null;
  matched.push(rangeKey(range));
  return 3;
}
