import type { Money } from "../../money.ts";
import type { Visit } from "../../ruleset/evaluate/facts.ts";
import { type Instant, instant } from "../../time.ts";
import type { GuestEntitlement } from "../../ruleset/verdict.ts";
import type { Allocation, Payment, PaymentStatus } from "../shapes.ts";
import type { ReportData } from "./events.ts";
import type { OfflineFlag } from "./flags.ts";
import type { KeptReport, OfflineChange } from "./history.ts";

/** An entry that a terminal decided by itself, as all that is known of its card has it. */
export interface OfflineEntry {
  readonly accessId: string;
  readonly report: KeptReport;
  /** Where it is placed in windows. Instant. */
  readonly at: number;
  /** What people did with it since; null: nothing. */
  readonly change: OfflineChange | null;
  /** `CANCELLED`: told again of a grant that counts as it was confirmed. */
  readonly status: "COMPLETED" | "REVERSED" | "CANCELLED" | "REJECTED";
  readonly flags: readonly OfflineFlag[];
  /** Null where nobody was let in. */
  readonly allocation: Allocation | null;
  readonly entitlement: GuestEntitlement | null;
  readonly fee: Money | null;
  /** What the terminal took; where it took nothing, what is due. */
  readonly charged: Money | null;
  readonly paymentStatus: PaymentStatus;
  /** As it counts; null where it does not. */
  readonly visit: Visit | null;
}

/** A clock that is ahead can't have seen what is still to come: such a report counts when it was heard. */
export function placedAt({ occurredAt, at }: ReportData): Instant {
  return Math.min(instant(occurredAt), instant(at));
}

export function paymentOf(payment: Payment | null, due: Money | null): PaymentStatus {
  if (payment !== null) return "PAID";
  return due === null ? "NONE" : "PENDING";
}

/** Whether somebody has still to look at it: what is amiss was not all there when it was looked at. */
export function waitsForReview(flags: readonly string[], change: OfflineChange | null): boolean {
  const seen = new Set(change?.review?.flags ?? []);
  return flags.some((flag) => !seen.has(flag));
}
