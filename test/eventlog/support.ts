import { randomUUID } from "node:crypto";
import { sha256 } from "../../src/eventlog/codec.ts";
import type {
  AppendResult,
  Batch,
  EventData,
  EventLog,
  ExpectedRevision,
  FeedOptions,
  Position,
  RecordedEvent,
} from "../../src/eventlog/log.ts";

/** A new event; its body names what it is for, so that a failure can be read. */
export function event(body = '{"n":1}', id: string = randomUUID()): EventData {
  return { id, type: "Tested", body, hash: sha256(body) };
}

export function events(count: number): EventData[] {
  return Array.from({ length: count }, (_, index) => event(JSON.stringify({ index })));
}

/** The result, for a test that can't go on without one. */
export function stored(result: AppendResult): Exclude<AppendResult, { outcome: "conflict" }> {
  if (result.outcome === "conflict") throw new Error(`conflict, the stream is at ${result.actual}`);
  return result;
}

/** Appends, and waits until feeds deliver it. */
export async function appendAndReach(
  log: EventLog,
  stream: string,
  batch: readonly EventData[],
  expected: ExpectedRevision = "any",
): Promise<Position> {
  const { position } = stored(await log.append(stream, batch, { expected }));
  await reached(log, position);
  return position;
}

/**
 * Resolves when feeds deliver this position: an append is durable and readable at once, but a feed may hold it back
 * while an older transaction is open anywhere on the server.
 */
export async function reached(log: EventLog, position: Position): Promise<void> {
  const deadline = performance.now() + 15_000;
  while ((await log.head()) < position) {
    if (performance.now() > deadline)
      throw new Error(`${position} is not delivered, the head is ${await log.head()}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

export async function all(batches: AsyncIterable<Batch>): Promise<RecordedEvent[]> {
  const found: RecordedEvent[] = [];
  for await (const batch of batches) found.push(...batch);
  return found;
}

/** Subscribes until `count` events have come. Rejects after `ms` milliseconds with what is missing. */
export async function take(
  log: EventLog,
  count: number,
  options: Omit<FeedOptions, "signal">,
  ms = 15_000,
): Promise<RecordedEvent[]> {
  const found: RecordedEvent[] = [];
  const signal = AbortSignal.timeout(ms);
  for await (const batch of log.subscribe({ ...options, signal })) {
    found.push(...batch);
    if (found.length >= count) return found;
  }
  throw new Error(`only ${found.length} of ${count} events came within ${ms} ms`);
}

/**
 * Collects a subscription in the background. After `restartEvery` events at the earliest it is dropped in the
 * middle of a batch and started again after the last event that was taken, as a projection does after a crash.
 */
export function collect(
  log: EventLog,
  options: Omit<FeedOptions, "signal">,
  restartEvery = Number.POSITIVE_INFINITY,
): { readonly found: RecordedEvent[]; readonly restarts: () => number; stop(): Promise<void> } {
  const found: RecordedEvent[] = [];
  const stopping = new AbortController();
  let restarts = 0;
  const run = async (): Promise<void> => {
    let after = options.after;
    while (!stopping.signal.aborted) {
      let untilRestart = restartEvery;
      const feed = log.subscribe({ ...options, after, signal: stopping.signal });
      restart: for await (const batch of feed) {
        for (const recorded of batch) {
          found.push(recorded);
          after = recorded.position;
          untilRestart -= 1;
          if (untilRestart <= 0) break restart;
        }
      }
      restarts += 1;
    }
  };
  const running = run();
  // Told by `stop`; until then a failure must not count as unhandled.
  running.catch(() => undefined);
  return {
    found,
    restarts: () => restarts,
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}

/** Resolves when `done` says so; rejects after `ms` milliseconds with what `state` tells. */
export async function eventually(
  done: () => boolean | Promise<boolean>,
  state: () => string,
  ms = 15_000,
): Promise<void> {
  const deadline = performance.now() + ms;
  while (!(await done())) {
    if (performance.now() > deadline) throw new Error(`not within ${ms} ms: ${state()}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** What is wrong with a feed that should hold each of these ids once, each stream in order; empty when it is right. */
export function faults(feed: readonly RecordedEvent[], ids: Iterable<string>): string[] {
  const found: string[] = [];
  const seen = new Set<string>();
  const next = new Map<string, number>();
  let position = "";
  const places = new Set<string>();
  for (const { id, stream, revision, position: here } of feed) {
    if (places.has(`${id} ${stream}`)) found.push(`${id} doubled in ${stream}`);
    places.add(`${id} ${stream}`);
    seen.add(id);
    const expected = next.get(stream) ?? 0;
    if (revision !== expected) found.push(`${stream}: ${revision} where ${expected} should be`);
    next.set(stream, revision + 1);
    if (here <= position) found.push(`${here} does not sort after ${position}`);
    position = here;
  }
  for (const id of ids) if (!seen.has(id)) found.push(`${id} missing`);
  return found;
}
