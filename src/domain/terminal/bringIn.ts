import { accept, type Decision, isExpected, refuse } from "../decider.ts";
import { PAIRING_CODE_LIVES, PAIRING_TRIES } from "../policies.ts";
import { iso } from "../time.ts";
import type { TerminalCommand, TerminalRefusal } from "./commands.ts";
import { trustOf } from "./credential.ts";
import type { TerminalEvent } from "./events.ts";
import { isPaired, type TerminalLife, type TerminalState } from "./life.ts";

/** How a device gets its credential: by a code of its own serial number, or by an enrollment's. */

export function issueCode(
  state: TerminalLife,
  command: Extract<TerminalCommand, { type: "IssueCode" }>,
  at: string,
): Decision<TerminalEvent, TerminalRefusal> {
  if (isPaired(state)) return refuse({ code: "ALREADY_PAIRED" });
  if (state.status === "SUSPENDED") return refuse({ code: "SUSPENDED" });
  const { by, codeId, codeHash } = command;
  const expiresAt = iso(command.now + PAIRING_CODE_LIVES);
  return accept({ type: "PairingCodeIssued", data: { at, by, codeId, codeHash, expiresAt } });
}

/** One atomic step uses the code up. A lost reply may be asked for again with the same code and keys. */
export function pair(
  state: TerminalLife,
  command: Extract<TerminalCommand, { type: "Pair" }>,
  at: string,
): Decision<TerminalEvent, TerminalRefusal> {
  const { enrollment, credential } = state;
  const { codeHash, publicKey, encryptionKey } = command;
  if (
    enrollment.status === "NONE" ||
    enrollment.codeId !== command.codeId ||
    enrollment.codeHash !== codeHash ||
    command.now >= enrollment.expiresAt
  ) {
    return refuse({ code: "PAIRING_REFUSED" });
  }
  if (isPaired(state)) {
    const again =
      enrollment.status === "CONSUMED" &&
      credential?.proof.kind === "KEY" &&
      credential.proof.publicKey === publicKey &&
      JSON.stringify(credential.encryptionKey) === JSON.stringify(encryptionKey);
    return again ? accept() : refuse({ code: "PAIRING_REFUSED" });
  }
  if (enrollment.status !== "PENDING" || state.status === "SUSPENDED")
    return refuse({ code: "PAIRING_REFUSED" });
  const { credentialId } = command;
  const { codeId } = enrollment;
  return accept({
    type: "TerminalPaired",
    data: { at, codeId, credentialId, trust: "KEY", publicKey, encryptionKey },
  });
}

/** Registers the device and gives it its credential in one step. One that is there already is somebody's: it stays so. */
export function enroll(
  state: TerminalState,
  command: Extract<TerminalCommand, { type: "Enroll" }>,
  at: string,
): Decision<TerminalEvent, TerminalRefusal> {
  if (state !== null && state.status !== "REVOKED") return refuse({ code: "ALREADY_EXISTS" });
  const { by, serialNumber, locationId, about, credentialId, proof, encryptionKey } = command;
  const trust = trustOf(proof);
  return accept(
    { type: "TerminalRegistered", data: { at, by, serialNumber, locationId, profile: "standard" } },
    { type: "TerminalEnrolled", data: { at, ...about, credentialId, trust, proof, encryptionKey } },
  );
}

export function describe(
  state: TerminalLife,
  { by, name, metadata, locationId, expected }: Extract<TerminalCommand, { type: "Describe" }>,
  at: string,
): Decision<TerminalEvent, TerminalRefusal> {
  if (state.about === null) return refuse({ code: "NOT_FOUND" });
  if (!isExpected(expected, state.revision)) {
    return refuse({ code: "VERSION_CONFLICT", actual: state.revision });
  }
  const moved = { at, by, locationId, profile: state.profile };
  return accept(
    { type: "TerminalDescribed", data: { at, by, name, metadata } },
    ...(locationId === state.locationId ? [] : [{ type: "TerminalChanged" as const, data: moved }]),
  );
}

/** Only a code that could still be guessed counts tries, so that nobody can fill the stream. */
export function countWrongTry(
  state: TerminalLife,
  { now, codeId }: Extract<TerminalCommand, { type: "CountWrongTry" }>,
  at: string,
): Decision<TerminalEvent, TerminalRefusal> {
  const { enrollment } = state;
  if (enrollment.status !== "PENDING" || enrollment.codeId !== codeId || now >= enrollment.expiresAt) {
    return accept();
  }
  const tries = enrollment.tries + 1;
  const data = { at, codeId: enrollment.codeId, tries, locked: tries >= PAIRING_TRIES };
  return accept({ type: "PairingRefused", data });
}
