import { Random } from "../support/domain/random.ts";
import { nextCommand } from "./commands.ts";
import type { SimulatedDatabase } from "./database.ts";
import type { FaultCounts } from "./faults.ts";
import type { Breakage } from "./instance.ts";
import { INVARIANTS } from "./invariants/index.ts";
import { readFacts } from "./facts.ts";
import { settle } from "./settle.ts";
import { World } from "./world.ts";

export interface Violation {
  readonly invariant: string;
  readonly what: string;
}

export interface SimulationResult {
  readonly seed: number;
  readonly violations: readonly Violation[];
  readonly traceHash: string;
  readonly trace: readonly string[];
  readonly steps: number;
  readonly events: number;
  readonly faults: FaultCounts;
}

/** One simulation from its beginning to its end: the seed alone decides what happens. */
export async function simulate(
  database: SimulatedDatabase,
  seed: number,
  breakage: Breakage | null = null,
): Promise<SimulationResult> {
  const random = new Random(seed);
  const world = await World.start(database, random, breakage);
  const violations: Violation[] = [];
  let events = 0;
  try {
    await run(world);
    for (const what of await settle(world)) violations.push({ invariant: "everythingSettles", what });
    const facts = await readFacts(world);
    events = facts.events.length;
    for (const [invariant, check] of Object.entries(INVARIANTS)) {
      for (const what of await check(world, facts)) violations.push({ invariant, what });
    }
  } catch (error) {
    violations.push({ invariant: "theSimulationEnds", what: errorText(error) });
  } finally {
    await world.stop();
  }
  world.weather.counts.interleaved = database.interleaved;
  const { trace, steps } = world.scheduler;
  const faults = world.weather.counts;
  return { seed, violations, traceHash: trace.hash(), trace: trace.lines, steps, events, faults };
}

async function run(world: World): Promise<void> {
  const { random, scheduler } = world;
  const commands = world.crowded ? random.between(160, 240) : random.between(12, 26);
  for (let left = commands; left > 0; left--) {
    await nextCommand(world);
    for (let steps = random.upTo(20); steps > 0; steps--) {
      if (!(await scheduler.step(scheduler.time.now + 50)) || world.underWay === 0) break;
    }
  }
}

function errorText(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
