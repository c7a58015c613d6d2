import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { cardFacts } from "../../src/domain/card/state.ts";
import { operationsProjection } from "../../src/projections/operations/evolve.ts";
import { type Projections, PROJECTIONS } from "../../src/projections/index.ts";
import type { Projection } from "../../src/projections/projection.ts";
import { type Rebuilt, RebuildRunningError } from "../../src/projections/rebuild.ts";
import { ADVISORY_LOCKS } from "../../src/database/advisoryLocks.ts";
import { Random } from "../support/domain/random.ts";
import { CARDS, randomTraffic, RULES, SITES } from "./random.ts";
import { ALL, appendStrange, killActive, LOGS, openWorld, tally, type TestWorld, until } from "./support.ts";

const PATIENCE = 20_000;
/** Than any fold of this release. */
const NEWER = 1_000;

/** Once whoever else looks whether there is something to build has looked. */
async function rebuiltOnceAlone(projections: Projections, model: string): Promise<Rebuilt> {
  const done: Rebuilt[] = [];
  await until(`${model} is rebuilt`, async () => {
    try {
      done.push(await projections.rebuild(model));
      return true;
    } catch (error) {
      if (error instanceof RebuildRunningError) return false;
      throw error;
    }
  });
  const [rebuilt] = done;
  if (rebuilt === undefined) throw new Error("it was not rebuilt");
  return rebuilt;
}

describe.each(LOGS)("over the %s log", (name) => {
  let world: TestWorld;

  beforeEach(async () => {
    world = await openWorld(name);
  });

  afterEach(async () => {
    await world.dispose();
  });

  test("random traffic: what was projected live is what a rebuild gives, and what the deciders fold", async () => {
    const { traffic } = world;
    const projections = await world.instance();
    for (let seed = 20; seed < 24; seed += 1) await randomTraffic(traffic, new Random(seed), 150);
    expect(await projections.waitFor(traffic.position, PATIENCE)).toBe(true);

    let rows = 0;
    for (const { name: model } of PROJECTIONS) {
      const rebuilt = await projections.rebuild(model);
      expect(rebuilt).toMatchObject({ name: model, differing: 0, switched: true });
      expect(rebuilt.rows, model).toBeGreaterThan(0);
      rows += rebuilt.rows;
    }
    expect(rows).toBeGreaterThan(100);

    const statuses = new Set<string>();
    for (const cardId of CARDS) {
      const state = await traffic.cardState(cardId);
      for (const now of [traffic.now, traffic.now - 60_000]) {
        expect(await projections.cards.usageOf(cardId, now)).toEqual(cardFacts(state, now));
      }
      for (const entry of state.entries.values()) {
        const operation = await projections.operations.get(entry.accessId, ALL, 0);
        expect(operation).toMatchObject({
          status: entry.status,
          cardId,
          terminal: entry.terminal,
          cost: entry.cost,
        });
        if ("allocation" in entry) {
          const { cardholder: _, ...guests } = entry.allocation;
          expect(operation).toMatchObject({ allocation: guests, charged: entry.charged });
        }
        statuses.add(entry.status);
      }
    }
    // The traffic was worth it: every way an entry can go was taken.
    expect([...statuses].sort()).toEqual(["CANCELLED", "COMPLETED", "EXPIRED", "PENDING", "REVERSED"]);

    const { instants } = await traffic.quotaState(RULES[1]);
    expect(instants.size).toBeGreaterThan(0);
    const [first = 0, last = 0] = [instants.at(0), instants.at(instants.size - 1)];
    const middle = (first + last) / 2;
    for (const bounds of [
      { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY },
      { from: middle, to: Number.POSITIVE_INFINITY },
      { from: first, to: last },
      { from: first + 1, to: last + 1 },
      ...[...instants].map((at) => ({ from: at, to: at + 1 })),
    ]) {
      const { reserved, committed } = await projections.quotas.usedIn(RULES[1], bounds);
      expect(reserved + committed).toBe(
        [...instants].filter((at) => bounds.from <= at && at < bounds.to).length,
      );
    }
  });

  test("rows that were altered are found, and mended only when that is asked for", async () => {
    const projections = await world.instance();
    await world.traffic.check("C1", SITES[0]);
    await world.traffic.check("C2", SITES[0]);
    expect(await projections.waitFor(world.traffic.position, PATIENCE)).toBe(true);
    await world.pool.query("update operations set code = 'CARD_FROZEN' where card_id = 'C1'");

    expect(await projections.rebuild("operations")).toEqual({
      name: "operations",
      // Two operations, counted in one row.
      rows: 3,
      differing: 2,
      switched: false,
    });
    const count = async () =>
      (await projections.operations.list({ code: ["CARD_FROZEN"] }, ALL, {}, 0)).total;
    expect(await count()).toBe(1);
    const mended = await projections.rebuild("operations", { evenIfDifferent: true });
    expect(mended).toEqual({ name: "operations", rows: 3, differing: 2, switched: true });
    expect(await count()).toBe(0);
    await expect(projections.rebuild("nothing")).rejects.toThrow("no projection is named nothing");

    // The live projection goes on in the new tables.
    await world.traffic.check("C3", SITES[0]);
    expect(await projections.waitFor(world.traffic.position, PATIENCE)).toBe(true);
    expect((await projections.operations.list({}, ALL, {}, 0)).total).toBe(3);
  });

  test("a rebuild while events keep coming loses none of them", async () => {
    const projections = await world.instance();
    await randomTraffic(world.traffic, new Random(5), 50);
    const coming = randomTraffic(world.traffic, new Random(6), 150);
    for (let round = 0; round < 5; round += 1) {
      for (const model of ["tally", "cards"]) {
        expect(await projections.rebuild(model)).toMatchObject({ differing: 0, switched: true });
      }
    }
    await coming;
    expect(await projections.waitFor(world.traffic.position, PATIENCE)).toBe(true);
    expect(await world.tallied()).toEqual(await world.expected());
    expect(await projections.rebuild("cards")).toMatchObject({ differing: 0 });
  });

  test("a newer fold gets its tables built beside the old ones, while the others go on; an older one stops", async () => {
    const old = await world.instance();
    await world.traffic.check("C1", SITES[0]);
    expect(await old.waitFor(world.traffic.position, PATIENCE)).toBe(true);
    await old.stop();
    const others = PROJECTIONS.filter((one) => one !== operationsProjection);
    const newer = {
      ...operationsProjection,
      version: NEWER,
      apply: async (...given: Parameters<typeof operationsProjection.apply>) => {
        const [client] = given;
        await operationsProjection.apply(...given);
        await client.query("update operations set cancel_reason = 'version 2'");
      },
    };
    const upgraded = await world.instance([newer, ...others]);
    await world.traffic.check("C2", SITES[0]);
    expect(await upgraded.waitFor(world.traffic.position, PATIENCE)).toBe(true);
    const { items } = await upgraded.operations.list({}, ALL, { sort: "at" }, 0);
    expect(items.map(({ cardId, cancelReason }) => [cardId, cancelReason])).toEqual([
      ["C1", "version 2"],
      ["C2", "version 2"],
    ]);
    await upgraded.stop();

    const downgraded = await world.instance();
    await world.traffic.check("C3", SITES[0]);
    await until("it refuses", async () => (await downgraded.status())[0]?.error !== null);
    const [stopped] = await downgraded.status();
    expect(stopped?.error).toContain(
      `newer release (fold ${String(NEWER)}, here ${String(operationsProjection.version)})`,
    );
    expect(stopped).toMatchObject({ running: false, serves: false });
    await until("the others go on", async () => (await downgraded.status())[1]?.lagEvents === 0);
    expect((await downgraded.operations.list({}, ALL, {}, 0)).total).toBe(2);
  });

  test("newer folds of all at once are built one after the other, and none stops, also when another rebuild is in the way", async () => {
    const projections = await world.instance();
    await randomTraffic(world.traffic, new Random(8), 60);
    expect(await projections.waitFor(world.traffic.position, PATIENCE)).toBe(true);
    const seen = [...PROJECTIONS, tally].map((one) => ({ ...one, version: NEWER }));
    const folded = new Map<string, number>();
    let folding = 0;
    let most = 0;
    const newer = seen.map(
      (one): Projection => ({
        ...one,
        apply: async (client, events, writes, history) => {
          folding += 1;
          most = Math.max(most, folding);
          folded.set(one.name, (folded.get(one.name) ?? 0) + events.length);
          await one.apply(client, events, writes, history);
          folding -= 1;
        },
      }),
    );
    await projections.stop();
    const inTheWay = await world.pool.connect();
    await inTheWay.query("select pg_advisory_lock($1)", [ADVISORY_LOCKS.rebuild]);
    const upgraded = await world.instance(newer);
    await until("one is tried", async () => (await upgraded.status()).some(({ running }) => !running));
    await sleep(200);
    inTheWay.release(true);
    await world.traffic.check("C1", SITES[0]);
    expect(await upgraded.waitFor(world.traffic.position, PATIENCE)).toBe(true);
    expect((await upgraded.status()).map(({ error }) => error)).toEqual(newer.map(() => null));
    expect(await versions()).toEqual(newer.map(() => NEWER));
    expect(most).toBe(1);
    expect(folded.size).toBe(newer.length);
    expect(await world.tallied()).toEqual(await world.expected());
  });

  test("two instances with newer folds, and whichever projects is killed: each model is built, and none stops", async () => {
    const old = await world.instance();
    await randomTraffic(world.traffic, new Random(9), 120);
    expect(await old.waitFor(world.traffic.position, PATIENCE)).toBe(true);
    await old.stop();
    const newer = [...PROJECTIONS, tally].map(
      (one): Projection => ({
        ...one,
        version: NEWER,
        apply: async (client, events, writes, history) => {
          // So that the right to project changes hands while one is being built.
          await sleep(30);
          await one.apply(client, events, writes, history);
        },
      }),
    );
    const both = await Promise.all([world.instance(newer), world.instance(newer)]);
    let kills = 0;
    for (let round = 0; round < 6; round += 1) {
      await sleep(60);
      if (await killActive(world.pool)) kills += 1;
    }
    await world.traffic.check("C1", SITES[0]);
    for (const one of both) expect(await one.waitFor(world.traffic.position, PATIENCE)).toBe(true);
    expect(kills).toBeGreaterThan(0);
    for (const one of both) {
      expect((await one.status()).map(({ error }) => error)).toEqual(newer.map(() => null));
    }
    expect(await versions()).toEqual(newer.map(() => NEWER));
    expect(await world.tallied()).toEqual(await world.expected());
    for (const { name: model } of newer) {
      expect(await rebuiltOnceAlone(both[0], model)).toMatchObject({ differing: 0 });
    }
  });

  test("a rebuild whose connections break is done all the same", async () => {
    const old = await world.instance();
    await randomTraffic(world.traffic, new Random(10), 40);
    expect(await old.waitFor(world.traffic.position, PATIENCE)).toBe(true);
    await old.stop();
    let kills = 0;
    const newer: Projection = {
      ...tally,
      version: NEWER,
      apply: async (client, events, writes, history) => {
        await tally.apply(client, events, writes, history);
        if (kills >= 3) return;
        kills += 1;
        const { rows } = await client.query<{ pid: number }>("select pg_backend_pid() as pid");
        await world.pool.query("select pg_terminate_backend($1)", [rows[0]?.pid]);
      },
    };
    const upgraded = await world.instance([...PROJECTIONS, newer]);
    expect(await upgraded.waitFor(world.traffic.position, PATIENCE)).toBe(true);
    expect(kills).toBe(3);
    expect((await upgraded.status()).filter(({ error }) => error !== null)).toEqual([]);
    expect(await world.tallied()).toEqual(await world.expected());
  });

  test("a model that had stopped goes on where it is projected, also when another instance has mended it", async () => {
    let broken = true;
    const fragile: Projection = {
      ...tally,
      apply: async (client, events, writes, history) => {
        await tally.apply(client, events, writes, history);
        if (broken) await client.query("select 1 / 0");
      },
    };
    const first = await world.instance([...PROJECTIONS, fragile], { deadlineMs: 1_000 });
    await world.traffic.check("C1", SITES[0]);
    await until("it stops", async () => (await first.status()).at(-1)?.error !== null);
    const second = await world.instance([...PROJECTIONS, fragile]);
    broken = false;
    expect(await second.rebuild("tally")).toMatchObject({ switched: true });
    await world.traffic.check("C2", SITES[0]);
    expect(await second.waitFor(world.traffic.position, PATIENCE)).toBe(true);
    expect(await world.tallied()).toEqual(await world.expected());
  });

  async function versions(): Promise<readonly number[]> {
    const { rows } = await world.pool.query<{ version: number }>("select version from checkpoints");
    return rows.map(({ version }) => version);
  }

  test("aNewerFoldThatCanNotBeBuiltStopsAloneWithTheReason, and so it is told elsewhere", async () => {
    const old = await world.instance();
    await world.traffic.check("C1", SITES[0]);
    expect(await old.waitFor(world.traffic.position, PATIENCE)).toBe(true);
    await old.stop();
    const broken = {
      ...tally,
      version: NEWER,
      apply: async () => await Promise.reject(new Error("it folds nothing")),
    };
    const folds = [...PROJECTIONS, broken];
    const why = "its tables could not be built anew: Error: it folds nothing";
    const newer = await world.instance(folds);
    const another = await world.instance(folds);
    for (const instance of [newer, another]) {
      await until("the reason is told", async () => (await instance.status()).at(-1)?.error === why);
    }
    await world.traffic.check("C2", SITES[0]);
    await until("the others go on", async () => (await another.status())[0]?.lagEvents === 0);
    const errors = (await another.status()).map(({ error }) => error);
    expect([errors.filter((error) => error !== null), errors.at(-1)]).toEqual([[why], why]);
    expect(await world.tallied()).toEqual({ "card-C1": 1 });
  });

  test("newTablesTakeThePlaceOfTheOldInOneStep: where it does not come to its end, the old ones stay", async () => {
    const projections = await world.instance();
    await world.traffic.check("C1", SITES[0]);
    expect(await projections.waitFor(world.traffic.position, PATIENCE)).toBe(true);
    await world.pool.query("update tallies set events = 7");
    await world.pool.query(`
      create function refuse() returns trigger language plpgsql as $$ begin raise exception 'not now'; end $$;
      create trigger refuse before update of moved_at on checkpoints for each row execute function refuse()`);
    await expect(projections.rebuild("tally", { evenIfDifferent: true })).rejects.toThrow("not now");
    expect(await world.tallied()).toEqual({ "card-C1": 7 });
    await world.pool.query("drop trigger refuse on checkpoints");
    await projections.rebuild("tally", { evenIfDifferent: true });
    expect(await world.tallied()).toEqual({ "card-C1": 1 });
  });

  test("a rebuild refuses an event it doesn't understand, and leaves the live tables alone", async () => {
    const projections = await world.instance();
    await world.traffic.check("C1", SITES[0]);
    await appendStrange(world.log, "card-C1");
    await until("it stops", async () => (await projections.status())[0]?.error !== null);
    await expect(projections.rebuild("operations")).rejects.toThrow("unknown event type NeverHeardOf");
    expect((await projections.operations.list({}, ALL, {}, 0)).total).toBe(1);
  });
});
