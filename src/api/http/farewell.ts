import type { Duplex } from "node:stream";

/** Long enough for who is there to read what was said. Milliseconds. */
const FAREWELL_MS = 2_000;

/**
 * Says a last thing and closes. Whoever never closes its own side would hold the connection for good: none of HTTP's time
 * limits counts for it any more.
 */
export function sayFarewell(socket: Duplex, text: string): void {
  socket.end(text);
  const late = setTimeout(() => socket.destroy(), FAREWELL_MS).unref();
  socket.once("close", () => clearTimeout(late));
}
