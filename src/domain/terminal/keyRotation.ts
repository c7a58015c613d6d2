import { accept, type Decision, refuse } from "../decider.ts";
import type { Instant } from "../time.ts";
import { iso } from "../time.ts";
import type { TerminalCommand, TerminalRefusal } from "./commands.ts";
import type { Credential } from "./credential.ts";
import type { TerminalEvent } from "./events.ts";
import { isPaired, type TerminalLife } from "./life.ts";

/** A terminal's key is replaced by another that its present key vouches for: nobody has to go there with a code. */

/** By which of its credentials a terminal may prove itself at this moment, the present one first. */
export function usableCredentials(life: TerminalLife, now: Instant): readonly Credential[] {
  const { credential, retiring } = life;
  if (credential === null || !isPaired(life)) return [];
  return retiring === null || now >= retiring.until ? [credential] : [credential, retiring.credential];
}

/**
 * Asked again with the same keys it is answered as before, by whichever key: a lost reply locks nobody out. A key that
 * was replaced already vouches for no other.
 */
export function rotateKey(
  state: TerminalLife,
  command: Extract<TerminalCommand, { type: "RotateKey" }>,
  at: string,
): Decision<TerminalEvent, TerminalRefusal> {
  const { credential } = state;
  if (credential === null || !isPaired(state)) return refuse({ code: "NOT_PAIRED" });
  if (credential.proof.kind !== "KEY") return refuse({ code: "NO_KEY" });
  const { publicKey, credentialId, retiresAt } = command;
  const encryptionKey = command.encryptionKey ?? credential.encryptionKey;
  const isKnown =
    credential.proof.publicKey === publicKey &&
    JSON.stringify(credential.encryptionKey) === JSON.stringify(encryptionKey);
  if (isKnown) return accept();
  if (command.provenBy !== credential.id) return refuse({ code: "KEY_RETIRED" });
  return accept({
    type: "TerminalKeyRotated",
    data: { at, credentialId, publicKey, encryptionKey, retiresAt: iso(retiresAt) },
  });
}
