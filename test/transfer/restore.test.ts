import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { z } from "zod";
import { createClient } from "../../src/client.ts";
import { terminalOf } from "../../src/cli/pos/terminal.ts";
import { Double } from "../eventlog/double/double.ts";
import { query } from "../support/postgres.ts";
import { exitOf, type Product } from "../support/product.ts";
import { simpleProgramme, testKeys, testPan } from "../support/programme.ts";
import { debianBinaries, type StockServer, startStockServer } from "../support/stockPostgres.ts";
import { until } from "../support/until.ts";
import { Installation, someVisits, visit } from "./support.ts";

/** The drills of docs/operating.md: what is restored decides as before, and what does not fit together is refused. */

const many = { cardholder: { free: 1_000, window: { kind: "ROLLING" as const, days: 30 } } };

async function isReady(product: Product): Promise<boolean> {
  return (await fetch(new URL("/readyz", product.url))).status === 200;
}

describe("with the log in EventStoreDB", () => {
  let node: Double;
  let home: Installation;
  const others: Installation[] = [];

  beforeEach(async () => {
    node = new Double();
    await node.start();
    home = await Installation.create();
  });
  afterEach(async () => {
    for (const one of [home, ...others.splice(0)]) await one.destroy();
    node.kill();
  });

  async function refused(installation: Installation, env: Record<string, string>): Promise<string> {
    const product = installation.launch(env);
    expect(await exitOf(product)).toBe(1);
    return product.output().trim();
  }

  test("aNewDatabaseDoesNotJoinALogInUse: unless it is told to", async () => {
    const env = { EVENTSTORE_URL: node.url };
    const first = await home.start(env);
    const { terminal, pan } = await someVisits(home.admin(first), first.url);
    await first.end("SIGTERM");
    const written = node.store.records.length;

    const other = await Installation.create(home);
    others.push(other);
    expect(await refused(other, { ...env, DEMO: "1" })).toMatch(
      /^EventStoreDB holds the events of an installation already, and this database is new: [^\n]*--join\.$/,
    );
    const key = await other.run(["keys", "create", "--name", "stray"], env);
    expect([key.code, key.stdout]).toEqual([1, ""]);
    expect(key.stderr).toContain("holds the events of an installation already");
    expect(node.store.records.length).toBe(written);

    const joined = await other.start({ ...env, DEMO: "1" }, ["--join"]);
    expect(joined.output()).not.toContain("An administrator was made");
    expect(joined.output()).not.toContain("demo programme is loaded");
    await until(async () => await isReady(joined));
    const made = await other.run(["keys", "create", "--name", "again"], env);
    const admin = createClient(joined.url, made.stdout.trim());
    const listed = await admin.send("GET", "/api/operations?limit=1");
    expect(z.object({ total: z.number() }).parse(listed.body).total).toBe(30);
    // The terminal's key is in the log; the vault, and with it every count, was in the lost database.
    const again = terminalOf(joined.url, terminal.serialNumber, testKeys().privateKey, () => Date.now());
    expect(await visit(again, pan)).toBe("GRANTED");
    await joined.end("SIGTERM");
    // From here on it is an installation like any other.
    const later = await other.start(env);
    await until(async () => await isReady(later));
    await later.end("SIGTERM");
  });

  test("aLogThatWasRestoredByItselfIsNoticed: and served after it was renewed", async () => {
    const env = { EVENTSTORE_URL: node.url };
    const first = await home.start(env);
    const { terminal } = await simpleProgramme(home.admin(first), first.url, many);
    const pan = testPan(81_000);
    for (let count = 0; count < 20; count += 1) expect(await visit(terminal, pan)).toBe("GRANTED");
    const backup = node.store.copy();
    const [then] = await home.query<{ position: string }>(
      "select min(position) as position from checkpoints",
    );
    // Enough for a snapshot of what the backup lacks.
    for (let count = 0; count < 30; count += 1) expect(await visit(terminal, pan)).toBe("GRANTED");
    await home.admin(first).send("POST", "/api/merchants", { name: "Of the gap" });
    await first.end("SIGTERM");
    node.kill();
    // As far as read models may be behind when an instance stops: what they have not seen is missed all the same.
    await home.query(`update checkpoints set position = '${then?.position ?? ""}'`);

    const restored = new Double(backup);
    await restored.start();
    const there = { EVENTSTORE_URL: restored.url };
    expect(await refused(home, there)).toMatch(
      /^The event log is older than the database, [^\n]*`admittance log renew`[^\n]*$/,
    );
    const renewed = await home.run(["log", "renew"], there);
    expect([renewed.code, renewed.stderr]).toEqual([0, ""]);
    expect(renewed.stdout).toMatch(/^\d+ events: heads are those of the log/);
    const again = await home.start(there);
    await until(async () => await isReady(again));
    const known = terminalOf(again.url, terminal.serialNumber, testKeys().privateKey, () => Date.now());
    expect(await visit(known, pan)).toBe("GRANTED");
    await until(async () => {
      const listed = await home.admin(again).send("GET", "/api/operations?limit=1");
      return z.object({ total: z.number() }).parse(listed.body).total === 21;
    });
    await again.end("SIGTERM");
    const verified = await home.run(["log", "verify"], there);
    expect(verified.code).toBe(0);
    restored.kill();
  });

  test("aDatabaseOlderThanTheLogCatchesUp: and counts what it had not seen", async () => {
    const env = { EVENTSTORE_URL: node.url };
    const first = await home.start(env);
    const { terminal, pan } = await someVisits(home.admin(first), first.url);
    await until(async () => await isReady(first));
    await first.end("SIGTERM");
    const name = new URL(home.database.url).pathname.slice(1);
    const server = new URL(home.database.url);
    server.pathname = "/postgres";
    await query(server.href, `create database ${name}_dump template ${name}`);

    const second = await home.start(env);
    const meanwhile = terminalOf(second.url, terminal.serialNumber, testKeys().privateKey, () => Date.now());
    expect(await visit(meanwhile, pan)).toBe("GRANTED");
    // A place, a terminal and a ruleset that the dump has never heard of.
    const gap = await simpleProgramme(home.admin(second), second.url, many);
    await second.end("SIGTERM");
    await home.database.drop();
    await query(server.href, `create database ${name} template ${name}_dump`);
    await query(server.href, `drop database ${name}_dump`);

    const again = await home.start(env);
    await until(async () => await isReady(again));
    const known = terminalOf(again.url, terminal.serialNumber, testKeys().privateKey, () => Date.now());
    expect(await visit(known, pan)).toBe("LIMIT_EXCEEDED");
    const listed = await home.admin(again).send("GET", "/api/operations?status=COMPLETED&limit=1");
    expect(z.object({ total: z.number() }).parse(listed.body).total).toBe(31);
    const ofTheGap = terminalOf(again.url, gap.terminal.serialNumber, testKeys().privateKey, () =>
      Date.now(),
    );
    expect(await visit(ofTheGap, testPan(82_000))).toBe("GRANTED");
    await again.end("SIGTERM");
  });

  test("aNeighbourOnTheServerIsNoneOfOurs: nor are we its", async () => {
    const env = { EVENTSTORE_URL: node.url };
    const neighbour = await Installation.create();
    others.push(neighbour);
    const theirs = { ...env, EVENTSTORE_PREFIX: "n" };
    const third = await Installation.create();
    others.push(third);
    const thirds = { ...env, EVENTSTORE_PREFIX: "nm" };
    for (const [installation, own] of [
      [home, env],
      [neighbour, theirs],
      [third, thirds],
    ] as const) {
      const product = await installation.start(own);
      await someVisits(installation.admin(product), product.url);
      await until(async () => await isReady(product));
      await product.end("SIGTERM");
    }
    const streams = /^[\d,]+ events of ([\d,]+) streams: every chain is whole/;
    const counts: (string | undefined)[] = [];
    for (const [installation, own] of [
      [home, env],
      [neighbour, theirs],
      [third, thirds],
    ] as const) {
      const verified = await installation.run(["log", "verify"], own);
      expect([verified.code, verified.stderr]).toEqual([0, ""]);
      counts.push(streams.exec(verified.stdout)?.[1]);
      expect((await installation.run(["export"], own)).code).toBe(0);
    }
    expect(new Set(counts).size).toBe(1);
    expect(await refused(await other(), { ...env, EVENTSTORE_PREFIX: "my-card-house" })).toMatch(
      /^EVENTSTORE_PREFIX "my-card-house" holds "card-"/,
    );
  });

  async function other(): Promise<Installation> {
    const made = await Installation.create();
    others.push(made);
    return made;
  }
});

// pg_dump of the same version: the embedded programs have none.
const binaries = await debianBinaries();

describe.skipIf(binaries === null)("with the log in PostgreSQL", () => {
  let from: StockServer;
  let to: StockServer;

  beforeAll(async () => {
    from = await startStockServer();
    to = await startStockServer();
  });
  afterAll(async () => {
    await from.destroy();
    await to.destroy();
  });

  test("aDumpOfOneMomentIsWholeOnAnotherServer: it decides and counts as before", async () => {
    const home = await Installation.create();
    await query(from.url, "create database admittance");
    const env = { DATABASE_URL: at(from, "admittance") };
    const first = await home.start(env);
    const { terminal, pan } = await someVisits(home.admin(first), first.url);
    expect(await visit(terminal, pan)).toBe("GRANTED");
    const dump = home.path("dump");
    const programs = { dump: join(from.binaries, "pg_dump"), restore: join(from.binaries, "pg_restore") };
    // Beside the running instance, which stays ready.
    await promisify(execFile)(programs.dump, ["-Fc", "-f", dump, env.DATABASE_URL]);
    await first.end("SIGKILL");

    await query(to.url, "create database admittance");
    const there = { DATABASE_URL: at(to, "admittance") };
    await promisify(execFile)(programs.restore, ["--exit-on-error", "-d", there.DATABASE_URL, dump]);
    const again = await home.start(there);
    await until(async () => await isReady(again));
    const known = terminalOf(again.url, terminal.serialNumber, testKeys().privateKey, () => Date.now());
    expect(await visit(known, pan)).toBe("LIMIT_EXCEEDED");
    expect(await visit(known, testPan(80_001))).toBe("GRANTED");
    expect((await home.run(["log", "verify"], there)).code).toBe(0);
    await again.end("SIGTERM");
    await home.destroy();
  });

  function at(server: StockServer, name: string): string {
    const url = new URL(server.url);
    url.pathname = `/${name}`;
    return url.href;
  }
});
