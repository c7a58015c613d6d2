import { z } from "zod";
import { actorRef } from "../actor.ts";
import { storedProposal } from "./adjustment/proposals.ts";
import { storedEntry } from "./entry.ts";
import { enrolmentVerified, replacementCause, storedEnrolment } from "./events.ts";
import { NO_OFFLINE_HISTORY, restoreOffline, storedOfflineHistory, storeOffline } from "./offline/history.ts";
import { NOTHING_PLACED } from "./offline/placement.ts";
import { completedIn, visitOf } from "./offline/account.ts";
import { type CardState, withReports } from "./state.ts";

const heads = z.object({ free: z.number(), paid: z.number() });

const stored = z.object({
  events: z.number(),
  frozen: z.boolean(),
  enrolled: z.boolean(),
  enrolment: storedEnrolment.nullable(),
  verified: enrolmentVerified.shape.data.nullable(),
  replaced: z.object({ at: z.number(), into: z.string(), cause: replacementCause, by: actorRef }).nullable(),
  asiFailed: z.boolean(),
  lastAt: z.number(),
  openId: z.string().nullable(),
  entries: z.array(storedEntry),
  adjustments: z.array(
    z.object({
      adjustmentId: z.string(),
      rulesetId: z.string(),
      at: z.number(),
      free: z.number(),
      paid: z.number(),
      guests: z.object({ adults: heads, children: heads }).optional(),
    }),
  ),
  proposals: z.array(storedProposal),
  joinedInto: z.string().nullable(),
  joined: z.array(z.string()),
  abandoned: z.array(z.tuple([z.string(), z.number()])),
  offline: storedOfflineHistory,
});

/**
 * A disposable cache of the fold; every entry is in it, trimmed by no window. `version` is raised whenever `evolveCard` or
 * the shape changes: older snapshots are then not read.
 */
export const cardSnapshots = {
  version: 7,
  every: 64,
  write: cardSnapshot,
  *read(text: string): Generator<undefined, CardState> {
    yield;
    return cardFromSnapshot(text);
  },
};

export function cardSnapshot(state: CardState): string {
  const { visits: _derived, placed: _placed, entries, proposals, abandoned, offline, ...rest } = state;
  return JSON.stringify({
    ...rest,
    entries: [...entries.values()],
    proposals: [...proposals.values()],
    abandoned: [...abandoned],
    offline: storeOffline(offline),
  });
}

export function cardFromSnapshot(text: string): CardState {
  const { entries, proposals, abandoned, offline, ...rest } = stored.parse(JSON.parse(text));
  const byId = new Map(entries.map((entry) => [entry.accessId, entry]));
  const state = {
    ...rest,
    visits: completedIn(byId).map(visitOf),
    entries: byId,
    proposals: new Map(proposals.map((one) => [one.adjustmentId, one])),
    abandoned: new Map(abandoned),
    offline: NO_OFFLINE_HISTORY,
    placed: NOTHING_PLACED,
  };
  return offline.reports.length === 0 ? state : withReports(state, restoreOffline(offline));
}
