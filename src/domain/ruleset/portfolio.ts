import type { Issuer } from "../accountRange.ts";
import type { Instant } from "../time.ts";
import { type Candidate, candidateOf, type PlaceRank } from "./applies.ts";
import { type CompiledRuleset, compileRuleset, type RulesetVersion, SharedParts } from "./compile.ts";

/**
 * All published rulesets, arranged so that a decision touches only those that can apply: by issuer
 * (ICA, else country, else any), then product, then location (named, country or any). The rest of a
 * ruleset's criteria is looked at one by one.
 */
export interface Portfolio {
  readonly size: number;
  /** Every version, the newest first, by ruleset id. */
  readonly byId: ReadonlyMap<string, readonly CompiledRuleset[]>;
  /** Those whose issuer, product and location could fit; each at most once, in no order. */
  candidates(issuer: Issuer | null, place: Place): readonly Candidate[];
  /** The version in force of a ruleset, or null. */
  inForce(id: string, now: Instant): CompiledRuleset | null;
}

export interface Place {
  readonly locationId: string;
  readonly country: string;
}

type ByLocation = Map<string, Candidate[]>;
type ByProduct = Map<string, ByLocation>;
type ByIssuer = Map<string, ByProduct>;

/** Stands for "whatever it is" at each level; no code or id looks like this. */
const ANY = "*";
const NONE: readonly Candidate[] = [];

export function compilePortfolio(versions: readonly RulesetVersion[]): Portfolio {
  const byId = new Map<string, CompiledRuleset[]>();
  const index: ByIssuer = new Map();
  const parts = new SharedParts();
  for (const version of versions) {
    const compiled = compileRuleset(version, parts);
    const versionsOfId = byId.get(compiled.id) ?? [];
    if (versionsOfId.some((other) => other.version === compiled.version)) continue;
    versionsOfId.push(compiled);
    byId.set(compiled.id, versionsOfId);
    insert(index, compiled);
  }
  for (const all of byId.values()) all.sort((a, b) => b.version - a.version);
  return {
    size: byId.size,
    byId,
    candidates: (issuer, place) => lookUp(index, issuer, place),
    inForce: (id, now) => byId.get(id)?.find((one) => one.activeFrom <= now && now < one.activeTo) ?? null,
  };
}

function insert(index: ByIssuer, ruleset: CompiledRuleset): void {
  for (const issuer of issuerKeys(ruleset)) {
    const ica = ruleset.icas === null ? null : issuer;
    const products = child(index, issuer, () => new Map<string, ByLocation>());
    for (const product of ruleset.products ?? [ANY]) {
      const locations = child(products, product, () => new Map<string, Candidate[]>());
      for (const { location, rank } of locationKeys(ruleset)) {
        child(locations, location, (): Candidate[] => []).push(candidateOf(ruleset, ica, rank));
      }
    }
  }
}

function child<Value>(map: Map<string, Value>, key: string, make: () => Value): Value {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}

/** ICAs are digits and countries letters, so that one map holds both. */
function issuerKeys(ruleset: CompiledRuleset): Iterable<string> {
  return ruleset.icas?.keys() ?? ruleset.countries ?? [ANY];
}

/** Location ids have 26 characters and countries three, so that one map holds both. */
function locationKeys(ruleset: CompiledRuleset): readonly { readonly location: string; readonly rank: PlaceRank }[] {
  if (ruleset.locationIds === null && ruleset.locationCountries === null) return [{ location: ANY, rank: 0 }];
  return [
    ...[...(ruleset.locationIds ?? [])].map((location) => ({ location, rank: 2 as const })),
    ...[...(ruleset.locationCountries ?? [])].map((location) => ({ location, rank: 1 as const })),
  ];
}

function lookUp(index: ByIssuer, issuer: Issuer | null, place: Place): readonly Candidate[] {
  const found: Candidate[] = [];
  if (issuer !== null) {
    fromProducts(index.get(issuer.ica), issuer.productCode, place, found);
    fromProducts(index.get(issuer.country), issuer.productCode, place, found);
  }
  fromProducts(index.get(ANY), issuer?.productCode ?? null, place, found);
  return found;
}

function fromProducts(
  products: ByProduct | undefined,
  code: string | null,
  place: Place,
  found: Candidate[],
): void {
  if (products === undefined) return;
  if (code !== null) fromLocations(products.get(code), place, found);
  fromLocations(products.get(ANY), place, found);
}

function fromLocations(locations: ByLocation | undefined, place: Place, found: Candidate[]): void {
  if (locations === undefined) return;
  for (const candidate of locations.get(place.locationId) ?? NONE) found.push(candidate);
  for (const candidate of locations.get(place.country) ?? NONE) {
    // Named and by its country as well: the name has brought it already.
    const named = candidate.ruleset.locationIds;
    if (named === null || !named.has(place.locationId)) found.push(candidate);
  }
  for (const candidate of locations.get(ANY) ?? NONE) found.push(candidate);
}
