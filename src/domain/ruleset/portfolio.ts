import type { Issuer } from "../accountRange.ts";
import type { Instant } from "../time.ts";
import { type CompiledRuleset, compileRuleset, type RulesetVersion } from "./compile.ts";

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
  candidates(issuer: Issuer | null, place: Place): readonly CompiledRuleset[];
  /** The version in force of a ruleset, or null. */
  inForce(id: string, now: Instant): CompiledRuleset | null;
}

export interface Place {
  readonly locationId: string;
  readonly country: string;
}

type ByLocation = Map<string, CompiledRuleset[]>;
type ByProduct = Map<string, ByLocation>;
type ByIssuer = Map<string, ByProduct>;

/** Stands for "whatever it is" at each level; no code or id looks like this. */
const ANY = "*";
const NONE: readonly CompiledRuleset[] = [];

export function compilePortfolio(versions: readonly RulesetVersion[]): Portfolio {
  const byId = new Map<string, CompiledRuleset[]>();
  const index: ByIssuer = new Map();
  for (const version of versions) {
    const compiled = compileRuleset(version);
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
    const products = child(index, issuer, () => new Map<string, ByLocation>());
    for (const product of ruleset.products ?? [ANY]) {
      const locations = child(products, product, () => new Map<string, CompiledRuleset[]>());
      for (const location of locationKeys(ruleset)) {
        child(locations, location, (): CompiledRuleset[] => []).push(ruleset);
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
function locationKeys(ruleset: CompiledRuleset): readonly string[] {
  if (ruleset.locationIds === null && ruleset.locationCountries === null) return [ANY];
  return [...(ruleset.locationIds ?? []), ...(ruleset.locationCountries ?? [])];
}

function lookUp(index: ByIssuer, issuer: Issuer | null, place: Place): readonly CompiledRuleset[] {
  const found: CompiledRuleset[] = [];
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
  found: CompiledRuleset[],
): void {
  if (products === undefined) return;
  if (code !== null) fromLocations(products.get(code), place, found);
  fromLocations(products.get(ANY), place, found);
}

function fromLocations(locations: ByLocation | undefined, place: Place, found: CompiledRuleset[]): void {
  if (locations === undefined) return;
  for (const ruleset of locations.get(place.locationId) ?? NONE) found.push(ruleset);
  for (const ruleset of locations.get(place.country) ?? NONE) {
    // Named and by its country as well: the name has brought it already.
    if (ruleset.locationIds === null || !ruleset.locationIds.has(place.locationId)) found.push(ruleset);
  }
  for (const ruleset of locations.get(ANY) ?? NONE) found.push(ruleset);
}
