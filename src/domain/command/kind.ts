import { type StreamKind, typesOf } from "../streamKind.ts";
import { command } from "./command.ts";
import { commandEvent, type CommandEvent } from "./events.ts";
import type { CommandState } from "./life.ts";

export const commandKind: StreamKind<CommandState, CommandEvent> = {
  decider: command,
  event: commandEvent,
  types: typesOf(commandEvent),
};
