import { type Bounds, rangeKey } from "../accountRange.ts";
import type { CompiledRuleset } from "./compile.ts";
import type { CheckFacts, LocationFacts } from "./facts.ts";

/**
 * A ruleset as the portfolio's index holds it, in a place that stands for one issuer, product and
 * location: that these fit is known by the way it was found.
 */
export interface Candidate {
  readonly ruleset: CompiledRuleset;
  /**
   * How specifically it fits: a number that orders by the tuple (account range, ICA, product, country;
   * named location before country; named service), greater for more specific.
   */
  readonly specificity: number;
  /** One of these account ranges has to hold the card; null for the whole ICA, or any. */
  readonly ranges: readonly Bounds[] | null;
}

/** 2 where the location is named, 1 where its country is, 0 for anywhere. */
export type PlaceRank = 0 | 1 | 2;

/** `ica`: the one by which it is found; null where it is found by the issuer's country, or for any. */
export function candidateOf(ruleset: CompiledRuleset, ica: string | null, place: PlaceRank): Candidate {
  const ranges = ica === null ? null : (ruleset.icas?.get(ica) ?? null);
  const card = ica === null ? 0 : ranges === null ? 1 : 3;
  const specificity =
    card * 32 +
    (ruleset.products === null ? 0 : 16) +
    (ruleset.countries === null ? 0 : 8) +
    place * 2 +
    (ruleset.services === null ? 0 : 1);
  return { ruleset, specificity, ranges };
}

/** Whether the rest of its criteria fits too. `matched` receives the account range that held the card. */
export function applies(
  { ruleset, ranges }: Candidate,
  facts: CheckFacts,
  location: LocationFacts,
  matched: string[],
): boolean {
  const { now, issuer, cardNumber } = facts;
  if (now < ruleset.activeFrom || now >= ruleset.activeTo) return false;
  if (ruleset.services !== null && !ruleset.services.has(location.service)) return false;
  if (ruleset.countries !== null && (issuer === null || !ruleset.countries.has(issuer.country))) return false;
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
