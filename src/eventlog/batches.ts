import type { Batch, FeedOptions, RecordedEvent } from "./log.ts";

/** Most events in a batch, unless the feed's options say otherwise. */
export const DEFAULT_BATCH = 500;

/** What a page holds, in batches as they were asked for; ends when aborted. */
export function* inBatches(
  events: readonly RecordedEvent[],
  { batchSize = DEFAULT_BATCH }: FeedOptions,
  signal: AbortSignal,
): Generator<Batch, void, undefined> {
  for (let from = 0; from < events.length && !signal.aborted; from += batchSize) {
    yield events.length <= batchSize ? events : events.slice(from, from + batchSize);
  }
}
