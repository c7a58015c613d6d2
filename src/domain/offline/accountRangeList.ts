import { type Bounds, type Issuer, type Piece, predecessor, successor } from "../accountRange.ts";
import { isTrusted, type TrustTier } from "../codes.ts";
import { type Candidate, fitsServiceAndCountry, specificityOf } from "../ruleset/evaluate/applies.ts";
import type { CompiledRuleset } from "../ruleset/evaluate/compile.ts";
import type { LocationFacts } from "../ruleset/evaluate/facts.ts";
import type { Portfolio } from "../ruleset/evaluate/portfolio.ts";
import { byPreference, type Preference } from "../ruleset/evaluate/preference.ts";
import type { Instant } from "../time.ts";
import { type Terms, termsOf } from "./terms.ts";

/**
 * The list by which a terminal lets cards in while its line is down (source document, "Check possibility to entry in
 * offline mode"). What only the server can judge (spend, enrolment, budget, limits, external rule, verification) is not
 * judged by it: the caps of each ruleset bound what that may cost.
 */
export interface AccountRangeList {
  /** Each once. */
  readonly terms: readonly Terms[];
  /**
   * Disjoint, ascending, merged; with the places in `terms` of what lets the card in, the preferred first: the first that
   * is in force counts.
   */
  readonly ranges: readonly ListedRange[];
}

export type ListedRange = readonly [low: string, high: string, terms: readonly number[]];

/** Where the list is for, and since when it is asked. */
export interface ListScene {
  readonly location: LocationFacts;
  readonly trust: TrustTier;
  readonly now: Instant;
}

export const NOTHING_OFFLINE: AccountRangeList = { terms: [], ranges: [] };

/**
 * From the rulesets that are in force at the place, or will be, and the known account ranges. It holds no instant but
 * those of the rulesets, so that it stays the same as long as they do; one that has ended is left out.
 */
export function accountRangeList(
  pieces: readonly Piece[],
  portfolio: Portfolio,
  scene: ListScene,
): AccountRangeList {
  const chosen = new Terminology();
  const found = new Map<string, readonly Fitting[]>();
  const ranges: { low: string; high: string; key: string; terms: readonly Fitting[] }[] = [];
  for (const piece of pieces) {
    const issuer = issuerKey(piece.issuer);
    let fitting = found.get(issuer);
    if (fitting === undefined) {
      fitting = fittingFor(piece.issuer, portfolio, scene);
      found.set(issuer, fitting);
    }
    if (fitting.length === 0) continue;
    for (const { low, high } of cut(piece, fitting)) {
      const terms = fitting.filter((one) => holds(one, low));
      if (terms.length === 0) continue;
      const key = chosen.keyOf(terms);
      const last = ranges.at(-1);
      if (last?.key === key && successor(last.high) === low) last.high = high;
      else ranges.push({ low, high, key, terms });
    }
  }
  const order = chosen.inOrder();
  return {
    terms: order.terms,
    ranges: ranges.map(({ low, high, terms }) => [low, high, terms.map((one) => order.placeOf(one))]),
  };
}

/** A ruleset that lets cards in at the place, offline. */
export interface Fitting extends Preference {
  readonly ruleset: CompiledRuleset;
  /** Those of its account ranges that it names; null for all. */
  readonly ranges: Candidate["ranges"];
  readonly terms: Terms;
}

/** Those that let an issuer's cards in by account range, now or later; the preferred first. */
export function fittingFor(issuer: Issuer, portfolio: Portfolio, scene: ListScene): readonly Fitting[] {
  const { location, trust, now } = scene;
  const site = { locationId: location.id, country: location.country };
  return portfolio
    .candidates(issuer, site)
    .flatMap((candidate): readonly Fitting[] => {
      const { ruleset, ranges } = candidate;
      if (ruleset.offline?.accountRanges !== true || ruleset.activeTo <= now) return [];
      if (!fitsServiceAndCountry(ruleset, issuer, location)) return [];
      if (!isTrusted(trust, ruleset.minimumTrust)) return [];
      const terms = termsOf(ruleset);
      if (terms === null) return [];
      return [{ ruleset, ranges, terms, cost: terms.cost, specificity: specificityOf(candidate, location) }];
    })
    .sort(preferred);
}

/** Of two versions of one ruleset the older first. */
export function preferred(a: Fitting, b: Fitting): number {
  return byPreference(a, b) || a.ruleset.version - b.ruleset.version;
}

/** The piece, cut where account ranges that rulesets name begin and end. */
function cut(piece: Bounds, fitting: readonly Fitting[]): readonly Bounds[] {
  const starts = new Set([piece.low]);
  for (const { ranges } of fitting) {
    for (const { low, high } of ranges ?? []) {
      for (const start of [low, successor(high)]) {
        if (start > piece.low && start <= piece.high) starts.add(start);
      }
    }
  }
  const sorted = [...starts].sort();
  return sorted.map((low, i) => {
    const next = sorted[i + 1];
    return { low, high: next === undefined ? piece.high : predecessor(next) };
  });
}

/** Cut as above, a stretch lies wholly inside a named range or wholly outside: its first number says which. */
export function holds({ ranges }: Pick<Fitting, "ranges">, number: string): boolean {
  return ranges === null || ranges.some(({ low, high }) => low <= number && number <= high);
}

function issuerKey({ ica, country, productCode }: Issuer): string {
  return JSON.stringify([ica, country, productCode]);
}

/** Terms that are used, each once, by the ids and versions of their rulesets. */
class Terminology {
  readonly #used = new Map<string, Terms>();

  /** Equal for equal terms in equal order. */
  keyOf(fitting: readonly Fitting[]): string {
    for (const one of fitting) this.#used.set(nameOf(one), one.terms);
    return fitting.map(nameOf).join();
  }

  inOrder(): { readonly terms: readonly Terms[]; readonly placeOf: (one: Fitting) => number } {
    const names = [...this.#used.keys()].sort();
    const places = new Map(names.map((name, place) => [name, place]));
    return {
      terms: names.flatMap((name) => this.#used.get(name) ?? []),
      placeOf: (one) => places.get(nameOf(one)) ?? -1,
    };
  }
}

function nameOf({ terms }: Fitting): string {
  return `${terms.ruleset.id}@${String(terms.ruleset.version)}`;
}
