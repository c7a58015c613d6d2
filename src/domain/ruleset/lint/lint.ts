import { type Bounds, padBounds } from "../../accountRange.ts";
import { asNumber, type Count } from "../../count.ts";
import { type Instant, instantOrNull } from "../../time.ts";
import type { RulesetBody } from "../events.ts";
import { isKnownMcc } from "./mccs.ts";
import { covers, meets, type PlaceCountry } from "./sets.ts";

/** What stands out in a ruleset that is well-formed, but may not mean what its author thinks. */

export const FINDING_KINDS = [
  "NOBODY_GETS_IN",
  "POOL_HIDES_FREE",
  "SHADOWED",
  "OVERLAPS",
  "PLACE_OF_OTHER_SERVICE",
  "PLACE_UNKNOWN",
  "ENDED_ALREADY",
  "PER_LOCATION_ABOVE_TOTAL",
  "TIER_NEVER_REACHED",
  "RANGE_UNKNOWN",
  "CURRENCY_WITHOUT_RATES",
  "MCC_UNKNOWN",
  "FEES_NOT_CHARGED",
] as const;
export type FindingKind = (typeof FINDING_KINDS)[number];

/** An error stands in the way of a publication, a warning has to be read, a hint is worth knowing. */
export const FINDING_SEVERITIES = ["ERROR", "WARNING", "HINT"] as const;
export type FindingSeverity = (typeof FINDING_SEVERITIES)[number];

export interface Finding {
  readonly kind: FindingKind;
  readonly severity: FindingSeverity;
  /** Into the ruleset's body. */
  readonly pointer: string;
  /** Rulesets or places that it is about. */
  readonly names: readonly string[];
}

export interface LintContext {
  readonly now: Instant;
  /** Published rulesets other than this one, as they are in force. */
  readonly others: readonly RulesetBody[];
  /** Places that are named, by id; what is not there is unknown. */
  readonly places: ReadonlyMap<string, LintPlace>;
  /** Imported account ranges of the ICAs that are named. */
  readonly ranges: readonly LintRange[];
  /** Whether anything is converted to the currency of the spend that is asked for, in the time that counts. */
  readonly hasRates: boolean;
}

export interface LintRange extends Bounds {
  readonly ica: string;
}

export interface LintPlace {
  readonly name: string;
  readonly country: string;
  readonly service: string;
}

/** What stands in the way of publishing comes first. */
export function lintRuleset(body: RulesetBody, context: LintContext): readonly Finding[] {
  const found = [
    ...nobodyGetsIn(body),
    ...endedAlready(body, context),
    ...poolHidesFree(body),
    ...perLocationAboveTotal(body),
    ...tiers(body),
    ...ranges(body, context),
    ...spend(body, context),
    ...fees(body),
    ...places(body, context),
    ...others(body, context),
  ];
  return FINDING_SEVERITIES.flatMap((severity) => found.filter((one) => one.severity === severity));
}

function finding(
  kind: FindingKind,
  severity: FindingSeverity,
  pointer: string,
  names: readonly string[] = [],
): Finding {
  return { kind, severity, pointer, names };
}

function nobodyGetsIn({ cardholder, guests, totalUsage }: RulesetBody): readonly Finding[] {
  if (totalUsage?.max === 0) return [finding("NOBODY_GETS_IN", "ERROR", "/totalUsage/max")];
  if (cardholder?.perLocation === 0) return [finding("NOBODY_GETS_IN", "ERROR", "/cardholder/perLocation")];
  const pool = guests?.sharedPool ?? null;
  const free = pool === null ? (cardholder === null ? "UNLIMITED" : cardholder.free) : pool.free;
  const paid = cardholder?.paid ?? 0;
  if (asNumber(free) > 0 || asNumber(paid) > 0) return [];
  return [finding("NOBODY_GETS_IN", "ERROR", pool === null ? "/cardholder" : "/guests/sharedPool/free")];
}

function endedAlready({ validTo }: RulesetBody, { now }: LintContext): readonly Finding[] {
  const end = instantOrNull(validTo);
  return end !== null && end <= now ? [finding("ENDED_ALREADY", "ERROR", "/validTo")] : [];
}

function poolHidesFree({ cardholder, guests }: RulesetBody): readonly Finding[] {
  if (guests?.sharedPool == null) return [];
  const own = [
    { pointer: "/cardholder/free", free: cardholder?.free ?? 0 },
    { pointer: "/guests/adults/free", free: guests.adults?.free ?? 0 },
    { pointer: "/guests/children/free", free: guests.children?.free ?? 0 },
  ];
  return own.flatMap(({ pointer, free }) =>
    asNumber(free) > 0 ? [finding("POOL_HIDES_FREE", "WARNING", pointer)] : [],
  );
}

function perLocationAboveTotal({ cardholder, guests }: RulesetBody): readonly Finding[] {
  if (cardholder === null || cardholder.perLocation === null) return [];
  const free = guests?.sharedPool?.free ?? cardholder.free;
  const total = asNumber(free) + asNumber(cardholder.paid);
  return cardholder.perLocation > total && total > 0
    ? [finding("PER_LOCATION_ABOVE_TOTAL", "WARNING", "/cardholder/perLocation")]
    : [];
}

/** Who enters free without an end never pays, and who may bring nobody needs no counts. */
function tiers({ cardholder, guests, criteria }: RulesetBody): readonly Finding[] {
  const pool = guests?.sharedPool ?? null;
  const isFreeForEver = (free: Count | null): boolean => (pool === null ? free : pool.free) === "UNLIMITED";
  const never = (pointer: string): Finding => finding("TIER_NEVER_REACHED", "WARNING", pointer);
  const found: Finding[] = [];
  if (cardholder !== null && asNumber(cardholder.paid) > 0) {
    const { countries, locationIds } = criteria?.locations ?? { countries: null, locationIds: null };
    const isOnePlace = (countries ?? []).length === 0 && locationIds?.length === 1;
    const most = isOnePlace ? (cardholder.perLocation ?? Number.POSITIVE_INFINITY) : Number.POSITIVE_INFINITY;
    const free = asNumber(pool === null ? cardholder.free : 0);
    if (isFreeForEver(cardholder.free) || most <= free) found.push(never("/cardholder/paid"));
  }
  for (const kind of ["adults", "children"] as const) {
    const guest = guests?.[kind] ?? null;
    if (guest === null) continue;
    if (guest.maxPerEntry === 0) found.push(never(`/guests/${kind}/maxPerEntry`));
    else if (asNumber(guest.paid) > 0 && isFreeForEver(guest.free)) found.push(never(`/guests/${kind}/paid`));
  }
  return found;
}

/** A card is of an ICA by the imported ranges: what they do not hold is no card's. */
function ranges({ criteria }: RulesetBody, context: LintContext): readonly Finding[] {
  return (criteria?.icas ?? []).flatMap(({ ica, accountRanges }, index) => {
    const imported = context.ranges.filter((range) => range.ica === ica);
    const pointer = `/criteria/icas/${String(index)}`;
    if (accountRanges === null || accountRanges.length === 0) {
      return imported.length > 0 ? [] : [finding("RANGE_UNKNOWN", "WARNING", pointer, [`ICA ${ica}`])];
    }
    const unknown = accountRanges.filter(({ low, high }) => {
      const bounds = padBounds(low, high);
      return !imported.some((range) => range.low <= bounds.high && bounds.low <= range.high);
    });
    const names = unknown.map(({ low, high }) => `${low}–${high}`);
    return names.length === 0 ? [] : [finding("RANGE_UNKNOWN", "WARNING", `${pointer}/accountRanges`, names)];
  });
}

function spend({ spend: asked }: RulesetBody, { hasRates }: LintContext): readonly Finding[] {
  if (asked === null) return [];
  const unknown = (asked.mccs ?? []).filter((mcc) => !isKnownMcc(mcc));
  return [
    ...(hasRates ? [] : [finding("CURRENCY_WITHOUT_RATES", "HINT", "/spend/currency", [asked.currency])]),
    ...(unknown.length === 0 ? [] : [finding("MCC_UNKNOWN", "WARNING", "/spend/mccs", unknown)]),
  ];
}

/** What is charged is charged by the reference that the acquirer gives when it verifies the card. */
function fees({ verification }: RulesetBody): readonly Finding[] {
  if (verification?.chargesFees !== true || verification.mode !== "NONE") return [];
  return [finding("FEES_NOT_CHARGED", "WARNING", "/verification/chargesFees")];
}

function places({ criteria }: RulesetBody, context: LintContext): readonly Finding[] {
  const pointer = "/criteria/locations/locationIds";
  const ids = criteria?.locations?.locationIds ?? [];
  const services = criteria?.services ?? [];
  const unknown = ids.filter((id) => !context.places.has(id));
  const foreign = ids.flatMap((id) => {
    const place = context.places.get(id);
    const offersNone = place !== undefined && services.length > 0 && !services.includes(place.service);
    return offersNone ? [place.name] : [];
  });
  return [
    ...(foreign.length === 0 ? [] : [finding("PLACE_OF_OTHER_SERVICE", "WARNING", pointer, foreign)]),
    ...(unknown.length === 0 ? [] : [finding("PLACE_UNKNOWN", "WARNING", pointer, unknown)]),
  ];
}

/** Of rulesets that let a card in, the one of the lowest number counts. */
function others(body: RulesetBody, context: LintContext): readonly Finding[] {
  const countryOf: PlaceCountry = (id) => context.places.get(id)?.country ?? null;
  const before = context.others.filter(
    (other) => other.priority < body.priority && covers(other, body, countryOf),
  );
  const meeting = context.others.filter((other) => !before.includes(other) && meets(other, body, countryOf));
  return [
    ...(before.length === 0 ? [] : [finding("SHADOWED", "WARNING", "/priority", namesOf(before))]),
    ...(meeting.length === 0 ? [] : [finding("OVERLAPS", "HINT", "/priority", namesOf(meeting))]),
  ];
}

function namesOf(bodies: readonly RulesetBody[]): readonly string[] {
  return bodies.map(({ name, priority }) => `${name} (${String(priority)})`);
}
