import { z } from "zod";
import { ulid } from "../../domain/codes.ts";
import type { CardRead, StoredTransfer } from "../../domain/command/events.ts";
import { type CommandLife, type CommandStatus, statusAt, timedOut } from "../../domain/command/life.ts";
import { currencyCode, toMinor } from "../../domain/money.ts";
import { metadata } from "../../domain/terminal/about.ts";
import { type Instant, iso } from "../../domain/time.ts";
import { deviceId, tagsInput } from "./deviceShape.ts";
import { linksOf } from "./envelope.ts";

/** The document's Transfer, in its own casing: every member that its two examples have. */

const minor = z.int().min(1).max(99_999_999_999);
const idempotencyId = z
  .string()
  .regex(/^[\x20-\x7e]{1,64}$/, "1 to 64 printable ASCII characters are wanted")
  .nullable()
  .default(null)
  .describe("The same id of the same caller is the same transfer; with other content it is refused.");

export const saleBody = z.strictObject({
  amount: minor.describe("Minor units."),
  currency: currencyCode,
  device: deviceId,
  operation_key: z.enum(["CARD_PRESENT_DEBIT", "CARD_PRESENT_SALE"]).default("CARD_PRESENT_DEBIT"),
  tags: tagsInput.default({}),
  idempotency_id: idempotencyId,
  access_id: ulid
    .nullable()
    .default(null)
    .describe(
      "Not in the vendor's document: the entry whose fee this is. It has to be confirmed, and unpaid.",
    ),
});

export const reversalBody = z.strictObject({
  refund_amount: minor.nullable().default(null).describe("Minor units; absent: all that is left."),
  tags: tagsInput.default({}),
  idempotency_id: idempotencyId,
});

/** Of the vendor's, and always null here. */
const nothing = z.null().describe("Of the vendor's document; nothing here is behind it.");
const text = z.string().nullable();

const cardDetails = z.object({
  emv_data: z
    .object({
      application_identifier: text,
      application_label: text,
      application_preferred_name: nothing,
      application_transaction_counter: nothing,
      cryptogram: nothing,
      issuer_code_table_index: nothing,
      network_emv_response: nothing,
      pin_verified: z.boolean().describe("Always false: it is not told."),
      tags: nothing,
    })
    .describe("What the chip said, as far as the device tells it."),
  masked_account_number: text.describe("With its last four digits only."),
  name: nothing,
  brand: z.string().describe("`UNKNOWN` where the device does not tell it."),
  entry_mode: z.string().describe("`UNKNOWN` where the device does not tell it."),
  payment_type: text,
  approval_code: text,
  digital_signature_file_id: nothing,
});

export const transferShape = z.object({
  id: z.string(),
  created_at: z.string(),
  updated_at: z.string(),
  "3ds_redirect_url": nothing,
  access_id: text,
  additional_buyer_charges: nothing,
  additional_healthcare_data: nothing,
  additional_purchase_data: nothing,
  address_verification: nothing,
  amount: z.int().describe("Minor units."),
  amount_requested: z.int().describe("Minor units."),
  application: nothing,
  capture_amount: z.int().nullable().describe("Minor units; null until it has succeeded."),
  card_present_details: cardDetails,
  currency: z.string(),
  destination: nothing,
  device: z.string(),
  expires_at: z.string(),
  externally_funded: z.literal("UNKNOWN"),
  failure_code: text,
  failure_message: text,
  fee: z.int().describe("Always 0."),
  fee_profile: nothing,
  idempotency_id: text,
  is_void: z.boolean(),
  merchant: text,
  merchant_identity: nothing,
  messages: z.array(z.string()),
  operation_key: z.string(),
  parent_transfer: text.describe("Of a reversal: the transfer that it gives back."),
  parent_transfer_trace_id: text,
  raw: nothing,
  ready_to_settle_at: nothing,
  receipt_last_printed_at: nothing,
  security_code_verification: nothing,
  source: nothing,
  split_transfers: z.array(z.string()).describe("Always empty."),
  state: z.enum(["PENDING", "SUCCEEDED", "FAILED"]),
  statement_descriptor: nothing,
  subtype: z.literal("API"),
  supplemental_fee: nothing,
  tags: metadata,
  tip_amount: nothing,
  trace_id: z.string(),
  type: z.enum(["DEBIT", "REVERSAL"]),
  void_state: z.literal("UNATTEMPTED"),
  _links: linksOf(
    ...["self", "application", "transfer", "device", "merchant_identity", "payment_instruments"],
    ...["reversals", "fees", "disputes", "fee_profile", "parent"],
  ),
});
export type Transfer = z.infer<typeof transferShape>;

const STATES: Readonly<Record<CommandStatus, Transfer["state"]>> = {
  QUEUED: "PENDING",
  DISPATCHED: "PENDING",
  SUCCEEDED: "SUCCEEDED",
  FAILED: "FAILED",
  CANCELLED: "FAILED",
  TIMED_OUT: "FAILED",
};

/** @throws Error for a command that moves no money */
export function transferView(life: CommandLife, base: string, now: Instant): Transfer {
  const { id, transfer, action } = life;
  if (transfer === null) throw new Error("a transfer moves money");
  const status = statusAt(life, now);
  const failure = life.failure ?? (status === "TIMED_OUT" ? timedOut(life) : null);
  const amount = Number(toMinor(transfer.amount));
  const isReversal = action === "REVERSAL";
  return {
    ...{ id, created_at: iso(life.queuedAt), updated_at: iso(life.changedAt) },
    ...NOTHING,
    access_id: transfer.accessId,
    amount,
    amount_requested: amount,
    capture_amount: status === "SUCCEEDED" ? amount : null,
    card_present_details: cardOf(life.card),
    currency: transfer.amount.currency,
    device: transfer.deviceId,
    expires_at: iso(life.expiresAt),
    failure_code: failure?.code ?? null,
    failure_message: failure?.message ?? null,
    fee: 0,
    idempotency_id: transfer.idempotencyId,
    is_void: false,
    merchant: transfer.merchantId,
    messages: failure === null || failure.message === "" ? [] : [failure.message],
    operation_key: transfer.operationKey,
    parent_transfer: transfer.parent,
    parent_transfer_trace_id: transfer.parent,
    split_transfers: [],
    state: STATES[status],
    tags: transfer.tags,
    trace_id: id,
    type: isReversal ? "REVERSAL" : "DEBIT",
    _links: linksTo(base, id, transfer),
  };
}

const NOTHING = {
  "3ds_redirect_url": null,
  additional_buyer_charges: null,
  additional_healthcare_data: null,
  additional_purchase_data: null,
  address_verification: null,
  application: null,
  destination: null,
  externally_funded: "UNKNOWN",
  fee_profile: null,
  merchant_identity: null,
  raw: null,
  ready_to_settle_at: null,
  receipt_last_printed_at: null,
  security_code_verification: null,
  source: null,
  statement_descriptor: null,
  subtype: "API",
  supplemental_fee: null,
  tip_amount: null,
  void_state: "UNATTEMPTED",
} as const;

function linksTo(base: string, id: string, { deviceId: of, parent }: StoredTransfer): Transfer["_links"] {
  const self = `${base}/transfers/${id}`;
  const none = { href: null };
  return {
    self: { href: self },
    application: none,
    transfer: { href: self },
    device: { href: `${base}/devices/${of}` },
    merchant_identity: none,
    payment_instruments: none,
    reversals: { href: `${self}/reversals` },
    fees: none,
    disputes: none,
    fee_profile: none,
    parent: { href: parent === null ? null : `${base}/transfers/${parent}` },
  };
}

function cardOf(card: CardRead | null): Transfer["card_present_details"] {
  return {
    emv_data: {
      application_identifier: card?.applicationIdentifier ?? null,
      application_label: card?.applicationLabel ?? null,
      application_preferred_name: null,
      application_transaction_counter: null,
      cryptogram: null,
      issuer_code_table_index: null,
      network_emv_response: null,
      pin_verified: false,
      tags: null,
    },
    masked_account_number: card?.maskedAccountNumber ?? null,
    name: null,
    brand: card?.brand ?? "UNKNOWN",
    entry_mode: card?.entryMode ?? "UNKNOWN",
    payment_type: card?.paymentType ?? null,
    approval_code: card?.approvalCode ?? null,
    digital_signature_file_id: null,
  };
}
