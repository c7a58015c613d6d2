import type { ActorRef } from "../actor.ts";
import type { Instant } from "../time.ts";
import type { CardRead, CommandAction, StoredTransfer } from "./events.ts";

/** A command's life: it waits for the device, the device has it, and it comes to one of four ends. */

export const COMMAND_STATUSES = [
  "QUEUED",
  "DISPATCHED",
  "SUCCEEDED",
  "FAILED",
  "CANCELLED",
  "TIMED_OUT",
] as const;
export type CommandStatus = (typeof COMMAND_STATUSES)[number];

/** Why it came to nothing, as vendors' clients read it. */
export interface Failure {
  readonly code: string;
  readonly message: string;
}

/** Money that a sale gives back, or has given back. */
export interface Reversal {
  readonly id: string;
  readonly minor: bigint;
  /** It came to nothing: it takes no part of the sale. */
  readonly isOver: boolean;
}

export interface CommandLife {
  readonly id: string;
  readonly revision: number;
  readonly serialNumber: string;
  readonly action: CommandAction;
  /** As far as it was written down: {@link statusAt} says what it is at an instant. */
  readonly status: CommandStatus;
  readonly transfer: StoredTransfer | null;
  readonly cancels: string | null;
  readonly queuedAt: Instant;
  readonly expiresAt: Instant;
  readonly changedAt: Instant;
  readonly by: ActorRef;
  readonly fingerprint: string | null;
  readonly failure: Failure | null;
  readonly card: CardRead | null;
  /** What the device told when it was over. */
  readonly late: "SUCCEEDED" | "FAILED" | null;
  readonly reversals: readonly Reversal[];
}

export type CommandState = CommandLife | null;

/** Nothing has become of it yet. */
export function isOpen({ status }: Pick<CommandLife, "status">): boolean {
  return status === "QUEUED" || status === "DISPATCHED";
}

/** What it is at an instant: that its time is over counts before anybody has written it down. */
export function statusAt(life: Pick<CommandLife, "status" | "expiresAt">, now: Instant): CommandStatus {
  return isOpen(life) && now >= life.expiresAt ? "TIMED_OUT" : life.status;
}

export const UNREACHABLE: Failure = {
  code: "DEVICE_UNREACHABLE",
  message: "The device is not connected, or did not take the command in time.",
};
export const CANCELLED_VIA_API: Failure = {
  code: "CANCELLATION_VIA_API",
  message:
    "The transaction was canceled via API before the transaction was completed. The cardholder needs to attempt the transaction again.",
};
const NO_ANSWER: Failure = {
  code: "TRANSACTION_TIMED_OUT",
  message: "The device has taken the command and did not say in time what became of it.",
};

/** Why a command is over whose time has run out. */
export function timedOut({ status }: Pick<CommandLife, "status">): Failure {
  return status === "QUEUED" ? UNREACHABLE : NO_ANSWER;
}
