import { setTimeout as sleep } from "node:timers/promises";

const LOOK_MS = 20;

/** Waits for a condition, for as long as the test may take. */
export async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await sleep(LOOK_MS);
}
