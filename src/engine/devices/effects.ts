import { command } from "../../domain/command/command.ts";
import { commandStream } from "../../domain/command/events.ts";
import { type CommandLife, isOpen, UNREACHABLE } from "../../domain/command/life.ts";
import { device } from "../../domain/device/device.ts";
import { deviceStream } from "../../domain/device/events.ts";
import { terminalStream } from "../../domain/terminal/events.ts";
import { businessNow } from "../businessClock.ts";
import type { FindCard } from "../entry/openEntry.ts";
import { terminalMeta } from "../entry/request.ts";
import { announceHead } from "../gate/heads.ts";
import type { Services } from "../services.ts";
import { sweeperMeta } from "../sweeperMeta.ts";
import { deviceIdOf } from "./ids.ts";
import { noteOver, overdueCommands } from "./openCommands.ts";
import { recordPayment } from "./payment.ts";

/**
 * What follows from a command that is over, in other streams. Done before the device is told that its answer is recorded,
 * and done once however often it is done: so that whoever dies on the way loses nothing, since the device tells it again.
 */
export async function settleCommand(
  services: Services,
  findCard: FindCard,
  life: CommandLife,
  now: number,
): Promise<void> {
  if (isOpen(life)) return;
  if (life.action === "ACTIVATE" && life.status === "SUCCEEDED") await activate(services, life, now);
  if (life.action === "SALE" && life.status === "SUCCEEDED") await recordPayment(services, findCard, life);
  if (life.action === "REVERSAL" && gaveNothingBack(life)) await endReversal(services, life, now);
  await noteOver(services, life.id);
}

/**
 * Writes down that the time of commands is over, and does what followed from others and was left undone by who died.
 */
export async function timeOutCommands(services: Services, findCard: FindCard, limit: number): Promise<void> {
  const now = await businessNow(services);
  for (const commandId of await overdueCommands(services, now, limit)) {
    const done = await services.executor.execute(services.streams.command, {
      stream: commandStream(commandId),
      meta: sweeperMeta(services, "time-out", commandId),
      decide: (state) => command.decide(state, { type: "TimeOut", now }),
    });
    const { state } = done.folded;
    // None: whoever was about to write it died before.
    if (state === null) await noteOver(services, commandId);
    else await settleCommand(services, findCard, state, now);
  }
}

async function activate(services: Services, { id, serialNumber }: CommandLife, now: number): Promise<void> {
  const { state } = await services.streams.terminal.load(terminalStream(serialNumber));
  if (state === null) return;
  const stream = deviceStream(deviceIdOf(state));
  await services.executor.execute(services.streams.device, {
    stream,
    meta: metaOf(services, serialNumber, "activate-device", id),
    announce: async (revision) => await announceHead(services, stream, revision),
    // A terminal that no vendor's client knows as a device is none to be enabled.
    decide: (known) => device.decide(known, { type: "Activate", now, commandId: id }),
  });
}

/**
 * A reversal that no device has taken, or that failed, when it was over already too. One that a device has taken and not
 * answered keeps its part of the sale: the money may have gone back.
 */
function gaveNothingBack({ status, failure, late }: CommandLife): boolean {
  if (late !== null) return late === "FAILED";
  return status === "FAILED" || (status === "TIMED_OUT" && failure?.code === UNREACHABLE.code);
}

/** The sale has its part again. */
async function endReversal(services: Services, life: CommandLife, now: number): Promise<void> {
  const parent = life.transfer?.parent ?? null;
  if (parent === null) return;
  await services.executor.execute(services.streams.command, {
    stream: commandStream(parent),
    meta: metaOf(services, life.serialNumber, "end-reversal", life.id),
    decide: (sale) => command.decide(sale, { type: "EndReversal", now, reversalId: life.id }),
  });
}

export function metaOf(services: Services, serialNumber: string, operation: string, commandId: string) {
  const identity = { caller: `device ${serialNumber}`, operation, requestId: commandId };
  return terminalMeta(services, serialNumber, { traceId: commandId }, identity);
}
