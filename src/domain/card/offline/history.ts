import { z } from "zod";
import { actorRef } from "../../actor.ts";
import { storedMoney } from "../../money.ts";
import type { CardEvent } from "../events.ts";
import { guestCounts, paymentStatus } from "../shapes.ts";
import { type OfflineEntryReported, offlineEntryReported, reviewDecision } from "./events.ts";

/** What a card's stream holds of entries that were let in while the line was down, as it was told. */

const taken = z.object({
  at: z.string(),
  by: actorRef,
  reason: z.string().nullable(),
  refund: storedMoney.nullable(),
});
const change = z.object({
  reversal: taken.nullable(),
  corrections: z.array(taken.extend({ removed: guestCounts })),
  /** As a reversal or correction left it; null: as it follows from the report. */
  paymentStatus: paymentStatus.nullable(),
  review: z
    .object({
      at: z.string(),
      by: actorRef,
      decision: reviewDecision,
      reason: z.string().nullable(),
      flags: z.array(z.string()),
    })
    .nullable(),
  revision: z.number(),
});
/** What people did with an entry after it was reported. */
export type OfflineChange = z.infer<typeof change>;

export const storedOfflineHistory = z.object({
  reports: z.array(z.object({ revision: z.number(), data: offlineEntryReported.shape.data })),
  changes: z.array(z.tuple([z.string(), change])),
});

export interface KeptReport {
  readonly revision: number;
  readonly data: OfflineEntryReported["data"];
}

export interface OfflineHistory {
  /** By access id, in the order in which they came: the same report may come from two terminals. */
  readonly reports: ReadonlyMap<string, readonly KeptReport[]>;
  readonly changes: ReadonlyMap<string, OfflineChange>;
}

export const NO_OFFLINE_HISTORY: OfflineHistory = { reports: new Map(), changes: new Map() };

const UNCHANGED: OfflineChange = {
  reversal: null,
  corrections: [],
  paymentStatus: null,
  review: null,
  revision: -1,
};

/** With this event in it; the same object where it says nothing of an offline entry. */
export function evolveOffline(history: OfflineHistory, event: CardEvent, revision: number): OfflineHistory {
  switch (event.type) {
    case "OfflineEntryReported": {
      const { accessId } = event.data;
      const copies = [...(history.reports.get(accessId) ?? []), { revision, data: event.data }];
      return { ...history, reports: new Map(history.reports).set(accessId, copies) };
    }
    case "OfflineEntryReviewed": {
      const { accessId, at, by, decision, reason, flags } = event.data;
      return changed(history, accessId, revision, { review: { at, by, decision, reason, flags } });
    }
    case "EntryReversed": {
      const { accessId, at, by, reason, refund, paymentStatus: status } = event.data;
      if (!history.reports.has(accessId)) return history;
      return changed(history, accessId, revision, {
        reversal: { at, by, reason, refund },
        paymentStatus: status,
      });
    }
    case "EntryCorrected": {
      const { accessId, at, by, reason, refund, removed } = event.data;
      if (!history.reports.has(accessId)) return history;
      const corrections = history.changes.get(accessId)?.corrections ?? [];
      return changed(history, accessId, revision, {
        corrections: [...corrections, { at, by, reason, refund, removed }],
        ...(event.data.paymentStatus === undefined ? {} : { paymentStatus: event.data.paymentStatus }),
      });
    }
    case "EntryGranted":
    case "EntryRejected":
    case "EntryConfirmed":
    case "EntryCancelled":
    case "EntryLapsed":
    case "AttemptAbandoned":
    case "PaymentRecorded":
    case "ChargeRequested":
    case "ChargeUnknown":
    case "ChargeSettled":
    case "RefundRequested":
    case "RefundUnknown":
    case "RefundSettled":
    case "PaymentGivenUp":
    case "PaymentResolved":
    case "CardFrozen":
    case "CardUnfrozen":
    case "CardEnrolled":
    case "CardUnenrolled":
    case "EnrolmentVerified":
    case "CardHashShown":
    case "VisitsAdjusted":
    case "AdjustmentProposed":
    case "AdjustmentDeclined":
    case "AdjustmentWithdrawn":
    case "OpeningBalanceTaken":
    case "CardJoined":
    case "CardAbsorbed":
    case "CardReplaced":
    case "CardInherited":
      return history;
  }
}

function changed(
  history: OfflineHistory,
  accessId: string,
  revision: number,
  change: Partial<OfflineChange>,
): OfflineHistory {
  const before = history.changes.get(accessId) ?? UNCHANGED;
  return { ...history, changes: new Map(history.changes).set(accessId, { ...before, ...change, revision }) };
}

/** As a snapshot keeps it. */
export function storeOffline({ reports, changes }: OfflineHistory): z.infer<typeof storedOfflineHistory> {
  return { reports: [...reports.values()].flat(), changes: [...changes] };
}

export function restoreOffline({ reports, changes }: z.infer<typeof storedOfflineHistory>): OfflineHistory {
  const byId = new Map<string, KeptReport[]>();
  for (const report of reports) {
    const copies = byId.get(report.data.accessId) ?? [];
    copies.push(report);
    byId.set(report.data.accessId, copies);
  }
  return { reports: byId, changes: new Map(changes) };
}
