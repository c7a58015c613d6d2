import type { Issuer } from "../../accountRange.ts";
import type { Instant } from "../../time.ts";
import { type Candidate, candidateOf, couldApply, type Site } from "./applies.ts";
import { type CompiledRuleset, compileRuleset, SharedParts } from "./compile.ts";
import type { RulesetVersion } from "../stream.ts";

export type { Site } from "./applies.ts";

/**
 * All published rulesets, arranged so that a decision touches only those that can apply: by issuer
 * (ICA, else country, else any); where that leaves many, then by product, then by location (named,
 * country or any). The rest of a ruleset's criteria is looked at one by one.
 */
export interface Portfolio {
  readonly size: number;
  /** Every version, the newest first, by ruleset id. */
  readonly byId: ReadonlyMap<string, readonly CompiledRuleset[]>;
  /** Those whose issuer, product and location fit; each at most once, in no order. */
  candidates(issuer: Issuer | null, site: Site): readonly Candidate[];
  /** Whether some version of it, in force or not, has a budget: then visits under all its versions take a place in it. */
  keepsQuota(id: string): boolean;
  /** The version in force of a ruleset, or null. */
  inForce(id: string, now: Instant): CompiledRuleset | null;
}

type ByLocation = Map<string, Candidate[]>;
type ByProduct = Map<string, ByLocation>;
/** A few are looked at one after another: that is faster than to look them up. */
type Shelf =
  | { readonly kind: "few"; readonly candidates: readonly Candidate[] }
  | { readonly kind: "many"; readonly products: ByProduct };
type Index = ReadonlyMap<string, Shelf>;

const FEW = 8;

/** Stands for "whatever it is" at each level; no code or id looks like this. */
const ANY = "*";
const NONE: readonly Candidate[] = [];

export function compilePortfolio(versions: readonly RulesetVersion[]): Portfolio {
  const byId = new Map<string, CompiledRuleset[]>();
  const byIssuer = new Map<string, Candidate[]>();
  const parts = new SharedParts();
  for (const version of versions) {
    const compiled = compileRuleset(version, parts);
    const versionsOfId = byId.get(compiled.id) ?? [];
    if (versionsOfId.some((other) => other.version === compiled.version)) continue;
    versionsOfId.push(compiled);
    byId.set(compiled.id, versionsOfId);
    for (const issuer of issuerKeys(compiled)) {
      const ica = compiled.icas === null ? null : issuer;
      child(byIssuer, issuer, (): Candidate[] => []).push(candidateOf(compiled, ica));
    }
  }
  for (const all of byId.values()) all.sort((a, b) => b.version - a.version);
  const index = new Map([...byIssuer].map(([issuer, candidates]) => [issuer, shelfOf(candidates)]));
  const any = index.get(ANY);
  const budgeted = new Set(
    [...byId].flatMap(([id, all]) => (all.some((one) => one.budget !== null) ? [id] : [])),
  );
  return {
    size: byId.size,
    byId,
    candidates: (issuer, site) => lookUp(index, any, issuer, site),
    keepsQuota: (id) => budgeted.has(id),
    inForce: (id, now) => byId.get(id)?.find((one) => one.activeFrom <= now && now < one.activeTo) ?? null,
  };
}

function shelfOf(candidates: readonly Candidate[]): Shelf {
  if (candidates.length <= FEW) return { kind: "few", candidates };
  const products: ByProduct = new Map();
  for (const candidate of candidates) {
    for (const product of candidate.products ?? [ANY]) {
      const locations = child(products, product, () => new Map<string, Candidate[]>());
      for (const location of locationKeys(candidate)) {
        child(locations, location, (): Candidate[] => []).push(candidate);
      }
    }
  }
  return { kind: "many", products };
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
function locationKeys({ locationIds, locationCountries }: Candidate): readonly string[] {
  if (locationIds === null && locationCountries === null) return [ANY];
  return [...(locationIds ?? []), ...(locationCountries ?? [])];
}

function lookUp(
  index: Index,
  any: Shelf | undefined,
  issuer: Issuer | null,
  site: Site,
): readonly Candidate[] {
  const found: Candidate[] = [];
  if (issuer !== null) {
    fromShelf(index.get(issuer.ica), issuer, site, found);
    fromShelf(index.get(issuer.country), issuer, site, found);
  }
  fromShelf(any, issuer, site, found);
  return found;
}

function fromShelf(shelf: Shelf | undefined, issuer: Issuer | null, site: Site, found: Candidate[]): void {
  if (shelf === undefined) return;
  if (shelf.kind === "few") {
    for (const candidate of shelf.candidates) {
      if (couldApply(candidate, issuer, site)) found.push(candidate);
    }
    return;
  }
  if (issuer !== null) fromLocations(shelf.products.get(issuer.productCode), site, found);
  fromLocations(shelf.products.get(ANY), site, found);
}

function fromLocations(locations: ByLocation | undefined, site: Site, found: Candidate[]): void {
  if (locations === undefined) return;
  for (const candidate of locations.get(site.locationId) ?? NONE) found.push(candidate);
  for (const candidate of locations.get(site.country) ?? NONE) {
    // Named and by its country as well: the name has brought it already.
    const { locationIds } = candidate;
    if (locationIds === null || !locationIds.has(site.locationId)) found.push(candidate);
  }
  for (const candidate of locations.get(ANY) ?? NONE) found.push(candidate);
}
