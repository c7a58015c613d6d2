import type { Projections } from "../projections/index.ts";
import { invalid, type Problem, problem } from "./http/problems.ts";

/** What `Wait-For` waits at most. */
const WAIT_FOR_MS = 5_000;

/** Waits until the read models have come to the position of a `Wait-For` header; a problem if they don't. */
export async function waitForPosition(
  projections: Pick<Projections, "waitFor">,
  wanted: string,
): Promise<Problem | null> {
  if (!/^[\x21-\x7e]{1,200}$/.test(wanted)) {
    return invalid("/header/Wait-For", "the Position of an answer is wanted");
  }
  if (await projections.waitFor(wanted, WAIT_FOR_MS)) return null;
  return problem("UNAVAILABLE", "The read models have not come to this position yet. Ask again.", {
    headers: { "Retry-After": "1" },
  });
}
