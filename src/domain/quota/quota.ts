import { accept, type Decider, type Decision, refuse } from "../decider.ts";
import { type Instant, iso } from "../time.ts";
import type { WindowBounds } from "../window.ts";
import type { QuotaEvent, ReleaseReason } from "./events.ts";
import { committedAt, evolveQuota, initialQuota, isForgotten, type QuotaState } from "./state.ts";

/** A visit that took place before its ruleset had a budget. `visitAt`: the instant of the grant. */
export interface EarlierVisit {
  readonly accessId: string;
  readonly cardId: string;
  readonly visitAt: string;
}

export type QuotaCommand =
  | {
      readonly type: "Reserve";
      readonly accessId: string;
      readonly cardId: string;
      readonly attemptKey: string;
      readonly now: Instant;
      /** Infinity under a version without a budget: its visits count in that of a later one. */
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
      /** The instant of the grant; null where there was none. */
      readonly visitAt: Instant | null;
      readonly now: Instant;
    }
  /** `after`: how often visits had been carried over when these were looked for, so that two who do so count none twice. */
  | {
      readonly type: "CarryOver";
      readonly visits: readonly EarlierVisit[];
      readonly after: number;
      readonly now: Instant;
    };

export interface QuotaRefusal {
  readonly code: "BUDGET_USED_UP" | "CARRIED_BY_ANOTHER";
}

function decide(state: QuotaState, command: QuotaCommand): Decision<QuotaEvent, QuotaRefusal> {
  switch (command.type) {
    case "Reserve": {
      if (isKnown(state, command.accessId)) return accept();
      // What a request with a later clock has reserved takes its place all the same.
      if (state.instants.within({ ...command.bounds, to: Number.POSITIVE_INFINITY }) >= command.max)
        return refuse({ code: "BUDGET_USED_UP" });
      const { accessId, cardId, attemptKey } = command;
      return accept({ type: "QuotaReserved", data: { accessId, cardId, attemptKey, at: iso(command.now) } });
    }
    case "Reclaim": {
      if (isKnown(state, command.accessId)) return accept();
      const { accessId, cardId, visitAt } = command;
      // The attempt has long had its verdict, so that nobody will ask for it by its key.
      return accept({
        type: "QuotaReserved",
        data: { accessId, cardId, attemptKey: accessId, at: iso(visitAt) },
      });
    }
    case "Commit": {
      const { accessId, cardId, visitAt, now } = command;
      if (committedAt(state, accessId) !== undefined) return accept();
      // So old a visit was committed long ago, and is not told apart any more.
      if (!state.open.has(accessId) && isForgotten(state, visitAt)) return accept();
      // A late confirmation whose place was given back: it happened, so that it counts all the same.
      return accept({
        type: "QuotaCommitted",
        data: { accessId, cardId, at: iso(now), visitAt: iso(visitAt) },
      });
    }
    case "Release":
      return release(state, command);
    case "CarryOver": {
      if (state.carried !== command.after) return refuse({ code: "CARRIED_BY_ANOTHER" });
      const visits = command.visits.filter(({ accessId }) => !isKnown(state, accessId));
      if (visits.length === 0) return accept();
      return accept({ type: "QuotaCarriedOver", data: { at: iso(command.now), visits } });
    }
  }
}

function release(
  state: QuotaState,
  { accessId, why, visitAt, now }: Extract<QuotaCommand, { type: "Release" }>,
): Decision<QuotaEvent, QuotaRefusal> {
  const data = { accessId, at: iso(now), why };
  if (state.open.has(accessId)) return accept({ type: "QuotaReleased", data });
  // Confirmed late, after its place was found to be unused: only a reversal gives back a visit that took place.
  if (why !== "REVERSED") return accept();
  if (committedAt(state, accessId) !== undefined) return accept({ type: "QuotaReleased", data });
  if (visitAt === null || !isForgotten(state, visitAt) || state.givenBack.has(accessId)) return accept();
  return accept({ type: "QuotaReleased", data: { ...data, visitAt: iso(visitAt) } });
}

function isKnown(state: QuotaState, accessId: string): boolean {
  return state.open.has(accessId) || committedAt(state, accessId) !== undefined;
}

export const quota: Decider<QuotaState, QuotaEvent, QuotaCommand, QuotaRefusal> = {
  initial: initialQuota,
  evolve: evolveQuota,
  decide,
};
