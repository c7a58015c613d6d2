import { command, type QueueCommand } from "../../domain/command/command.ts";
import { commandStream } from "../../domain/command/events.ts";
import type { CommandLife } from "../../domain/command/life.ts";
import { MOST_OPEN_COMMANDS } from "../../domain/policies.ts";
import type { Position } from "../../eventlog/log.ts";
import { byOf, execute, type Write } from "../management/commands.ts";
import { type Problem, problem } from "../problem.ts";
import type { Services } from "../services.ts";
import { commandIdOf } from "./ids.ts";
import { noteOpen, openCommandsOf } from "./openCommands.ts";

export interface Queued {
  readonly kind: "queued";
  readonly life: CommandLife;
  readonly position: Position | null;
}

export type Asked = Omit<QueueCommand, "type" | "now" | "by">;

/** What is asked for by hand: no money, and no id by which it would be asked for again. */
export function plainCommand(
  { seed }: Write,
  serialNumber: string,
  asked: Pick<Asked, "action" | "lives" | "isUnreachable"> & { readonly cancels?: string },
): Asked {
  const { cancels = null, ...rest } = asked;
  const commandId = commandIdOf("CM", asked.action, seed);
  return { ...rest, commandId, serialNumber, cancels, transfer: null, fingerprint: null };
}

/** Writes a command down; whoever holds the device's connection hears of it by the log. */
export async function queueCommand(
  services: Services,
  write: Write,
  asked: Asked,
): Promise<Queued | Problem> {
  const { commandId, serialNumber, action, lives } = asked;
  const { now } = write;
  const waiting = await openCommandsOf(services, serialNumber, MOST_OPEN_COMMANDS);
  if (waiting.length === MOST_OPEN_COMMANDS) return problem("DEVICE_BUSY");
  const own = { ...write, expected: null };
  // Its id was made for it just now: nothing can stand there.
  if (asked.fingerprint === null && !write.resumed) services.streams.command.begin(commandStream(commandId));
  const done = await execute(services, services.streams.command, own, {
    stream: commandStream(commandId),
    operation: `queue ${commandId}`,
    announce: async () =>
      await noteOpen(services, { commandId, serialNumber, action, queuedAt: now, expiresAt: now + lives }),
    decide: (state) => command.decide(state, { type: "Queue", ...asked, now, by: byOf(write) }),
  });
  if (done.kind === "refused")
    return problem("REQUEST_ID_REUSED", "The idempotency_id was used for another transfer.");
  const life = lifeOf(done.folded.state);
  return { kind: "queued", life, position: done.position };
}

/** As of now; null for none. */
export async function commandNow(services: Services, id: string): Promise<CommandLife | null> {
  return (await services.streams.command.refresh(commandStream(id))).state;
}

export function lifeOf(state: CommandLife | null): CommandLife {
  if (state === null) throw new Error("a command that was written is there");
  return state;
}
