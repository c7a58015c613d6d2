import type { TerminalCommand, TerminalRefusal } from "../../domain/terminal/commands.ts";
import { type TerminalEvent, terminalStream } from "../../domain/terminal/events.ts";
import { terminal } from "../../domain/terminal/terminal.ts";
import type { Position } from "../../eventlog/log.ts";
import { announceHead } from "../gate/heads.ts";
import { execute, type VersionConflict, type Write } from "../management/commands.ts";
import type { Services } from "../services.ts";
import { registerCode } from "../wrongTries.ts";

type Issue = Extract<TerminalCommand, { type: "IssueCode" | "IssueSetupCode" }>;

export type IssuedCode =
  | { readonly kind: "issued"; readonly event: TerminalEvent; readonly position: Position | null }
  | { readonly kind: "refused"; readonly refusal: TerminalRefusal | VersionConflict };

/**
 * Writes a code of the office down, by its keyed hash, and tells it from lockouts that came before. An attempt that takes
 * over from one that died makes another code, because the first was never shown.
 */
export async function issueTerminalCode(
  services: Services,
  write: Write,
  { serialNumber, operation }: { readonly serialNumber: string; readonly operation: string },
  command: Issue,
): Promise<IssuedCode> {
  const own = write.resumed ? { ...write, seed: services.newId(), resumed: false } : write;
  const stream = terminalStream(serialNumber);
  const done = await execute(services, services.streams.terminal, own, {
    stream,
    operation,
    announce: async (revision) => {
      await registerCode(services, command.codeId);
      await announceHead(services, stream, revision);
    },
    decide: (state) => terminal.decide(state, command),
  });
  if (done.kind === "refused") return done;
  const event = done.stored[0]?.event;
  if (event === undefined) throw new Error("a code that was issued has its event");
  return { kind: "issued", event, position: done.position };
}
