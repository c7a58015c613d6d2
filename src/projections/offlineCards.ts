import type { CardEvent } from "../domain/card/events.ts";
import type { CardState } from "../domain/card/state.ts";
import type { ReadEvent } from "./events.ts";
import type { History } from "./history.ts";

/** Cards whose terminals have told of entries that they let in by themselves: what those come to follows from all of them. */

/** May change what offline entries come to, if the card has any. */
const TOUCHING: ReadonlySet<CardEvent["type"]> = new Set([
  "OfflineEntryReported",
  "OfflineEntryReviewed",
  "EntryConfirmed",
  "EntryReversed",
  "EntryCorrected",
  "VisitsAdjusted",
  "CardReplaced",
]);

/** Of a batch, the cards that have to be looked at, with the revision of the last event that was read of them. */
export function touchedCards(events: readonly ReadEvent[]): ReadonlyMap<string, number> {
  const touched = new Set<string>();
  const last = new Map<string, number>();
  for (const { kind, id, revision, event } of events) {
    if (kind !== "card") continue;
    last.set(id, revision);
    if (TOUCHING.has(event.type)) touched.add(id);
  }
  return new Map([...last].filter(([id]) => touched.has(id)));
}

/** Those that the batch itself shows to have such entries. */
export function reportedCards(events: readonly ReadEvent[]): ReadonlySet<string> {
  return new Set(
    events.flatMap(({ kind, id, event }) =>
      kind === "card" && event.type === "OfflineEntryReported" ? [id] : [],
    ),
  );
}

/** Each card as it is with the batch. */
export async function foldCards(
  history: History,
  cards: Iterable<readonly [cardId: string, upTo: number]>,
): Promise<ReadonlyMap<string, CardState>> {
  const states = new Map<string, CardState>();
  for (const [cardId, upTo] of cards) {
    states.set(cardId, await history(cardId, upTo));
  }
  return states;
}
