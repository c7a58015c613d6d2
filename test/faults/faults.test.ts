import { randomInt } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Random } from "../support/domain/random.ts";
import { Clerk } from "./clerk.ts";
import { Checks } from "./checks.ts";
import { type Fault, FAULTS, possibleFaults } from "./faults.ts";
import { BUDGET, openScene, PER_CARD, type Scene } from "./scene.ts";
import { Traffic } from "./traffic.ts";

/**
 * Faults from a seed, one after the other or a few at once, while terminals let cards in. After each round: nothing
 * that was acknowledged is lost or doubled, no limit is passed, no place is lost, and the read models are those that
 * a rebuild makes.
 */
const COUNT = Number(process.env["FAULTS"] ?? "20");
const SEED = Number(process.env["FAULT_SEED"] ?? randomInt(2 ** 31));
const AGAIN = `npm run test:faults -- --faults ${String(COUNT)} --seed ${String(SEED)}`;
const MOST_AT_ONCE = 3;
const REBUILD_EVERY = 8;
const REPEATS = 16;

let scene: Scene;
// Of their own: how often traffic and network draw depends on time, and the faults' order must not.
const [random, ofNetwork, ofTraffic] = [
  new Random(SEED),
  new Random(SEED + 1),
  new Random(SEED + 2),
] as const;
const struck = new Map<string, number>();

beforeAll(async () => {
  scene = await openScene(ofNetwork);
});
afterAll(async () => {
  await scene.close();
});

test(
  `nothingAcknowledgedIsLostOrDoubledBy ${String(COUNT)} faults`,
  async () => {
    const traffic = new Traffic(scene.terminals, ofTraffic);
    const clerk = new Clerk(scene.admin);
    const checks = new Checks(
      scene,
      { traffic, clerk },
      {
        rulesetId: scene.budgeted,
        perCard: PER_CARD,
        budget: BUDGET,
      },
    );
    const deck = shuffledDecks(possibleFaults(scene), COUNT);
    const began = performance.now();
    let rebuilt = 0;
    for (let done = 0; done < COUNT; ) {
      const faults = deck.slice(done, done + random.between(1, MOST_AT_ONCE));
      done += faults.length;
      const rebuild = done - rebuilt >= REBUILD_EVERY;
      if (rebuild) rebuilt = done;
      try {
        await roundOf(faults, traffic, clerk);
        await checks.round({ rebuild });
      } catch (error) {
        const names = faults.map(({ name }) => name).join(", ");
        const why = error instanceof Error ? error.message : String(error);
        throw new Error(
          `after ${names} (${String(done)} faults): ${why}\n${scene.lastWords()}\nAgain: ${AGAIN}`,
          { cause: error },
        );
      }
    }
    await checks.whole();
    report(traffic, checks, performance.now() - began);
    expect(struck.size).toBe(Math.min(COUNT, possibleFaults(scene).length));
  },
  120_000 + COUNT * 10_000,
);

test("aFullDiskIsAmongTheFaults", ({ skip }) => {
  skip("reason" in scene.disk, "reason" in scene.disk ? scene.disk.reason : "");
  expect(possibleFaults(scene)).toEqual(FAULTS);
});

/** Faults that overlap or follow each other closely; then everything works again, and answers as before. */
async function roundOf(faults: readonly Fault[], traffic: Traffic, clerk: Clerk): Promise<void> {
  const target = { scene, traffic, random };
  traffic.start();
  clerk.start();
  for (const fault of faults) {
    await sleep(random.between(50, 300));
    await fault.strike(target);
    struck.set(fault.name, (struck.get(fault.name) ?? 0) + 1);
    await sleep(random.upTo(200));
    await fault.heal(target);
    scene.productIsWell();
    // Else the next one strikes while the product is still recovering.
    if (random.chance(0.5)) await traffic.nextAnswer();
  }
  await traffic.nextAnswer();
  await Promise.all([traffic.stop(), clerk.stop()]);
  await traffic.askAgain(REPEATS);
  scene.productIsWell();
}

/** Every kind once, in any order, then every kind again. */
function shuffledDecks(kinds: readonly Fault[], count: number): readonly Fault[] {
  const deck: Fault[] = [];
  while (deck.length < count) {
    const rest = [...kinds];
    while (rest.length > 0) deck.push(...rest.splice(random.upTo(rest.length - 1), 1));
  }
  return deck.slice(0, count);
}

function report(traffic: Traffic, checks: Checks, ms: number): void {
  const rows = FAULTS.map(({ name }) => [name, String(struck.get(name) ?? 0)] as const);
  const lines = [...rows, ["together", String(COUNT)] as const].map(
    ([name, count]) => `${name.padEnd(40)}${count.padStart(4)}`,
  );
  if ("reason" in scene.disk) lines.push(`(${scene.disk.reason})`);
  const refusals = [...traffic.refusals].map(([what, count]) => `${what}: ${String(count)}`).join(", ");
  lines.push(
    `${String(traffic.asked.length)} requests, ${String(traffic.answers)} answers, ${String(checks.events)} events, ` +
      `${(ms / 1_000).toFixed(0)} s; not answered: ${refusals}`,
    AGAIN,
  );
  console.info(lines.join("\n"));
}
