import { createHash } from "node:crypto";
import { deviceName, type TerminalLife } from "../../domain/terminal/life.ts";

/** Ids as the vendor's clients know them: two letters that say of what, and 24 letters and digits. */

const LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789";
const LENGTH = 24;

export const DEVICE_ID = /^DV[A-Za-z0-9]{24}$/;
export const TRANSFER_ID = /^TR[A-Za-z0-9]{24}$/;
export const COMMAND_ID = /^(TR|CM)[A-Za-z0-9]{24}$/;

/** Always the same for a device, so that one is found from the other; another device of its serial number has another. */
export function deviceIdOf(life: TerminalLife): string {
  return `DV${lettersOf(digestOf("device", deviceName(life)))}`;
}

/** Made of a write's seed: an attempt that takes over from one that died asks for the same. */
export function commandIdOf(kind: "TR" | "CM", ...seed: readonly string[]): string {
  return `${kind}${lettersOf(digestOf("command", ...seed))}`;
}

/** The same caller's same `idempotency_id` is the same transfer. */
export function transferIdFor(caller: string, idempotencyId: string): string {
  return `TR${lettersOf(digestOf("transfer", caller, idempotencyId))}`;
}

function digestOf(...parts: readonly string[]): Buffer {
  return createHash("sha256").update(JSON.stringify(parts)).digest();
}

function lettersOf(bytes: Uint8Array): string {
  return Array.from(bytes.subarray(0, LENGTH), (byte) => LETTERS.charAt(byte % LETTERS.length)).join("");
}
