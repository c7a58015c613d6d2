import { type Bounds, padBounds } from "../../accountRange.ts";
import { instantOrNull } from "../../time.ts";
import type { RulesetBody } from "../events.ts";

/** Which cards, places and times a ruleset is for, compared with those of another. */

export type PlaceCountry = (locationId: string) => string | null;
type Criteria = RulesetBody["criteria"];
type List = readonly string[] | null | undefined;

/** Whether `wide` is for every card, place and time that `narrow` is for. */
export function covers(wide: RulesetBody, narrow: RulesetBody, countryOf: PlaceCountry): boolean {
  const [a, b] = [wide.criteria, narrow.criteria];
  return (
    from(wide) <= from(narrow) &&
    to(wide) >= to(narrow) &&
    holds(a?.issuerCountries, b?.issuerCountries) &&
    holds(a?.productCodes, b?.productCodes) &&
    holds(a?.services, b?.services) &&
    holdsCards(a, b) &&
    holdsPlaces(a, b, countryOf)
  );
}

/** Whether both can be for the same card at the same place and time. */
export function meets(one: RulesetBody, other: RulesetBody, countryOf: PlaceCountry): boolean {
  const [a, b] = [one.criteria, other.criteria];
  return (
    from(one) < to(other) &&
    from(other) < to(one) &&
    share(a?.issuerCountries, b?.issuerCountries) &&
    share(a?.productCodes, b?.productCodes) &&
    share(a?.services, b?.services) &&
    shareCards(a, b) &&
    sharePlaces(a, b, countryOf)
  );
}

function from({ validFrom }: RulesetBody): number {
  return instantOrNull(validFrom) ?? Number.NEGATIVE_INFINITY;
}

function to({ validTo }: RulesetBody): number {
  return instantOrNull(validTo) ?? Number.POSITIVE_INFINITY;
}

/** An empty list is no condition. */
function isAny(list: List): list is null | undefined | readonly [] {
  return list == null || list.length === 0;
}

function holds(wide: List, narrow: List): boolean {
  if (isAny(wide)) return true;
  return !isAny(narrow) && narrow.every((value) => wide.includes(value));
}

function share(one: List, other: List): boolean {
  return isAny(one) || isAny(other) || one.some((value) => other.includes(value));
}

/** By ICA its account ranges, null for all of it; null for cards of every ICA. */
function cardsOf(criteria: Criteria): ReadonlyMap<string, readonly Bounds[] | null> | null {
  const icas = criteria?.icas ?? [];
  if (icas.length === 0) return null;
  const found = new Map<string, readonly Bounds[] | null>();
  for (const { ica, accountRanges } of icas) {
    const before = found.get(ica);
    const isWhole = accountRanges === null || accountRanges.length === 0;
    if (isWhole || before === null) found.set(ica, null);
    else found.set(ica, [...(before ?? []), ...accountRanges.map(({ low, high }) => padBounds(low, high))]);
  }
  return found;
}

function holdsCards(wide: Criteria, narrow: Criteria): boolean {
  const [a, b] = [cardsOf(wide), cardsOf(narrow)];
  if (a === null) return true;
  if (b === null) return false;
  return [...b].every(([ica, ranges]) => {
    const own = a.get(ica);
    if (own === undefined) return false;
    if (own === null) return true;
    return (
      ranges !== null &&
      ranges.every((range) => own.some((one) => one.low <= range.low && range.high <= one.high))
    );
  });
}

function shareCards(one: Criteria, other: Criteria): boolean {
  const [a, b] = [cardsOf(one), cardsOf(other)];
  if (a === null || b === null) return true;
  return [...b].some(([ica, ranges]) => {
    const own = a.get(ica);
    if (own === undefined) return false;
    if (own === null || ranges === null) return true;
    return ranges.some((range) => own.some((mine) => mine.low <= range.high && range.low <= mine.high));
  });
}

interface Places {
  readonly countries: readonly string[];
  readonly ids: readonly string[];
}

/** Null for anywhere. */
function placesOf(criteria: Criteria): Places | null {
  const countries = criteria?.locations?.countries ?? [];
  const ids = criteria?.locations?.locationIds ?? [];
  return countries.length + ids.length === 0 ? null : { countries, ids };
}

function holdsPlaces(wide: Criteria, narrow: Criteria, countryOf: PlaceCountry): boolean {
  const [a, b] = [placesOf(wide), placesOf(narrow)];
  if (a === null) return true;
  return (
    b !== null &&
    b.countries.every((country) => a.countries.includes(country)) &&
    b.ids.every((id) => isIn(a, id, countryOf))
  );
}

function sharePlaces(one: Criteria, other: Criteria, countryOf: PlaceCountry): boolean {
  const [a, b] = [placesOf(one), placesOf(other)];
  if (a === null || b === null) return true;
  return (
    a.countries.some((country) => b.countries.includes(country)) ||
    a.ids.some((id) => isIn(b, id, countryOf)) ||
    b.ids.some((id) => isIn(a, id, countryOf))
  );
}

function isIn({ countries, ids }: Places, id: string, countryOf: PlaceCountry): boolean {
  const country = countryOf(id);
  return ids.includes(id) || (country !== null && countries.includes(country));
}
