import type pg from "pg";
import { MINUTE } from "../../domain/time.ts";

/**
 * Wrong tries of unauthenticated callers, counted per address over all instances. A table of our own,
 * because a limiter has to tell the instant of the last wrong try: a code issued after it is let through.
 */
const MOST = 10;
const WINDOW = 15 * MINUTE;

/** Null when the caller may try; else until when not, and when its last wrong try was (real time, ms). */
export async function callerBlocked(
  pool: pg.Pool,
  caller: string,
  now: number,
): Promise<{ readonly until: number; readonly lastAt: number } | null> {
  const { rows } = await pool.query<{ since: Date; tries: number; last_at: Date }>(
    "select since, tries, last_at from wrong_tries where caller = $1 and since > $2",
    [caller, new Date(now - WINDOW)],
  );
  const row = rows[0];
  if (row === undefined || row.tries < MOST) return null;
  return { until: row.since.getTime() + WINDOW, lastAt: row.last_at.getTime() };
}

export async function countWrongTry(pool: pg.Pool, caller: string, now: number): Promise<void> {
  await pool.query(
    `insert into wrong_tries (caller, since, tries, last_at) values ($1, $2, 1, $2)
     on conflict (caller) do update set
       tries = case when wrong_tries.since > $3 then wrong_tries.tries + 1 else 1 end,
       since = case when wrong_tries.since > $3 then wrong_tries.since else excluded.since end,
       last_at = excluded.last_at`,
    [caller, new Date(now), new Date(now - WINDOW)],
  );
}
