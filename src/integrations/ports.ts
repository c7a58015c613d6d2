import type { Money } from "../domain/money.ts";
import type {
  ExternalAnswer,
  TransactionType,
  VerificationAnswer,
  VerificationMethod,
} from "../domain/ruleset/evaluate/facts.ts";

/**
 * What a decision may have to ask outside. The core says that it needs an answer, the shell asks here.
 * A ruleset that wants one of these can't be published while no adapter is connected.
 */

/** Rules kept elsewhere (the source document's "RPM ruleset"). */
export interface ExternalRules {
  readonly isConnected: boolean;
  /** `UNAVAILABLE` for no answer in time: what that means is the ruleset's `onFailure`. Never throws. */
  ask(question: RuleQuestion): Promise<ExternalAnswer>;
}

/** What a rule is told: of the card only what we call it, and whose it is; never its number. */
export interface RuleQuestion {
  /** The same for the same question of the same attempt. */
  readonly id: string;
  readonly ruleId: string;
  readonly cardId: string;
  readonly issuer: { readonly ica: string; readonly country: string; readonly productCode: string } | null;
  readonly location: { readonly id: string; readonly country: string; readonly service: string };
  /** Business time, in milliseconds. */
  readonly at: number;
  /** How long the answer may take. Milliseconds. */
  readonly within: number;
}

/** The acquirer, who verifies a card by account status inquiry or by an amount. Never throws. */
export interface Acquirer {
  readonly isConnected: boolean;
  /** What is authorised to verify a card, and given back. */
  readonly amount: Money;
  /** `outcome: "UNAVAILABLE"` for no answer in time. */
  verify(question: VerifyQuestion): Promise<Verified>;
  /** What became of an amount whose answer was lost. */
  findAmount(key: string, within: number): Promise<FoundAmount>;
  /** Gives an amount back, once however often it is asked. */
  giveBack(key: string, within: number): Promise<GivenBack>;
  /** Charges a fee, once however often it is asked by the same key. */
  charge(charge: ChargeQuestion, within: number): Promise<PaymentAnswer>;
  findCharge(key: string, within: number): Promise<PaymentAnswer>;
  /** Sees to it that a charge which was not made never is; one that was made is told as it is. */
  voidCharge(key: string, within: number): Promise<PaymentAnswer>;
  /** Gives back a part of a charge, once however often it is asked by the same key. */
  refund(refund: RefundQuestion, within: number): Promise<PaymentAnswer>;
  findRefund(refund: Pick<RefundQuestion, "key" | "chargeKey">, within: number): Promise<PaymentAnswer>;
}

/**
 * The reward system: it knows what cards spend, and which of them are enrolled, each by its AREF. It is told no card number.
 * Never throws for what is outside.
 */
export interface Rewards {
  readonly isConnected: boolean;
  /** Where it is; a cursor is of one place. Empty where none is connected. */
  readonly url: string;
  /** Transactions are pulled so often. Seconds. */
  readonly pullSeconds: number;
  /** A page of what came after the cursor; null: from the beginning. */
  transactionsAfter(cursor: string | null, within: number): Promise<RewardPage | RewardSilence>;
  /** What it knows of a card. */
  findEnrolment(question: EnrolmentQuestion, within: number): Promise<EnrolmentFound | RewardSilence>;
}

export interface RewardPage {
  readonly kind: "PAGE";
  readonly items: readonly RewardTransaction[];
  /** Where the next page begins. */
  readonly next: string;
  readonly hasMore: boolean;
}

export interface RewardTransaction {
  readonly transactionId: string;
  readonly aref: string;
  readonly type: TransactionType;
  readonly refersTo: string | null;
  readonly amount: Money;
  readonly mcc: string;
  readonly transactionAt: string;
  readonly postedAt: string | null;
}

export interface EnrolmentQuestion {
  readonly aref: string;
  readonly ica: string;
  readonly productCode: string;
}

/** Null: it did not say. */
export interface EnrolmentFound {
  readonly kind: "FOUND";
  readonly enrolled: boolean;
  readonly ica: string | null;
  readonly productCode: string | null;
  readonly since: string | null;
}

/** `status`: of HTTP, where it refused. */
export interface RewardSilence {
  readonly kind: "NOTHING";
  readonly why: Silence;
  readonly status: number | null;
}

/** `reference`: by which the acquirer charges the card later; null where it gave none. It goes to no event. */
export interface Verified {
  readonly answer: VerificationAnswer;
  readonly reference: string | null;
}

export interface ChargeQuestion {
  readonly key: string;
  readonly reference: string;
  readonly amount: Money;
}

export interface RefundQuestion {
  readonly key: string;
  readonly chargeKey: string;
  readonly amount: Money;
}

/** `NOT_DONE`: nothing was done, and nothing stands in the way of asking again. `NOT_FOUND`: it knows of none. */
export type PaymentAnswer =
  | { readonly kind: "APPROVED" | "DECLINED" | "VOIDED"; readonly responseCode: string | null }
  | { readonly kind: "NOT_FOUND" }
  | { readonly kind: "NOT_DONE" | "UNKNOWN"; readonly why: Silence };

export interface VerifyQuestion {
  readonly method: VerificationMethod;
  /** Asked again by the same key, the acquirer answers as it did. */
  readonly key: string;
  readonly pan: string;
  readonly expiry: string | null;
  /** How long the answer may take. Milliseconds. */
  readonly within: number;
}

/** `NONE`: it never arrived, or nothing was taken. */
export type FoundAmount =
  | { readonly kind: "TAKEN" | "NONE"; readonly responseCode: string | null }
  | { readonly kind: "UNKNOWN"; readonly why: Silence };

export type GivenBack = { readonly kind: "DONE" } | { readonly kind: "UNKNOWN"; readonly why: Silence };

/** Why a system outside has said nothing that counts. */
export const SILENCES = [
  "NOT_CONNECTED",
  /** It failed often of late, and is left alone for a while. */
  "CIRCUIT_OPEN",
  /** The time for this decision was used up before it was asked. */
  "NO_TIME_LEFT",
  /** Nothing reached it. */
  "NOT_SENT",
  /** It may have got the question; its answer did not come in time, or broke off. */
  "NO_ANSWER",
  /** What it said is not of the contract, or is an error of its own. */
  "BAD_ANSWER",
  /** It refused the question as such. */
  "REFUSED",
  /** It could not ask the card's issuer. */
  "ISSUER_AWAY",
] as const;
export type Silence = (typeof SILENCES)[number];

/** No adapter is connected: every question is answered by its absence. */
export const noExternalRules: ExternalRules = {
  isConnected: false,
  ask: () => Promise.resolve({ answer: "UNAVAILABLE", reason: "NOT_CONNECTED" satisfies Silence }),
};

const notConnected = { kind: "UNKNOWN", why: "NOT_CONNECTED" } as const;
const notDone = { kind: "NOT_DONE", why: "NOT_CONNECTED" } as const;

export const noAcquirer: Acquirer = {
  isConnected: false,
  amount: { amount: "0.00", currency: "EUR" },
  verify: ({ method }) =>
    Promise.resolve({
      answer: { method, outcome: "UNAVAILABLE", responseCode: null, why: notConnected.why },
      reference: null,
    }),
  findAmount: () => Promise.resolve(notConnected),
  giveBack: () => Promise.resolve(notConnected),
  charge: () => Promise.resolve(notDone),
  findCharge: () => Promise.resolve(notDone),
  voidCharge: () => Promise.resolve(notDone),
  refund: () => Promise.resolve(notDone),
  findRefund: () => Promise.resolve(notDone),
};

const silent = { kind: "NOTHING", why: "NOT_CONNECTED", status: null } as const;

export const noRewards: Rewards = {
  isConnected: false,
  url: "",
  pullSeconds: 0,
  transactionsAfter: () => Promise.resolve(silent),
  findEnrolment: () => Promise.resolve(silent),
};
