import { command, leftMinor } from "../../domain/command/command.ts";
import { commandStream } from "../../domain/command/events.ts";
import type { CommandLife } from "../../domain/command/life.ts";
import { fromMinor, type Money } from "../../domain/money.ts";
import { SALE_LIVES } from "../../domain/policies.ts";
import type { Metadata } from "../../domain/terminal/about.ts";
import { callerOf, type Visibility } from "../../domain/user/access.ts";
import { requestFingerprint } from "../../vault/hashing.ts";
import type { FindCard } from "../entry/openEntry.ts";
import { byOf, execute, type Write } from "../management/commands.ts";
import { invalid, type Problem, problem } from "../problem.ts";
import type { Services } from "../services.ts";
import { isConnected } from "./connections.ts";
import { type KnownDevice, visibleDevice } from "./devices.ts";
import { commandIdOf, TRANSFER_ID, transferIdFor } from "./ids.ts";
import { feeProblem } from "./payment.ts";
import { commandNow, type Queued, queueCommand } from "./queue.ts";

/** Money that a device takes, or gives back. */

export interface SaleInput {
  readonly deviceId: string;
  readonly amount: Money;
  readonly operationKey: string;
  readonly tags: Metadata;
  readonly idempotencyId: string | null;
  readonly accessId: string | null;
}

export interface KnownTransfer {
  readonly kind: "transfer";
  readonly life: CommandLife;
  readonly device: KnownDevice;
}

/** A transfer by its id, as of now, if its device is there and in sight. */
export async function visibleTransfer(
  services: Services,
  visibility: Visibility,
  id: string,
): Promise<KnownTransfer | null> {
  const life = TRANSFER_ID.test(id) ? await commandNow(services, id) : null;
  if (life?.transfer == null) return null;
  const device = await visibleDevice(services, visibility, life.transfer.deviceId);
  return device === null ? null : { kind: "transfer", life, device };
}

/**
 * Asks a device to take money. The same `idempotency_id` and content is the same transfer, whatever became of it since; a
 * device that is not connected makes one that has failed.
 */
export async function createSale(
  services: Services,
  findCard: FindCard,
  write: Write,
  visibility: Visibility,
  input: SaleInput,
): Promise<Queued | Problem> {
  const { deviceId, amount, operationKey, tags, idempotencyId, accessId } = input;
  const known = await visibleDevice(services, visibility, deviceId);
  if (known === null) return invalid("/device", "there is no such device");
  const { terminal, merchantId } = known;
  const { serialNumber } = terminal;
  const commandId =
    idempotencyId === null
      ? commandIdOf("TR", write.seed)
      : transferIdFor(callerOf(write.principal), idempotencyId);
  const fingerprint = requestFingerprint(services.keyring, [
    ...["sale", deviceId, amount, operationKey, accessId],
    Object.entries(tags).sort(([a], [b]) => (a < b ? -1 : 1)),
  ]).toString("hex");
  const before = await commandNow(services, commandId);
  if (before !== null) return repeated(before, fingerprint);
  if (!known.isEnabled) return problem("DEVICE_NOT_ENABLED");
  const fee = accessId === null ? null : await feeProblem(services, findCard, terminal, { accessId, amount });
  if (fee !== null) return fee;
  return await queueCommand(services, write, {
    ...{ commandId, serialNumber, action: "SALE", cancels: null, lives: SALE_LIVES, fingerprint },
    transfer: { deviceId, merchantId, amount, operationKey, tags, idempotencyId, parent: null, accessId },
    isUnreachable: !(await isConnected(services, serialNumber)),
  });
}

export interface ReversalInput {
  /** Null: all that is left. */
  readonly minor: number | null;
  readonly tags: Metadata;
  readonly idempotencyId: string | null;
}

/**
 * Asks the device to give back what a sale took, or a part of it. That part is set aside on the sale's stream first: whoever
 * dies in between has given back too little, and goes on by asking again with the same id.
 */
export async function createReversal(
  services: Services,
  write: Write,
  { life: sale, device }: KnownTransfer,
  { minor, tags, idempotencyId }: ReversalInput,
): Promise<Queued | Problem> {
  const { transfer, serialNumber, id: parent } = sale;
  if (transfer === null) throw new Error("a transfer moves money");
  const reversalId =
    idempotencyId === null
      ? commandIdOf("TR", "reversal", write.seed)
      : transferIdFor(callerOf(write.principal), idempotencyId);
  const fingerprint = requestFingerprint(services.keyring, [
    ...["reversal", parent, minor],
    Object.entries(tags).sort(([a], [b]) => (a < b ? -1 : 1)),
  ]).toString("hex");
  const before = await commandNow(services, reversalId);
  if (before !== null) return repeated(before, fingerprint);
  const { currency } = transfer.amount;
  const begun = sale.reversals.find(({ id }) => id === reversalId)?.minor;
  const whole = leftMinor(sale);
  const amount = fromMinor(begun ?? (minor === null ? whole : BigInt(minor)), currency);
  if (begun === undefined && minor === null && whole <= 0n) return notReversible(0n, sale);
  const { now } = write;
  const own = { ...write, expected: null };
  const done = await execute(services, services.streams.command, own, {
    stream: commandStream(parent),
    operation: `reverse ${reversalId}`,
    announce: null,
    decide: (state) =>
      command.decide(state, { type: "BeginReversal", now, by: byOf(write), reversalId, amount }),
  });
  if (done.kind === "refused") {
    const { refusal } = done;
    return notReversible(refusal.code === "NOT_REVERSIBLE" ? refusal.leftMinor : 0n, sale);
  }
  const { deviceId, merchantId } = transfer;
  const queued = await queueCommand(services, write, {
    ...{
      commandId: reversalId,
      serialNumber,
      action: "REVERSAL",
      cancels: null,
      lives: SALE_LIVES,
      fingerprint,
    },
    transfer: {
      ...{ deviceId, merchantId, amount, operationKey: "CARD_PRESENT_REFUND", tags, idempotencyId, parent },
      accessId: null,
    },
    isUnreachable: !device.isEnabled || !(await isConnected(services, serialNumber)),
  });
  return queued;
}

function repeated(before: CommandLife, fingerprint: string): Queued | Problem {
  return before.fingerprint === fingerprint
    ? { kind: "queued", life: before, position: null }
    : problem("REQUEST_ID_REUSED", "The idempotency_id was used for another transfer.");
}

function notReversible(left: bigint, { status }: CommandLife): Problem {
  return invalid(
    "/refund_amount",
    status === "SUCCEEDED" ? `${String(left)} is left to be given back` : "the transfer has not succeeded",
  );
}
