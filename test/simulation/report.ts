import type { SimulationResult } from "./simulate.ts";

const SHORT = 60;

/** What a person needs of a failing seed: what does not hold, how it came to that, how to see it again. */
export function report({ seed, violations, trace }: SimulationResult): string {
  const found = violations.map(({ invariant, what }) => `  ${invariant}: ${what.slice(0, 1_000)}`);
  return [
    `Seed ${String(seed)} breaks ${String(violations.length)} times:`,
    ...found,
    `The end of its trace (${String(trace.length)} lines):`,
    ...trace.slice(-SHORT).map((line) => `  ${line.slice(0, 200)}`),
    `Again, with the whole trace: npm run simulate -- --seed ${String(seed)} --seeds 1 --trace`,
  ].join("\n");
}
