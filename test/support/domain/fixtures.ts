import { type CompiledRuleset, compileRuleset } from "../../../src/domain/ruleset/evaluate/compile.ts";
import type { RulesetVersion } from "../../../src/domain/ruleset/stream.ts";
import type {
  CardFacts,
  CardTransaction,
  CheckFacts,
  LocationFacts,
  Visit,
} from "../../../src/domain/ruleset/evaluate/facts.ts";
import { evaluate, type Verdict } from "../../../src/domain/ruleset/evaluate/evaluate.ts";
import { compilePortfolio, type Portfolio } from "../../../src/domain/ruleset/evaluate/portfolio.ts";
import type { RulesetBody } from "../../../src/domain/ruleset/events.ts";
import { rulesetInput, type RulesetInput } from "../../../src/domain/ruleset/input.ts";
import { DAY, type Instant, instant } from "../../../src/domain/time.ts";
import { padPan } from "../../../src/domain/accountRange.ts";
import { ISSUER, LOCATION, RULESET } from "./ids.ts";

/** Things with sensible members, of which a test says only what it is about. */

export const NOW: Instant = instant("2027-03-10T12:00:00.000Z");

export function bodyOf(input: Partial<RulesetInput> = {}): RulesetBody {
  return rulesetInput.parse({ name: "Lounge", ...input });
}

export function versionOf(
  input: Partial<RulesetInput> = {},
  rest: Partial<RulesetVersion> = {},
): RulesetVersion {
  return { id: RULESET, version: 1, body: bodyOf(input), inForceFrom: 0, inForceTo: null, ...rest };
}

export function compiledOf(
  input: Partial<RulesetInput> = {},
  rest: Partial<RulesetVersion> = {},
): CompiledRuleset {
  return compileRuleset(versionOf(input, rest));
}

export function portfolioOf(...versions: readonly RulesetVersion[]): Portfolio {
  return compilePortfolio(versions);
}

export function placeOf(rest: Partial<LocationFacts> = {}): LocationFacts {
  return { id: LOCATION, country: "POL", service: "LOUNGE", cooldownMinutes: null, ...rest };
}

export function cardOf(rest: Partial<CardFacts> = {}): CardFacts {
  return {
    replaced: false,
    frozen: false,
    enrolled: false,
    asiFailed: false,
    open: null,
    visits: [],
    adjustments: [],
    ...rest,
  };
}

export function visitOf(rest: Partial<Visit> = {}): Visit {
  const at = rest.at ?? NOW - DAY;
  return {
    accessId: "visit",
    rulesetId: RULESET,
    locationId: LOCATION,
    at,
    confirmedAt: at,
    paid: false,
    adults: { free: 0, paid: 0 },
    children: { free: 0, paid: 0 },
    ...rest,
  };
}

export function purchaseOf(rest: Partial<CardTransaction> = {}): CardTransaction {
  return {
    id: "t1",
    type: "PURCHASE",
    refersTo: null,
    minor: 10_000n,
    currency: "EUR",
    mcc: "5941",
    at: NOW - DAY,
    ...rest,
  };
}

export function spendFactsOf(...transactions: readonly CardTransaction[]): NonNullable<CheckFacts["spend"]> {
  return { transactions, rates: { find: () => null }, watermark: "w1", receivedAt: null };
}

export function factsOf(rest: Partial<CheckFacts> = {}): CheckFacts {
  return {
    now: NOW,
    location: placeOf(),
    terminalTrust: "KEY",
    issuer: ISSUER,
    cardNumber: { kind: "number", padded: padPan("5100000000000008") },
    card: cardOf(),
    spend: null,
    cardExpiresAt: null,
    budgets: new Map(),
    externalAnswers: new Map(),
    verification: null,
    ...rest,
  };
}

export function verdictOn(facts: Partial<CheckFacts>, ...versions: readonly RulesetVersion[]): Verdict {
  return evaluate(factsOf(facts), portfolioOf(...versions));
}

/** `GRANTED FREE`, `LIMIT_EXCEEDED`, `NEEDS verification`, ... for tables. */
export function inShort(verdict: Verdict): string {
  switch (verdict.kind) {
    case "granted":
      return `GRANTED ${verdict.cost}`;
    case "rejected":
      return verdict.code;
    case "needs":
      return `NEEDS ${verdict.need.kind}`;
  }
}
