import type { ActorRef } from "../actor.ts";
import { PROVIDER_REVERSAL_ENDS } from "../policies.ts";
import type { Instant } from "../time.ts";
import type { GuestProblem } from "./guests.ts";
import type { GuestCounts } from "./shapes.ts";
import type { Entry } from "./entry.ts";

/** Takes a completed entry back: whole, or only some of its guests. */
export interface ReverseEntry {
  readonly accessId: string;
  readonly now: Instant;
  readonly by: ActorRef;
  /** True for a Service Provider, who may only do so for a while after the confirmation. */
  readonly timeLimited: boolean;
  readonly reason: string | null;
  /** The guests to take out; null reverses the whole entry. */
  readonly guests: GuestCounts | null;
}

export type ReversalRefusal =
  | { readonly code: "ENTRY_NOT_FOUND" }
  | { readonly code: "NOT_COMPLETED"; readonly status: Entry["status"] | "REJECTED" }
  | { readonly code: "REVERSAL_TOO_LATE" }
  | { readonly code: "TOO_MANY_GUESTS"; readonly problems: readonly GuestProblem[] };

/** The last instant at which a Service Provider takes a visit back (source document, "Cancellation functionality"). */
export function providerReversalEnds(confirmedAt: Instant): Instant {
  return confirmedAt + PROVIDER_REVERSAL_ENDS;
}
