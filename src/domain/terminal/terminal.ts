import { accept, type Decider, type Decision, isExpected, refuse } from "../decider.ts";
import { iso } from "../time.ts";
import { countWrongTry, describe, enroll, issueCode, pair } from "./bringIn.ts";
import { decideClaim, isBroughtIn } from "./claim.ts";
import type { TerminalCommand, TerminalRefusal } from "./commands.ts";
import type { TerminalEvent } from "./events.ts";
import { rotateKey } from "./keyRotation.ts";
import { evolve } from "./evolve.ts";
import type { TerminalState } from "./life.ts";
import { decideSetUp } from "./setUp.ts";
import { recordTold } from "./told.ts";

function decide(state: TerminalState, command: TerminalCommand): Decision<TerminalEvent, TerminalRefusal> {
  const at = iso(command.now);
  if (command.type === "Register") {
    if (state !== null && state.status !== "REVOKED") return refuse({ code: "ALREADY_EXISTS" });
    const { by, serialNumber, locationId, profile } = command;
    return accept({ type: "TerminalRegistered", data: { at, by, serialNumber, locationId, profile } });
  }
  if (command.type === "Enroll") return enroll(state, command, at);
  if (state === null || state.status === "REVOKED") {
    const isByCode = command.type === "Pair" || command.type === "SetUp";
    return refuse({ code: isByCode ? "PAIRING_REFUSED" : "NOT_FOUND" });
  }
  switch (command.type) {
    case "Change": {
      if (!isExpected(command.expected, state.revision)) {
        return refuse({ code: "VERSION_CONFLICT", actual: state.revision });
      }
      const { by, locationId, profile } = command;
      return accept({ type: "TerminalChanged", data: { at, by, locationId, profile } });
    }
    case "Describe":
      return describe(state, command, at);
    case "IssueCode":
      return issueCode(state, command, at);
    case "Pair":
      return pair(state, command, at);
    case "AskClaimCode":
    case "Claim":
    case "Attest":
    case "Activate":
      return decideClaim(state, command, at);
    case "RotateKey":
      return rotateKey(state, command, at);
    case "IssueSetupCode":
    case "SetUp":
    case "RenewCertificate":
    case "RevokeCertificate":
      return decideSetUp(state, command, at);
    case "CountWrongTry":
      return countWrongTry(state, command, at);
    case "Suspend":
      if (state.status === "SUSPENDED") return accept();
      return accept({ type: "TerminalSuspended", data: { at, by: command.by, reason: command.reason } });
    case "Resume":
      if (state.status !== "SUSPENDED") return accept();
      return accept({ type: "TerminalResumed", data: { at, by: command.by, reason: command.reason } });
    case "Unpair":
      if (!isBroughtIn(state)) return refuse({ code: "NOT_PAIRED" });
      return accept({ type: "TerminalUnpaired", data: { at, by: command.by, reason: command.reason } });
    case "Remove":
      if (!isExpected(command.expected, state.revision)) {
        return refuse({ code: "VERSION_CONFLICT", actual: state.revision });
      }
      return accept({ type: "TerminalRemoved", data: { at, by: command.by, reason: command.reason } });
    case "RecordList":
    case "RecordReports":
    case "RefuseAttempt":
      return recordTold(state, command, at);
  }
}

export const terminal: Decider<TerminalState, TerminalEvent, TerminalCommand, TerminalRefusal> = {
  initial: null,
  evolve,
  decide,
};
