import { quotaStream } from "../../domain/quota/events.ts";
import { quota } from "../../domain/quota/quota.ts";
import { rulesetStream } from "../../domain/ruleset/events.ts";
import type { Projections, VisitKey } from "../../projections/index.ts";
import { type Problem, problem } from "../problem.ts";
import { readQuota } from "../budget/read.ts";
import type { Services } from "../services.ts";
import { metaOf, type Write } from "./commands.ts";

/** Visits in one event: well below what an event may hold. */
const AT_ONCE = 1_000;

const WAIT_MS = 5_000;

/**
 * Before the first version with a budget is published: the visits under the versions before it take their places, for all
 * versions count together. Those that are confirmed while this runs are found by the sweeper.
 *
 * @returns a problem where the read models are too far behind to tell what there is
 */
export async function carryVisitsOver(
  services: Services,
  projections: Projections,
  rulesetId: string,
  write: Write,
): Promise<Problem | null> {
  const { state: life } = await services.streams.ruleset.refresh(rulesetStream(rulesetId));
  if (life === null || life.versions.length === 0 || life.draft?.totalUsage == null) return null;
  if (life.versions.some(({ body }) => body.totalUsage !== null)) return null;
  let { carried } = (await readQuota(services, rulesetId)).state;
  // Also what a feed withholds: a visit that is left out here is one too many later.
  if (!(await projections.waitFor(await services.log.newest(), WAIT_MS))) {
    return problem("UNAVAILABLE", "The visits so far can't be counted yet: the read models are behind.", {
      retryAfter: 5,
    });
  }
  let after: VisitKey | null = null;
  for (;;) {
    const visits = await projections.quotas.uncounted(rulesetId, { after }, AT_ONCE);
    after = visits.at(-1) ?? null;
    if (after === null) return null;
    const command = { type: "CarryOver" as const, visits, after: carried, now: write.now };
    const done = await services.executor.execute(services.streams.quota, {
      stream: quotaStream(rulesetId),
      meta: metaOf(services, write, `carry-over-${String(carried)}`),
      decide: (state) => quota.decide(state, command),
    });
    if (done.kind === "refused")
      return problem("VERSION_CONFLICT", "It is being published by somebody else.");
    carried = done.folded.state.carried;
  }
}
