import type { Issuer } from "../../accountRange.ts";
import type { Instant } from "../../time.ts";
import type { RulesetRef } from "../verdict.ts";
import type { CompiledRuleset } from "./compile.ts";
import type { LocationFacts } from "./facts.ts";
import type { Portfolio } from "./portfolio.ts";

/** Why rulesets that were in force did not fit a card at a place: what people look for where none did. */

/** In the order in which they are looked at. */
export const CRITERIA = [
  "ICA",
  "ISSUER_COUNTRY",
  "PRODUCT",
  "SERVICE",
  "LOCATION",
  /** The card's number lies in none of the ICA's account ranges that it names. */
  "ACCOUNT_RANGE",
] as const;
export type Criterion = (typeof CRITERIA)[number];

export interface NearMiss {
  readonly ruleset: RulesetRef;
  /** The first that did not fit. */
  readonly criterion: Criterion;
  /** What would have; empty where it is a place, or a range of numbers. */
  readonly wanted: readonly string[];
  /** What there was; null for a card that no account range holds, and for a place or a number. */
  readonly had: string | null;
}

export interface Attempted {
  readonly at: Instant;
  readonly issuer: Pick<Issuer, "ica" | "country" | "productCode"> | null;
  readonly location: Pick<LocationFacts, "id" | "country" | "service">;
}

interface Failed {
  readonly criterion: Criterion;
  readonly wanted: readonly string[];
  readonly had: string | null;
}

/** Those in force at the time of an attempt that none fitted: the ones that missed least first, at most so many. */
export function nearMisses(portfolio: Portfolio, attempted: Attempted, most: number): readonly NearMiss[] {
  const found = [...portfolio.byId.keys()].flatMap((id) => {
    const ruleset = portfolio.inForce(id, attempted.at);
    const failed = ruleset === null ? [] : failedOf(ruleset, attempted);
    return ruleset === null || failed.length === 0 ? [] : [{ ruleset, failed }];
  });
  found.sort(
    (a, b) =>
      a.failed.length - b.failed.length ||
      a.ruleset.priority - b.ruleset.priority ||
      (a.ruleset.id < b.ruleset.id ? -1 : 1),
  );
  return found
    .slice(0, most)
    .flatMap(({ ruleset, failed: [first] }) =>
      first === undefined ? [] : [{ ruleset: ruleset.ref, ...first }],
    );
}

function failedOf(ruleset: CompiledRuleset, { issuer, location }: Attempted): readonly Failed[] {
  const { icas, countries, products, services, locationIds, locationCountries } = ruleset;
  const isAnywhere = locationIds === null && locationCountries === null;
  const isThere =
    isAnywhere || locationIds?.has(location.id) === true || locationCountries?.has(location.country) === true;
  const ranges = issuer === null ? null : (icas?.get(issuer.ica) ?? null);
  const failed: readonly Failed[] = [
    ...missing("ICA", icas === null ? null : [...icas.keys()], issuer?.ica ?? null),
    ...missing("ISSUER_COUNTRY", countries, issuer?.country ?? null),
    ...missing("PRODUCT", products, issuer?.productCode ?? null),
    ...missing("SERVICE", services, location.service),
    ...(isThere ? [] : [{ criterion: "LOCATION" as const, wanted: [], had: null }]),
  ];
  // The number is not known any more: what fits in all else did not fit by it.
  return failed.length === 0 && ranges !== null
    ? [{ criterion: "ACCOUNT_RANGE", wanted: [], had: null }]
    : failed;
}

function missing(
  criterion: Criterion,
  wanted: Iterable<string> | null,
  had: string | null,
): readonly Failed[] {
  if (wanted === null) return [];
  const list = [...wanted];
  return had !== null && list.includes(had) ? [] : [{ criterion, wanted: list, had }];
}
