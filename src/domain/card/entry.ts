import { z } from "zod";
import { storedMoney } from "../money.ts";
import { cost, guestEntitlement } from "../ruleset/verdict.ts";
import { storedCharge } from "./charge/charge.ts";
import { allocation, guestCounts, payment, paymentStatus } from "./shapes.ts";

/** A granted entry in compact form. A union on `status`, so that an illegal move does not compile. */

const granted = {
  accessId: z.string(),
  terminal: z.string(),
  locationId: z.string(),
  merchantId: z.string().nullable(),
  rulesetId: z.string(),
  rulesetVersion: z.number(),
  at: z.number(),
  expiresAt: z.number(),
  cost,
  fee: storedMoney.nullable(),
  entitlement: guestEntitlement,
  /** By the acquirer: the terminal collects nothing. */
  isCharged: z.boolean(),
  /** Where in the stream the grant stands. */
  grantRevision: z.number(),
};

const confirmed = {
  ...granted,
  confirmedAt: z.number(),
  confirmRevision: z.number(),
  /** As the terminal said them: a repeat is told from a different confirmation by these. */
  guests: guestCounts,
  /** As corrected since. */
  allocation,
  charged: storedMoney.nullable(),
  paymentStatus,
  /** As the terminal told it, with the confirmation or after it. */
  payment: payment.nullable(),
  /** Where in the stream it was told after the confirmation. */
  paymentRevision: z.number().nullable(),
  /** Of the fee, by the acquirer; null where it is not asked for any. */
  charge: storedCharge.nullable(),
};

export const storedEntry = z.discriminatedUnion("status", [
  z.object({ status: z.literal("PENDING"), ...granted }),
  z.object({ status: z.literal("COMPLETED"), ...confirmed }),
  z.object({ status: z.literal("REVERSED"), ...confirmed }),
  z.object({ status: z.literal("CANCELLED"), ...granted, endRevision: z.number() }),
  z.object({ status: z.literal("EXPIRED"), ...granted, endRevision: z.number() }),
]);
export type Entry = z.infer<typeof storedEntry>;
/** Completed, or reversed since. */
export type ConfirmedEntry = Extract<Entry, { status: "COMPLETED" | "REVERSED" }>;
export type CompletedEntry = Extract<Entry, { status: "COMPLETED" }>;
export type PendingEntry = Extract<Entry, { status: "PENDING" }>;

export function isConfirmed(entry: Entry): entry is ConfirmedEntry {
  return entry.status === "COMPLETED" || entry.status === "REVERSED";
}
