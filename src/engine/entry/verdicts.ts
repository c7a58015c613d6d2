import { type CardEvent, cardStream } from "../../domain/card/events.ts";
import type { CardState } from "../../domain/card/state.ts";
import { eventId } from "../../eventlog/codec.ts";
import type { Services } from "../services.ts";
import type { Stored } from "../streams.ts";
import { type Attempt, metaOf, type Verdict } from "./attempt.ts";

/** What stands in a card's stream of an attempt already. */

/** The grant of this access id, if the attempt was made before. */
export async function verdictBefore(
  services: Services,
  cardId: string,
  state: CardState,
  accessId: string,
): Promise<Stored<Verdict> | null> {
  const entry = state.entries.get(accessId);
  if (entry === undefined) return null;
  const stored = await services.streams.card.eventAt(cardStream(cardId), entry.grantRevision);
  return stored === null ? null : verdictIn([stored]);
}

/** The verdict that an attempt came to before it was given up so many times, or before its terminal lost its place. */
export async function storedVerdict(
  services: Services,
  attempt: Attempt,
  generation: number,
): Promise<Stored<Verdict> | null> {
  const ids = new Set<string>();
  for (let earlier = 0; earlier <= generation; earlier++) {
    const { caller, operation, requestId } = metaOf(services, attempt, earlier).identity;
    ids.add(eventId(caller, operation, requestId, 0));
  }
  const events = await services.log.read(cardStream(attempt.cardId));
  const found = events.find((one) => ids.has(one.id));
  return found === undefined ? null : verdictIn([services.streams.card.read(found)]);
}

export function verdictIn(stored: readonly Stored<CardEvent>[]): Stored<Verdict> {
  for (const one of stored) {
    const { event } = one;
    if (event.type === "EntryGranted" || event.type === "EntryRejected") return { ...one, event };
  }
  throw new Error("an attempt ends in a grant or a rejection");
}
