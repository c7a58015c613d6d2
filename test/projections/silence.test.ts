import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { PROJECTIONS } from "../../src/projections/index.ts";
import { ADVISORY_LOCKS } from "../../src/database/advisoryLocks.ts";
import type { Projection } from "../../src/projections/projection.ts";
import { silentProxy, type SilentProxy } from "../eventlog/silentProxy.ts";
import { Random } from "../support/domain/random.ts";
import { randomTraffic, SITES } from "./random.ts";
import { openWorld, tally, type TestWorld, until } from "./support.ts";

/** A server that says nothing any more: connections stay open, and nothing is heard on them. */
const DEADLINE = 1_000;
const PATIENCE = 20_000;

let world: TestWorld;
let proxy: SilentProxy;

beforeEach(async () => {
  world = await openWorld("postgres");
  proxy = await silentProxy(world.databaseUrl);
});

afterEach(async () => {
  proxy.speak();
  await world.dispose();
  await proxy.close();
});

/** Falls silent at a batch's writes: they are sent, and never answered. */
function silencing(): { readonly projection: Projection; readonly silent: Promise<void> } {
  let fell = (): void => undefined;
  const silent = new Promise<void>((resolve) => {
    fell = resolve;
  });
  let done = false;
  const apply: Projection["apply"] = async (client, events, writes, history) => {
    if (!done) {
      done = true;
      proxy.silence();
      fell();
    }
    await tally.apply(client, events, writes, history);
  };
  return { projection: { ...tally, apply }, silent };
}

async function reached(position: string): Promise<boolean> {
  const { rows } = await world.pool.query<{ position: string }>("select position from checkpoints");
  return rows.length > 0 && rows.every((row) => row.position >= position);
}

test("aServerThatFallsSilentInABatchIsLeftWithinTheDeadlineAndGoneOnWithOnceItIsBack", async () => {
  const { projection, silent } = silencing();
  await world.instance([...PROJECTIONS, projection], { url: proxy.url, deadlineMs: DEADLINE });
  await randomTraffic(world.traffic, new Random(31), 40);
  await silent;
  await sleep(2 * DEADLINE);
  expect(await reached(world.traffic.position)).toBe(false);
  proxy.forsake();
  proxy.speak();
  await until("they go on", async () => await reached(world.traffic.position));
  expect(await world.tallied()).toEqual(await world.expected());
});

test("aConnectionLostWithoutAWordIsReplacedAlsoWhereNothingIsToBeDone", async () => {
  const first = await world.instance(undefined, { url: proxy.url, deadlineMs: DEADLINE });
  for (const card of ["C1", "C2"]) {
    await world.traffic.check(card, SITES[0]);
    expect(await first.waitFor(world.traffic.position, PATIENCE)).toBe(true);
    proxy.forsake();
    const before = await activeBackend();
    await until("it is replaced", async () => ![null, before].includes(await activeBackend()));
  }
  expect(await world.tallied()).toEqual(await world.expected());
});

async function activeBackend(): Promise<number | null> {
  const { rows } = await world.pool.query<{ pid: number }>(
    "select pid from pg_locks where locktype = 'advisory' and granted and classid = 0 and objid = $1",
    [ADVISORY_LOCKS.projecting],
  );
  return rows[0]?.pid ?? null;
}

test("anotherInstanceTakesOverFromOneThatHasVanishedInABatch", async () => {
  const { projection, silent } = silencing();
  await world.instance([...PROJECTIONS, projection], { url: proxy.url, deadlineMs: DEADLINE });
  await world.traffic.check("C1", SITES[0]);
  await silent;
  const second = await world.instance();
  expect(await second.waitFor(world.traffic.position, PATIENCE)).toBe(true);
  expect(await world.tallied()).toEqual(await world.expected());
});

test("anotherInstanceTakesOverFromOneThatHasVanishedWhileNothingWasToBeDone", async () => {
  const first = await world.instance(undefined, { url: proxy.url, deadlineMs: DEADLINE });
  await world.traffic.check("C1", SITES[0]);
  expect(await first.waitFor(world.traffic.position, PATIENCE)).toBe(true);
  proxy.silence();
  const second = await world.instance();
  await world.traffic.check("C2", SITES[0]);
  expect(await second.waitFor(world.traffic.position, PATIENCE)).toBe(true);
  expect(await world.tallied()).toEqual(await world.expected());
});

test("whoWaitsAtAnInstanceThatHearsNothingIsToldSoInTime", async () => {
  const first = await world.instance();
  const standby = await world.instance(undefined, { url: proxy.url, deadlineMs: DEADLINE });
  await world.traffic.check("C1", SITES[0]);
  for (const one of [first, standby]) expect(await one.waitFor(world.traffic.position, PATIENCE)).toBe(true);
  await world.traffic.check("C2", SITES[0]);
  proxy.silence();
  expect(await standby.waitFor(`${world.traffic.position}~`, 300)).toBe(false);
});
