import { z } from "zod";

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

/** What the clocks of a terminal say at one moment. */
export interface DeviceClocks {
  /** Milliseconds, from anywhere; never set, never back. */
  readonly monotonic: number;
  /** Names the run of the monotonic clock: another one once it has begun anew. */
  readonly run: string;
  /** The clock that anybody may set, in milliseconds. Nothing is decided by it. */
  readonly own: number;
}

/** The server's time as a journal keeps it, with what the terminal's clocks said when it had come. */
export const keptTime = z.object({
  serverTime: z.number(),
  took: z.number(),
  monotonic: z.number(),
  run: z.string(),
  own: z.number(),
});
export type KeptTime = z.infer<typeof keptTime>;

/** More is taken by no server, and says nothing more. */
const MOST_UNCERTAIN_S = 365 * 86_400;

/**
 * The server's time, from what was heard last. After a restart nobody knows how long the terminal was off: time goes on
 * where the journal stops, and may be off by what the terminal's own clock says has passed.
 * @param lastAt of the journal's last decision, in milliseconds; null for none
 */
export function timeBy(kept: KeptTime, clocks: DeviceClocks, lastAt: number | null): ServerTime {
  if (clocks.run === kept.run) return serverTimeAt(kept, clocks.monotonic);
  const { now, uncertaintySeconds } = serverTimeAt(kept, kept.monotonic);
  const passed = Math.ceil(Math.abs(clocks.own - kept.own) / 1_000);
  return {
    now: Math.max(now, lastAt ?? now),
    uncertaintySeconds: Math.min(MOST_UNCERTAIN_S, Math.max(uncertaintySeconds, passed)),
  };
}
