import { setTimeout as sleep } from "node:timers/promises";
import { ContendedError } from "./executor.ts";
import type { Services } from "./services.ts";

/** Advisory locks of ours, by number: what is checked over many streams at once is checked by one at a time. */
export const LOCKS = { users: 7_265_101, places: 7_265_102, accountRanges: 7_265_103 } as const;

const LONGEST_WAIT_MS = 10_000;

/** Runs `work` while no other instance runs work under the same lock. */
export async function exclusively<Result>(
  services: Services,
  lock: (typeof LOCKS)[keyof typeof LOCKS],
  work: () => Promise<Result>,
): Promise<Result> {
  // One connection an instance at most waits for the lock, however many requests do.
  return await services.executor.inTurn(`lock ${String(lock)}`, async () => {
    const client = await services.pool.connect();
    let broken = true;
    try {
      const deadline = performance.now() + LONGEST_WAIT_MS;
      for (;;) {
        const { rows } = await client.query<{ got: boolean }>("select pg_try_advisory_lock($1) as got", [
          lock,
        ]);
        if (rows[0]?.got === true) break;
        if (performance.now() > deadline)
          throw new ContendedError(`the lock ${String(lock)} was not to be had`);
        await sleep(10);
      }
      try {
        return await work();
      } finally {
        await client.query("select pg_advisory_unlock($1)", [lock]);
        broken = false;
      }
    } finally {
      // A connection that may still hold the lock is closed, which gives it back.
      client.release(broken);
    }
  });
}
