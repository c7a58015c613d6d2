import type { ActorRef } from "../actor.ts";
import { accept, type Decider, type Decision, refuse } from "../decider.ts";
import { type Money, toMinor } from "../money.ts";
import { type Instant, iso } from "../time.ts";
import type { CardRead, CommandAction, CommandEvent, StoredTransfer } from "./events.ts";
import { evolve } from "./evolve.ts";
import {
  CANCELLED_VIA_API,
  type CommandLife,
  type CommandState,
  type Failure,
  isOpen,
  statusAt,
  timedOut,
  UNREACHABLE,
} from "./life.ts";

interface Now {
  readonly now: Instant;
}

export interface QueueCommand extends Now {
  readonly type: "Queue";
  readonly by: ActorRef;
  readonly commandId: string;
  readonly serialNumber: string;
  readonly action: CommandAction;
  readonly transfer: StoredTransfer | null;
  readonly cancels: string | null;
  /** Milliseconds. */
  readonly lives: number;
  readonly fingerprint: string | null;
  /** Nobody is there who could take it: it has failed at once. */
  readonly isUnreachable: boolean;
}

export type DeviceOutcome =
  | { readonly outcome: "SUCCEEDED"; readonly card: CardRead | null }
  | { readonly outcome: "FAILED"; readonly failure: Failure; readonly card: CardRead | null };

export type CommandCommand =
  | QueueCommand
  /** The device says that it has it. */
  | ({ readonly type: "Receive" } & Now)
  /** The device says what became of it. */
  | ({ readonly type: "Answer"; readonly told: DeviceOutcome } & Now)
  | ({ readonly type: "Cancel"; readonly by: ActorRef } & Now)
  | ({ readonly type: "TimeOut" } & Now)
  | ({
      readonly type: "BeginReversal";
      readonly by: ActorRef;
      readonly reversalId: string;
      readonly amount: Money;
    } & Now)
  | ({ readonly type: "EndReversal"; readonly reversalId: string } & Now);

export type CommandRefusal =
  | { readonly code: "NOT_FOUND" }
  /** The id is taken by something else. */
  | { readonly code: "DIFFERS" }
  /** It has come to an end already. */
  | { readonly code: "OVER" }
  /** Nothing was taken that could be given back, or less than that. */
  | { readonly code: "NOT_REVERSIBLE"; readonly leftMinor: bigint };

type Decided = Decision<CommandEvent, CommandRefusal>;

function decide(state: CommandState, command: CommandCommand): Decided {
  if (command.type === "Queue") return queue(state, command);
  if (state === null) return refuse({ code: "NOT_FOUND" });
  const { now } = command;
  const at = iso(now);
  switch (command.type) {
    case "Receive":
      return statusAt(state, now) === "QUEUED"
        ? accept({ type: "CommandDispatched", data: { at } })
        : accept(...timeOut(state, now));
    case "Answer":
      return answer(state, command.told, now);
    case "Cancel": {
      if (statusAt(state, now) === "TIMED_OUT" || !isOpen(state)) return refuse({ code: "OVER" });
      return accept({ type: "CommandCancelled", data: { at, by: command.by, ...CANCELLED_VIA_API } });
    }
    case "TimeOut":
      return accept(...timeOut(state, now));
    case "BeginReversal":
      return beginReversal(state, command, at);
    case "EndReversal": {
      const known = state.reversals.find(({ id }) => id === command.reversalId);
      if (known === undefined || known.isOver) return accept();
      return accept({ type: "SaleReversalEnded", data: { at, reversalId: command.reversalId } });
    }
  }
}

/** The same request under the same id is the same command; whatever became of it since. */
function queue(state: CommandState, command: QueueCommand): Decided {
  const { now, by, commandId, serialNumber, action, transfer, cancels, fingerprint } = command;
  if (state !== null) {
    return state.fingerprint === fingerprint ? accept() : refuse({ code: "DIFFERS" });
  }
  const at = iso(now);
  const expiresAt = iso(now + command.lives);
  return accept(
    {
      type: "CommandQueued",
      data: { at, by, commandId, serialNumber, action, transfer, cancels, expiresAt, fingerprint },
    },
    ...(command.isUnreachable
      ? [{ type: "CommandFailed" as const, data: { at, ...UNREACHABLE, card: null } }]
      : []),
  );
}

function timeOut(state: CommandLife, now: Instant): readonly CommandEvent[] {
  if (!isOpen(state) || now < state.expiresAt) return [];
  return [{ type: "CommandTimedOut", data: { at: iso(now), ...timedOut(state) } }];
}

/** What the device did when the command was over is written down once; it does not change what was told of it. */
function answer(state: CommandLife, told: DeviceOutcome, now: Instant): Decided {
  const at = iso(now);
  const over = timeOut(state, now);
  const { card } = told;
  if (isOpen(state) && over.length === 0) {
    return told.outcome === "SUCCEEDED"
      ? accept({ type: "CommandSucceeded", data: { at, card } })
      : accept({ type: "CommandFailed", data: { at, ...told.failure, card } });
  }
  const isRepeat = state.status === told.outcome || state.late !== null;
  if (isRepeat) return accept();
  return accept(...over, { type: "CommandAnsweredLate", data: { at, outcome: told.outcome } });
}

function beginReversal(
  state: CommandLife,
  { by, reversalId, amount }: Extract<CommandCommand, { type: "BeginReversal" }>,
  at: string,
): Decided {
  if (state.reversals.some(({ id }) => id === reversalId)) return accept();
  const left = leftMinor(state);
  const isOfSale = state.transfer?.amount.currency === amount.currency;
  if (!isOfSale || toMinor(amount) > left) return refuse({ code: "NOT_REVERSIBLE", leftMinor: left });
  return accept({ type: "SaleReversalBegun", data: { at, by, reversalId, amount } });
}

/** What a sale has taken and not given back, in minor units. */
export function leftMinor({ action, status, transfer, reversals }: CommandLife): bigint {
  if (action !== "SALE" || status !== "SUCCEEDED" || transfer === null) return 0n;
  const back = reversals.filter(({ isOver }) => !isOver).reduce((sum, { minor }) => sum + minor, 0n);
  return toMinor(transfer.amount) - back;
}

export const command: Decider<CommandState, CommandEvent, CommandCommand, CommandRefusal> = {
  initial: null,
  evolve,
  decide,
};
