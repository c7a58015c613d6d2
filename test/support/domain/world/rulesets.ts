import type { RulesetVersion } from "../../../../src/domain/ruleset/stream.ts";
import { rulesetInput, type RulesetInput } from "../../../../src/domain/ruleset/input.ts";
import { DAY, type Instant, iso } from "../../../../src/domain/time.ts";
import { LOCATIONS } from "../ids.ts";
import type { Random } from "../random.ts";
import { COUNTRIES, CURRENCIES, ICAS, MCCS, PRODUCTS, someWindow } from "./vocabulary.ts";

/** Random rulesets, each published in one or two versions. */

type Criteria = NonNullable<RulesetInput["criteria"]>;
type CountInput = number | "UNLIMITED";

export function someVersions(random: Random, id: string, now: Instant, cardNumber: string): RulesetVersion[] {
  const body = someBody(random, now, cardNumber);
  if (random.chance(0.8)) {
    const inForceTo = random.chance(0.03) ? now + random.pick([-1, 0, 1]) : null;
    return [{ id, version: 1, body, inForceFrom: now - 100 * DAY, inForceTo }];
  }
  const change = now + random.pick([-DAY, -1, 0, 1, DAY]);
  const next = someBody(random, now, cardNumber);
  return [
    { id, version: 1, body, inForceFrom: now - 100 * DAY, inForceTo: change },
    { id, version: 2, body: next, inForceFrom: change, inForceTo: null },
  ];
}

function someBody(random: Random, now: Instant, cardNumber: string): RulesetVersion["body"] {
  const feeCurrency = random.pick(CURRENCIES);
  const edge = (): number => random.pick([-1, 0, 1, 5 * DAY, 90 * DAY]);
  const from = now - edge();
  return rulesetInput.parse({
    name: `rules ${String(random.upTo(99))}`,
    priority: random.pick([1, 1, 1, 2]),
    validFrom: random.maybe(0.3, () => iso(from)),
    validTo: random.maybe(0.3, () => iso(Math.max(from + 1, now + Math.max(edge(), edge())))),
    criteria: random.maybe(0.8, () => someCriteria(random, cardNumber)),
    totalUsage: random.maybe(0.15, () => ({
      max: random.pick([0, 1, 2, 3, 5]),
      window: random.maybe(0.8, () => someWindow(random)),
    })),
    cardholder: random.maybe(0.85, () => ({
      window: random.maybe(0.85, () => someWindow(random)),
      perLocation: random.maybe(0.25, () => random.upTo(3)),
      ...someTier(random, feeCurrency, 0.4),
    })),
    guests: random.maybe(0.6, () => someGuests(random, feeCurrency)),
    spend: random.maybe(0.15, () => {
      const currency = random.pick(CURRENCIES);
      return {
        amount:
          String(random.pick([0, 1, 50, 100])) + (currency === "EUR" && random.chance(0.3) ? ".01" : ""),
        currency,
        days: random.pick([1, 7, 30]),
        mccs: random.maybe(0.5, () => random.some(MCCS)),
        graceDays: random.pick([0, null, 1, 5]),
      };
    }),
    externalRule: random.maybe(0.12, () => ({ ruleId: "vip", onFailure: random.pick(["CLOSED", "OPEN"]) })),
    verification: random.maybe(0.3, () => ({
      mode: random.pick(["NONE", "ASI", "ASI_THEN_AMOUNT", "ASI_THEN_AMOUNT"]),
      onFailure: random.pick(["CLOSED", "OPEN"]),
    })),
  } satisfies RulesetInput);
}

function someCriteria(random: Random, cardNumber: string): Criteria {
  const list = <Item>(all: readonly Item[]): Item[] | null => random.maybe(0.3, () => random.some(all, 0.75));
  return {
    issuerCountries: list(COUNTRIES),
    productCodes: list(PRODUCTS),
    icas: random.maybe(0.35, () =>
      random.some(ICAS, 0.75).flatMap((ica) => {
        const ranges = (): { ica: string; accountRanges: { low: string; high: string }[] | null } => ({
          ica,
          accountRanges: random.maybe(0.5, () =>
            random.times(random.between(0, 2), () => someRange(random, cardNumber)),
          ),
        });
        // Listed twice now and then, with other ranges.
        return random.chance(0.1) ? [ranges(), ranges()] : [ranges()];
      }),
    ),
    services: random.maybe(0.25, () => random.some(["LOUNGE", "FAST_LINE"])),
    locations: random.maybe(0.35, () => ({
      countries: list(COUNTRIES),
      locationIds: random.maybe(0.6, () => random.some(LOCATIONS)),
    })),
    enrolledOnly: random.maybe(0.2, () => random.chance(0.7)),
    minimumTrust: random.maybe(0.15, () => random.pick(["BEARER", "KEY", "ATTESTED"])),
  };
}

/** A range that often begins or ends exactly at the card's digits, or just beside them. */
function someRange(random: Random, cardNumber: string): { low: string; high: string } {
  if (random.chance(0.2)) {
    // All digits, ending or beginning at the very number; wide enough not to name one card.
    const number = BigInt(cardNumber) + BigInt(random.pick([-1, 0, 1]));
    const [low, high] = random.chance(0.5) ? [number - 5_000n, number] : [number, number + 5_000n];
    return { low: low.toString(), high: high.toString() };
  }
  const length = random.pick([6, 8, 10, 15]);
  const here = BigInt(cardNumber.slice(0, length));
  const shown = (value: bigint): string => value.toString().padStart(length, "0");
  const low = shown(here - BigInt(random.pick([-1, 0, 0, 1, 5])));
  const high = shown(here + BigInt(random.pick([-1, 0, 0, 1, 5])));
  return low <= high ? { low, high } : { low: high, high: low };
}

function someTier(
  random: Random,
  currency: string,
  paidOften: number,
): { free: CountInput | null; paid: CountInput | null; fee: { amount: string; currency: string } | null } {
  const paid = random.maybe<CountInput>(paidOften, () => random.pick<CountInput>([0, 1, 2, 4, "UNLIMITED"]));
  const mayHaveFee = paid !== null && paid !== 0;
  return {
    free: random.maybe<CountInput>(0.85, () => random.pick<CountInput>([0, 1, 1, 2, 3, 4, "UNLIMITED"])),
    paid,
    fee: mayHaveFee || random.chance(0.2) ? { amount: String(random.pick([0, 1, 25])), currency } : null,
  };
}

function someGuests(random: Random, currency: string): NonNullable<RulesetInput["guests"]> {
  const kind = (): NonNullable<NonNullable<RulesetInput["guests"]>["adults"]> => ({
    ...someTier(random, currency, 0.5),
    maxPerEntry: random.maybe(0.5, () => random.upTo(4)),
  });
  return {
    adults: random.maybe(0.8, kind),
    children: random.maybe(0.6, kind),
    freeUnderAge: random.maybe(0.3, () => random.between(1, 18)),
    sharedPool: random.maybe(0.3, () => ({ free: random.pick<CountInput>([0, 1, 2, 4, 8, "UNLIMITED"]) })),
  };
}
