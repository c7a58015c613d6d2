import { setTimeout as sleep } from "node:timers/promises";
import { ADVISORY_LOCKS, tryLock, unlock } from "../database/advisoryLocks.ts";
import { ContendedError } from "./executor.ts";
import type { Services } from "./services.ts";

const { users, places, accountRanges, whitelists, posIds, enrolments } = ADVISORY_LOCKS;

/** What is checked over many streams at once is checked by one at a time. */
export const LOCKS = { users, places, accountRanges, whitelists, posIds, enrolments } as const;

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
        if (await tryLock(client, lock)) break;
        if (performance.now() > deadline)
          throw new ContendedError(`the lock ${String(lock)} was not to be had`);
        await sleep(10);
      }
      try {
        return await work();
      } finally {
        await unlock(client, lock);
        broken = false;
      }
    } finally {
      // A connection that may still hold the lock is closed, which gives it back.
      client.release(broken);
    }
  });
}
