import type { ActorRef } from "../../actor.ts";
import { accept, type Decision, refuse } from "../../decider.ts";
import { type Instant, iso } from "../../time.ts";
import type { CardEvent } from "../events.ts";
import type { CardState } from "../state.ts";
import type { ReportData, ReviewDecision } from "./events.ts";

/** What a terminal tells of the time when its line was down, and what people do with it. */

export interface ReportOffline {
  readonly now: Instant;
  readonly report: Omit<ReportData, "at">;
}

export interface ReviewOffline {
  readonly accessId: string;
  readonly now: Instant;
  readonly by: ActorRef;
  readonly decision: ReviewDecision;
  readonly reason: string | null;
  /** All that is amiss, what follows from other cards among it. */
  readonly flags: readonly string[];
}

export type OfflineRefusal = { readonly code: "ENTRY_NOT_FOUND" } | { readonly code: "NOTHING_TO_REVIEW" };

/** It happened, so that it is never refused; told again by the same terminal it is not written again. */
export function reportOffline(state: CardState, { now, report }: ReportOffline): Decision<CardEvent, never> {
  const copies = state.offline.reports.get(report.accessId) ?? [];
  if (copies.some(({ data }) => data.terminal === report.terminal)) return accept();
  return accept({ type: "OfflineEntryReported", data: { at: iso(Math.max(now, state.lastAt)), ...report } });
}

/** The same decision on the same flags is not written again. */
export function reviewOffline(state: CardState, command: ReviewOffline): Decision<CardEvent, OfflineRefusal> {
  const { accessId, by, decision, reason, flags } = command;
  const entry = state.placed.entries.get(accessId);
  if (entry === undefined) return refuse({ code: "ENTRY_NOT_FOUND" });
  if (flags.length === 0) return refuse({ code: "NOTHING_TO_REVIEW" });
  const before = entry.change?.review ?? null;
  const isSame = before?.decision === decision && before.reason === reason;
  if (isSame && flags.every((flag) => before.flags.includes(flag))) return accept();
  const at = iso(Math.max(command.now, state.lastAt));
  return accept({
    type: "OfflineEntryReviewed",
    data: { at, accessId, by, decision, reason, flags: [...flags] },
  });
}
