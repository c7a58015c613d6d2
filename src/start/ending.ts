import type { Logger } from "../logging.ts";

/** How long a step may take unless it says otherwise. Milliseconds. */
const STEP_MS = 5_000;

interface Step {
  readonly name: string;
  readonly ms: number;
  readonly end: () => Promise<void>;
}

/**
 * What has to be ended, newest first. Each step has its time: one that hangs or fails is left behind, so that those
 * below it are ended all the same.
 */
export class Ending {
  #steps: Step[] = [];

  /** @param ms how long it may take, in milliseconds */
  push(name: string, end: () => Promise<void>, ms: number = STEP_MS): void {
    this.#steps.push({ name, ms, end });
  }

  /** Never fails. Repeating it is harmless. */
  async run(logger?: Logger): Promise<void> {
    for (const step of this.#steps.splice(0).reverse()) {
      const failed = await outcomeOf(step);
      if (failed !== null) logger?.warn({ part: step.name, why: failed }, "a part did not end as it should");
    }
  }
}

async function outcomeOf({ end, ms }: Step): Promise<string | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve(`it took more than ${String(ms)} ms`), ms);
  });
  const ended = end().then(
    () => null,
    (error: unknown) => String(error),
  );
  const outcome = await Promise.race([ended, late]);
  clearTimeout(timer);
  return outcome;
}
