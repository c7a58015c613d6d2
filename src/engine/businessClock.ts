import type { Instant } from "../domain/time.ts";
import { ContendedError } from "./executor.ts";
import type { Services } from "./services.ts";

/** How far the business time is ahead of the real one, read anew: every instance runs on the same clock. */
export async function clockOffset(services: Services): Promise<number> {
  if (!services.testClock) return 0;
  const row = await services.db
    .selectFrom("installation")
    .select("clock_offset_ms")
    .where("test_clock", "=", true)
    .executeTakeFirst();
  return row?.clock_offset_ms ?? 0;
}

export async function businessNow(services: Services): Promise<Instant> {
  return services.now() + (await clockOffset(services));
}

/** Later than that, times could not be written any more. */
const END_OF_TIME = Date.UTC(9_000, 0, 1);

const MOST_MOVES = 50;

export type Moved =
  | { readonly kind: "moved" | "backwards"; readonly now: Instant }
  /** The target is no time, or none that can be written. */
  | { readonly kind: "unknown" | "beyondTime" };

/** Sets a test clock forward. `target` is asked again when another instance moved it meanwhile: nobody's step is lost. */
export async function moveClock(
  services: Services,
  target: (now: Instant) => Instant | null,
): Promise<Moved> {
  for (let tries = 0; tries < MOST_MOVES; tries++) {
    const offset = await clockOffset(services);
    const real = services.now();
    const wanted = target(real + offset);
    if (wanted === null) return { kind: "unknown" };
    // Also for what is no time at all any more.
    if (!(wanted <= END_OF_TIME)) return { kind: "beyondTime" };
    if (wanted < real + offset) return { kind: "backwards", now: real + offset };
    const { numUpdatedRows } = await services.db
      .updateTable("installation")
      .set({ clock_offset_ms: wanted - real })
      .where("test_clock", "=", true)
      .where("clock_offset_ms", "=", offset)
      .executeTakeFirst();
    if (numUpdatedRows === 1n) return { kind: "moved", now: wanted };
  }
  throw new ContendedError("the test clock was moved by others all the time");
}
