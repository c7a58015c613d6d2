import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startEmbedded } from "../../src/database/embedded/embedded.ts";
import { SimulatedDatabase } from "./database.ts";
import { noFaults } from "./faults.ts";
import { report } from "./report.ts";
import { simulate } from "./simulate.ts";

/** `npm run simulate -- [--seeds n] [--seed s] [--trace]`: n seeds from s on, on a PostgreSQL of its own. */
export async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seeds: { type: "string", default: "1000" },
      seed: { type: "string", default: "1" },
      trace: { type: "boolean", default: false },
    },
  });
  const [first, count] = [Number(values.seed), Number(values.seeds)];
  if (!Number.isSafeInteger(first) || !Number.isSafeInteger(count) || count < 1) {
    console.error("Usage: npm run simulate -- [--seeds n] [--seed s] [--trace]");
    return 2;
  }
  const dataDir = await mkdtemp(join(tmpdir(), "admittance-simulation-"));
  const server = await startEmbedded({ dataDir, fsync: false });
  const database = await SimulatedDatabase.open(server.url);
  const faults = noFaults();
  const total = { failed: 0, steps: 0, events: 0 };
  const start = performance.now();
  try {
    for (let seed = first; seed < first + count; seed++) {
      const result = await simulate(database, seed);
      total.steps += result.steps;
      total.events += result.events;
      for (const [fault, times] of Object.entries(result.faults)) add(faults, fault, times);
      if (values.trace) console.log(result.trace.join("\n"));
      if (result.violations.length === 0) continue;
      total.failed++;
      console.log(report(result));
    }
  } finally {
    await database.close();
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
  const seconds = (performance.now() - start) / 1_000;
  console.log(
    `${String(count)} seeds in ${seconds.toFixed(1)} s (${(count / seconds).toFixed(1)} a second):`,
  );
  console.log(`${String(total.steps)} steps, ${String(total.events)} events, ${JSON.stringify(faults)}`);
  console.log(total.failed === 0 ? "Every invariant held." : `${String(total.failed)} seeds failed.`);
  return total.failed === 0 ? 0 : 1;
}

function add(faults: Record<string, number>, fault: string, times: number): void {
  faults[fault] = (faults[fault] ?? 0) + times;
}
