import type { Proposal } from "../domain/card/adjustment/proposals.ts";
import type { Adjustment } from "../domain/ruleset/evaluate/facts.ts";
import type { CommandAction } from "../domain/command/events.ts";
import type { CommandStatus } from "../domain/command/life.ts";
import type { ActorRef } from "../domain/actor.ts";
import type { Charge, PaymentState } from "../domain/card/charge/charge.ts";
import type { ChargeEvent } from "../domain/card/charge/events.ts";
import type { EntryFlag } from "../domain/card/events.ts";
import type { GuestCounts, PaymentStatus } from "../domain/card/shapes.ts";
import type { ReportData } from "../domain/card/offline/events.ts";
import type { OfflineFlag } from "../domain/card/offline/flags.ts";
import type { OfflineChange } from "../domain/card/offline/history.ts";
import type { EntryMode, RejectionCode, TrustTier } from "../domain/codes.ts";
import type { Money } from "../domain/money.ts";
import type { OperationType } from "../domain/card/operationTypes.ts";
import type { Cost } from "../domain/ruleset/verdict.ts";

/** The rows of the read models. How each evolves and is asked for: `src/projections/`. */

export type OperationStatus = "PENDING" | "COMPLETED" | "CANCELLED" | "EXPIRED" | "REJECTED" | "REVERSED";

/** What was taken back, by whom and why. `at` is RFC 3339. */
export interface TakenBack {
  readonly at: string;
  readonly by: ActorRef;
  readonly reason: string | null;
  readonly refund: Money | null;
}

/** Guests taken out of a completed entry. */
export interface Correction extends TakenBack {
  readonly removed: GuestCounts;
}

/** `OVERTAKEN`: an offline entry that was reported later had used up what this one was let in by. */
export type OperationFlag = EntryFlag | OfflineFlag | "OVERTAKEN";

/** What a report says, and what was done with it. */
export interface OfflineReportRow
  extends Pick<
    ReportData,
    | "number"
    | "mode"
    | "occurredAt"
    | "uncertaintySeconds"
    | "listVersion"
    | "refusal"
    | "grant"
    | "circumstances"
  > {
  /** When it was received. RFC 3339. */
  readonly reportedAt: string;
  /** The terminals that sent it. */
  readonly terminals: readonly string[];
  /** Online entries that would not have been let in as they were. */
  readonly overtakes: readonly string[];
  readonly review: OfflineChange["review"];
}

/** What was asked, heard or decided of a payment. `at` is RFC 3339. */
export interface PaymentStep {
  readonly at: string;
  readonly what: ChargeEvent["type"];
  /** Of the charge or refund, as the acquirer knows it. */
  readonly key: string;
  readonly amount: Money | null;
  readonly outcome: string | null;
  /** ISO 8583, field 39. */
  readonly responseCode: string | null;
  /** Why nothing was heard; or why a person said so. */
  readonly why: string | null;
  readonly by: ActorRef | null;
}

export interface PaymentRow {
  readonly access_id: string;
  readonly card_id: string;
  readonly revision: number;
  readonly state: PaymentState;
  readonly charge: Charge;
  readonly steps: readonly PaymentStep[];
  readonly requested_at: Date;
  readonly changed_at: Date;
  readonly is_open: boolean;
  readonly for_person: boolean;
  readonly unknown_since: Date | null;
}

export interface OperationRow {
  readonly access_id: string;
  readonly stream: string;
  readonly decided_revision: number;
  readonly revision: number;
  readonly request_id: string | null;
  readonly card_id: string;
  readonly terminal: string;
  readonly merchant_id: string | null;
  readonly location_id: string | null;
  readonly location_name: string | null;
  readonly country: string | null;
  readonly service: string | null;
  readonly type: OperationType;
  readonly status: OperationStatus;
  readonly code: RejectionCode | null;
  readonly at: Date;
  readonly expires_at: Date | null;
  readonly confirmed_at: Date | null;
  readonly last_change_at: Date;
  /** Null where a report does not say. */
  readonly entry_mode: EntryMode | null;
  readonly ica: string | null;
  readonly ica_name: string | null;
  readonly product_code: string | null;
  readonly issuer_country: string | null;
  readonly ruleset_id: string | null;
  readonly ruleset_name: string | null;
  readonly ruleset_version: number | null;
  readonly cost: Cost | null;
  readonly adults_free: number;
  readonly adults_paid: number;
  readonly children_free: number;
  readonly children_paid: number;
  readonly free_children: number;
  readonly charged_amount: string | null;
  readonly charged_currency: string | null;
  readonly payment_status: PaymentStatus;
  readonly card_auth_response_code: string | null;
  readonly flags: readonly OperationFlag[];
  readonly cancel_reason: string | null;
  readonly reversal: TakenBack | null;
  readonly corrections: readonly Correction[];
  /** Of the terminal; null where it stood nowhere. */
  readonly trust: TrustTier | null;
  /** Null for what was decided online, as all below. */
  readonly offline: OfflineReportRow | null;
  readonly report_id: string | null;
  /** Those of the flags that follow from the card's own stream. */
  readonly card_flags: readonly OperationFlag[];
  readonly reviewed_flags: readonly string[];
  readonly review: "ACCEPTED" | "DISPUTED" | null;
  /** Somebody has to look at it. */
  readonly waits: boolean;
  /** Offline entries that were reported later, and had used up what this one was let in by. */
  readonly overtaken_by: readonly string[];
  /** Entries of all cards that the ruleset lets the terminal decide within 24 hours. */
  readonly cap_max: number | null;
  /** The programme's budget, and the window that holds the entry. */
  readonly budget_max: number | null;
  readonly budget_from: Date | null;
  readonly budget_to: Date | null;
}

/** A card that is one account with another. */
export interface OperationJoinedCardRow {
  readonly card_id: string;
}

/** How many operations of one kind were asked for in a quarter of an hour. Texts are empty where there is nothing. */
export interface OperationCountRow {
  /** When the quarter begins. */
  readonly slot: Date;
  readonly location_id: string;
  readonly merchant_id: string;
  readonly service: string;
  readonly ica: string;
  readonly ruleset_id: string;
  readonly status: string;
  readonly code: string;
  readonly cost: string;
  readonly currency: string;
  readonly payment_status: string;
  readonly type: string;
  readonly operations: number;
  /** How many of them have guests. */
  readonly with_guests: number;
  readonly adults_free: number;
  readonly adults_paid: number;
  readonly children_free: number;
  readonly children_paid: number;
  readonly free_children: number;
  /** Decimal, in the currency. */
  readonly charged: string;
  readonly refunded: string;
}

export interface CardRow {
  readonly card_id: string;
  readonly revision: number;
  readonly frozen: boolean;
  readonly frozen_at: Date | null;
  readonly frozen_reason: string | null;
  readonly enrolled: boolean;
  readonly asi_failed: boolean;
  readonly open_access_id: string | null;
  readonly open_expires_at: Date | null;
  readonly ica: string | null;
  readonly ica_name: string | null;
  readonly product_code: string | null;
  readonly product_name: string | null;
  readonly issuer_country: string | null;
  readonly first_seen_at: Date;
  readonly last_seen_at: Date;
  /** Terminals have told of entries that they let in by themselves. */
  readonly has_offline: boolean;
  /** It is one account with another. */
  readonly is_joined: boolean;
  /** What the reward system knows it by. */
  readonly aref: string | null;
  /** Null while it is not enrolled. */
  readonly enrolled_at: Date | null;
  /** The card that took its place. */
  readonly replaced_by: string | null;
}

/** A grant that may still be confirmed, or a visit that counts: then `confirmed_at` is set. */
export interface VisitRow {
  readonly access_id: string;
  readonly card_id: string;
  readonly ruleset_id: string;
  readonly location_id: string;
  readonly at: Date;
  readonly confirmed_at: Date | null;
  readonly confirm_revision: number | null;
  readonly paid: boolean;
  readonly adults_free: number;
  readonly adults_paid: number;
  readonly children_free: number;
  readonly children_paid: number;
}

/** Only of rulesets in which a visit counts. */
export interface UsageRow {
  readonly ruleset_id: string;
  readonly visits: number;
}

/** What was given to a card, taken from it, or used before this product counted. */
export interface CardAdjustmentRow {
  readonly card_id: string;
  readonly revision: number;
  readonly adjustment_id: string;
  readonly ruleset_id: string;
  readonly at: Date;
  readonly free: number;
  readonly paid: number;
  readonly by_id: string;
  readonly by_role: string;
  readonly reason: string;
  /** Of visits that were used before; null: given or taken by hand. */
  readonly guests: NonNullable<Adjustment["guests"]> | null;
}

/** An adjustment with its proposal. */
export interface AdjustmentRow {
  readonly adjustment_id: string;
  readonly card_id: string;
  readonly ruleset_id: string;
  readonly free: number;
  readonly paid: number;
  readonly reason: string;
  /** `DIRECT`: made by one alone. */
  readonly status: Proposal["status"] | "DIRECT";
  readonly at: Date;
  readonly by_id: string;
  readonly by_role: string;
  readonly decided_at: Date | null;
  readonly decided_by_id: string | null;
  readonly decided_by_role: string | null;
  readonly decided_reason: string | null;
}

/** A certificate that was signed for a terminal. */
export interface CertificateRow {
  readonly serial_number: string;
  readonly terminal: string;
  readonly pos_id: string;
  readonly fingerprint: string;
  readonly subject: string;
  readonly key_made_by: "DEVICE" | "SERVER";
  readonly not_before: Date;
  readonly not_after: Date;
  readonly until: Date;
  readonly issued_at: Date;
  readonly ended_at: Date | null;
  readonly ended_by: "REVOKED" | "REPLACED" | "UNPAIRED" | "REMOVED" | null;
}

/** What is listed by name. */
export type DirectoryKind = "merchant" | "location" | "terminal" | "ruleset" | "user" | "key" | "enrollment";

export interface DirectoryRow<State = object> {
  readonly kind: DirectoryKind;
  readonly id: string;
  readonly revision: number;
  readonly name: string;
  /** The name as it is sorted by. */
  readonly name_key: string;
  readonly deleted: boolean;
  readonly created_at: Date;
  readonly modified_at: Date;
  readonly merchant_id: string | null;
  readonly location_id: string | null;
  readonly country: string | null;
  readonly service: string | null;
  readonly city: string | null;
  readonly status: string | null;
  readonly email: string | null;
  readonly role: string | null;
  readonly icas: readonly string[] | null;
  readonly state: State;
}

export interface HoldRow {
  readonly ruleset_id: string;
  readonly access_id: string;
  readonly card_id: string;
  readonly attempt_key: string | null;
  readonly status: "RESERVED" | "COMMITTED";
  /** Null for a late confirmation whose place had been given back. */
  readonly reserved_at: Date | null;
  /** Places the visit in windows. */
  readonly visit_at: Date;
}

/** What a device was asked to do. */
export interface CommandRow {
  readonly command_id: string;
  readonly serial_number: string;
  readonly action: CommandAction;
  /** As it was written down last. */
  readonly status: CommandStatus;
  readonly failure_code: string | null;
  readonly late: "SUCCEEDED" | "FAILED" | null;
  readonly amount: string | null;
  readonly currency: string | null;
  readonly by_id: string;
  readonly by_role: string;
  readonly queued_at: Date;
  readonly expires_at: Date;
  readonly changed_at: Date;
}
