import { quotaStream, type ReleaseReason } from "../../domain/quota/events.ts";
import { quota, type QuotaCommand } from "../../domain/quota/quota.ts";
import type { QuotaState } from "../../domain/quota/state.ts";
import type { CompiledRuleset } from "../../domain/ruleset/evaluate/compile.ts";
import { windowBounds } from "../../domain/window.ts";
import type { Services } from "../services.ts";
import type { CommandMeta, Folded } from "../streams.ts";

/** Takes and gives back places in a programme's budget. */

/**
 * All instances write to a budget's stream at once. Of two that do so all the time one loses every second try, and five in
 * a row soon enough; of four one in ten thousand loses this often.
 */
const MOST_TRIES = 32;

export interface Place {
  readonly accessId: string;
  readonly cardId: string;
  readonly now: number;
  readonly meta: Omit<CommandMeta, "identity">;
}

/** The budget as it is now: read anew, because a refusal that rests on it writes nothing there. */
export async function readQuota(services: Services, rulesetId: string): Promise<Folded<QuotaState>> {
  return await services.streams.quota.refresh(quotaStream(rulesetId));
}

/**
 * False when the budget is used up. Under a version without a budget there is always a place: a later version counts its
 * visits too. `attempt` tells repeated reservations of one access id apart.
 */
export async function reservePlace(
  services: Services,
  ruleset: CompiledRuleset,
  place: Place,
  attempt: { readonly key: string; readonly generation: number },
): Promise<boolean> {
  const { budget, id, validity } = ruleset;
  const { accessId, cardId, now } = place;
  const result = await tell(services, id, place, `reserve-${String(attempt.generation)}`, {
    type: "Reserve",
    accessId,
    cardId,
    attemptKey: attempt.key,
    now,
    max: budget?.max ?? Number.POSITIVE_INFINITY,
    bounds: windowBounds(budget?.window ?? null, now, validity),
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
  // It may be given back and wanted again: each time is an event of its own.
  const operation = `reclaim-${String(now)}`;
  await tell(services, rulesetId, place, operation, { type: "Reclaim", accessId, cardId, visitAt });
}

/** After the card's stream says that the visit took place, before the terminal hears of it. */
export async function commitPlace(
  services: Services,
  rulesetId: string,
  place: Place,
  visitAt: number,
): Promise<void> {
  const { accessId, cardId, now } = place;
  await tell(services, rulesetId, place, "commit", { type: "Commit", accessId, cardId, visitAt, now });
}

/** Only once the card's stream says that the place will not be used. `visitAt`: the instant of the grant, where there was one. */
export async function releasePlace(
  services: Services,
  rulesetId: string,
  place: Place,
  why: ReleaseReason,
  visitAt: number | null,
): Promise<void> {
  const { accessId, now } = place;
  // The revision of the hold is not known here, so that each release of a place is an event of its own.
  const operation = `release-${why}-${String(now)}`;
  await tell(services, rulesetId, place, operation, { type: "Release", accessId, why, visitAt, now });
}

/** `operation` makes the event's identity, with the place's access id. */
async function tell(
  services: Services,
  rulesetId: string,
  { accessId, meta }: Place,
  operation: string,
  command: QuotaCommand,
) {
  return await services.executor.execute(services.streams.quota, {
    stream: quotaStream(rulesetId),
    meta: { ...meta, identity: { caller: "quota", operation, requestId: accessId } },
    decide: (state) => quota.decide(state, command),
    tries: MOST_TRIES,
  });
}
