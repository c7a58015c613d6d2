import { z } from "zod";
import { accept, type Decider, type Decision, refuse } from "../decider.ts";
import { countWithin } from "../ruleset/usage.ts";
import { ShardedMap } from "../shardedMap.ts";
import { type Instant, instant, iso } from "../time.ts";
import type { WindowBounds } from "../window.ts";

/**
 * A programme's budget, in the stream `quota-<rulesetId>`. A visit takes its place before the grant
 * is written, keeps it when the visit is confirmed, and gives it back only once the card's stream
 * says that it will not be used: a crash between the two can only use too little.
 */

export const quotaReserved = z.object({
  type: z.literal("QuotaReserved"),
  data: z.object({
    accessId: z.string(),
    cardId: z.string(),
    /** Tells the attempt in the card's stream, for the sweeper. */
    attemptKey: z.string(),
    /** Places the visit in windows. */
    at: z.string(),
  }),
});
export const quotaCommitted = z.object({
  type: z.literal("QuotaCommitted"),
  data: z.object({ accessId: z.string(), cardId: z.string(), at: z.string(), visitAt: z.string() }),
});
export const quotaReleased = z.object({
  type: z.literal("QuotaReleased"),
  data: z.object({
    accessId: z.string(),
    at: z.string(),
    why: z.enum(["ABANDONED", "REJECTED", "GRANTED_OTHERWISE", "LAPSED", "CANCELLED", "REVERSED"]),
  }),
});
export const quotaEvent = z.discriminatedUnion("type", [quotaReserved, quotaCommitted, quotaReleased]);
export type QuotaEvent = z.infer<typeof quotaEvent>;
export type ReleaseReason = z.infer<typeof quotaReleased>["data"]["why"];

export function quotaStream(rulesetId: string): string {
  return `quota-${rulesetId}`;
}

export interface Hold {
  readonly status: "RESERVED" | "COMMITTED";
  readonly at: Instant;
  readonly cardId: string;
  readonly attemptKey: string | null;
}

export interface QuotaState {
  readonly events: number;
  readonly lastAt: Instant;
  readonly holds: ShardedMap<Hold>;
  /** Those that are reserved and not committed: few, and looked through when the budget is used up. */
  readonly open: ReadonlySet<string>;
  /** The instants of all holds, ascending: what windows are counted over. */
  readonly instants: readonly Instant[];
}

const initial: QuotaState = {
  events: 0,
  lastAt: 0,
  holds: ShardedMap.empty(),
  open: new Set(),
  instants: [],
};

function evolve(state: QuotaState, event: QuotaEvent): QuotaState {
  const next = {
    ...state,
    events: state.events + 1,
    lastAt: Math.max(state.lastAt, instant(event.data.at)),
  };
  const { accessId } = event.data;
  const before = state.holds.get(accessId);
  switch (event.type) {
    case "QuotaReserved": {
      const { cardId, attemptKey } = event.data;
      const at = instant(event.data.at);
      const holds = state.holds.set(accessId, { status: "RESERVED", at, cardId, attemptKey });
      return {
        ...next,
        holds,
        open: new Set(state.open).add(accessId),
        instants: before === undefined ? withInstant(state.instants, at) : state.instants,
      };
    }
    case "QuotaCommitted": {
      // It stays where it was reserved: moved into another window it could pass that one's limit.
      const at = before?.at ?? instant(event.data.visitAt);
      const { cardId } = event.data;
      const holds = state.holds.set(accessId, { status: "COMMITTED", at, cardId, attemptKey: null });
      return {
        ...next,
        holds,
        open: without(state.open, accessId),
        instants: before === undefined ? withInstant(state.instants, at) : state.instants,
      };
    }
    case "QuotaReleased": {
      if (before === undefined) return next;
      return {
        ...next,
        holds: state.holds.delete(accessId),
        open: without(state.open, accessId),
        instants: withoutInstant(state.instants, before.at),
      };
    }
  }
}

function without(open: ReadonlySet<string>, accessId: string): ReadonlySet<string> {
  const others = new Set(open);
  others.delete(accessId);
  return others;
}

function withInstant(instants: readonly Instant[], at: Instant): readonly Instant[] {
  const index = instants.findLastIndex((other) => other <= at) + 1;
  return [...instants.slice(0, index), at, ...instants.slice(index)];
}

function withoutInstant(instants: readonly Instant[], at: Instant): readonly Instant[] {
  const index = instants.lastIndexOf(at);
  return [...instants.slice(0, index), ...instants.slice(index + 1)];
}

export type QuotaCommand =
  | {
      readonly type: "Reserve";
      readonly accessId: string;
      readonly cardId: string;
      readonly attemptKey: string;
      readonly now: Instant;
      readonly max: number;
      readonly bounds: WindowBounds;
    }
  /**
   * Before a lapsed entry is confirmed late: it happened, so that it takes a place whatever is left. From here on the place
   * is found and settled even if whoever confirms dies. `visitAt`: the instant of the grant.
   */
  | {
      readonly type: "Reclaim";
      readonly accessId: string;
      readonly cardId: string;
      readonly visitAt: Instant;
    }
  /** `visitAt`: the instant of the grant. */
  | {
      readonly type: "Commit";
      readonly accessId: string;
      readonly cardId: string;
      readonly visitAt: Instant;
      readonly now: Instant;
    }
  | {
      readonly type: "Release";
      readonly accessId: string;
      readonly why: ReleaseReason;
      readonly now: Instant;
    };

export interface QuotaRefusal {
  readonly code: "BUDGET_USED_UP";
}

function decide(state: QuotaState, command: QuotaCommand): Decision<QuotaEvent, QuotaRefusal> {
  const hold = state.holds.get(command.accessId);
  switch (command.type) {
    case "Reserve": {
      if (hold !== undefined) return accept();
      // What a request with a later clock has reserved takes its place all the same.
      if (countWithin(state.instants, { ...command.bounds, to: Number.POSITIVE_INFINITY }) >= command.max)
        return refuse({ code: "BUDGET_USED_UP" });
      const { accessId, cardId, attemptKey } = command;
      return accept({ type: "QuotaReserved", data: { accessId, cardId, attemptKey, at: iso(command.now) } });
    }
    case "Reclaim": {
      if (hold !== undefined) return accept();
      const { accessId, cardId, visitAt } = command;
      // The attempt has long had its verdict, so that nobody will ask for it by its key.
      return accept({
        type: "QuotaReserved",
        data: { accessId, cardId, attemptKey: accessId, at: iso(visitAt) },
      });
    }
    case "Commit": {
      if (hold?.status === "COMMITTED") return accept();
      // A late confirmation whose place was given back: it happened, so that it counts all the same.
      const { accessId, cardId, visitAt, now } = command;
      return accept({
        type: "QuotaCommitted",
        data: { accessId, cardId, at: iso(now), visitAt: iso(visitAt) },
      });
    }
    case "Release":
      if (hold === undefined) return accept();
      // Confirmed late, after its place was found to be unused: only a reversal gives back a visit that took place.
      if (hold.status === "COMMITTED" && command.why !== "REVERSED") return accept();
      return accept({
        type: "QuotaReleased",
        data: { accessId: command.accessId, at: iso(command.now), why: command.why },
      });
  }
}

export const quota: Decider<QuotaState, QuotaEvent, QuotaCommand, QuotaRefusal> = { initial, evolve, decide };
