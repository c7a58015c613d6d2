import type pg from "pg";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Position, START } from "../../src/eventlog/log.ts";
import { moveCheckpoints, readCheckpoints } from "../../src/projections/checkpoints.ts";
import { operationsProjection } from "../../src/projections/operations/evolve.ts";
import { PROJECTIONS } from "../../src/projections/index.ts";
import type { Projection } from "../../src/projections/projection.ts";
import { Random } from "../support/domain/random.ts";
import { wholeLog } from "../support/readModels/rows.ts";
import { randomTraffic, SITES } from "./random.ts";
import { appendStrange, killActive, LOGS, openWorld, tally, type TestWorld, until } from "./support.ts";

const PATIENCE = 20_000;
/** Longer than a test may take. */
const ENDLESS = 3_600_000;

describe.each(LOGS)("the runner over the %s log", (name) => {
  let world: TestWorld;

  beforeEach(async () => {
    world = await openWorld(name);
  });

  afterEach(async () => {
    await world.dispose();
  });

  test("every event is applied once while connections are killed in the middle of batches", async () => {
    let kills = 0;
    const killing: Projection = {
      ...tally,
      apply: async (client, events, writes, history) => {
        await tally.apply(client, events, writes, history);
        if (kills >= 5) return;
        kills += 1;
        // Its rows are written and not committed.
        const { rows } = await client.query<{ pid: number }>("select pg_backend_pid() as pid");
        await world.pool.query("select pg_terminate_backend($1)", [rows[0]?.pid]);
      },
    };
    const projections = await world.instance([...PROJECTIONS, killing]);
    await randomTraffic(world.traffic, new Random(1), 120);
    expect(await projections.waitFor(world.traffic.position, PATIENCE)).toBe(true);
    expect(kills).toBe(5);
    expect(await world.tallied()).toEqual(await world.expected());
    for (const { name: model } of PROJECTIONS) {
      expect(await projections.rebuild(model)).toMatchObject({ differing: 0, switched: true });
    }
  });

  test("of two instances one works; the other takes over when it is killed, and when it stops", async () => {
    const first = await world.instance();
    const second = await world.instance();
    const killing = setInterval(() => void killActive(world.pool), 150);
    try {
      for (let round = 0; round < 4; round += 1) await randomTraffic(world.traffic, new Random(round), 40);
    } finally {
      clearInterval(killing);
    }
    await first.stop();
    await randomTraffic(world.traffic, new Random(9), 20);
    expect(await second.waitFor(world.traffic.position, PATIENCE)).toBe(true);
    expect(await world.tallied()).toEqual(await world.expected());
    expect((await second.status()).filter(({ error }) => error !== null)).toEqual([]);
  });

  test("aZombieLeaderAppliesNothing: what another leader applied meanwhile stands once", async () => {
    await randomTraffic(world.traffic, new Random(5), 40);
    const to = await world.log.newest();
    // Transactions of other tests on the same server hold a feed back: the first batch is to be all of it.
    await until("all can be read", async () => (await wholeLog(world.log)).at(-1)?.position === to);
    let overtaken = 0;
    const zombie: Projection = {
      ...tally,
      apply: async (client, events, writes, history) => {
        if (overtaken++ === 0)
          await overtake(async (other) => await tally.apply(other, events, writes, history), to);
        await tally.apply(client, events, writes, history);
      },
    };
    const projections = await world.instance([zombie]);
    expect(await projections.waitFor(to, PATIENCE)).toBe(true);
    expect(overtaken).toBeGreaterThan(0);
    expect(await world.tallied()).toEqual(await world.expected());
    // And it goes on from where the other one came.
    await randomTraffic(world.traffic, new Random(6), 20);
    expect(await projections.waitFor(world.traffic.position, PATIENCE)).toBe(true);
    expect(await world.tallied()).toEqual(await world.expected());
  });

  test("whatWasTakenForNewAndIsThereIsWrittenOver: the read model goes on", async () => {
    await randomTraffic(world.traffic, new Random(6), 60);
    const first = await world.instance([operationsProjection]);
    expect(await first.waitFor(world.traffic.position, PATIENCE)).toBe(true);
    await first.stop();
    // As when a database lost its checkpoints and kept its rows; one of them says something else.
    await world.pool.query("update checkpoints set position = $1 where name = 'operations'", [START]);
    await world.pool.query("update operations set terminal = 'NOBODY', cancel_reason = 'nothing'");
    const second = await world.instance([operationsProjection]);
    expect(await second.waitFor(world.traffic.position, PATIENCE)).toBe(true);
    expect((await second.status()).map(({ error }) => error)).toEqual([null]);
    expect(await second.rebuild("operations")).toMatchObject({ differing: 0 });
  });

  test("aZombieLeaderOfAnOlderFoldWritesNothingIntoTheNewTables", async () => {
    await randomTraffic(world.traffic, new Random(5), 40);
    const zombie: Projection = {
      ...tally,
      apply: async (client, events, writes, history) => {
        await world.pool.query("update checkpoints set version = version + 1 where name = 'tally'");
        await tally.apply(client, events, writes, history);
      },
    };
    const projections = await world.instance([zombie]);
    await until("the newer fold is seen", async () => (await projections.status())[0]?.error != null);
    expect((await projections.status())[0]?.error).toMatch(/newer release/);
    expect(await world.tallied()).toEqual({});
  });

  /** As a leader does that took over: it applies the whole log, and moves the checkpoint, in one transaction. */
  async function overtake(apply: (client: pg.PoolClient) => Promise<void>, to: Position): Promise<void> {
    const client = await world.pool.connect();
    try {
      const from = (await readCheckpoints(client)).get("tally")?.position ?? START;
      await client.query("begin");
      await apply(client);
      await moveCheckpoints(client, [{ name: "tally", version: 1, from, to, error: null }]);
      await client.query("commit");
    } finally {
      client.release();
    }
  }

  test("a new start goes on from the checkpoint", async () => {
    const first = await world.instance();
    await randomTraffic(world.traffic, new Random(3), 40);
    expect(await first.waitFor(world.traffic.position, PATIENCE)).toBe(true);
    await first.stop();
    const stopped = await first.status();
    expect(stopped.every(({ running, lagEvents }) => !running && lagEvents === 0)).toBe(true);
    await randomTraffic(world.traffic, new Random(4), 40);
    expect(await first.waitFor(world.traffic.position, 50)).toBe(false);
    await until("the lag shows", async () =>
      (await first.status()).every(({ lagEvents = 0 }) => lagEvents > 0),
    );

    const second = await world.instance();
    expect(await second.waitFor(world.traffic.position, PATIENCE)).toBe(true);
    expect(await world.tallied()).toEqual(await world.expected());
    const status = await second.status();
    expect(status.every(({ running, lagSeconds }) => running && lagSeconds === 0)).toBe(true);
    expect(status.map(({ position }) => position)).toEqual(status.map(() => world.traffic.position));
  });

  test("aReadModelServesOnceItShowsWhatTheLogHeldAtTheStart, and goes on to when more comes", async () => {
    await world.traffic.check("C1", SITES[0]);
    await until("the log delivers it", async () => (await world.log.head()) >= world.traffic.position);
    const gate = { open: (): void => undefined };
    const opened = new Promise<void>((resolve) => {
      gate.open = resolve;
    });
    const held: Projection = {
      ...tally,
      apply: async (client, events, writes, history) => {
        await opened;
        await tally.apply(client, events, writes, history);
      },
    };
    const projections = await world.instance([held]);
    const serves = async () => (await projections.status()).map((one) => one.serves);
    expect(await serves()).toEqual([false]);
    gate.open();
    expect(await projections.waitFor(world.traffic.position, PATIENCE)).toBe(true);
    expect(await serves()).toEqual([true]);
    await projections.stop();
    await world.traffic.check("C1", SITES[0]);
    expect(await serves()).toEqual([true]);
  });

  test("an unknown event stops those it concerns just before it, and no others; a restart does not skip it", async () => {
    const projections = await world.instance();
    await world.traffic.check("C1", SITES[0]);
    const before = world.traffic.position;
    const strange = await appendStrange(world.log, "card-C1");
    await world.traffic.check("C2", SITES[0]);
    await world.traffic.merchant(SITES[0].merchantId ?? "", "Later");
    const after = world.traffic.position;

    const look = async (from: typeof projections) =>
      Object.fromEntries((await from.status()).map((one) => [one.name, one]));
    await until("others pass it", async () => (await look(projections))["directory"]?.position === after);
    for (const start of [async () => projections, async () => await restarted(projections)]) {
      const from = await start();
      await until("it runs", async () => (await look(from))["directory"]?.running === true);
      await until("it stops", async () => (await look(from))["cards"]?.error !== null);
      const status = await look(from);
      for (const stopped of ["operations", "cards", "tally"]) {
        expect(status[stopped]).toMatchObject({ position: before, running: false });
        expect(status[stopped]?.error).toContain(`card-C1 at revision 1, position "${strange}"`);
        expect(status[stopped]?.error).toContain("UnknownEventError: unknown event type NeverHeardOf");
      }
      for (const other of ["directory", "quotas"]) {
        expect(status[other]).toMatchObject({ position: after, running: true, error: null });
      }
      expect(
        await from.operations.list({}, { places: null, icas: null }, {}, world.traffic.now),
      ).toMatchObject({
        total: 1,
      });
      // Nobody waits in vain.
      expect(await from.waitFor(after, ENDLESS)).toBe(false);
    }

    async function restarted(old: typeof projections): Promise<typeof projections> {
      await old.stop();
      return await world.instance();
    }
  });

  test("anEventInAStreamThatItHasNoPlaceInStopsThoseItConcerns, with what is wrong with it", async () => {
    const projections = await world.instance();
    await world.traffic.check("C1", SITES[0]);
    const position = await appendStrange(world.log, "card-C1", "QuotaReserved");
    const look = async (name: string) => (await projections.status()).find((one) => one.name === name);
    await until("it stops", async () => typeof (await look("cards"))?.error === "string");
    expect((await look("cards"))?.error).toMatch(
      `card-C1 at revision 1, position "${position}": Error: QuotaReserved has no place in card-C1, or not this shape: `,
    );
    await until("others pass it", async () => (await look("quotas"))?.position === position);
  });

  test("a projection that can't apply a batch stops alone, with the reason", async () => {
    const broken: Projection = {
      ...tally,
      apply: async (client) => {
        await client.query("select 1 / 0");
      },
    };
    const projections = await world.instance([operationsProjection, broken]);
    await world.traffic.check("C1", SITES[0]);
    await until("the other goes on", async () => {
      const [operations, other] = await projections.status();
      return operations?.position === world.traffic.position && typeof other?.error === "string";
    });
    const [, stopped] = await projections.status();
    expect(stopped).toMatchObject({ position: "", running: false });
    expect(stopped?.error).toContain("division by zero");
    expect(await world.tallied()).toEqual({});
  });

  test("troubleOfTheServerThatPassesStopsNoProjection: the batch is applied when it is over", async () => {
    let trouble: string | undefined;
    const troubled: Projection = {
      ...tally,
      apply: async (client, events, writes, history) => {
        const code = trouble;
        trouble = undefined;
        if (code !== undefined) {
          await client.query(`do $$ begin raise exception using errcode = '${code}'; end $$`);
        }
        await tally.apply(client, events, writes, history);
      },
    };
    const projections = await world.instance([troubled]);
    // A lost connection, a read-only server, a deadlock, no memory, a lock, a stop, a disk.
    for (const code of ["08006", "25006", "40P01", "53200", "55P03", "57014", "58030"]) {
      trouble = code;
      await world.traffic.check("C1", SITES[0]);
      expect(await projections.waitFor(world.traffic.position, PATIENCE), code).toBe(true);
      expect(trouble).toBe(undefined);
    }
    expect(await world.tallied()).toEqual(await world.expected());
  });

  test("waiting: true as soon as all are there, on the instance that works and on the other", async () => {
    const active = await world.instance();
    await world.traffic.check("C1", SITES[0]);
    expect(await active.waitFor(world.traffic.position, PATIENCE)).toBe(true);
    const standby = await world.instance();
    for (const instance of [active, standby]) {
      await world.traffic.check("C1", SITES[0]);
      const { position } = world.traffic;
      const waits = Array.from({ length: 20 }, async () => await instance.waitFor(position, PATIENCE));
      expect(new Set(await Promise.all(waits))).toEqual(new Set([true]));
      const { rows } = await world.pool.query<{ count: number }>(
        "select count(*)::int as count from operations",
      );
      expect(rows[0]?.count).toBe((await world.expected())["card-C1"]);
      const asked = performance.now();
      expect(await instance.waitFor(`${position}~`, 100)).toBe(false);
      expect(performance.now() - asked).toBeGreaterThanOrEqual(95);
    }
  });

  test("the checkpoint passes events that concern no read model", async () => {
    const projections = await world.instance();
    const position = await appendStrange(world.log, "weather-Warsaw", "SunShone");
    expect(await projections.waitFor(position, PATIENCE)).toBe(true);
    expect((await projections.status()).filter(({ error }) => error !== null)).toEqual([]);
  });

  test("text that PostgreSQL can't keep stops nothing", async () => {
    const projections = await world.instance();
    await world.traffic.location({ ...SITES[0], name: "Lo\0un\ud800ge" }, "Warsaw \u{1F6EB}");
    expect(await projections.waitFor(world.traffic.position, PATIENCE)).toBe(true);
    const site = await projections.directory.get("location", SITES[0].id, { places: null, icas: null });
    expect([site?.body.name, site?.body.city]).toEqual(["Lo\uFFFDun\uFFFDge", "Warsaw \u{1F6EB}"]);
  });
});
