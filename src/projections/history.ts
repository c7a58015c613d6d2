import { card } from "../domain/card/card.ts";
import { cardStream } from "../domain/card/events.ts";
import type { CardState } from "../domain/card/state.ts";
import type { EventLog, Position } from "../eventlog/log.ts";
import { FeedEvent } from "./events.ts";

/**
 * A card as its events up to the end of the batch make it: for what follows from all of them together, in whatever order
 * they came. What came after the batch is left out, so that tables which are built anew come out the same.
 */
export type History = (cardId: string) => Promise<CardState>;

const PAGE = 500;

/** For one batch: a card that several read models ask for is read once. */
export function historiesOf(log: Pick<EventLog, "read">): (upTo: Position) => History {
  const known = new Map<string, Promise<CardState>>();
  return (upTo) => async (cardId) => {
    const name = `${cardId} ${upTo}`;
    const reading = known.get(name) ?? foldUpTo(log, cardStream(cardId), upTo);
    known.set(name, reading);
    return await reading;
  };
}

async function foldUpTo(log: Pick<EventLog, "read">, stream: string, upTo: Position): Promise<CardState> {
  let state = card.initial;
  for (let from = 0; ; from += PAGE) {
    const page = await log.read(stream, { from, limit: PAGE });
    for (const recorded of page) {
      if (recorded.position > upTo) return state;
      const read = new FeedEvent(recorded).read("card");
      if (read.kind === "card") state = card.evolve(state, read.event);
    }
    if (page.length < PAGE) return state;
  }
}
