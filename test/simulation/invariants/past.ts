import type { CardEvent } from "../../../src/domain/card/events.ts";
import type { ReportData } from "../../../src/domain/card/offline/events.ts";
import { LATE_CONFIRM_ENDS } from "../../../src/domain/policies.ts";
import type { Fact } from "../facts.ts";

/** What one card had done before an event, told from its events alone and in the plainest way. */
export interface Past {
  frozen: boolean;
  replaced: boolean;
  readonly entries: Map<string, Entry>;
  readonly given: { readonly rulesetId: string; readonly at: number; readonly free: number }[];
  /** What terminals told of, by access id: each copy in the order in which it came. */
  readonly told: Map<string, ReportData[]>;
  /** Of those: reversed as a whole, and guests that were taken out. */
  readonly reversed: Set<string>;
  readonly takenOut: Map<string, number>;
}

export interface Entry {
  readonly terminal: string;
  /** Null for an offline entry that no ruleset lets in. */
  readonly rulesetId: string | null;
  readonly locationId: string;
  readonly cost: "FREE" | "PAID";
  readonly at: number;
  readonly expiresAt: number;
  status: "PENDING" | "COMPLETED" | "REVERSED" | "CANCELLED" | "EXPIRED";
  confirmedAt: number;
  /** Guests that were let in free. */
  guestsFree: number;
}

export function noPast(): Past {
  return {
    frozen: false,
    replaced: false,
    entries: new Map(),
    given: [],
    told: new Map(),
    reversed: new Set(),
    takenOut: new Map(),
  };
}

export function pastOf(events: readonly Fact<CardEvent>[]): Past {
  const past = noPast();
  for (const { event } of events) remember(past, event);
  return past;
}

/** What an event does; a move that must not be is answered. */
export function remember(past: Past, event: CardEvent): readonly string[] {
  switch (event.type) {
    case "EntryGranted": {
      const { accessId, at, terminal, ruleset, location, cost, expiresAt } = event.data;
      if (past.entries.has(accessId)) return ["granted twice"];
      past.entries.set(accessId, {
        terminal,
        rulesetId: ruleset.id,
        locationId: location.id,
        cost,
        at: Date.parse(at),
        expiresAt: Date.parse(expiresAt),
        status: "PENDING",
        confirmedAt: 0,
        guestsFree: 0,
      });
      return [];
    }
    case "EntryConfirmed": {
      const { accessId, at, offline, allocation } = event.data;
      const entry = past.entries.get(accessId);
      if (entry === undefined) return ["confirmed and never granted"];
      const before = entry.status;
      entry.status = "COMPLETED";
      entry.confirmedAt = Date.parse(at);
      if (offline !== undefined)
        entry.confirmedAt = Math.min(entry.confirmedAt, Math.max(entry.at, Date.parse(offline.occurredAt)));
      entry.guestsFree = allocation.adults.free;
      if (offline === undefined && entry.confirmedAt - entry.at >= LATE_CONFIRM_ENDS)
        return ["confirmed too late"];
      return before === "PENDING" || before === "EXPIRED" ? [] : [`confirmed when it was ${before}`];
    }
    case "EntryCancelled":
      return move(past, event.data.accessId, "PENDING", "CANCELLED");
    case "EntryLapsed":
      return move(past, event.data.accessId, "PENDING", "EXPIRED");
    case "EntryReversed": {
      const { accessId } = event.data;
      if (!past.told.has(accessId)) return move(past, accessId, "COMPLETED", "REVERSED");
      const isTwice = past.reversed.has(accessId);
      past.reversed.add(accessId);
      return isTwice ? ["reversed twice"] : [];
    }
    case "CardFrozen":
    case "CardUnfrozen":
      past.frozen = event.type === "CardFrozen";
      return [];
    case "VisitsAdjusted": {
      const { rulesetId, at, free } = event.data;
      past.given.push({ rulesetId, at: Date.parse(at), free });
      return [];
    }
    case "EntryCorrected": {
      const { accessId, removed, allocation } = event.data;
      const entry = past.entries.get(accessId);
      if (entry !== undefined) entry.guestsFree = allocation.adults.free;
      else if (past.told.has(accessId))
        past.takenOut.set(accessId, (past.takenOut.get(accessId) ?? 0) + removed.adults);
      else return ["corrected and never granted"];
      return [];
    }
    case "OfflineEntryReported": {
      const { accessId, terminal } = event.data;
      const copies = past.told.get(accessId) ?? [];
      past.told.set(accessId, [...copies, event.data]);
      return copies.some((copy) => copy.terminal === terminal) ? ["told twice by one terminal"] : [];
    }
    case "CardReplaced": {
      const isTwice = past.replaced;
      past.replaced = true;
      return isTwice ? ["replaced twice"] : [];
    }
    case "AdjustmentProposed":
    case "AdjustmentDeclined":
    case "AdjustmentWithdrawn":
    case "OpeningBalanceTaken":
    case "CardInherited":
    case "EntryRejected":
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
    case "OfflineEntryReviewed":
    case "CardJoined":
    case "CardAbsorbed":
    case "CardEnrolled":
    case "CardUnenrolled":
    case "EnrolmentVerified":
    case "CardHashShown":
      return [];
  }
}

function move(past: Past, accessId: string, from: Entry["status"], to: Entry["status"]): readonly string[] {
  const entry = past.entries.get(accessId);
  const before = entry?.status;
  if (entry !== undefined) entry.status = to;
  return before === from ? [] : [`${to} when it was ${before ?? "never granted"}`];
}
