import { setTimeout as sleep } from "node:timers/promises";

/** How long the tests wait for the product to come back before that is its failure. */
export const PATIENCE_MS = 45_000;

/** Tries until there is a result, every so many milliseconds. `failure`: what it was that never came. */
export async function persist<Result>(
  everyMs: number,
  attempt: () => Promise<Result | undefined>,
  failure: () => string,
): Promise<Result> {
  const since = performance.now();
  for (;;) {
    const result = await attempt();
    if (result !== undefined) return result;
    if (performance.now() - since > PATIENCE_MS) throw new Error(failure());
    await sleep(everyMs);
  }
}

/** As {@link persist}, for something that is to happen rather than to be had. */
export async function persistUntil(
  everyMs: number,
  happened: () => Promise<boolean>,
  failure: () => string,
): Promise<void> {
  await persist(everyMs, async () => ((await happened()) ? true : undefined), failure);
}
