/**
 * What time it is, for a terminal whose own clock may say anything: the time it last heard from the server, and what its
 * monotonic clock counted since.
 */
export interface Heard {
  /** The server's `businessTime`, in milliseconds. */
  readonly serverTime: number;
  /** The terminal's monotonic clock when the answer had come, in milliseconds. */
  readonly monotonic: number;
  /** How long the answer took, in milliseconds: the server's time may be so much older. */
  readonly took: number;
}

/** How far a terminal's monotonic clock may run off: 200 parts in a million, some 17 s a day. */
const DRIFT = 200e-6;

export interface ServerTime {
  /** Milliseconds. */
  readonly now: number;
  /** How far it may be off, in whole seconds, as reports say it. */
  readonly uncertaintySeconds: number;
}

export function serverTimeAt({ serverTime, monotonic, took }: Heard, at: number): ServerTime {
  const since = Math.max(0, at - monotonic);
  return {
    now: Math.round(serverTime + took / 2 + since),
    uncertaintySeconds: Math.ceil((took / 2 + since * DRIFT) / 1_000),
  };
}
