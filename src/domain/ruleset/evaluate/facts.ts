import type { Issuer } from "../../accountRange.ts";
import type { RejectionCode, TrustTier } from "../../codes.ts";
import type { Ratio } from "../../money.ts";
import type { Instants } from "../../instants.ts";
import type { Instant } from "../../time.ts";

/** All that a decision may look at. Whatever is not in here has no influence. */
export interface CheckFacts {
  readonly now: Instant;
  /** Where the terminal stands; null while it belongs to no location. */
  readonly location: LocationFacts | null;
  readonly terminalTrust: TrustTier;
  /** What the account-range table says of the card; null where no range holds it. */
  readonly issuer: Issuer | null;
  readonly cardNumber: CardNumber;
  /** The end of the card's last month at the place; null where the terminal sent no expiry. */
  readonly cardExpiresAt: Instant | null;
  readonly card: CardFacts;
  /** Only where a ruleset that could apply, now or later, looks at spend. */
  readonly spend: SpendFacts | null;
  /** Per ruleset with a budget. */
  readonly budgets: ReadonlyMap<string, BudgetFacts>;
  /** Answers of external rules so far, by ruleset id. */
  readonly externalAnswers: ReadonlyMap<string, ExternalAnswer>;
  readonly verification: VerificationAnswer | null;
}

/** A ruleset's budget over all cards. */
export interface BudgetFacts {
  /** The instants of all its places. */
  readonly held: Instants;
  /** Of these, by access id, the places of entries that are not confirmed: each frees when its entry lapses. */
  readonly open: {
    get(accessId: string): { readonly at: Instant } | undefined;
    entries(): Iterable<readonly [string, { readonly at: Instant }]>;
  };
  /** The attempt that is decided: its own place is not what stands in its way. */
  readonly own: string | null;
}

export interface LocationFacts {
  readonly id: string;
  readonly country: string;
  readonly service: string;
  readonly cooldownMinutes: number | null;
}

/** In life the card's number, filled up to 19 digits; in a replay the criteria ranges it was seen in. */
export type CardNumber =
  | { readonly kind: "number"; readonly padded: string }
  | { readonly kind: "ranges"; readonly keys: ReadonlySet<string> };

/** The card as its own stream tells it. */
export interface CardFacts {
  /** Another card took its place. */
  readonly replaced: boolean;
  readonly frozen: boolean;
  readonly enrolled: boolean;
  /** A granted entry that is neither confirmed, cancelled nor lapsed. */
  readonly open: { readonly accessId: string; readonly expiresAt: Instant } | null;
  /** Completed and not reversed, in the order of confirmation. */
  readonly visits: readonly Visit[];
  readonly adjustments: readonly Adjustment[];
  /** The last attempt ended in `CARD_ASI_FAILED`: the next verifies by amount, where configured. */
  readonly asiFailed: boolean;
}

export interface Visit {
  readonly accessId: string;
  /** Null for one that no ruleset lets in: it happened while the terminal's line was down, and counts in none. */
  readonly rulesetId: string | null;
  readonly locationId: string;
  /** The instant of the grant: places the visit in windows. */
  readonly at: Instant;
  /** Cooldown and reversal limits run from here. */
  readonly confirmedAt: Instant;
  /** Whether the cardholder paid. */
  readonly paid: boolean;
  readonly adults: Heads;
  readonly children: Heads;
}

export interface Heads {
  readonly free: number;
  readonly paid: number;
}

/** Visits given (positive) or taken (negative) by hand, counted in the window that holds `at`. */
export interface Adjustment {
  readonly rulesetId: string;
  readonly at: Instant;
  readonly free: number;
  readonly paid: number;
  /** Who came along at visits that were used before this product counted; absent: given or taken by hand. */
  readonly guests?: { readonly adults: Heads; readonly children: Heads } | undefined;
}

export type TransactionType = "PURCHASE" | "REFUND" | "REVERSAL";

export interface CardTransaction {
  readonly id: string;
  readonly type: TransactionType;
  /** The transaction a refund or reversal names, or null. */
  readonly refersTo: string | null;
  readonly minor: bigint;
  readonly currency: string;
  readonly mcc: string;
  readonly at: Instant;
}

export interface SpendFacts {
  readonly transactions: readonly CardTransaction[];
  readonly rates: Rates;
  /** How far the record of transactions was read: opaque, kept as evidence. */
  readonly watermark: string;
  /** When the newest of these transactions was received; null for none. */
  readonly receivedAt: Instant | null;
}

export interface Rates {
  /** Whole units of `to` for one of `from` on a UTC day (`YYYY-MM-DD`), with its source; null where unknown. */
  find(day: string, from: string, to: string): { readonly rate: Ratio; readonly text: string } | null;
}

/** What an outside system that was asked said; `UNAVAILABLE`: nothing that counts. */
export interface ExternalAnswer {
  readonly answer: "MET" | "NOT_MET" | "UNAVAILABLE";
  /** Its own words; of one that said nothing, why. */
  readonly reason: string | null;
}

export type VerificationMethod = "ASI" | "AMOUNT";

export interface VerificationAnswer {
  readonly method: VerificationMethod;
  readonly outcome: "PASSED" | "FAILED" | "INSUFFICIENT_FUNDS" | "UNAVAILABLE";
  /** The card network's response code (ISO 8583 field 39), where there was one. */
  readonly responseCode: string | null;
  /** Why there was no answer that counts; absent where there was one. */
  readonly why?: string | undefined;
  /** The acquirer gave a reference by which it charges the card; absent: none. */
  readonly isReferenced?: boolean | undefined;
}

/** Codes that trying again, later or with the same card, may clear. */
export const RETRYABLE: ReadonlySet<RejectionCode> = new Set([
  "TEMPORARILY_BLOCKED",
  "COOLDOWN_ACTIVE",
  "CARD_ASI_FAILED",
]);
