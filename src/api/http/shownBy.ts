import type { Socket } from "node:net";
import type { ShownCertificate } from "../../engine/terminals/shownCertificate.ts";

/** What the other end of a connection has shown, at the port that wants certificates. */

const SHOWN = new WeakMap<Socket, ShownCertificate | "nothing">();

export function noteShown(socket: Socket, shown: ShownCertificate | "nothing"): void {
  SHOWN.set(socket, shown);
}

/** Null at every other port. */
export function shownBy(socket: Socket): ShownCertificate | "nothing" | null {
  return SHOWN.get(socket) ?? null;
}
