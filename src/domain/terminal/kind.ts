import { type StreamKind, typesOf } from "../streamKind.ts";
import { terminalEvent, type TerminalEvent } from "./events.ts";
import { terminalSnapshots } from "./snapshots.ts";
import type { TerminalState } from "./life.ts";
import { terminal } from "./terminal.ts";

export const terminalKind: StreamKind<TerminalState, TerminalEvent> = {
  decider: terminal,
  event: terminalEvent,
  types: typesOf(terminalEvent),
  snapshots: terminalSnapshots,
};
