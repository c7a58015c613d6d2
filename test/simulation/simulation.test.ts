import { expect, test } from "vitest";
import type { Breakage } from "./instance.ts";
import { type SimulationResult, simulate } from "./simulate.ts";
import { SEEDS, simulatedDatabase, testSeeds } from "./support.ts";

/**
 * The whole engine in one process, under every fault there is: several instances, one log, one database, an order that
 * the seed decides. The other half of the seeds is in `moreSeeds.test.ts`, so that two workers share them.
 */
const database = simulatedDatabase();

test("theSameSeedGivesTheSameTraceByteForByte", { timeout: 120_000 }, async () => {
  for (let seed = 1; seed <= 15; seed++) {
    const first = await simulate(database(), seed);
    const again = await simulate(database(), seed);
    expect(again.trace).toEqual(first.trace);
    expect(again.traceHash).toBe(first.traceHash);
    expect(first.steps).toBeGreaterThan(20);
  }
});

test("otherSeedsGiveOtherTraces", { timeout: 120_000 }, async () => {
  const hashes = new Set<string>();
  for (let seed = 1; seed <= 10; seed++) hashes.add((await simulate(database(), seed)).traceHash);
  expect(hashes.size).toBe(10);
});

// How many seeds are wanted at most before an engine that is broken in this way is found out, and by what.
const broken: readonly { readonly breakage: Breakage; readonly within: number; readonly by: string }[] = [
  { breakage: "appendsAnywhere", within: 10, by: "everyHashChainVerifies" },
  { breakage: "forgetsRequestIds", within: 10, by: "sameRequestSameAnswer" },
  { breakage: "forgetsReportIds", within: 40, by: "acknowledgedReportsAreStoredOnce" },
  { breakage: "forgetsHeads", within: 120, by: "changesHoldEverywhere" },
  { breakage: "movesAnyCheckpoint", within: 60, by: "eventsAreAppliedOnce" },
  { breakage: "forgetsOldKeys", within: 60, by: "oneCardPerNumber" },
  { breakage: "releasesByTheClock", within: 120, by: "budgetsAreNeverExceeded" },
];

test.each(broken)(
  "anEngineThat $breakage isFoundOutWithin $within seeds",
  async ({ breakage, within, by }) => {
    const found = new Set<string>();
    for (let seed = 1; seed <= within && !found.has(by); seed++) {
      const { violations }: SimulationResult = await simulate(database(), seed, breakage);
      for (const { invariant } of violations) found.add(invariant);
    }
    expect([...found]).toContain(by);
  },
);

testSeeds(database, 1, SEEDS);
