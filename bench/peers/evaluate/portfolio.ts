import type { CheckFacts, Visit } from "../../../src/domain/ruleset/evaluate/facts.ts";
import type { RulesetVersion } from "../../../src/domain/ruleset/stream.ts";
import { rulesetInput } from "../../../src/domain/ruleset/input.ts";
import { DAY, type Instant, instant, MINUTE } from "../../../src/domain/time.ts";
import type { Window } from "../../../src/domain/window.ts";
import { windowBounds } from "../../../src/domain/window.ts";

/**
 * A portfolio as a card scheme has it: each issuer (ICA) has four rulesets, by product and by where
 * its benefits hold; beside them a fixed number of programmes of whole countries. More rulesets mean
 * more issuers. All engines get the same rulesets and requests.
 */

/** A ruleset in the terms every engine knows. */
export interface Benefit {
  readonly id: string;
  readonly priority: number;
  readonly ica: string | null;
  readonly issuerCountry: string | null;
  readonly product: string | null;
  readonly service: string | null;
  /** Where it holds: in these countries, or at these locations; null for anywhere. */
  readonly countries: readonly string[] | null;
  readonly locations: readonly string[] | null;
  readonly free: number;
  readonly paid: number;
  readonly window: Window;
  readonly perLocation: number | null;
}

/** What is asked, in the terms every engine knows; for us also as facts. */
export interface Request {
  readonly ica: string;
  readonly issuerCountry: string;
  readonly product: string;
  readonly service: string;
  readonly country: string;
  readonly location: string;
  /** Visits in each ruleset's window. We count them ourselves; the others get them counted. */
  readonly freeUsed: Readonly<Record<string, number>>;
  readonly paidUsed: Readonly<Record<string, number>>;
  readonly hereUsed: Readonly<Record<string, number>>;
  readonly facts: CheckFacts;
}

/** Who grants, and in which tier; null for a refusal: what all engines have to agree on. */
export type Answer = { readonly id: string; readonly cost: "FREE" | "PAID" } | null;

export interface Engine {
  readonly name: string;
  readonly decide: (request: Request) => Answer | Promise<Answer>;
}

const NOW: Instant = instant("2027-03-10T12:00:00.000Z");
const ZONE = "Europe/Warsaw";
const COUNTRIES = ["POL", "DEU", "ESP", "TUR", "USA", "GBR", "FRA", "ITA", "CZE", "AUT", "NLD", "SWE"];
const PRODUCTS = ["WLE", "WBE", "MPL"];
const WINDOWS: readonly Window[] = [
  { kind: "CALENDAR", unit: "MONTH", timeZone: ZONE },
  { kind: "ROLLING", days: 30 },
  { kind: "CALENDAR", unit: "YEAR", timeZone: ZONE },
  { kind: "CALENDAR", unit: "QUARTER", timeZone: ZONE },
];

/** A small generator of its own (mulberry32), so that every run has the same portfolio. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function at<Item>(items: readonly Item[], index: number): Item {
  const item = items[index % items.length];
  if (item === undefined) throw new Error("an empty list");
  return item;
}

function ulid(kind: string, index: number): string {
  return `01J${kind}${String(index).padStart(22, "0")}`;
}

function icaOf(issuer: number): string {
  return String(1_000 + issuer).padStart(7, "0");
}

const PER_ISSUER = 4;

export function benefits(count: number): readonly Benefit[] {
  return Array.from({ length: count }, (_, index): Benefit => {
    const wide = index < COUNTRIES.length;
    const issuer = Math.floor(index / PER_ISSUER);
    const kind = index % PER_ISSUER;
    const home = at(COUNTRIES, issuer);
    const abroad = [at(COUNTRIES, issuer + 1), at(COUNTRIES, issuer + 2), at(COUNTRIES, issuer + 3)];
    const named = [issuer, issuer + 7, issuer + 19].map((place) => ulid("P", place % (COUNTRIES.length * 5)));
    return {
      id: ulid("R", index),
      priority: wide ? 200 : 100,
      ica: wide ? null : icaOf(issuer),
      issuerCountry: wide ? at(COUNTRIES, index) : null,
      product: wide ? "WLE" : at(PRODUCTS, kind),
      service: kind === 2 ? "FAST_LINE" : "LOUNGE",
      countries: kind === 3 ? null : kind === 0 ? [home] : abroad,
      locations: kind === 3 ? named : null,
      free: kind,
      paid: kind === 1 ? Number.POSITIVE_INFINITY : 3 - kind,
      window: at(WINDOWS, index),
      perLocation: kind === 3 ? 2 : null,
    };
  });
}

export function versionOf(benefit: Benefit): RulesetVersion {
  const paid = benefit.paid === Number.POSITIVE_INFINITY ? ("UNLIMITED" as const) : benefit.paid;
  const body = rulesetInput.parse({
    name: `Benefit ${benefit.id}`,
    priority: benefit.priority,
    validFrom: "2026-01-01T00:00:00Z",
    validTo: "2029-01-01T00:00:00Z",
    criteria: {
      issuerCountries: benefit.issuerCountry === null ? null : [benefit.issuerCountry],
      productCodes: benefit.product === null ? null : [benefit.product],
      icas: benefit.ica === null ? null : [{ ica: benefit.ica }],
      services: benefit.service === null ? null : [benefit.service],
      locations: { countries: benefit.countries, locationIds: benefit.locations },
    },
    cardholder: {
      window: benefit.window,
      perLocation: benefit.perLocation,
      free: benefit.free,
      paid,
      fee: { amount: "25.00", currency: "EUR" },
    },
    guests: { adults: { free: 1, paid: 2, fee: { amount: "20.00", currency: "EUR" }, maxPerEntry: 2 } },
  });
  return { id: benefit.id, version: 1, body, inForceFrom: 0, inForceTo: null };
}

export function requests(portfolio: readonly Benefit[], count: number): readonly Request[] {
  const random = seeded(portfolio.length);
  const upTo = (most: number): number => Math.floor(random() * (most + 1));
  const issuers = Math.ceil(portfolio.length / PER_ISSUER);
  return Array.from({ length: count }, () => {
    // Half of the cards are where they have a benefit.
    const issuer = 3 + upTo(issuers - 4);
    const own = portfolio.filter((_, index) => Math.floor(index / PER_ISSUER) === issuer);
    const aim = at(own, upTo(own.length - 1));
    const aimed = random() < 0.7;
    const place = upTo(COUNTRIES.length * 5 - 1);
    const country = aimed && aim.countries !== null ? at(aim.countries, upTo(2)) : at(COUNTRIES, place);
    const location = aimed && aim.locations !== null ? at(aim.locations, upTo(2)) : ulid("P", place);
    const visits = Array.from({ length: upTo(6) }, (): Visit => {
      const then = NOW - MINUTE - upTo(60 * DAY);
      return {
        accessId: "v",
        rulesetId: at(own, upTo(own.length - 1)).id,
        locationId: random() < 0.5 ? location : ulid("P", upTo(59)),
        at: then,
        confirmedAt: then,
        paid: random() < 0.3,
        adults: { free: upTo(1), paid: 0 },
        children: { free: 0, paid: 0 },
      };
    });
    const asked = {
      ica: icaOf(issuer),
      issuerCountry: at(COUNTRIES, issuer),
      product: aimed && aim.product !== null ? aim.product : at(PRODUCTS, upTo(2)),
      service: aimed && aim.service === "FAST_LINE" ? ("FAST_LINE" as const) : ("LOUNGE" as const),
      country,
      location,
    };
    return { ...asked, ...counted(portfolio, visits, location), facts: factsOf(asked, visits) };
  });
}

function counted(
  portfolio: readonly Benefit[],
  visits: readonly Visit[],
  location: string,
): Pick<Request, "freeUsed" | "paidUsed" | "hereUsed"> {
  const freeUsed: Record<string, number> = {};
  const paidUsed: Record<string, number> = {};
  const hereUsed: Record<string, number> = {};
  for (const visit of visits) {
    const { id, window } = at(
      portfolio.filter((one) => one.id === visit.rulesetId),
      0,
    );
    const validity = { from: instant("2026-01-01T00:00:00Z"), to: instant("2029-01-01T00:00:00Z") };
    const bounds = windowBounds(window, NOW, validity);
    if (visit.at < bounds.from || visit.at >= bounds.to) continue;
    const tier = visit.paid ? paidUsed : freeUsed;
    tier[id] = (tier[id] ?? 0) + 1;
    if (visit.locationId === location) hereUsed[id] = (hereUsed[id] ?? 0) + 1;
  }
  return { freeUsed, paidUsed, hereUsed };
}

function factsOf(
  asked: Pick<Request, "ica" | "issuerCountry" | "product" | "country" | "location"> & {
    readonly service: "LOUNGE" | "FAST_LINE";
  },
  visits: readonly Visit[],
): CheckFacts {
  const { ica, issuerCountry, product, country, location, service } = asked;
  return {
    now: NOW,
    location: { id: location, country, service, cooldownMinutes: null },
    terminalTrust: "KEY",
    issuer: { ica, issuerName: "Bank", country: issuerCountry, productCode: product, productName: null },
    cardNumber: { kind: "number", padded: "5100000000000008000" },
    card: {
      replaced: false,
      frozen: false,
      enrolled: false,
      asiFailed: false,
      open: null,
      visits,
      adjustments: [],
    },
    spend: null,
    cardExpiresAt: null,
    budgets: new Map(),
    externalAnswers: new Map(),
    verification: null,
  };
}

/** A ruleset's free or paid tier as one row, for engines that know rows only. */
export interface Row extends Benefit {
  readonly cost: "FREE" | "PAID";
}

/** In order of preference: the first row that fits is the answer. */
export function rows(portfolio: readonly Benefit[]): readonly Row[] {
  const tiers = portfolio.flatMap((benefit): Row[] => [
    ...(benefit.free > 0 ? [{ ...benefit, cost: "FREE" as const }] : []),
    ...(benefit.paid > 0 ? [{ ...benefit, cost: "PAID" as const }] : []),
  ]);
  return tiers.sort(
    (a, b) =>
      a.priority - b.priority ||
      (a.cost === b.cost ? 0 : a.cost === "FREE" ? -1 : 1) ||
      specificity(b) - specificity(a) ||
      (a.id < b.id ? -1 : 1),
  );
}

function specificity(benefit: Benefit): number {
  const place = benefit.locations !== null ? 2 : benefit.countries !== null ? 1 : 0;
  return (
    (benefit.ica === null ? 0 : 32) +
    (benefit.product === null ? 0 : 16) +
    (benefit.issuerCountry === null ? 0 : 8) +
    place * 2 +
    (benefit.service === null ? 0 : 1)
  );
}
