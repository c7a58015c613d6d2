import { accept, type Decision, refuse } from "../decider.ts";
import { CLAIM_CODE_LIVES } from "../policies.ts";
import { instant, iso } from "../time.ts";
import { advanced, type Claim, isOpen } from "./claimState.ts";
import type { TerminalCommand, TerminalRefusal } from "./commands.ts";
import type { TerminalEvent } from "./events.ts";
import { isPaired, type TerminalLife } from "./life.ts";

type Of<Type extends TerminalCommand["type"]> = Extract<TerminalCommand, { type: Type }>;
type Event<Type extends TerminalEvent["type"]> = Extract<TerminalEvent, { type: Type }>;
type Decided = Decision<TerminalEvent, TerminalRefusal>;

export function decideClaim(
  state: TerminalLife,
  command: Of<"AskClaimCode" | "Claim" | "Attest" | "Activate">,
  at: string,
): Decided {
  switch (command.type) {
    case "AskClaimCode":
      return askClaimCode(state, command, at);
    case "Claim":
      return claimByCode(state, command, at);
    case "Attest":
      return attest(state, command, at);
    case "Activate":
      return activate(state, command, at);
  }
}

/** A device that is claimed goes on; while a code can be entered, only the device that shows it may have another. */
function askClaimCode(state: TerminalLife, command: Of<"AskClaimCode">, at: string): Decided {
  const { claim } = state;
  const { now, codeId, codeHash, publicKey } = command;
  if (state.status !== "REGISTERED") return refuse({ code: "CLAIM_REFUSED" });
  const isAnothers = claim.status !== "NONE" && isOpen(claim, now) && claim.publicKey !== publicKey;
  if (isAnothers) return refuse({ code: "CLAIM_REFUSED" });
  const expiresAt = iso(now + CLAIM_CODE_LIVES);
  return accept({ type: "ClaimCodeIssued", data: { at, codeId, codeHash, expiresAt, publicKey } });
}

/** One atomic step uses the code up. */
function claimByCode(state: TerminalLife, command: Of<"Claim">, at: string): Decided {
  const { claim } = state;
  // A newer code has voided it.
  if (claim.status === "NONE" || claim.codeHash !== command.codeHash) return refuse({ code: "CODE_EXPIRED" });
  if (claim.status !== "PENDING") return refuse({ code: "CODE_USED" });
  const isLate = !isOpen(claim, command.now) || state.status !== "REGISTERED";
  if (isLate) return refuse({ code: "CODE_EXPIRED" });
  return accept({ type: "TerminalClaimed", data: { at, by: command.by, codeId: claim.codeId } });
}

function attest(state: TerminalLife, command: Of<"Attest">, at: string): Decided {
  const { claim } = state;
  if (claim.status === "NONE" || claim.publicKey !== command.publicKey)
    return refuse({ code: "CLAIM_REFUSED" });
  if (state.status === "SUSPENDED") return refuse({ code: "SUSPENDED" });
  switch (claim.status) {
    case "PENDING":
      return refuse({ code: "NOT_CLAIMED" });
    case "CLAIMED":
      return accept({ type: "TerminalAttested", data: { at, codeId: claim.codeId } });
    case "ATTESTED":
    case "ACTIVATED":
      return accept();
  }
}

function activate(state: TerminalLife, command: Of<"Activate">, at: string): Decided {
  const { claim, credential } = state;
  const { credentialId, publicKey, encryptionKey } = command;
  if (claim.status === "NONE" || claim.publicKey !== publicKey) return refuse({ code: "CLAIM_REFUSED" });
  if (state.status === "SUSPENDED") return refuse({ code: "SUSPENDED" });
  switch (claim.status) {
    case "PENDING":
      return refuse({ code: "NOT_CLAIMED" });
    case "CLAIMED":
      return refuse({ code: "NOT_ATTESTED" });
    case "ATTESTED": {
      const { codeId } = claim;
      const given = { credentialId, trust: "ATTESTED" as const, publicKey, encryptionKey };
      return accept({ type: "TerminalActivated", data: { at, codeId, ...given } });
    }
    case "ACTIVATED": {
      const isRepeat = JSON.stringify(credential?.encryptionKey) === JSON.stringify(encryptionKey);
      return isRepeat ? accept() : refuse({ code: "ALREADY_PAIRED" });
    }
  }
}

/** Whether there is something to take back: a key, or a claim under way. */
export function isBroughtIn(state: TerminalLife): boolean {
  return isPaired(state) || state.claim.status !== "NONE";
}

/** What of the terminal's life changes by a claim that is under way. */
export function claimed(
  { status, claim }: TerminalLife,
  event: Event<"ClaimCodeIssued" | "TerminalClaimed" | "TerminalAttested">,
): Pick<TerminalLife, "status" | "claim"> {
  switch (event.type) {
    case "ClaimCodeIssued":
      return { status, claim: asked(event) };
    case "TerminalClaimed":
      return { status: "CLAIMED", claim: advanced(claim, "CLAIMED") };
    case "TerminalAttested":
      return { status: "ATTESTED", claim: advanced(claim, "ATTESTED") };
  }
}

function asked({ data }: Event<"ClaimCodeIssued">): Claim {
  const { at, codeId, codeHash, publicKey, expiresAt } = data;
  const until = instant(expiresAt);
  return { status: "PENDING", codeId, codeHash, publicKey, issuedAt: instant(at), expiresAt: until };
}
