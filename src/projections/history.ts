import type { EventOf } from "../domain/streams.ts";
import type { EventLog } from "../eventlog/log.ts";
import { FeedEvent } from "./events.ts";

/**
 * A card's events from the first up to a revision: for what follows from all of them together, in whatever order they came.
 * What came after the batch is left out, so that tables which are built anew come out the same.
 */
export type History = (stream: string, upTo: number) => Promise<readonly EventOf["card"][]>;

const PAGE = 500;

export function historyOf(log: Pick<EventLog, "read">): History {
  return async (stream, upTo) => {
    const events: EventOf["card"][] = [];
    for (let from = 0; from <= upTo; from += PAGE) {
      const limit = Math.min(PAGE, upTo - from + 1);
      for (const recorded of await log.read(stream, { from, limit })) {
        const read = new FeedEvent(recorded).read("card");
        if (read.kind === "card") events.push(read.event);
      }
    }
    return events;
  };
}
