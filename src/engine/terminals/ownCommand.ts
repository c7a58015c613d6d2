import type { Decision } from "../../domain/decider.ts";
import type { StreamEvent } from "../../domain/streamKind.ts";
import { terminalStream } from "../../domain/terminal/events.ts";
import type { TerminalCommand, TerminalRefusal } from "../../domain/terminal/commands.ts";
import type { TerminalEvent } from "../../domain/terminal/events.ts";
import type { TerminalState } from "../../domain/terminal/life.ts";
import { terminal } from "../../domain/terminal/terminal.ts";
import { terminalMeta } from "../entry/request.ts";
import type { Executed } from "../executor.ts";
import { announceHead } from "../gate/heads.ts";
import type { Services } from "../services.ts";
import type { Streams } from "../streams.ts";

/** What a device does by itself on its way in: nobody has a part in it who could be named instead. */
export interface OwnCommand {
  readonly serialNumber: string;
  readonly traceId: string;
  /** Tells this command from others of the device. */
  readonly operation: string;
  /** By which the same command is told again; a new one by default. */
  readonly requestId?: string;
  /** Done before other instances hear of it. */
  readonly before?: () => Promise<void>;
}

/** A command of the device on its own stream. */
export async function ownCommand(
  services: Services,
  own: OwnCommand,
  command: TerminalCommand,
): Promise<Executed<TerminalState, TerminalEvent, TerminalRefusal>> {
  const stream = terminalStream(own.serialNumber);
  return await ownCommandOn(services, services.streams.terminal, stream, own, (life) =>
    terminal.decide(life, command),
  );
}

/** A command of the device on another stream, which other instances look at before they decide. */
export async function ownCommandOn<State, Event extends StreamEvent, Refusal>(
  services: Services,
  streams: Streams<State, Event>,
  stream: string,
  { serialNumber, traceId, operation, requestId = services.newId(), before }: OwnCommand,
  decide: (state: State) => Decision<Event, Refusal>,
): Promise<Executed<State, Event, Refusal>> {
  return await services.executor.execute<State, Event, Refusal>(streams, {
    stream,
    meta: terminalMeta(services, serialNumber, { traceId }, { caller: serialNumber, operation, requestId }),
    announce: async (revision) => {
      await before?.();
      await announceHead(services, stream, revision);
    },
    decide,
  });
}
