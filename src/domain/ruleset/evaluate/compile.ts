import { type Bounds, padBounds } from "../../accountRange.ts";
import { asCount, asNumber, type Count } from "../../count.ts";
import type { Money } from "../../money.ts";
import { DAY, instantOrNull, type Instant } from "../../time.ts";
import type { Validity, Window } from "../../window.ts";
import type { GuestKind, OfflineTerms, RulesetBody } from "../events.ts";
import type { RulesetVersion } from "../stream.ts";
import type { RulesetRef } from "../verdict.ts";

/** A version with everything looked up, parsed and unfolded that does not depend on the card. */
export interface CompiledRuleset {
  readonly id: string;
  readonly name: string;
  readonly version: number;
  /** The three above, as verdicts name it. */
  readonly ref: RulesetRef;
  readonly priority: number;
  readonly activeFrom: Instant;
  readonly activeTo: Instant;
  readonly validity: Validity;
  readonly countries: ReadonlySet<string> | null;
  readonly products: ReadonlySet<string> | null;
  /** Per ICA its account ranges, or null for the whole ICA. */
  readonly icas: ReadonlyMap<string, readonly Bounds[] | null> | null;
  readonly services: ReadonlySet<string> | null;
  readonly locationIds: ReadonlySet<string> | null;
  readonly locationCountries: ReadonlySet<string> | null;
  readonly enrolledOnly: boolean;
  readonly minimumTrust: RulesetCriteria["minimumTrust"];
  readonly budget: { readonly max: number; readonly window: Window | null } | null;
  readonly limits: CardLimits;
  readonly spend: CompiledSpend | null;
  readonly externalRule: RulesetBody["externalRule"];
  readonly verification: NonNullable<RulesetBody["verification"]> | null;
  /** What a terminal may decide by itself under it; null: nothing. */
  readonly offline: OfflineTerms | null;
}

type RulesetCriteria = NonNullable<RulesetBody["criteria"]>;

/** What one card may use of a ruleset. Infinity for unlimited. */
export interface CardLimits {
  readonly window: Window | null;
  readonly perLocation: number;
  readonly free: number;
  readonly paid: number;
  readonly fee: Money | null;
  readonly adults: GuestLimits;
  readonly children: GuestLimits;
  readonly freeUnderAge: number | null;
  /** Free units for member and guests together, in place of the free counts above; null for no pool. */
  readonly pool: number | null;
  /** The cardholder's tiers as a trace names them. */
  readonly visits: { readonly free: Count; readonly paid: Count; readonly window: Window | null };
}

export interface GuestLimits {
  readonly free: number;
  readonly paid: number;
  readonly fee: Money | null;
  readonly maxPerEntry: number;
}

export interface CompiledSpend {
  readonly amount: Money;
  readonly days: number;
  readonly window: number;
  readonly mccs: ReadonlySet<string> | null;
  readonly graceDays: number;
}

/** Equal parts of rulesets are one object, so that a decision among thousands finds them in the processor's caches. */
export class SharedParts {
  readonly sets = sharing<ReadonlySet<string>>();
  readonly validities = sharing<Validity>();
  readonly limits = sharing<CardLimits>();
}

function sharing<Part>(): (source: unknown, make: () => Part) => Part {
  const known = new Map<string, Part>();
  return (source, make) => {
    const key = JSON.stringify(source);
    const part = known.get(key) ?? make();
    known.set(key, part);
    return part;
  };
}

export function compileRuleset(version: RulesetVersion, parts = new SharedParts()): CompiledRuleset {
  const { body } = version;
  const validity = parts.validities([body.validFrom, body.validTo], () => validityOf(body));
  const criteria = body.criteria;
  const setOf = (values: readonly string[] | null | undefined): ReadonlySet<string> | null =>
    values == null || values.length === 0 ? null : parts.sets(values, () => new Set(values));
  return {
    id: version.id,
    name: body.name,
    version: version.version,
    ref: { id: version.id, name: body.name, version: version.version },
    priority: body.priority,
    activeFrom: Math.max(validity.from, version.inForceFrom),
    activeTo: Math.min(validity.to, version.inForceTo ?? Number.POSITIVE_INFINITY),
    validity,
    countries: setOf(criteria?.issuerCountries),
    products: setOf(criteria?.productCodes),
    icas: icasOf(criteria?.icas ?? []),
    services: setOf(criteria?.services),
    locationIds: setOf(criteria?.locations?.locationIds),
    locationCountries: setOf(criteria?.locations?.countries),
    enrolledOnly: criteria?.enrolledOnly ?? false,
    minimumTrust: criteria?.minimumTrust ?? null,
    budget: body.totalUsage,
    limits: parts.limits([body.cardholder, body.guests], () => cardLimits(body)),
    spend: spendOf(body, setOf(body.spend?.mccs)),
    externalRule: body.externalRule,
    verification: body.verification?.mode === "NONE" ? null : body.verification,
    offline: body.offline ?? null,
  };
}

export function validityOf({ validFrom, validTo }: Pick<RulesetBody, "validFrom" | "validTo">): Validity {
  return {
    from: instantOrNull(validFrom) ?? Number.NEGATIVE_INFINITY,
    to: instantOrNull(validTo) ?? Number.POSITIVE_INFINITY,
  };
}

function icasOf(icas: NonNullable<RulesetCriteria["icas"]>): CompiledRuleset["icas"] {
  if (icas.length === 0) return null;
  const compiled = new Map<string, readonly Bounds[] | null>();
  for (const { ica, accountRanges } of icas) {
    const whole = accountRanges === null || accountRanges.length === 0;
    const before = compiled.get(ica);
    if (whole || before === null) compiled.set(ica, null);
    else
      compiled.set(ica, [
        ...(before ?? []),
        ...accountRanges.map((range) => padBounds(range.low, range.high)),
      ]);
  }
  return compiled;
}

/** What one card may use, of a body or of what an event keeps of it. */
export function cardLimits(body: Pick<RulesetBody, "cardholder" | "guests">): CardLimits {
  const { cardholder, guests } = body;
  const pool = guests?.sharedPool ?? null;
  const free = (own: Count | null): number => (pool === null ? asNumber(own) : 0);
  const kind = (limits: GuestKind | null): GuestLimits => ({
    free: free(limits?.free ?? 0),
    paid: asNumber(limits?.paid ?? 0),
    fee: limits?.fee ?? null,
    maxPerEntry: limits === null ? 0 : (limits.maxPerEntry ?? Number.POSITIVE_INFINITY),
  });
  const window = cardholder?.window ?? null;
  const ownFree = cardholder === null ? Number.POSITIVE_INFINITY : free(cardholder.free);
  const paid = asNumber(cardholder?.paid ?? 0);
  return {
    window,
    perLocation: cardholder?.perLocation ?? Number.POSITIVE_INFINITY,
    free: ownFree,
    paid,
    fee: cardholder?.fee ?? null,
    adults: kind(guests?.adults ?? null),
    children: kind(guests?.children ?? null),
    freeUnderAge: guests?.freeUnderAge ?? null,
    pool: pool === null ? null : asNumber(pool.free),
    visits: { free: pool === null ? asCount(ownFree) : pool.free, paid: asCount(paid), window },
  };
}

function spendOf(body: RulesetBody, mccs: ReadonlySet<string> | null): CompiledSpend | null {
  if (body.spend === null) return null;
  const { amount, currency, days, graceDays } = body.spend;
  const wanted = { amount, currency };
  return {
    amount: wanted,
    days,
    window: days * DAY,
    mccs,
    graceDays: graceDays ?? 0,
  };
}
