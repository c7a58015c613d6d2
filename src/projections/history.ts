import { card } from "../domain/card/card.ts";
import { cardStream } from "../domain/card/events.ts";
import type { CardState } from "../domain/card/state.ts";
import type { EventLog } from "../eventlog/log.ts";
import { FeedEvent } from "./events.ts";

/**
 * A card as its events up to a revision make it: for what follows from all of them together, in whatever order they came.
 * What came after the batch is left out, so that tables which are built anew come out the same.
 */
export type History = (cardId: string, upTo: number) => Promise<CardState>;

const PAGE = 500;

/** For one batch: a card that several read models ask for is read once. */
export function historyOf(log: Pick<EventLog, "read">): History {
  const known = new Map<string, Promise<CardState>>();
  return async (cardId, upTo) => {
    const name = `${cardId} ${String(upTo)}`;
    const reading = known.get(name) ?? foldUpTo(log, cardStream(cardId), upTo);
    known.set(name, reading);
    return await reading;
  };
}

async function foldUpTo(log: Pick<EventLog, "read">, stream: string, upTo: number): Promise<CardState> {
  let state = card.initial;
  for (let from = 0; from <= upTo; from += PAGE) {
    const limit = Math.min(PAGE, upTo - from + 1);
    for (const recorded of await log.read(stream, { from, limit })) {
      const read = new FeedEvent(recorded).read("card");
      if (read.kind === "card") state = card.evolve(state, read.event);
    }
  }
  return state;
}
