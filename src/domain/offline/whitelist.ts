import { isTrusted } from "../codes.ts";
import { candidateOf, fitsPlace, specificityOf } from "../ruleset/evaluate/applies.ts";
import type { Portfolio } from "../ruleset/evaluate/portfolio.ts";
import { type Fitting, type ListScene, preferred } from "./accountRangeList.ts";
import { type Terms, termsOf } from "./terms.ts";

/**
 * For what cards are let in that a whitelist names, while the line is down (source document, "Allow offline entrances for
 * cardholder from whitelist"). Who issued the card is not asked: the list says the card by name.
 */
export interface WhitelistTerms {
  /** The preferred first: the first that is in force counts. */
  readonly terms: readonly Terms[];
  /** By ruleset, the places of its versions in `terms`, ascending. */
  readonly ofRuleset: ReadonlyMap<string, readonly number[]>;
}

export const NOBODY_BY_NAME: WhitelistTerms = { terms: [], ofRuleset: new Map() };

/** The rulesets that let cards of a whitelist in at the place, now or later; the preferred first. */
export function fittingByName(portfolio: Portfolio, { location, trust, now }: ListScene): readonly Fitting[] {
  return [...portfolio.byId.values()]
    .flat()
    .flatMap((ruleset) => {
      if (ruleset.offline?.whitelist !== true || ruleset.activeTo <= now) return [];
      if (!fitsPlace(ruleset, location) || !isTrusted(trust, ruleset.minimumTrust)) return [];
      const terms = termsOf(ruleset);
      if (terms === null) return [];
      return [
        {
          ruleset,
          ranges: null,
          terms,
          cost: terms.cost,
          specificity: specificityOf(candidateOf(ruleset, null), location),
        },
      ];
    })
    .sort(preferred);
}

/** From the rulesets that are in force at the place, or will be, and let cards of a whitelist in. */
export function whitelistTerms(portfolio: Portfolio, scene: ListScene): WhitelistTerms {
  const fitting = fittingByName(portfolio, scene);
  const ofRuleset = new Map<string, number[]>();
  for (const [place, { ruleset }] of fitting.entries()) {
    const places = ofRuleset.get(ruleset.id) ?? [];
    places.push(place);
    ofRuleset.set(ruleset.id, places);
  }
  return { terms: fitting.map(({ terms }) => terms), ofRuleset };
}
