import { card, type CardRefusal } from "../../domain/card/card.ts";
import type { EntryCancelled } from "../../domain/card/events.ts";
import { refuse } from "../../domain/decider.ts";
import { releasePlace } from "../budget/release.ts";
import type { Problem } from "../problem.ts";
import type { Services } from "../services.ts";
import type { Stored } from "../streams.ts";
import type { TerminalAuthenticator } from "../terminals/authenticate.ts";
import { type EntryInput, eventOf, type FindCard, openEntry, ownEntry } from "./openEntry.ts";
import { refusedEntry } from "./refusals.ts";

export interface Cancelled {
  readonly kind: "cancelled";
  readonly stored: Stored<EntryCancelled>;
}

/** The terminal says that nobody came in: the visit is free again, and its place in a budget. */
export async function cancelEntry(
  services: Services,
  authenticator: TerminalAuthenticator,
  findCard: FindCard,
  input: EntryInput & { readonly reason: string | null },
): Promise<Cancelled | Problem> {
  const opened = await openEntry(services, authenticator, findCard, input, "cancel_entry", input.reason);
  if (opened.kind === "problem") return opened;
  const { request, cardId, stream, meta } = opened;
  const { accessId, requestId, reason } = input;
  const result = await services.executor.execute(services.streams.card, {
    stream,
    meta,
    decide: (state) =>
      ownEntry(state, input) === undefined
        ? refuse<CardRefusal>({ code: "ENTRY_NOT_FOUND" })
        : card.decide(state, {
            type: "CancelEntry",
            accessId,
            requestId,
            now: request.now,
            terminal: input.terminal.life.serialNumber,
            reason,
          }),
  });
  if (result.kind === "refused") return refusedEntry(result.refusal);
  const entry = result.folded.state.entries.get(accessId);
  if (entry?.status !== "CANCELLED") throw new Error("a cancelled entry is cancelled");
  const { portfolio } = await services.rulesets.at(request.opening.rulesets);
  if (portfolio.keepsQuota(entry.rulesetId)) {
    const place = { accessId, cardId, now: request.now, meta };
    await releasePlace(services, entry.rulesetId, place, "CANCELLED", entry.at);
  }
  const stored = await eventOf(services, stream, result.stored, entry.endRevision);
  if (stored.event.type !== "EntryCancelled") throw new Error("the revision of a cancellation holds one");
  return { kind: "cancelled", stored: { ...stored, event: stored.event } };
}
