import { cardStream, type Evidence } from "../../domain/card/events.ts";
import type { TraceStep } from "../../domain/ruleset/verdict.ts";
import type { Operation } from "../../projections/index.ts";
import type { Services } from "../services.ts";

/** What stands in the card's stream of how an operation was decided. */
export interface Decided {
  readonly trace: readonly TraceStep[];
  readonly evidence: Evidence | null;
  readonly collectedBy: "ACQUIRER" | null;
}
const NOTHING_DECIDED: Decided = { trace: [], evidence: null, collectedBy: null };

/** A tap at a terminal without a location was decided by that alone: it has no trace. */
export async function decisionOf(
  services: Pick<Services, "streams">,
  { cardId, stream, decidedRevision }: Pick<Operation, "cardId" | "stream" | "decidedRevision">,
): Promise<Decided> {
  if (stream !== cardStream(cardId)) return NOTHING_DECIDED;
  const stored = await services.streams.card.eventAt(stream, decidedRevision);
  const event = stored?.event;
  // The terminal decided by itself.
  if (event?.type === "OfflineEntryReported") return NOTHING_DECIDED;
  if (event?.type !== "EntryGranted" && event?.type !== "EntryRejected") {
    throw new Error(`${stream} has no decision at revision ${String(decidedRevision)}`);
  }
  const { trace, evidence } = event.data;
  const collectedBy = event.type === "EntryGranted" ? (event.data.collectedBy ?? null) : null;
  return { trace, evidence, collectedBy };
}
