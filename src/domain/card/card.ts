import { accept, type Decider, type Decision, refuse } from "../decider.ts";
import { iso, type Instant } from "../time.ts";
import {
  type AdjustmentRefusal,
  adjustVisits,
  type AdjustVisits,
  approveAdjustment,
  type ApproveAdjustment,
  declineAdjustment,
  type DeclineAdjustment,
  proposeAdjustment,
  takeOpeningBalance,
  type TakeOpeningBalance,
  withdrawAdjustment,
  type WithdrawAdjustment,
} from "./adjustment/decide.ts";
import { lapsedBy } from "./check.ts";
import { confirmEntry } from "./confirm.ts";
import {
  giveUpPayment,
  type GiveUpPayment,
  hearOfPayment,
  type HearOfPayment,
  type PaymentRefusal,
  resolvePayment,
  type ResolvePayment,
} from "./charge/decide.ts";
import type { ConfirmEntry, EntryRefusal } from "./confirmation.ts";
import type { ActorRef } from "../actor.ts";
import { verifyEnrolment, type VerifyEnrolment } from "./enrolmentCheck.ts";
import type { CardEvent } from "./events.ts";
import {
  type OfflineRefusal,
  reportOffline,
  type ReportOffline,
  reviewOffline,
  type ReviewOffline,
} from "./offline/decide.ts";
import {
  enrollCard,
  type EnrollCard,
  inheritCard,
  type InheritCard,
  replaceCard,
  type ReplaceCard,
  type ReplacementRefusal,
} from "./replacement.ts";
import type { ReversalRefusal, ReverseEntry } from "./reversal.ts";
import { reverseEntry } from "./reverse.ts";
import { type CardState, evolveCard, initialCard } from "./state.ts";

/** The card's own commands. A check has a decider of its own (`check.ts`): it may need the outside. */

interface CancelEntry {
  readonly accessId: string;
  readonly requestId: string | null;
  readonly now: Instant;
  readonly terminal: string;
  readonly reason: string | null;
}

interface ByHand {
  readonly now: Instant;
  readonly by: ActorRef;
  readonly reason: string;
}

export type CardCommand =
  | ({ readonly type: "ConfirmEntry" } & ConfirmEntry)
  | ({ readonly type: "CancelEntry" } & CancelEntry)
  | { readonly type: "LapseEntry"; readonly accessId: string; readonly now: Instant }
  | {
      readonly type: "AbandonAttempt";
      readonly accessId: string;
      readonly attemptKey: string;
      /** Whose budget it reserved; null where it is given up because its terminal has no place. */
      readonly rulesetId: string | null;
      readonly now: Instant;
    }
  | ({ readonly type: "ReverseEntry" } & ReverseEntry)
  | ({ readonly type: "HearOfPayment" } & HearOfPayment)
  | ({ readonly type: "GiveUpPayment" } & GiveUpPayment)
  | ({ readonly type: "ResolvePayment" } & ResolvePayment)
  | ({ readonly type: "ReportOffline" } & ReportOffline)
  | ({ readonly type: "ReviewOffline" } & ReviewOffline)
  | { readonly type: "JoinCard"; readonly into: string; readonly now: Instant }
  | {
      readonly type: "AbsorbCard";
      readonly cardId: string;
      readonly revision: number;
      readonly now: Instant;
    }
  | ({ readonly type: "ReplaceCard" } & ReplaceCard)
  | ({ readonly type: "InheritCard" } & InheritCard)
  | ({ readonly type: "FreezeCard" } & ByHand)
  | ({ readonly type: "UnfreezeCard" } & ByHand)
  | ({ readonly type: "EnrollCard" } & EnrollCard)
  | ({ readonly type: "UnenrollCard" } & ByHand)
  | ({ readonly type: "VerifyEnrolment" } & VerifyEnrolment)
  | ({ readonly type: "ShowCardHash" } & Omit<ByHand, "reason">)
  | ({ readonly type: "AdjustVisits" } & AdjustVisits)
  | ({ readonly type: "ProposeAdjustment" } & AdjustVisits)
  | ({ readonly type: "ApproveAdjustment" } & ApproveAdjustment)
  | ({ readonly type: "DeclineAdjustment" } & DeclineAdjustment)
  | ({ readonly type: "WithdrawAdjustment" } & WithdrawAdjustment)
  | ({ readonly type: "TakeOpeningBalance" } & TakeOpeningBalance);

export type CardRefusal =
  | EntryRefusal
  | ReversalRefusal
  | OfflineRefusal
  | ReplacementRefusal
  | AdjustmentRefusal
  | PaymentRefusal;

export const card: Decider<CardState, CardEvent, CardCommand, CardRefusal> = {
  initial: initialCard,
  evolve: evolveCard,
  decide: decideCard,
};

function decideCard(state: CardState, command: CardCommand): Decision<CardEvent, CardRefusal> {
  switch (command.type) {
    case "ConfirmEntry":
      return confirmEntry(state, command);
    case "CancelEntry":
      return cancelEntry(state, command);
    case "LapseEntry":
      return accept(...lapsedBy(state, Math.max(command.now, state.lastAt)));
    case "AbandonAttempt":
      return abandonAttempt(state, command);
    case "ReverseEntry":
      return reverseEntry(state, command);
    case "HearOfPayment":
      return hearOfPayment(state, command);
    case "GiveUpPayment":
      return giveUpPayment(state, command);
    case "ResolvePayment":
      return resolvePayment(state, command);
    case "ReportOffline":
      return reportOffline(state, command);
    case "ReviewOffline":
      return reviewOffline(state, command);
    case "JoinCard": {
      const { into, now } = command;
      if (state.joinedInto === into) return accept();
      return accept({ type: "CardJoined", data: { at: iso(Math.max(now, state.lastAt)), into } });
    }
    case "AbsorbCard": {
      const { cardId, revision, now } = command;
      if (state.joined.includes(cardId)) return accept();
      const at = iso(Math.max(now, state.lastAt));
      return accept({ type: "CardAbsorbed", data: { at, cardId, revision } });
    }
    case "ReplaceCard":
      return replaceCard(state, command);
    case "InheritCard":
      return inheritCard(state, command);
    case "FreezeCard":
      return state.frozen ? accept() : accept({ type: "CardFrozen", data: byHand(state, command) });
    case "UnfreezeCard":
      return state.frozen ? accept({ type: "CardUnfrozen", data: byHand(state, command) }) : accept();
    case "EnrollCard":
      return enrollCard(state, command);
    case "UnenrollCard":
      return state.enrolled ? accept({ type: "CardUnenrolled", data: byHand(state, command) }) : accept();
    case "VerifyEnrolment":
      return accept(verifyEnrolment(state, command));
    case "ShowCardHash": {
      const { now, by } = command;
      return accept({ type: "CardHashShown", data: { at: iso(Math.max(now, state.lastAt)), by } });
    }
    case "AdjustVisits":
      return adjustVisits(state, command);
    case "ProposeAdjustment":
      return proposeAdjustment(state, command);
    case "ApproveAdjustment":
      return approveAdjustment(state, command);
    case "DeclineAdjustment":
      return declineAdjustment(state, command);
    case "WithdrawAdjustment":
      return withdrawAdjustment(state, command);
    case "TakeOpeningBalance":
      return takeOpeningBalance(state, command);
  }
}

function byHand(state: CardState, command: ByHand): { at: string; by: ActorRef; reason: string } {
  return { at: iso(Math.max(command.now, state.lastAt)), by: command.by, reason: command.reason };
}

/** Cancelled again is answered as before; a completed or lapsed entry can't be cancelled. */
function cancelEntry(state: CardState, command: CancelEntry): Decision<CardEvent, CardRefusal> {
  const entry = state.entries.get(command.accessId);
  if (entry === undefined || entry.terminal !== command.terminal) return refuse({ code: "ENTRY_NOT_FOUND" });
  switch (entry.status) {
    case "CANCELLED":
      return accept();
    case "COMPLETED":
    case "REVERSED":
      return refuse({ code: "ENTRY_COMPLETED" });
    case "EXPIRED":
      return refuse({ code: "ENTRY_EXPIRED" });
    case "PENDING": {
      const now = Math.max(command.now, state.lastAt);
      if (now >= entry.expiresAt) return refuse({ code: "ENTRY_EXPIRED" });
      const { accessId, requestId, reason } = command;
      return accept({ type: "EntryCancelled", data: { accessId, requestId, at: iso(now), reason } });
    }
  }
}

/** Once written, the attempt can't be granted; a grant that is there already stays. */
function abandonAttempt(
  state: CardState,
  command: Extract<CardCommand, { type: "AbandonAttempt" }>,
): Decision<CardEvent, CardRefusal> {
  if (state.entries.has(command.accessId)) return accept();
  const { accessId, attemptKey, rulesetId } = command;
  const at = iso(Math.max(command.now, state.lastAt));
  return accept({ type: "AttemptAbandoned", data: { accessId, at, attemptKey, rulesetId } });
}
