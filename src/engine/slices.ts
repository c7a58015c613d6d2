import { setImmediate as turn } from "node:timers/promises";

/** How long a long piece of work may hold the thread before terminals are served. Milliseconds. */
const SLICE_MS = 4;

/** Cuts long work into pieces, between which everything else has its turn. */
export class Slices {
  #since = performance.now();

  /** To be awaited now and then; waits only when the slice is over. */
  async pause(): Promise<void> {
    if (performance.now() - this.#since < SLICE_MS) return;
    await turn();
    this.#since = performance.now();
  }
}

/** The items in groups of a size, in their order. */
export function* groupsOf<Item>(items: readonly Item[], size: number): Generator<readonly Item[]> {
  for (let from = 0; from < items.length; from += size) yield items.slice(from, from + size);
}
