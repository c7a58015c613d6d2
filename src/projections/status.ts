import type { Pool } from "pg";
import { decode } from "../eventlog/codec.ts";
import { type EventLog, type Position, type RecordedEvent, START } from "../eventlog/log.ts";
import { readCheckpoints } from "./checkpoints.ts";
import type { Projection } from "./projection.ts";
import { ADVISORY_LOCKS, isHeld } from "../database/advisoryLocks.ts";

export interface ProjectionStatus {
  readonly name: string;
  readonly position: Position;
  /** Events after the position; absent when there are more than are counted (1,000). */
  readonly lagEvents?: number;
  /** Age of the oldest event after the position; 0 when there is none. */
  readonly lagSeconds: number;
  /** Whether some instance carries it on. */
  readonly running: boolean;
  /** Whether its tables say at least what the log said when this instance started. */
  readonly serves: boolean;
  /** What stopped it; null if nothing did. */
  readonly error: string | null;
}

interface Lag {
  readonly lagEvents?: number;
  readonly lagSeconds: number;
}

const PAGE = 500;
const MOST_COUNTED = 1_000;

/**
 * How far each projection is, whichever instance carries it on.
 * @param here what this instance knows by itself: where the log was when it started, and what stopped a projection here,
 * for what isn't kept with its checkpoint
 */
export async function readStatus(
  { log, pool, now }: { readonly log: EventLog; readonly pool: Pool; readonly now: () => number },
  projections: readonly Projection[],
  here: { readonly goal: Position; readonly errorOf: (name: string) => string | null },
): Promise<readonly ProjectionStatus[]> {
  const [checkpoints, head, running] = await Promise.all([
    readCheckpoints(pool),
    log.head(),
    isHeld(pool, ADVISORY_LOCKS.projecting),
  ]);
  const lags = new Map<Position, Promise<Lag>>();
  return await Promise.all(
    projections.map(async ({ name, version }) => {
      const checkpoint = checkpoints.get(name);
      const isBuilt = checkpoint?.version === version;
      // Tables of an older fold are replaced at once when the new ones are level: how far those are is what counts.
      const position = (isBuilt ? checkpoint.position : checkpoint?.building) ?? START;
      const lag = lags.get(position) ?? lagBehind(log, position, head, now());
      lags.set(position, lag);
      const error = checkpoint?.error ?? here.errorOf(name);
      return {
        name,
        position,
        ...(await lag),
        running: running && error === null && isBuilt,
        serves: isBuilt && position >= here.goal,
        error,
      };
    }),
  );
}

async function lagBehind(log: EventLog, position: Position, head: Position, now: number): Promise<Lag> {
  if (position >= head) return { lagEvents: 0, lagSeconds: 0 };
  let first: RecordedEvent | undefined;
  let lagEvents = 0;
  for await (const batch of log.readAll({ after: position, batchSize: PAGE })) {
    first ??= batch[0];
    lagEvents += batch.length;
    if (lagEvents >= MOST_COUNTED) break;
  }
  const lagSeconds = first === undefined ? 0 : Math.max(0, (now - recordedAt(first)) / 1_000);
  return lagEvents >= MOST_COUNTED ? { lagSeconds } : { lagEvents, lagSeconds };
}

/** What can't be read counts as just written: the projection's own error says what is wrong with it. */
function recordedAt(event: RecordedEvent): number {
  try {
    return Date.parse(decode(event).recordedAt);
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
