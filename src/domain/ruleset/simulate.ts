import { RANGE_DIGITS, type Issuer } from "../accountRange.ts";
import type { TrustTier } from "../codes.ts";
import type { Instant } from "../time.ts";
import { evaluate } from "./evaluate/evaluate.ts";
import type {
  BudgetFacts,
  CardNumber,
  CardTransaction,
  CheckFacts,
  ExternalAnswer,
  LocationFacts,
  Rates,
  VerificationAnswer,
  Visit,
} from "./evaluate/facts.ts";
import type { Portfolio } from "./evaluate/portfolio.ts";
import type { Granted, Rejected } from "./verdict.ts";

/** A card at a place that were only thought up, to see what the rules would decide. */
export interface Example {
  readonly now: Instant;
  readonly location: LocationFacts;
  readonly terminalTrust: TrustTier;
  readonly issuer: Issuer | null;
  /** The first digits of its number; null: it lies in none of the ranges that a rule names. */
  readonly numberStart: string | null;
  readonly isEnrolled: boolean;
  readonly isFrozen: boolean;
  readonly visits: readonly Visit[];
  readonly transactions: readonly CardTransaction[];
  readonly rates: Rates;
  readonly budgets: ReadonlyMap<string, BudgetFacts>;
  /** What everybody outside would answer. */
  readonly externalRule: ExternalAnswer["answer"];
  readonly verification: VerificationAnswer["outcome"];
}

/** What the rules decide on it, by the evaluator that decides on real cards. */
export function simulate(example: Example, portfolio: Portfolio): Granted | Rejected {
  const externalAnswers = new Map<string, ExternalAnswer>();
  let verification: VerificationAnswer | null = null;
  for (;;) {
    const verdict = evaluate({ ...factsOf(example), externalAnswers, verification }, portfolio);
    if (verdict.kind !== "needs") return verdict;
    const { need } = verdict;
    switch (need.kind) {
      case "externalRule":
        externalAnswers.set(need.rulesetId, { answer: example.externalRule, reason: null });
        break;
      case "verification":
        verification = { method: need.method, outcome: example.verification, responseCode: null };
        break;
    }
  }
}

function factsOf(example: Example): Omit<CheckFacts, "externalAnswers" | "verification"> {
  const { now, location, terminalTrust, issuer, isEnrolled, isFrozen, visits, transactions } = example;
  return {
    now,
    location,
    terminalTrust,
    issuer,
    cardNumber: numberOf(example),
    cardExpiresAt: null,
    card: {
      replaced: false,
      frozen: isFrozen,
      enrolled: isEnrolled,
      open: null,
      visits,
      adjustments: [],
      asiFailed: false,
    },
    spend: { transactions, rates: example.rates, watermark: "0", receivedAt: null },
    budgets: example.budgets,
  };
}

function numberOf({ numberStart }: Example): CardNumber {
  return numberStart === null
    ? { kind: "ranges", keys: new Set() }
    : { kind: "number", padded: numberStart.padEnd(RANGE_DIGITS, "0") };
}
