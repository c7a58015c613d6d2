import { terminalStream } from "../../domain/terminal/events.ts";
import type { TerminalRefusal } from "../../domain/terminal/commands.ts";
import type { TerminalLife } from "../../domain/terminal/life.ts";
import { terminal } from "../../domain/terminal/terminal.ts";
import type { Position } from "../../eventlog/log.ts";
import { byOf, execute, type VersionConflict, type Write } from "../management/commands.ts";
import type { Services } from "../services.ts";
import { issueTerminalCode } from "../terminals/issueCode.ts";
import { drawCode } from "../pointingCodes.ts";
import { SETUP_CODES } from "./codes.ts";

type Refused = { readonly kind: "refused"; readonly refusal: TerminalRefusal | VersionConflict };

export interface MadeSetupCode {
  readonly kind: "made";
  readonly id: string;
  /** Told this once. */
  readonly code: string;
  readonly expiresAt: string;
  readonly position: Position | null;
}

/** A code by which a POS gets this terminal's certificate; the one before is void. */
export async function makeSetupCode(
  services: Services,
  write: Write,
  serialNumber: string,
): Promise<MadeSetupCode | Refused> {
  const { code, codeId, codeHash } = await drawCode(services, SETUP_CODES, serialNumber);
  const issued = await issueTerminalCode(
    services,
    write,
    { serialNumber, operation: "issue-setup-code" },
    {
      type: "IssueSetupCode",
      ...{ codeId, codeHash, now: write.now, real: services.now(), by: byOf(write) },
    },
  );
  if (issued.kind === "refused") return issued;
  const { event, position } = issued;
  if (event.type !== "SetupCodeIssued") throw new Error("a code that was issued has its event");
  const { expiresAt } = event.data;
  return { kind: "made", id: codeId, code, expiresAt, position };
}

export interface Revoked {
  readonly kind: "revoked";
  readonly life: TerminalLife;
  readonly position: Position | null;
}

/** Void with the next request, on every instance. One that is void already stays so. */
export async function revokeCertificate(
  services: Services,
  write: Write,
  which: { readonly terminal: string; readonly serialNumber: string; readonly reason: string | null },
): Promise<Revoked | Refused> {
  const { serialNumber, reason } = which;
  const done = await execute(services, services.streams.terminal, write, {
    stream: terminalStream(which.terminal),
    operation: "revoke-certificate",
    decide: (state) =>
      terminal.decide(state, {
        type: "RevokeCertificate",
        ...{ serialNumber, reason, now: write.now, by: byOf(write) },
      }),
  });
  if (done.kind === "refused") return done;
  const life = done.folded.state;
  if (life === null) throw new Error("a terminal with a certificate is there");
  return { kind: "revoked", life, position: done.position };
}
