import type { Pool } from "pg";
import {
  type Batch,
  type EventLog,
  LogUnavailableError,
  MAX_APPEND_BYTES,
  MAX_APPEND_EVENTS,
  type RecordedEvent,
} from "../eventlog/log.ts";
import { appendInOrder } from "../eventlog/postgres/orderedAppend.ts";
import { pause } from "../eventlog/waiting.ts";
import { byStream } from "./chain.ts";
import { AlteredEventError, TransferError } from "./errors.ts";

/** Where events are carried to. Resolves when all of them are durable. */
export type Sink = (batch: Batch) => Promise<void>;

const MIN_BACKOFF_MS = 50;
const MAX_BACKOFF_MS = 2_000;
/** A cluster finds a new leader, a server restarts; after that a person has to look. */
const PATIENCE_MS = 60_000;
/** For one transaction of {@link postgresSink}. */
const DEADLINE_MS = 30_000;
const NEVER = new AbortController().signal;

/**
 * Appends to any log. One at a time the log's feed has the order of the source; with more in flight only each stream
 * keeps its own.
 */
export function logSink(log: EventLog, inFlight: number): Sink {
  return async (batch) => {
    const runs = runsOf(batch, inFlight > 1);
    let next = 0;
    const failures: unknown[] = [];
    const carry = async (): Promise<void> => {
      for (let run = runs[next++]; run !== undefined && failures.length === 0; run = runs[next++]) {
        try {
          await store(log, run);
        } catch (error) {
          failures.push(error);
        }
      }
    };
    await Promise.all(Array.from({ length: Math.min(inFlight, runs.length) }, carry));
    if (failures.length > 0) throw failures[0];
  };
}

/** Appends to the log in PostgreSQL, many events a transaction, in the order of the source. */
export function postgresSink(pool: Pool, log: EventLog): Sink {
  return async (batch) => {
    for (const part of groups(batch)) {
      const others = await patiently(async () => await appendInOrder(pool, part, DEADLINE_MS));
      for (const { index, outcome, revision } of others) {
        const event = part[index];
        if (event === undefined) continue;
        if (outcome === "conflict") throw elsewhere(event, revision);
        await compare(log, [event]);
      }
    }
  };
}

function elsewhere({ stream, revision }: RecordedEvent, actual: number): TransferError {
  return new TransferError(
    `${stream} is at revision ${actual}, not before ${revision}: somebody else writes to this log.`,
  );
}

/** @param regroup whether events of a stream that others stand between may be one append, and streams pass each other */
function runsOf(batch: Batch, regroup: boolean): readonly (readonly RecordedEvent[])[] {
  // Two appends of one stream must not be in flight at once: what is too large for one goes alone.
  if (regroup) return [...byStream(batch).values()];
  const runs: RecordedEvent[][] = [];
  for (const event of batch) {
    const run = runs.at(-1);
    if (run?.[0]?.stream === event.stream) run.push(event);
    else runs.push([event]);
  }
  return runs;
}

async function store(log: EventLog, run: readonly RecordedEvent[]): Promise<void> {
  for (const part of groups(run)) await storeOne(log, part);
}

/** Parts that one append takes. */
function* groups(run: Batch): Generator<readonly RecordedEvent[], void, undefined> {
  let part: RecordedEvent[] = [];
  let bytes = 0;
  for (const event of run) {
    const size = Buffer.byteLength(event.body);
    if (part.length === MAX_APPEND_EVENTS || (part.length > 0 && bytes + size > MAX_APPEND_BYTES)) {
      yield part;
      part = [];
      bytes = 0;
    }
    part.push(event);
    bytes += size;
  }
  if (part.length > 0) yield part;
}

async function storeOne(log: EventLog, events: readonly RecordedEvent[]): Promise<void> {
  const [first] = events;
  if (first === undefined) return;
  const expected = first.revision === 0 ? "noStream" : first.revision - 1;
  const result = await patiently(async () => await log.append(first.stream, events, { expected }));
  switch (result.outcome) {
    case "appended":
      return;
    case "repeated":
      // An answer was lost, or another does the same: it is the same only if every byte is.
      await compare(log, events);
      return;
    case "conflict":
      throw elsewhere(first, result.actual);
  }
}

async function compare(log: EventLog, events: readonly RecordedEvent[]): Promise<void> {
  for (const event of events) {
    const [there] = await log.read(event.stream, { from: event.revision, limit: 1 });
    if (there?.id !== event.id || there.type !== event.type || there.body !== event.body) {
      throw new AlteredEventError(event.stream, event.revision, "another event stands there");
    }
  }
}

/** Tries again what failed because nobody answered; the ids make it safe. */
export async function patiently<T>(attempt: () => Promise<T>): Promise<T> {
  const until = performance.now() + PATIENCE_MS;
  for (let backoff = MIN_BACKOFF_MS; ; backoff = Math.min(backoff * 2, MAX_BACKOFF_MS)) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof LogUnavailableError) || performance.now() + backoff > until) throw error;
      await pause(backoff, NEVER);
    }
  }
}
