import { type EventLog, START } from "../eventlog/log.ts";
import type { Projections } from "../projections/index.ts";
import { invalid, type Problem, problem } from "./problem.ts";

/** What `Wait-For` waits at most. */
const WAIT_FOR_MS = 5_000;

/** Waits until the read models have come to the position of a `Wait-For` header; a problem if they don't. A position beyond the log's end is none that was answered. */
export async function waitForPosition(
  log: Pick<EventLog, "isPosition" | "newest">,
  projections: Pick<Projections, "waitFor">,
  wanted: string,
): Promise<Problem | null> {
  if (wanted === START || !log.isPosition(wanted)) {
    return invalid("/header/Wait-For", "the Position of an answer is wanted");
  }
  if (wanted > (await log.newest())) return invalid("/header/Wait-For", "the log has not come so far");
  if (await projections.waitFor(wanted, WAIT_FOR_MS)) return null;
  return problem("UNAVAILABLE", "The read models have not come to this position yet. Ask again.", {
    retryAfter: 1,
  });
}

/** What a list waits at most for what was written before it was asked for. */
const CATCH_UP_MS = 2_000;

/**
 * For lists whose clients know no `Wait-For`: they see what they have written. Read models that are too far behind answer as
 * far as they are.
 */
export async function catchUp(
  log: Pick<EventLog, "newest">,
  projections: Pick<Projections, "waitFor">,
): Promise<void> {
  const newest = await log.newest();
  if (newest !== START) await projections.waitFor(newest, CATCH_UP_MS);
}

/** What a command waits at most until it is sure that what it is for is not there. */
const SURE_MS = 2_000;

/**
 * What a command is for, as a read model has it. `NOT_FOUND` only once the read model has come to all that was
 * acknowledged and still has none, `UNAVAILABLE` where it doesn't come there in time.
 */
export async function soughtIn<Found>(
  log: Pick<EventLog, "newest">,
  projections: Pick<Projections, "waitFor">,
  find: () => Promise<Found | null>,
): Promise<{ readonly kind: "found"; readonly found: Found } | Problem> {
  const known = await find();
  if (known !== null) return { kind: "found", found: known };
  // Also to what a feed withholds.
  const isUpToDate = await projections.waitFor(await log.newest(), SURE_MS);
  const found = await find();
  if (found !== null) return { kind: "found", found };
  if (isUpToDate) return problem("NOT_FOUND");
  return problem("UNAVAILABLE", "It is not known here yet whether this is there. Ask again.", {
    retryAfter: 1,
  });
}
