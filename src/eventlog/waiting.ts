/** Wakes whoever waits for news; a ring between looking and waiting is not lost. */
export class Wakeup {
  #rings = 0;
  readonly #sleepers = new Set<() => void>();

  /** Read this before you look, and hand it to {@link wait}. */
  get rings(): number {
    return this.#rings;
  }

  ring(): void {
    this.#rings += 1;
    const sleepers = [...this.#sleepers];
    this.#sleepers.clear();
    for (const wake of sleepers) wake();
  }

  /** Resolves at once if it rang since `seen`; else with the next ring, after `ms`, or when aborted. */
  wait(seen: number, ms: number, signal: AbortSignal): Promise<void> {
    if (this.#rings !== seen || signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        signal.removeEventListener("abort", wake);
        this.#sleepers.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, ms);
      signal.addEventListener("abort", wake);
      this.#sleepers.add(wake);
    });
  }
}

/** Resolves after `ms` (milliseconds), or when aborted. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Wakeup().wait(0, ms, signal);
}

/** The promise's value, or undefined as soon as the signal aborts; its late outcome is then dropped. */
export async function unlessAborted<T extends object>(
  promise: Promise<T>,
  signal: AbortSignal,
): Promise<T | undefined> {
  if (signal.aborted) {
    promise.catch(() => undefined);
    return undefined;
  }
  let abort = (): void => undefined;
  const aborted = new Promise<undefined>((resolve) => {
    abort = () => resolve(undefined);
    signal.addEventListener("abort", abort);
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener("abort", abort);
    promise.catch(() => undefined);
  }
}

/** The promise's outcome, or after `ms` (milliseconds) the error that `late` makes; the late outcome is then dropped. */
export async function within<T>(promise: Promise<T>, ms: number, late: () => Error): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(late()), ms);
  });
  try {
    return await Promise.race([promise, deadline]);
  } finally {
    clearTimeout(timer);
    promise.catch(() => undefined);
  }
}
