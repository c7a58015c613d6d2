import { z } from "zod";
import type { TerminalRefusal } from "../../domain/terminal/commands.ts";
import { iso } from "../../domain/time.ts";
import { secretHash } from "../../vault/hashing.ts";
import { type Problem, problem } from "../http/problems.ts";
import { type Reply, reply } from "../http/answer.ts";
import { issueTerminalCode } from "../../engine/terminals/issueCode.ts";
import type { Services } from "../../engine/services.ts";
import { byOf, type VersionConflict, versionConflict, type Write } from "../../engine/management/commands.ts";
import { positionHeader } from "./records.ts";

/** Shown once. */
export const pairingCode = z.object({ id: z.string(), code: z.string(), expiresAt: z.string() });

export type TerminalRefusals = TerminalRefusal | VersionConflict;

export function refusedTerminal(refusal: TerminalRefusals): Problem {
  switch (refusal.code) {
    case "NOT_FOUND":
    case "ALREADY_PAIRED":
    case "NOT_PAIRED":
    case "PAIRING_REFUSED":
      return problem(refusal.code);
    case "ALREADY_EXISTS":
      return problem("ALREADY_EXISTS", "A terminal with this serial number is registered.");
    case "SUSPENDED":
      return problem("SUSPENDED", "Resume the terminal before it is paired.");
    case "CLAIM_REFUSED":
    case "CODE_EXPIRED":
    case "CODE_USED":
    case "NOT_CLAIMED":
    case "NOT_ATTESTED":
    case "KEY_RETIRED":
    case "NO_KEY":
      return problem("PAIRING_REFUSED");
    case "CERTIFICATE_REPLACED":
      return problem("CERTIFICATE_REPLACED");
    case "VERSION_CONFLICT":
      return versionConflict(refusal);
  }
}

/** Makes a code and shows it this once; only a keyed hash of it is kept. */
export async function issueCode(
  services: Services,
  write: Write,
  serial: string,
): Promise<Reply<201, z.infer<typeof pairingCode>> | Problem> {
  const code = eightDigits(services);
  const codeId = services.newId();
  const codeHash = secretHash(services.keyring, "pairing", `${serial}:${code}`).toString("hex");
  const issued = await issueTerminalCode(
    services,
    write,
    { serialNumber: serial, operation: "issue-code" },
    { type: "IssueCode", codeId, codeHash, now: write.now, by: byOf(write) },
  );
  if (issued.kind === "refused") return refusedTerminal(issued.refusal);
  const { event, position } = issued;
  if (event.type !== "PairingCodeIssued") throw new Error("a code that was issued has its event");
  const expiresAt = iso(Date.parse(event.data.expiresAt));
  return reply(
    201,
    { id: codeId, code, expiresAt },
    { Location: `/api/terminals/${encodeURIComponent(serial)}`, ...positionHeader(position) },
  );
}

/** Each of the 10^8 codes is as likely as every other. */
function eightDigits(services: Services): string {
  const limit = 0x1_0000_0000 - (0x1_0000_0000 % 100_000_000);
  for (;;) {
    const number = services.randomBytes(4).readUInt32BE();
    if (number < limit) return String(number % 100_000_000).padStart(8, "0");
  }
}
