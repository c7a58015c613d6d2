import { quotaStream } from "../../domain/quota/events.ts";
import { quota, type QuotaCommand } from "../../domain/quota/quota.ts";
import type { Services } from "../services.ts";
import type { CommandMeta } from "../streams.ts";

/** A place in a programme's budget, and how its stream is told of it: `reserve.ts`, `commit.ts`, `release.ts`. */

/**
 * All instances write to a budget's stream at once. Of two that do so all the time one loses every second try, and five in
 * a row soon enough; of four one in ten thousand loses this often.
 */
const TRIES = 32;

export interface Place {
  readonly accessId: string;
  readonly cardId: string;
  readonly now: number;
  readonly meta: Omit<CommandMeta, "identity">;
}

/** `operation` makes the event's identity, with the place's access id. */
export async function tellQuota(
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
    tries: TRIES,
  });
}
