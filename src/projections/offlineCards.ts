import type { CardEvent } from "../domain/card/events.ts";
import { placeAccount } from "../domain/card/offline/account.ts";
import type { CardState } from "../domain/card/state.ts";
import type { ReadEvent } from "./events.ts";
import type { History } from "./history.ts";

/** Cards whose terminals have told of entries that they let in by themselves: what those come to follows from all of them. */

/** What makes two cards one account, in the stream of each. */
const JOINING: ReadonlySet<CardEvent["type"]> = new Set([
  "CardJoined",
  "CardAbsorbed",
  "CardReplaced",
  "CardInherited",
]);

/** May change what offline entries of the account come to, if it has any. */
const TOUCHING: ReadonlySet<CardEvent["type"]> = new Set([
  ...JOINING,
  "OfflineEntryReported",
  "OfflineEntryReviewed",
  "EntryConfirmed",
  "EntryReversed",
  "EntryCorrected",
  "VisitsAdjusted",
]);

/** Of a batch, the cards that have to be looked at. */
export function touchedCards(events: readonly ReadEvent[]): ReadonlySet<string> {
  return cardsWith(events, ({ type }) => TOUCHING.has(type));
}

/** Those that the batch itself shows to have such entries. */
export function reportedCards(events: readonly ReadEvent[]): ReadonlySet<string> {
  return cardsWith(events, ({ type }) => type === "OfflineEntryReported");
}

/** Those that the batch itself shows to be one account with another. */
export function joinedCards(events: readonly ReadEvent[]): ReadonlySet<string> {
  return cardsWith(events, isJoining);
}

export function isJoining({ type }: CardEvent): boolean {
  return JOINING.has(type);
}

function cardsWith(
  events: readonly ReadEvent[],
  matches: (event: CardEvent) => boolean,
): ReadonlySet<string> {
  return new Set(events.flatMap((read) => (read.kind === "card" && matches(read.event) ? [read.id] : [])));
}

/** Each of these cards as it is with the batch, and with it all cards of its account, where terminals told of any of them. */
export async function foldAccounts(
  history: History,
  cards: Iterable<string>,
): Promise<ReadonlyMap<string, CardState>> {
  const states = new Map<string, CardState>();
  for (const cardId of cards) {
    if (states.has(cardId)) continue;
    const account = [...(await accountOf(history, cardId))];
    const placed = placeAccount(account.map(([, state]) => state));
    if (!placed.some(({ offline }) => offline.reports.size > 0)) continue;
    account.forEach(([id, state], index) => states.set(id, placed[index] ?? state));
  }
  return states;
}

/** Two cards are one account once both streams say so: the same from whichever of them it is looked at. */
export async function accountOf(history: History, cardId: string): Promise<ReadonlyMap<string, CardState>> {
  const account = new Map([[cardId, await history(cardId)]]);
  for (const [id, { joined, joinedInto }] of account) {
    for (const other of joinedInto === null ? joined : [...joined, joinedInto]) {
      if (account.has(other)) continue;
      const state = await history(other);
      const isMutual = other === joinedInto ? state.joined.includes(id) : state.joinedInto === id;
      if (isMutual) account.set(other, state);
    }
  }
  // In one order, whichever was asked for.
  return new Map([...account].sort(([a], [b]) => (a < b ? -1 : 1)));
}
