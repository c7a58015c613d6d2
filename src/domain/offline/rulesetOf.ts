import { type Issuer, padPan } from "../accountRange.ts";
import { isTrusted, type TrustTier } from "../codes.ts";
import type { OfflineMode } from "../card/offline/events.ts";
import { type Candidate, fitsServiceAndCountry, specificityOf } from "../ruleset/evaluate/applies.ts";
import type { CompiledRuleset } from "../ruleset/evaluate/compile.ts";
import type { LocationFacts } from "../ruleset/evaluate/facts.ts";
import type { Portfolio } from "../ruleset/evaluate/portfolio.ts";
import { byPreference, type Preference } from "../ruleset/evaluate/preference.ts";
import type { Instant } from "../time.ts";
import { termsOf } from "./terms.ts";

/** What a report says of how a card was let in. */
export interface OfflineTap {
  readonly mode: OfflineMode;
  readonly at: Instant;
  readonly location: LocationFacts;
  readonly trust: TrustTier;
  readonly issuer: Issuer | null;
  /** Null where only the hash of a number is known. */
  readonly pan: string | null;
  /** The ruleset that the terminal says it went by; null: it does not say. */
  readonly named: { readonly id: string; readonly version: number } | null;
}

/**
 * The ruleset under which a card was let in: the one that the terminal names, where its list can have named it; else the
 * preferred one of those that were in force then. Null for none. What the card had used is not asked: the terminal did not
 * know it either.
 */
export function rulesetOf(portfolio: Portfolio, tap: OfflineTap): CompiledRuleset | null {
  const fitting = tap.mode === "BIN_RANGE" ? byAccountRange(portfolio, tap) : byWhitelist(portfolio, tap);
  const { named } = tap;
  const said = fitting.find(({ ruleset: { id, version } }) => id === named?.id && version === named.version);
  return (said ?? [...fitting].sort(byPreference)[0])?.ruleset ?? null;
}

interface Fitting extends Preference {
  readonly ruleset: CompiledRuleset;
}

function byAccountRange(
  portfolio: Portfolio,
  { issuer, pan, location, ...tap }: OfflineTap,
): readonly Fitting[] {
  if (issuer === null) return [];
  const site = { locationId: location.id, country: location.country };
  return portfolio.candidates(issuer, site).flatMap((candidate) => {
    const { ruleset } = candidate;
    if (ruleset.offline?.accountRanges !== true || !fitsServiceAndCountry(ruleset, issuer, location))
      return [];
    if (pan !== null && !holds(candidate, padPan(pan))) return [];
    return fittingOf(candidate, { location, ...tap });
  });
}

/** Whose card it is does not matter: it is on the list by its number. */
function byWhitelist(portfolio: Portfolio, { location, ...tap }: OfflineTap): readonly Fitting[] {
  return [...portfolio.byId.values()].flat().flatMap((ruleset) => {
    const { services, locationIds, locationCountries, products } = ruleset;
    if (ruleset.offline?.whitelist !== true) return [];
    if (services !== null && !services.has(location.service)) return [];
    const isAnywhere = locationIds === null && locationCountries === null;
    const isHere =
      locationIds?.has(location.id) === true || locationCountries?.has(location.country) === true;
    if (!isAnywhere && !isHere) return [];
    const candidate = {
      ruleset,
      products,
      locationIds,
      locationCountries,
      ranges: null,
      cardRank: 0 as const,
    };
    return fittingOf(candidate, { location, ...tap });
  });
}

function fittingOf(
  candidate: Candidate,
  { at, location, trust }: Pick<OfflineTap, "at" | "location" | "trust">,
): readonly Fitting[] {
  const { ruleset } = candidate;
  if (at < ruleset.activeFrom || at >= ruleset.activeTo || !isTrusted(trust, ruleset.minimumTrust)) return [];
  const terms = termsOf(ruleset);
  if (terms === null) return [];
  return [{ ruleset, cost: terms.cost, specificity: specificityOf(candidate, location) }];
}

function holds({ ranges }: Candidate, number: string): boolean {
  return ranges === null || ranges.some(({ low, high }) => low <= number && number <= high);
}
