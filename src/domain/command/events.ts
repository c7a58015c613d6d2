import { z } from "zod";
import { actorRef } from "../actor.ts";
import { storedMoney } from "../money.ts";
import { storedMetadata } from "../terminal/about.ts";

/** What a device was asked to do, and what became of it: the stream `command-<id>`, one a command. */

const at = z.string();

export const COMMAND_ACTIONS = ["ACTIVATE", "DEACTIVATE", "SALE", "REVERSAL", "CANCEL"] as const;
export const commandAction = z.enum(COMMAND_ACTIONS);
export type CommandAction = z.infer<typeof commandAction>;

/** Money that the device is to take, or to give back. */
export const storedTransfer = z.object({
  deviceId: z.string(),
  /** Whose device it was. */
  merchantId: z.string().nullable(),
  amount: storedMoney,
  operationKey: z.string(),
  tags: storedMetadata,
  idempotencyId: z.string().nullable(),
  /** The sale of which it gives money back. */
  parent: z.string().nullable(),
  /** The entry whose fee it is. */
  accessId: z.string().nullable(),
});
export type StoredTransfer = z.infer<typeof storedTransfer>;

/** What the device tells of the card. No number and no name. */
export const cardRead = z.object({
  maskedAccountNumber: z.string().nullable(),
  brand: z.string().nullable(),
  entryMode: z.string().nullable(),
  paymentType: z.string().nullable(),
  approvalCode: z.string().nullable(),
  applicationIdentifier: z.string().nullable(),
  applicationLabel: z.string().nullable(),
});
export type CardRead = z.infer<typeof cardRead>;

const why = { code: z.string(), message: z.string() };

export const commandQueued = z.object({
  type: z.literal("CommandQueued"),
  data: z.object({
    at,
    by: actorRef,
    commandId: z.string(),
    serialNumber: z.string(),
    action: commandAction,
    transfer: storedTransfer.nullable(),
    /** The sale that is to be broken off. */
    cancels: z.string().nullable(),
    expiresAt: z.string(),
    /** By which the same request is told from another under the same id, hex. */
    fingerprint: z.string().nullable(),
  }),
});
/** The device has written it down. */
export const commandDispatched = z.object({
  type: z.literal("CommandDispatched"),
  data: z.object({ at }),
});
export const commandSucceeded = z.object({
  type: z.literal("CommandSucceeded"),
  data: z.object({ at, card: cardRead.nullable() }),
});
export const commandFailed = z.object({
  type: z.literal("CommandFailed"),
  data: z.object({ at, ...why, card: cardRead.nullable() }),
});
export const commandCancelled = z.object({
  type: z.literal("CommandCancelled"),
  data: z.object({ at, by: actorRef, ...why }),
});
export const commandTimedOut = z.object({
  type: z.literal("CommandTimedOut"),
  data: z.object({ at, ...why }),
});
/** The device told what it did when the command was over: it is told so, and takes back what it did. */
export const commandAnsweredLate = z.object({
  type: z.literal("CommandAnsweredLate"),
  data: z.object({ at, outcome: z.enum(["SUCCEEDED", "FAILED"]) }),
});
/** Of a sale: so much is to be given back, by a command of its own. */
export const saleReversalBegun = z.object({
  type: z.literal("SaleReversalBegun"),
  data: z.object({ at, by: actorRef, reversalId: z.string(), amount: storedMoney }),
});
/** The device did not give it back. */
export const saleReversalEnded = z.object({
  type: z.literal("SaleReversalEnded"),
  data: z.object({ at, reversalId: z.string() }),
});

export const commandEvent = z.discriminatedUnion("type", [
  commandQueued,
  commandDispatched,
  commandSucceeded,
  commandFailed,
  commandCancelled,
  commandTimedOut,
  commandAnsweredLate,
  saleReversalBegun,
  saleReversalEnded,
]);
export type CommandEvent = z.infer<typeof commandEvent>;

export function commandStream(id: string): string {
  return `command-${id}`;
}
