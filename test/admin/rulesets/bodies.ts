import fc from "fast-check";
import type { RulesetBody } from "../../../src/domain/ruleset/events.ts";
import { rulesetInput } from "../../../src/domain/ruleset/input.ts";

/** Any ruleset that the API takes, in every spelling: null, empty lists, empty parts. */

const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: null });
const listOf = <Value>(value: fc.Arbitrary<Value>) => maybe(fc.array(value, { maxLength: 3 }));
const count = fc.oneof(fc.nat({ max: 1_000 }), fc.constant("UNLIMITED" as const));
const country = fc.constantFrom("POL", "DEU", "ESP");
const digits = fc.stringMatching(/^\d{4,8}$/);
const bounds = fc
  .tuple(digits, digits)
  .map(([one, other]) => {
    const [low = "", high = ""] = [one, other].toSorted();
    return { low, high };
  })
  .filter(({ low, high }) => low.padEnd(19, "0") <= high.padEnd(19, "9"));
const window = fc.oneof(
  fc.record({ kind: fc.constant("ROLLING"), days: fc.integer({ min: 1, max: 3_660 }) }),
  fc.record({
    kind: fc.constant("CALENDAR"),
    unit: fc.constantFrom("DAY", "WEEK", "MONTH", "QUARTER", "YEAR"),
    timeZone: fc.constantFrom("UTC", "Europe/Warsaw"),
  }),
  fc.constant({ kind: "VALIDITY" }),
);

function tier(currency: string) {
  const fee = fc.nat({ max: 9_999 }).map((amount) => ({ amount: String(amount), currency }));
  return fc.oneof(
    fc.record({ free: maybe(count), paid: maybe(fc.constant(0)), fee: maybe(fee) }),
    fc.record({ free: maybe(count), paid: count, fee }),
  );
}

function guest(currency: string) {
  return fc
    .tuple(tier(currency), maybe(fc.nat({ max: 1_000 })))
    .map(([own, maxPerEntry]) => ({ ...own, maxPerEntry }));
}

const outage = fc.constantFrom("CLOSED", "OPEN");

const input = fc.constantFrom("EUR", "PLN", "JPY").chain((currency) =>
  fc.record({
    name: fc.string({ minLength: 1, maxLength: 20 }).filter((name) => name.trim() !== ""),
    description: maybe(fc.string({ maxLength: 20 })),
    priority: fc.nat({ max: 1_000_000 }),
    validFrom: maybe(fc.constant("2026-01-01T00:00:00.123Z")),
    validTo: maybe(fc.constant("2027-01-01T00:00:59.000Z")),
    criteria: maybe(
      fc.record({
        issuerCountries: listOf(country),
        productCodes: listOf(fc.stringMatching(/^[A-Z0-9]{3}$/)),
        icas: listOf(fc.record({ ica: fc.stringMatching(/^\d{1,11}$/), accountRanges: listOf(bounds) })),
        services: maybe(fc.subarray(["LOUNGE", "FAST_LINE"])),
        locations: maybe(
          fc.record({
            countries: listOf(country),
            locationIds: listOf(fc.constantFrom("01M8KBTZMPKCM5YYD5WTK6PANE", "01M8KBTZMPKCM5YYD5WTK6PANF")),
          }),
        ),
        enrolledOnly: maybe(fc.boolean()),
        minimumTrust: maybe(fc.constantFrom("BEARER", "KEY", "ATTESTED")),
      }),
    ),
    totalUsage: maybe(fc.record({ max: fc.nat({ max: 1_000_000_000 }), window: maybe(window) })),
    cardholder: maybe(
      fc
        .tuple(tier(currency), maybe(fc.nat({ max: 1_000_000 })), maybe(window))
        .map(([own, perLocation, period]) => ({ ...own, perLocation, window: period })),
    ),
    guests: maybe(
      fc.record({
        adults: maybe(guest(currency)),
        children: maybe(guest(currency)),
        freeUnderAge: maybe(fc.integer({ min: 1, max: 18 })),
        sharedPool: maybe(fc.record({ free: count })),
      }),
    ),
    spend: maybe(
      fc.record({
        amount: fc.nat({ max: 9_999 }).map(String),
        currency: fc.constantFrom("EUR", "JPY"),
        days: fc.integer({ min: 1, max: 3_660 }),
        mccs: listOf(fc.stringMatching(/^\d{4}$/)),
        graceDays: maybe(fc.nat({ max: 3_660 })),
      }),
    ),
    externalRule: maybe(fc.record({ ruleId: fc.string({ minLength: 1, maxLength: 20 }), onFailure: outage })),
    verification: maybe(
      fc.record({ mode: fc.constantFrom("NONE", "ASI", "ASI_THEN_AMOUNT"), onFailure: outage }),
    ),
    offline: maybe(
      fc
        .record({
          accountRanges: fc.boolean(),
          whitelist: fc.boolean(),
          maxGuests: fc.nat({ max: 1_000 }),
          perCardAndDay: maybe(fc.integer({ min: 1, max: 1_000 })),
          perTerminalAndDay: maybe(fc.integer({ min: 1, max: 1_000_000 })),
        })
        .filter(({ accountRanges, whitelist }) => accountRanges || whitelist),
    ),
  }),
);

export const bodies: fc.Arbitrary<RulesetBody> = input.map((one) => rulesetInput.parse(one));
