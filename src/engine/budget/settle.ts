import { card } from "../../domain/card/card.ts";
import { cardStream } from "../../domain/card/events.ts";
import type { CardState } from "../../domain/card/state.ts";
import type { OfflineEntry } from "../../domain/card/offline/entry.ts";
import { accept } from "../../domain/decider.ts";
import { GRANT_LIVES } from "../../domain/policies.ts";
import type { ReleaseReason } from "../../domain/quota/events.ts";
import type { EarlierVisit } from "../../domain/quota/quota.ts";
import type { Portfolio } from "../../domain/ruleset/evaluate/portfolio.ts";
import { instant } from "../../domain/time.ts";
import { windowBounds } from "../../domain/window.ts";
import type { Services } from "../services.ts";
import { sweeperMeta } from "../sweeperMeta.ts";
import { commitPlace } from "./commit.ts";
import type { Place } from "./place.ts";
import { readQuota } from "./read.ts";
import { releasePlace } from "./release.ts";

/** Brings places to their end that nobody else does: of attempts that died, of entries that are over. */

/** A place in a budget that is reserved, and whose attempt should have come to an end. */
export interface ReservedPlace {
  readonly accessId: string;
  readonly cardId: string;
  readonly attemptKey: string;
  readonly rulesetId: string;
}

/**
 * Brings a reserved place to its end: the card's stream is told that the attempt is given up, or that
 * the entry has lapsed, and only then is the place given back. One whose visit took place is committed.
 * Must not run in a card's turn: it waits for another card's.
 */
export async function settlePlace(services: Services, place: ReservedPlace, now: number): Promise<void> {
  const { accessId, cardId, attemptKey, rulesetId } = place;
  const quota = await readQuota(services, rulesetId);
  // The read model that named the place may be behind: it may have been settled already.
  if (!quota.state.open.has(accessId)) return;
  const known = await services.streams.card.refresh(cardStream(cardId));
  // An attempt that was given up can be made again, and be given up again: each time is an event of its own.
  const generation = known.state.abandoned.get(attemptKey) ?? 0;
  const result = await services.executor.execute(services.streams.card, {
    stream: cardStream(cardId),
    meta: sweeperMeta(services, "abandon", `${accessId}-${String(generation)}`),
    decide: (state) =>
      state.offline.reports.has(accessId)
        ? accept()
        : state.entries.has(accessId)
          ? card.decide(state, { type: "LapseEntry", accessId, now })
          : card.decide(state, { type: "AbandonAttempt", accessId, attemptKey, rulesetId, now }),
  });
  const held = { accessId, cardId, now, meta: sweeperMeta(services, "settle", accessId) };
  const fate = fateOf(result.folded.state, accessId, rulesetId);
  if (fate === "KEEP") return;
  if (typeof fate === "object") await commitPlace(services, rulesetId, held, fate.visitAt);
  else await giveBackPlace(services, rulesetId, held, fate);
}

/** Gives back the place of an attempt that came to nothing. */
export async function giveBackPlace(
  services: Services,
  rulesetId: string,
  place: Place,
  why: ReleaseReason,
): Promise<void> {
  await releasePlace(services, rulesetId, place, why, null);
  if (why !== "LAPSED") return;
  // Confirmed late at this moment: whoever does so had a place when it looked, and may die before it looks again.
  const { state } = await services.streams.card.refresh(cardStream(place.cardId));
  const fate = fateOf(state, place.accessId, rulesetId);
  if (typeof fate === "object") await commitPlace(services, rulesetId, place, fate.visitAt);
}

/** Counts a visit that holds no place in its ruleset's budget, unless it was reversed meanwhile. */
export async function countVisit(
  services: Services,
  rulesetId: string,
  { accessId, cardId, visitAt }: EarlierVisit,
  now: number,
): Promise<void> {
  const place = { accessId, cardId, now, meta: sweeperMeta(services, "count", accessId) };
  const fate = async () => {
    const { state } = await services.streams.card.refresh(cardStream(cardId));
    return fateOf(state, accessId, rulesetId);
  };
  if (typeof (await fate()) !== "object") return;
  await commitPlace(services, rulesetId, place, instant(visitAt));
  // Reversed at this moment, its place may have been given back before it was taken here.
  if ((await fate()) === "REVERSED")
    await releasePlace(services, rulesetId, place, "REVERSED", instant(visitAt));
}

/** Most places that one check settles for others. */
const AT_ONCE = 20;

/** Before a budget refuses anybody: places of entries whose time is over are given back first. */
export async function settleLapsedPlaces(
  services: Services,
  portfolio: Portfolio,
  rulesetIds: readonly string[],
  now: number,
): Promise<void> {
  for (const rulesetId of rulesetIds) {
    const ruleset = portfolio.inForce(rulesetId, now);
    if (ruleset?.budget == null) continue;
    const { state } = await readQuota(services, rulesetId);
    const bounds = windowBounds(ruleset.budget.window, now, ruleset.validity);
    if (state.instants.within({ ...bounds, to: Number.POSITIVE_INFINITY }) < ruleset.budget.max) continue;
    let settled = 0;
    for (const [accessId, { at, cardId, attemptKey }] of state.open.entries()) {
      if (now < at + GRANT_LIVES) continue;
      await settlePlace(services, { accessId, cardId, attemptKey, rulesetId }, now);
      if (++settled === AT_ONCE) break;
    }
  }
}

/** What the card's stream says of a reserved place. `KEEP`: the grant is still open. */
function fateOf(
  state: CardState,
  accessId: string,
  rulesetId: string,
): "KEEP" | ReleaseReason | { readonly visitAt: number } {
  const offline = state.placed.entries.get(accessId);
  if (offline !== undefined) return fateOfOffline(offline, rulesetId);
  const entry = state.entries.get(accessId);
  if (entry === undefined) return "ABANDONED";
  if (entry.rulesetId !== rulesetId) return "GRANTED_OTHERWISE";
  switch (entry.status) {
    case "PENDING":
      return "KEEP";
    case "COMPLETED":
      return { visitAt: entry.at };
    case "REVERSED":
      return "REVERSED";
    case "CANCELLED":
      return "CANCELLED";
    case "EXPIRED":
      return "LAPSED";
  }
}

function fateOfOffline(
  { at, status, report }: OfflineEntry,
  rulesetId: string,
): ReleaseReason | { readonly visitAt: number } {
  if (report.data.ruleset?.id !== rulesetId) return "GRANTED_OTHERWISE";
  switch (status) {
    case "COMPLETED":
      return { visitAt: at };
    case "REVERSED":
      return "REVERSED";
    case "CANCELLED":
    case "REJECTED":
      return "CANCELLED";
  }
}
