import { command } from "../../domain/command/command.ts";
import { commandStream } from "../../domain/command/events.ts";
import type { CommandLife } from "../../domain/command/life.ts";
import {
  ACTIVATION_LIVES,
  DEACTIVATION_LIVES,
  MOST_OPEN_COMMANDS,
  SALE_LIVES,
} from "../../domain/policies.ts";
import type { TerminalLife } from "../../domain/terminal/life.ts";
import { byOf, execute, type Write } from "../management/commands.ts";
import { type Problem, problem } from "../problem.ts";
import type { Services } from "../services.ts";
import { isConnected } from "./connections.ts";
import { deviceOfTerminal, disableDevice } from "./devices.ts";
import { noteOver, openCommandsOf } from "./openCommands.ts";
import { commandNow, lifeOf, plainCommand, type Queued, queueCommand } from "./queue.ts";

/** What is ordered by hand: of a vendor's client, or at the panel. */

export const ORDERS = ["ACTIVATE", "DEACTIVATE", "CANCEL"] as const;

/** A device that is not there can't say that it is ready: the command has failed at once. */
export async function orderActivation(
  services: Services,
  write: Write,
  { serialNumber }: TerminalLife,
): Promise<Queued | Problem> {
  const isUnreachable = !(await isConnected(services, serialNumber));
  const asked = { action: "ACTIVATE", lives: ACTIVATION_LIVES, isUnreachable } as const;
  return await queueCommand(services, write, plainCommand(write, serialNumber, asked));
}

/** It counts at once; the device hears of it when it is there. */
export async function orderDeactivation(
  services: Services,
  write: Write,
  life: TerminalLife,
): Promise<Queued | Problem> {
  const known = await deviceOfTerminal(services, life);
  if (known !== null) await disableDevice(services, write, known.id);
  const asked = { action: "DEACTIVATE", lives: DEACTIVATION_LIVES, isUnreachable: false } as const;
  return await queueCommand(services, write, plainCommand(write, life.serialNumber, asked));
}

export interface Cancelled extends Queued {
  /** The sale that was broken off. */
  readonly sale: CommandLife;
}

/** Breaks off the sale that the device has in hand: the oldest that is not over. */
export async function orderCancellation(
  services: Services,
  write: Write,
  { serialNumber }: TerminalLife,
): Promise<Cancelled | Problem> {
  const waiting = await openCommandsOf(services, serialNumber, MOST_OPEN_COMMANDS);
  for (const { commandId, action } of waiting) {
    if (action !== "SALE") continue;
    const sale = await cancelSale(services, write, commandId);
    if (sale === null) continue;
    const asked = { action: "CANCEL", lives: SALE_LIVES, isUnreachable: false, cancels: commandId } as const;
    const queued = await queueCommand(services, write, plainCommand(write, serialNumber, asked));
    return queued.kind === "problem" ? queued : { ...queued, sale };
  }
  return problem("NOTHING_TO_CANCEL");
}

/** Null for one that is over. */
async function cancelSale(services: Services, write: Write, id: string): Promise<CommandLife | null> {
  const life = await commandNow(services, id);
  const { now } = write;
  if (life === null) return null;
  const done = await execute(
    services,
    services.streams.command,
    { ...write, expected: null },
    {
      stream: commandStream(id),
      operation: "cancel-sale",
      announce: null,
      decide: (state) => command.decide(state, { type: "Cancel", now, by: byOf(write) }),
    },
  );
  if (done.kind === "refused") return null;
  await noteOver(services, id);
  return lifeOf(done.folded.state);
}
