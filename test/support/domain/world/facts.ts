import type { RulesetVersion } from "../../../../src/domain/ruleset/stream.ts";
import type {
  BudgetFacts,
  CardFacts,
  CardTransaction,
  CheckFacts,
  ExternalAnswer,
  Rates,
  SpendFacts,
  Visit,
} from "../../../../src/domain/ruleset/evaluate/facts.ts";
import { minorDigits, ratio } from "../../../../src/domain/money.ts";
import { DAY, type Instant, MINUTE } from "../../../../src/domain/time.ts";
import type { Window } from "../../../../src/domain/window.ts";
import { budgetOf } from "../holds.ts";
import { LOCATIONS, RULESETS } from "../ids.ts";
import type { Random } from "../random.ts";
import { COUNTRIES, CURRENCIES, ICAS, MCCS, PRODUCTS, somePast } from "./vocabulary.ts";

/** Random facts: a card with a past, at a place, with all that its rulesets look at. */

export function someFacts(
  random: Random,
  now: Instant,
  padded: string,
  versions: readonly RulesetVersion[],
): CheckFacts {
  const windows = versions.flatMap(({ body }): Window[] => {
    const own = [body.cardholder?.window ?? null, body.totalUsage?.window ?? null];
    return own.filter((window) => window !== null);
  });
  return {
    now,
    location: random.maybe(0.98, () => ({
      id: random.pick(LOCATIONS),
      country: random.pick(COUNTRIES),
      service: random.pick(["LOUNGE", "FAST_LINE"]),
      cooldownMinutes: random.maybe(0.3, () => random.pick([0, 60, 1440])),
    })),
    terminalTrust: random.pick(["BEARER", "KEY", "KEY", "ATTESTED"]),
    issuer: random.maybe(0.95, () => ({
      ica: random.pick(ICAS),
      issuerName: "Bank",
      country: random.pick(COUNTRIES),
      productCode: random.pick(PRODUCTS),
      productName: null,
    })),
    cardNumber: { kind: "number", padded },
    cardExpiresAt: random.maybe(0.15, () => now + random.pick([-1, 0, 1, DAY, 40 * DAY])),
    card: someCard(random, now, windows),
    spend: versions.some(({ body }) => body.spend !== null) ? someSpend(random, now, versions) : null,
    budgets: new Map(
      versions
        .filter(({ body }) => body.totalUsage !== null)
        .map(({ id }) => [id, someBudget(random, now, windows)]),
    ),
    externalAnswers: new Map(
      random.some(versions, 0.85).map(({ id }) => [
        id,
        {
          answer: random.pick<ExternalAnswer["answer"]>(["MET", "MET", "NOT_MET", "UNAVAILABLE"]),
          reason: random.maybe(0.5, () => "not in the programme"),
        },
      ]),
    ),
    verification: random.maybe(0.85, () => ({
      method: random.pick(["ASI", "AMOUNT"]),
      outcome: random.pick(["PASSED", "PASSED", "FAILED", "INSUFFICIENT_FUNDS", "UNAVAILABLE"]),
      responseCode: random.maybe(0.5, () => "05"),
    })),
  };
}

/** Some places are of entries that are still open, and lapse five minutes after their grant. */
function someBudget(random: Random, now: Instant, windows: readonly Window[]): BudgetFacts {
  const held = random.times(random.upTo(6), () => somePast(random, now, windows));
  const open = random.chance(0.4)
    ? random.times(random.between(1, 3), () => now - random.upTo(5 * MINUTE - 1))
    : [];
  return budgetOf(held, open);
}

function someCard(random: Random, now: Instant, windows: readonly Window[]): CardFacts {
  const visits = random.chance(0.75)
    ? random.times(random.upTo(7), () => someVisit(random, now, windows))
    : [];
  return {
    replaced: random.chance(0.02),
    frozen: random.chance(0.03),
    enrolled: random.chance(0.6),
    asiFailed: random.chance(0.4),
    open: random.maybe(0.06, () => ({ accessId: "open", expiresAt: now + random.pick([-1, 0, 1, MINUTE]) })),
    visits,
    adjustments: random.chance(0.2)
      ? random.times(random.between(1, 2), () => ({
          rulesetId: random.pick(RULESETS),
          at: somePast(random, now, windows),
          free: random.between(-2, 2),
          paid: random.between(-1, 1),
          // Some were used before this product counted.
          ...(random.chance(0.4)
            ? { guests: { adults: someHeads(random), children: someHeads(random) } }
            : {}),
        }))
      : [],
  };
}

function someHeads(random: Random): Visit["adults"] {
  return random.chance(0.6) ? { free: 0, paid: 0 } : { free: random.upTo(2), paid: random.upTo(2) };
}

function someVisit(random: Random, now: Instant, windows: readonly Window[]): Visit {
  const at = somePast(random, now, windows);
  const heads = (): Visit["adults"] => someHeads(random);
  return {
    accessId: "",
    rulesetId: random.chance(0.6) ? RULESETS[0] : random.pick(RULESETS),
    locationId: random.pick(LOCATIONS),
    at,
    confirmedAt: Math.min(now, at + random.pick([0, 1, MINUTE, 59 * MINUTE])),
    paid: random.chance(0.3),
    adults: heads(),
    children: heads(),
  };
}

export function someSpend(random: Random, now: Instant, versions: readonly RulesetVersion[]): SpendFacts {
  const edges = versions.flatMap(({ body }) => {
    const { spend } = body;
    if (spend === null) return [];
    const grace = (spend.graceDays ?? 0) * DAY;
    return [now - spend.days * DAY, now - grace - spend.days * DAY, now - grace];
  });
  const count = random.upTo(6);
  const transactions: CardTransaction[] = [];
  const types = ["PURCHASE", "PURCHASE", "PURCHASE", "REFUND", "REVERSAL"] as const;
  for (let index = 0; index < count; index++) {
    const edge = edges[random.upTo(edges.length)];
    const type = random.pick(types);
    const currency = random.pick(CURRENCIES);
    transactions.push({
      id: `t${String(index)}`,
      type,
      // Some name what is not there, what comes later, or themselves.
      refersTo: type === "PURCHASE" || random.chance(0.2) ? null : `t${String(random.upTo(count))}`,
      minor:
        BigInt(random.pick([1, 50, 99, 100, 101])) *
        10n ** BigInt(random.chance(0.8) ? minorDigits(currency) : 0),
      currency,
      mcc: random.pick(MCCS),
      at:
        edge !== undefined && random.chance(0.5)
          ? edge + random.pick([-1, 0, 1])
          : random.chance(0.1)
            ? now + random.pick([1, DAY])
            : now - random.upTo(40 * DAY) + random.upTo(1),
    });
  }
  return { transactions, rates: someRates(random), watermark: "w", receivedAt: null };
}

const TEXTS = ["0.23", "1", "4.3217", "0.0061", "163.5"] as const;

/** Rates that depend on the day, so that converting by the wrong day is seen. */
function someRates(random: Random): Rates {
  const missing = random.chance(0.2) ? random.pick(CURRENCIES) : null;
  const shift = random.upTo(4);
  return {
    find(day, from, to) {
      if (from === missing) return null;
      const text =
        TEXTS[(Number(day.slice(8)) + shift + from.charCodeAt(0) + to.charCodeAt(0)) % TEXTS.length] ?? "1";
      return { rate: ratio(text), text };
    },
  };
}
