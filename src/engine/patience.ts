/**
 * Whoever waits for a command. It is not begun any more once they have stopped waiting: a queue that stood still while the
 * log was away is empty the moment it is back.
 */
export interface Patience {
  isOver(): boolean;
}

/** Whoever sent the request is told to send it again: it was not begun, or not done in time. */
export class NobodyWaitsError extends Error {
  override readonly name = "NobodyWaitsError";
}

/** From its arrival on a terminal's request is answered within this. Milliseconds. */
export const REQUEST_LIVES_MS = 5_000;
