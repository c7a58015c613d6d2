import type { Readable } from "node:stream";
import { LogUnavailableError } from "../log.ts";
import { Wakeup } from "../waiting.ts";

const FOREVER_MS = 2_147_483_647;

export interface IncomingOptions {
  /** Most items in one batch. */
  readonly batchSize: number;
  readonly signal: AbortSignal;
  /** Longest silence, in milliseconds; absent: for as long as it takes. */
  readonly patienceMs?: number;
}

/**
 * What a stream of the client holds, in batches of what has arrived; reads no further while the consumer works.
 * The client emits its errors without ending the stream, and tells of no silence: both are made up for here.
 * @throws the stream's error, or LogUnavailableError after too long a silence
 */
export async function* incoming<Item>(
  stream: Readable,
  isItem: (item: unknown) => item is Item,
  { batchSize, signal, patienceMs = FOREVER_MS }: IncomingOptions,
): AsyncGenerator<readonly Item[], void, undefined> {
  const news = new Wakeup();
  const ring = (): void => news.ring();
  const end: { failure?: Error; isOver: boolean } = { isOver: false };
  stream.on("error", (error) => {
    end.failure ??= error;
    ring();
  });
  for (const over of ["end", "close"]) {
    stream.on(over, () => {
      end.isOver = true;
      ring();
    });
  }
  stream.on("readable", ring);
  try {
    let quietSince = performance.now();
    while (!signal.aborted) {
      const seen = news.rings;
      const batch: Item[] = [];
      while (batch.length < batchSize) {
        const item: unknown = stream.read();
        if (!isItem(item)) break;
        batch.push(item);
      }
      if (batch.length > 0) {
        yield batch;
        quietSince = performance.now();
        continue;
      }
      if (end.failure !== undefined) throw end.failure;
      if (end.isOver) return;
      const left = patienceMs - (performance.now() - quietSince);
      if (left <= 0) throw new LogUnavailableError("EventStoreDB: the server says nothing any more");
      await news.wait(seen, Math.ceil(left), signal);
    }
  } finally {
    stream.destroy();
  }
}
