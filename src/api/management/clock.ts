import type { Instant } from "../../domain/time.ts";
import type { Services } from "../services.ts";

/** How far the business time is ahead of the real one, read anew: every instance runs on the same clock. */
export async function clockOffset(services: Services): Promise<number> {
  if (!services.testClock) return 0;
  const { rows } = await services.pool.query<{ clock_offset_ms: number }>(
    "select clock_offset_ms from installation where test_clock",
  );
  return rows[0]?.clock_offset_ms ?? 0;
}

export async function businessNow(services: Services): Promise<Instant> {
  return services.now() + (await clockOffset(services));
}
