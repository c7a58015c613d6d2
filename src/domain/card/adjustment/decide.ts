import type { ActorRef } from "../../actor.ts";
import { accept, type Decision, refuse } from "../../decider.ts";
import type { Heads } from "../../ruleset/evaluate/facts.ts";
import { iso, type Instant } from "../../time.ts";
import type { AdjustmentEvent } from "./events.ts";
import { balanceId, balanceOf, type GivenVisits, type Proposal } from "./proposals.ts";

/** Visits given or taken by hand, alone or by two, and visits that were used under an earlier system. */

interface By {
  readonly now: Instant;
  readonly by: ActorRef;
}

interface Visits {
  readonly adjustmentId: string;
  readonly rulesetId: string;
  readonly free: number;
  readonly paid: number;
  readonly reason: string;
}

interface Deciding extends By {
  readonly adjustmentId: string;
}

export type AdjustVisits = By & Visits;
/** `reason` may be empty where it is approved. */
export type ApproveAdjustment = Deciding & { readonly reason: string };
export type DeclineAdjustment = ApproveAdjustment;
export type WithdrawAdjustment = Deciding;
export interface TakeOpeningBalance extends By {
  readonly source: string;
  readonly rulesetId: string;
  readonly usedAt: Instant;
  readonly free: number;
  readonly paid: number;
  readonly adults: Heads;
  readonly children: Heads;
}

/**
 * `OWN_PROPOSAL`: nobody approves or declines their own. `NOT_OWN_PROPOSAL`: nobody withdraws another's. `BALANCE_DIFFERS`: the
 * same source told of other visits at that time.
 */
export type AdjustmentRefusal = {
  readonly code:
    | "NO_SUCH_PROPOSAL"
    | "PROPOSAL_DECIDED"
    | "OWN_PROPOSAL"
    | "NOT_OWN_PROPOSAL"
    | "BALANCE_DIFFERS";
};

type State = GivenVisits & { readonly lastAt: Instant };
type Decided = Decision<AdjustmentEvent, AdjustmentRefusal>;

/** The same adjustment again changes nothing. */
export function adjustVisits(state: State, { rulesetId, adjustmentId, ...command }: AdjustVisits): Decided {
  if (state.adjustments.some((one) => one.adjustmentId === adjustmentId)) return accept();
  const { by, reason, free, paid } = command;
  return accept({
    type: "VisitsAdjusted",
    data: { at: atOf(state, command), by, reason, adjustmentId, rulesetId, free, paid },
  });
}

export function proposeAdjustment(state: State, command: AdjustVisits): Decided {
  const { by, reason, adjustmentId, rulesetId, free, paid } = command;
  if (state.proposals.has(adjustmentId)) return accept();
  return accept({
    type: "AdjustmentProposed",
    data: { at: atOf(state, command), by, reason, adjustmentId, rulesetId, free, paid },
  });
}

export function approveAdjustment(state: State, command: ApproveAdjustment): Decided {
  const proposal = openFor(state, command, "APPROVED");
  if (proposal === "DONE") return accept();
  if ("code" in proposal) return refuse(proposal);
  const { adjustmentId, rulesetId, free, paid, reason } = proposal;
  return accept({
    type: "VisitsAdjusted",
    data: {
      ...{ at: atOf(state, command), by: command.by, reason, adjustmentId, rulesetId, free, paid },
      proposed: { at: iso(proposal.at), by: proposal.by },
      ...(command.reason === "" ? {} : { approvedBecause: command.reason }),
    },
  });
}

export function declineAdjustment(state: State, command: DeclineAdjustment): Decided {
  const proposal = openFor(state, command, "DECLINED");
  if (proposal === "DONE") return accept();
  if ("code" in proposal) return refuse(proposal);
  const { by, reason, adjustmentId } = command;
  return accept({ type: "AdjustmentDeclined", data: { at: atOf(state, command), by, reason, adjustmentId } });
}

export function withdrawAdjustment(state: State, command: WithdrawAdjustment): Decided {
  const proposal = state.proposals.get(command.adjustmentId);
  if (proposal === undefined) return refuse({ code: "NO_SUCH_PROPOSAL" });
  if (!isOwn(proposal, command)) return refuse({ code: "NOT_OWN_PROPOSAL" });
  if (proposal.status === "WITHDRAWN") return accept();
  if (proposal.status !== "OPEN") return refuse({ code: "PROPOSAL_DECIDED" });
  const { by, adjustmentId } = command;
  return accept({ type: "AdjustmentWithdrawn", data: { at: atOf(state, command), by, adjustmentId } });
}

export function takeOpeningBalance(state: State, command: TakeOpeningBalance): Decided {
  const { by, source, rulesetId, usedAt, free, paid, adults, children } = command;
  const name = { source, rulesetId, usedAt };
  const before = state.adjustments.find((one) => one.adjustmentId === balanceId(name));
  if (before !== undefined) {
    const same = balanceOf(name, { free, paid, adults, children });
    const isSame = JSON.stringify(partsOf(before)) === JSON.stringify(partsOf(same));
    return isSame ? accept() : refuse({ code: "BALANCE_DIFFERS" });
  }
  return accept({
    type: "OpeningBalanceTaken",
    data: {
      ...{ at: atOf(state, command), by, source, rulesetId, usedAt: iso(usedAt) },
      ...{ free, paid, adults, children },
    },
  });
}

function partsOf({
  free,
  paid,
  guests,
}: GivenVisits["adjustments"][number]): readonly (number | undefined)[] {
  const { adults, children } = guests ?? {};
  return [free, paid, adults?.free, adults?.paid, children?.free, children?.paid];
}

/** The proposal while it can be decided by them; `DONE` where they decided it so before. */
function openFor(
  state: State,
  command: Deciding,
  decision: "APPROVED" | "DECLINED",
): Proposal | "DONE" | AdjustmentRefusal {
  const proposal = state.proposals.get(command.adjustmentId);
  if (proposal === undefined) return { code: "NO_SUCH_PROPOSAL" };
  if (isOwn(proposal, command)) return { code: "OWN_PROPOSAL" };
  if (proposal.status === decision && proposal.decidedBy?.id === command.by.id) return "DONE";
  return proposal.status === "OPEN" ? proposal : { code: "PROPOSAL_DECIDED" };
}

function isOwn(proposal: Proposal, command: Deciding): boolean {
  return proposal.by.id === command.by.id;
}

function atOf(state: State, { now }: By): string {
  return iso(Math.max(now, state.lastAt));
}
