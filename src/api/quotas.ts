import { quota, quotaStream, type QuotaState, type ReleaseReason } from "../domain/quota/quota.ts";
import type { CompiledRuleset } from "../domain/ruleset/compile.ts";
import { windowBounds } from "../domain/window.ts";
import type { Services } from "./services.ts";
import type { CommandMeta, Folded } from "./streams.ts";

/** Takes and gives back places in a programme's budget. */

export interface Place {
  readonly accessId: string;
  readonly cardId: string;
  readonly now: number;
  readonly meta: Omit<CommandMeta, "identity">;
}

/** The budget as it is now: read anew, because a refusal that rests on it writes nothing there. */
export async function readQuota(services: Services, rulesetId: string): Promise<Folded<QuotaState>> {
  return await services.quotas.refresh(quotaStream(rulesetId));
}

/** False when the budget is used up. `attempt` tells repeated reservations of one access id apart. */
export async function reservePlace(
  services: Services,
  ruleset: CompiledRuleset,
  place: Place,
  attempt: { readonly key: string; readonly generation: number },
): Promise<boolean> {
  const { budget, id, validity } = ruleset;
  if (budget === null) return true;
  const { accessId, cardId, now } = place;
  const result = await services.executor.execute(services.quotas, {
    stream: quotaStream(id),
    meta: meta(place, `reserve-${String(attempt.generation)}`),
    decide: (state) =>
      quota.decide(state, {
        type: "Reserve",
        accessId,
        cardId,
        attemptKey: attempt.key,
        now,
        max: budget.max,
        bounds: windowBounds(budget.window, now, validity),
      }),
  });
  return result.kind === "done";
}

/** Before the card's stream says that a lapsed entry took place after all: its place may have been given back. */
export async function reclaimPlace(
  services: Services,
  rulesetId: string,
  place: Place,
  visitAt: number,
): Promise<void> {
  const { accessId, cardId, now } = place;
  await services.executor.execute(services.quotas, {
    stream: quotaStream(rulesetId),
    // It may be given back and wanted again: each time is an event of its own.
    meta: meta(place, `reclaim-${String(now)}`),
    decide: (state) => quota.decide(state, { type: "Reclaim", accessId, cardId, visitAt }),
  });
}

/** After the card's stream says that the visit took place, before the terminal hears of it. */
export async function commitPlace(
  services: Services,
  rulesetId: string,
  place: Place,
  visitAt: number,
): Promise<void> {
  const { accessId, cardId, now } = place;
  await services.executor.execute(services.quotas, {
    stream: quotaStream(rulesetId),
    meta: meta(place, "commit"),
    decide: (state) => quota.decide(state, { type: "Commit", accessId, cardId, visitAt, now }),
  });
}

/** Only once the card's stream says that the place will not be used. */
export async function releasePlace(
  services: Services,
  rulesetId: string,
  place: Place,
  why: ReleaseReason,
): Promise<void> {
  const { accessId, now } = place;
  await services.executor.execute(services.quotas, {
    stream: quotaStream(rulesetId),
    // The revision of the hold is not known here, so that each release of a place is an event of its own.
    meta: meta(place, `release-${why}-${String(now)}`),
    decide: (state) => quota.decide(state, { type: "Release", accessId, why, now }),
  });
}

function meta(place: Place, operation: string): CommandMeta {
  return { ...place.meta, identity: { caller: "quota", operation, requestId: place.accessId } };
}
