import { card, type CardCommand, type CardRefusal } from "../../domain/card/card.ts";
import { type CardEvent, cardStream } from "../../domain/card/events.ts";
import type { CardState } from "../../domain/card/state.ts";
import { rulesetStream } from "../../domain/ruleset/events.ts";
import type { RulesetLife } from "../../domain/ruleset/stream.ts";
import { laterOf, type Position } from "../../eventlog/log.ts";
import type { ListedAdjustment, Projections } from "../../projections/index.ts";
import type { AdjustmentSight } from "../../projections/adjustments/queries.ts";
import { refusedEntry } from "../entry/refusals.ts";
import { byOf, execute, versionConflict, type Write } from "../management/commands.ts";
import { type Problem, problem } from "../problem.ts";
import type { Services } from "../services.ts";
import { findVaultCard } from "../vaultCards.ts";

/** What people do with adjustments that another person has to approve. The card's stream decides; the read model is the queue. */

/** How long the queue may take to have what was proposed just now. */
const READ_MODELS_MS = 5_000;

export type DecidedSo = "APPROVED" | "DECLINED" | "WITHDRAWN";

export interface Deciding {
  readonly decision: DecidedSo;
  readonly reason: string;
}

export type Done = { readonly kind: "done"; readonly position: Position | null } | Problem;

export interface Proposing {
  readonly cardId: string;
  readonly rulesetId: string;
  readonly free: number;
  readonly paid: number;
  readonly reason: string;
}

export async function proposeAdjustment(
  services: Services,
  write: Write,
  { cardId, ...visits }: Proposing,
): Promise<Done> {
  return await onCard(services, write, cardId, "propose", {
    ...{ type: "ProposeAdjustment", adjustmentId: write.seed, now: write.now, by: byOf(write) },
    ...visits,
  });
}

/** A proposal as of now. 404 where there is none in sight, 503 where that is not known yet. */
export async function findAdjustment(
  services: Services,
  projections: Projections,
  id: string,
  sight: AdjustmentSight,
) {
  // Also to what a feed withholds.
  const isUpToDate = await projections.waitFor(await services.log.newest(), READ_MODELS_MS);
  const adjustment = await projections.adjustments.get(id, sight);
  if (adjustment !== null) return { kind: "found" as const, adjustment };
  return isUpToDate
    ? problem("NOT_FOUND")
    : problem("UNAVAILABLE", "The list of proposals is behind.", { retryAfter: 1 });
}

/**
 * Decided twice at once it is decided once: whoever comes later is told so. A proposal whose visits nobody could use any more,
 * since the ruleset was retired or the cardholder erased, is not approved; those of a card that was replaced count for the
 * card that took its place, and those of a frozen one when it is let go on.
 */
export async function decideAdjustment(
  services: Services,
  write: Write,
  { id, cardId, rulesetId }: ListedAdjustment,
  { decision, reason }: Deciding,
): Promise<Done> {
  if (decision === "APPROVED") {
    const inVain = await inVainBecause(services, cardId, rulesetId);
    if (inVain !== null) return problem("NOTHING_TO_ADJUST", inVain);
  }
  const common = { adjustmentId: id, now: write.now, by: byOf(write) };
  const operation = `${decision.toLowerCase()}-${id}`;
  switch (decision) {
    case "APPROVED":
      return await onCard(services, write, cardId, operation, {
        type: "ApproveAdjustment",
        ...common,
        reason,
      });
    case "DECLINED":
      return await onCard(services, write, cardId, operation, {
        type: "DeclineAdjustment",
        ...common,
        reason,
      });
    case "WITHDRAWN":
      return await onCard(services, write, cardId, operation, { type: "WithdrawAdjustment", ...common });
  }
}

export interface DecidedOne {
  readonly id: string;
  readonly outcome: "DECIDED" | Problem["code"];
}

/** Each by itself: none is left out for another. */
export async function decideAdjustments(
  services: Services,
  projections: Projections,
  write: Write,
  sight: AdjustmentSight,
  { adjustmentIds, ...deciding }: Deciding & { readonly adjustmentIds: readonly string[] },
): Promise<{ readonly items: readonly DecidedOne[]; readonly position: Position | null }> {
  const items: DecidedOne[] = [];
  let last: Position | null = null;
  for (const id of new Set(adjustmentIds)) {
    const found = await findAdjustment(services, projections, id, sight);
    const done: Done =
      found.kind === "problem" ? found : await decideAdjustment(services, write, found.adjustment, deciding);
    items.push({ id, outcome: done.kind === "problem" ? done.code : "DECIDED" });
    if (done.kind === "done") last = laterOf(last, done.position);
  }
  return { items, position: last };
}

/** Whether visits of it could be used, now or later. */
export function isUsable({ status, versions }: Pick<RulesetLife, "status" | "versions">): boolean {
  return status === "PUBLISHED" && versions.length > 0;
}

async function inVainBecause(services: Services, cardId: string, rulesetId: string): Promise<string | null> {
  const { state } = await services.streams.ruleset.refresh(rulesetStream(rulesetId));
  if (state === null || !isUsable(state)) return "The ruleset was retired: decline the proposal.";
  const known = await findVaultCard(services, cardId);
  if (known === null || known.maskedPan === null) return "The cardholder was erased: decline the proposal.";
  return null;
}

async function onCard(
  services: Services,
  write: Write,
  cardId: string,
  operation: string,
  command: CardCommand,
): Promise<Done> {
  const done = await execute<CardState, CardEvent, CardRefusal>(
    services,
    services.streams.card,
    { ...write, expected: null },
    {
      ...{ stream: cardStream(cardId), operation, announce: null },
      decide: (state) => card.decide(state, command),
    },
  );
  if (done.kind === "done") return { kind: "done", position: done.position };
  return done.refusal.code === "VERSION_CONFLICT"
    ? versionConflict(done.refusal)
    : refusedEntry(done.refusal);
}
