import type { TerminalEvent } from "../terminal/events.ts";
import type { WebhookData } from "./catalogue.ts";
import type { Told } from "./message.ts";

/** What receivers are told of a terminal; null for what is nobody's business but the terminal's. */
export function toldOfTerminal(event: TerminalEvent, terminal: string): Told | null {
  switch (event.type) {
    case "TerminalRegistered": {
      const { at, by, locationId, profile } = event.data;
      return { type: "device.registered", data: { terminal, at, by, locationId, profile } };
    }
    case "TerminalChanged": {
      const { at, by, locationId, profile } = event.data;
      return { type: "device.changed", data: { terminal, at, by, locationId, profile } };
    }
    case "TerminalPaired":
      return paired(terminal, event.data, "PAIRING_CODE");
    case "TerminalEnrolled":
      return paired(terminal, event.data, "ENROLLMENT");
    case "TerminalActivated":
      return paired(terminal, event.data, "CLAIM");
    case "CertificateIssued":
      return paired(terminal, event.data, "CERTIFICATE");
    case "TerminalSuspended":
      return { type: "device.suspended", data: { terminal, ...event.data } };
    case "TerminalResumed":
      return { type: "device.resumed", data: { terminal, ...event.data } };
    case "TerminalUnpaired":
      return { type: "device.unpaired", data: { terminal, ...event.data } };
    case "TerminalRemoved":
      return { type: "device.removed", data: { terminal, ...event.data } };
    case "AttemptRefused": {
      const { at, accessId, requestId, cardId, code, entryMode } = event.data;
      const entry = { accessId, cardId, terminal, location: null, ruleset: null, at };
      const refused = { requestId, entryMode, issuer: null, code, retryable: false, nextFreeAt: null };
      return { type: "entry.rejected", data: { ...entry, ...refused } };
    }
    case "PairingCodeIssued":
    case "PairingRefused":
    case "TerminalDescribed":
    case "TerminalKeyRotated":
    case "ListSent":
    case "ReportsReceived":
    case "ClaimCodeIssued":
    case "TerminalClaimed":
    case "TerminalAttested":
    case "SetupCodeIssued":
    case "CertificateRenewed":
    case "CertificateRevoked":
      return null;
  }
}

type Paired = WebhookData["device.paired"];

function paired(
  terminal: string,
  { at, credentialId, trust }: Pick<Paired, "at" | "credentialId" | "trust">,
  pairedBy: Paired["pairedBy"],
): Told {
  return { type: "device.paired", data: { terminal, at, credentialId, trust, pairedBy } };
}
