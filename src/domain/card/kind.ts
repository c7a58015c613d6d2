import { type Identity, type StreamKind, typesOf } from "../streamKind.ts";
import { cardEvent, type CardEvent } from "./events.ts";
import { cardSnapshots } from "./snapshots.ts";
import { type CardState, evolveCard, initialCard } from "./state.ts";

/** What is written once for an entry, whoever comes first. */
function identityOf({ type, data }: CardEvent): Identity | null {
  // The card's next command or the sweeper.
  if (type === "EntryLapsed") return { caller: "card", operation: "lapse", requestId: data.accessId };
  // By a second confirmation.
  if (type === "PaymentRecorded") return { caller: "card", operation: "payment", requestId: data.accessId };
  return null;
}

export const cardKind: StreamKind<CardState, CardEvent> = {
  decider: { initial: initialCard, evolve: evolveCard },
  event: cardEvent,
  types: typesOf(cardEvent),
  snapshots: cardSnapshots,
  identityOf,
};
