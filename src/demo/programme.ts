import type { RulesetInput } from "../domain/ruleset/input.ts";

/** The demo programme: two banks, three products, three airports, and a rule for each feature. */

export const BANKS = {
  vistula: { ica: "0001234", name: "Vistula Bank", country: "POL" },
  rhein: { ica: "0005678", name: "Rhein Bank", country: "DEU" },
} as const;

/** Card numbers that card schemes and payment providers publish for testing; none belongs to anybody. */
export const DEMO_CARDS = {
  vistulaWorldElite: "5555555555554444",
  vistulaPlatinum: "5454545454545454",
  vistulaGold: "5424000000000015",
  rheinWorldElite: "5105105105105100",
  rheinPlatinum: "2222400070000005",
  rheinGold: "5500000000000004",
  rheinDebit: "5200828282828210",
} as const;

/** Cards that the reward system knows. */
export const DEMO_ENROLMENTS = [
  { pan: DEMO_CARDS.vistulaGold, aref: "DEMO-VISTULA-1" },
  { pan: DEMO_CARDS.rheinGold, aref: "DEMO-RHEIN-1" },
] as const;

type RangeRow = readonly [prefix: string, bank: keyof typeof BANKS, productCode: string, productName: string];

const RANGES: readonly RangeRow[] = [
  ["555555", "vistula", "WLE", "World Elite"],
  ["545454", "vistula", "MPL", "Platinum"],
  ["542400", "vistula", "MCG", "Gold"],
  ["510510", "rhein", "WLE", "World Elite"],
  ["22224000", "rhein", "MPL", "Platinum"],
  ["550000", "rhein", "MCG", "Gold"],
  ["520082", "rhein", "MDS", "Debit"],
];

export function accountRangesCsv(): string {
  const rows = RANGES.map(([prefix, bank, code, name]) => {
    const { ica, name: issuer, country } = BANKS[bank];
    return [prefix, prefix, ica, issuer, country, code, name].join(",");
  });
  return ["low,high,ica,issuerName,country,productCode,productName", ...rows, ""].join("\n");
}

export interface DemoPlace {
  readonly key: string;
  readonly merchant: string;
  readonly name: string;
  readonly countryCode: string;
  readonly city: string;
  readonly postalCode: string;
  readonly service: "LOUNGE" | "FAST_LINE";
  readonly cooldownMinutes: number | null;
  readonly timeZone: string;
}

const AIRPORTS = [
  {
    key: "WAW",
    merchant: "Chopin Airport",
    countryCode: "POL",
    city: "Warsaw",
    postalCode: "00-906",
    timeZone: "Europe/Warsaw",
  },
  {
    key: "BER",
    merchant: "Brandenburg Airport",
    countryCode: "DEU",
    city: "Berlin",
    postalCode: "12529",
    timeZone: "Europe/Berlin",
  },
  {
    key: "MAD",
    merchant: "Barajas Airport",
    countryCode: "ESP",
    city: "Madrid",
    postalCode: "28042",
    timeZone: "Europe/Madrid",
  },
] as const;

export const MERCHANTS: readonly string[] = AIRPORTS.map((airport) => airport.merchant);

export const PLACES: readonly DemoPlace[] = AIRPORTS.flatMap(({ key, ...airport }) => [
  {
    ...airport,
    key: `${key}-LOUNGE`,
    name: `${airport.city} lounge`,
    service: "LOUNGE" as const,
    cooldownMinutes: key === "WAW" ? 60 : null,
  },
  {
    ...airport,
    key: `${key}-FAST`,
    name: `${airport.city} fast lane`,
    service: "FAST_LINE" as const,
    cooldownMinutes: null,
  },
]);

const eur = (amount: string): { amount: string; currency: string } => ({ amount, currency: "EUR" });

/** Answers the id of a demo location by its key. */
type PlaceOf = (key: string) => string;

const worldElite: RulesetInput = {
  name: "World Elite lounge",
  description:
    "Three free visits in 30 days, then 25 EUR; a guest free, more for 20 EUR; children under 3 always free.",
  priority: 100,
  criteria: { productCodes: ["WLE"], services: ["LOUNGE"] },
  cardholder: { window: { kind: "ROLLING", days: 30 }, free: 3, paid: "UNLIMITED", fee: eur("25.00") },
  guests: {
    adults: { free: 1, paid: 4, fee: eur("20.00"), maxPerEntry: 3 },
    children: { free: 2, paid: 0, maxPerEntry: 2 },
    freeUnderAge: 3,
  },
  offline: {
    accountRanges: true,
    whitelist: false,
    maxGuests: 2,
    perCardAndDay: 1,
    perTerminalAndDay: 50,
  },
};

const platinum: RulesetInput = {
  name: "Platinum lounge",
  description: "One free and one paid visit in a calendar month.",
  priority: 100,
  criteria: { productCodes: ["MPL"], services: ["LOUNGE"] },
  cardholder: {
    window: { kind: "CALENDAR", unit: "MONTH", timeZone: "Europe/Warsaw" },
    free: 1,
    paid: 1,
    fee: eur("30.00"),
  },
};

const gold: RulesetInput = {
  name: "Gold lounge after spending",
  description: "For cards that spent 100 EUR in restaurants in the last 30 days, with 5 days of grace.",
  priority: 100,
  criteria: {
    issuerCountries: ["POL"],
    productCodes: ["MCG"],
    icas: [{ ica: BANKS.vistula.ica }],
    services: ["LOUNGE"],
    locations: { countries: ["POL"] },
  },
  cardholder: { window: { kind: "CALENDAR", unit: "QUARTER", timeZone: "Europe/Warsaw" }, free: 20 },
  spend: { ...eur("100.00"), days: 30, mccs: ["5812"], graceDays: 5 },
};

const premiumFastLane = (place: PlaceOf): RulesetInput => ({
  name: "Fast lane for premium cards",
  description: "As often as one likes, at most five times a day at each airport.",
  priority: 100,
  criteria: {
    productCodes: ["WLE", "MPL"],
    services: ["FAST_LINE"],
    locations: { locationIds: [place("WAW-FAST"), place("BER-FAST")] },
  },
  cardholder: {
    window: { kind: "CALENDAR", unit: "DAY", timeZone: "Europe/Berlin" },
    perLocation: 5,
    free: "UNLIMITED",
  },
});

const rheinFamily = (place: PlaceOf): RulesetInput => ({
  name: "Rhein family lounge",
  description: "Six free units a year, shared by member and guests, at the home airport.",
  priority: 50,
  criteria: {
    productCodes: ["WLE"],
    icas: [{ ica: BANKS.rhein.ica, accountRanges: [{ low: "510510", high: "510510" }] }],
    services: ["LOUNGE"],
    locations: { locationIds: [place("BER-LOUNGE")] },
  },
  cardholder: {
    window: { kind: "CALENDAR", unit: "YEAR", timeZone: "Europe/Berlin" },
    paid: "UNLIMITED",
    fee: eur("35.00"),
  },
  guests: {
    adults: { paid: 4, fee: eur("35.00"), maxPerEntry: 4 },
    children: { paid: 4, fee: eur("15.00"), maxPerEntry: 4 },
    sharedPool: { free: 6 },
  },
});

const madridCampaign: RulesetInput = {
  name: "Madrid fast lane campaign",
  description: "The first thousand visits of a month, over all Gold cards of Rhein Bank.",
  priority: 100,
  criteria: {
    productCodes: ["MCG"],
    icas: [{ ica: BANKS.rhein.ica }],
    services: ["FAST_LINE"],
    locations: { countries: ["ESP"] },
  },
  totalUsage: { max: 1_000, window: { kind: "CALENDAR", unit: "MONTH", timeZone: "Europe/Madrid" } },
};

export function demoRulesets(place: PlaceOf): readonly RulesetInput[] {
  return [worldElite, platinum, gold, premiumFastLane(place), rheinFamily(place), madridCampaign];
}
