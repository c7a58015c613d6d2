import { existsSync } from "node:fs";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { openCluster } from "../../src/database/embedded/cluster.ts";
import { memoryHere, sharedBuffers } from "../../src/database/embedded/memory.ts";
import { readPidFile, stopPostmaster, verify } from "../../src/database/embedded/postmaster.ts";
import { processExists } from "../../src/database/embedded/starter.ts";
import { type EmbeddedPostgres, startEmbedded } from "../../src/database/embedded/embedded.ts";
import { SetupError } from "../../src/settings.ts";

let dataDir = "";
let cluster = "";

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), `admittance-test-${process.pid}-embedded-`));
  cluster = join(dataDir, "cluster");
});

afterEach(async () => {
  await stopPostmaster(cluster, "immediate");
  await rm(dataDir, { recursive: true, force: true });
});

async function query<Row extends pg.QueryResultRow>(url: string, text: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(text)).rows;
  } finally {
    await client.end();
  }
}

function start(port?: number): Promise<EmbeddedPostgres> {
  return startEmbedded({ dataDir, fsync: false, ...(port === undefined ? {} : { port }) });
}

async function refusal(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof SetupError)) throw new Error(`expected a SetupError, got ${String(error)}`);
  expect(error.message).not.toContain("\n");
  return error.message;
}

describe("a cluster of our own", () => {
  test("starts, stops, and starts again on the same data", async () => {
    const first = await start();
    expect(first.started).toBe(true);
    await query(first.url, "CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n");
    const pid = readPidFile(cluster)?.pid ?? 0;
    expect(processExists(pid)).toBe(true);
    await first.stop();
    expect(processExists(pid)).toBe(false);
    expect(existsSync(join(cluster, "postmaster.pid"))).toBe(false);

    const second = await start();
    expect(second.started).toBe(true);
    expect(await query(second.url, "SELECT count(*)::int AS n FROM kept")).toEqual([{ n: 1000 }]);
    await second.stop();
    await second.stop();
  });

  test("runs with the settings that the event log relies on", async () => {
    const { url } = await startEmbedded({ dataDir });
    const names = [
      "fsync",
      "synchronous_commit",
      "full_page_writes",
      "listen_addresses",
      "idle_in_transaction_session_timeout",
      "jit",
      "TimeZone",
      "server_encoding",
      "max_connections",
      "data_checksums",
    ];
    const rows = await query<{ name: string; value: string }>(
      url,
      `SELECT name, current_setting(name) AS value FROM unnest(ARRAY['${names.join("','")}']) AS name`,
    );
    expect(Object.fromEntries(rows.map(({ name, value }) => [name, value]))).toEqual({
      fsync: "on",
      synchronous_commit: "on",
      full_page_writes: "on",
      listen_addresses: "127.0.0.1",
      idle_in_transaction_session_timeout: "10s",
      jit: "off",
      TimeZone: "UTC",
      server_encoding: "UTF8",
      max_connections: "100",
      data_checksums: "on",
    });
    expect(
      await query(
        url,
        "SELECT datlocprovider, datlocale FROM pg_database WHERE datname = current_database()",
      ),
    ).toEqual([{ datlocprovider: "b", datlocale: "C.UTF-8" }]);
  });

  test("buffers an eighth of the memory, within bounds", async () => {
    const gigabyte = 2 ** 30;
    const sizes = [gigabyte / 2, gigabyte, 2 * gigabyte, 6 * gigabyte, 8 * gigabyte, 64 * gigabyte];
    expect(sizes.map(sharedBuffers)).toEqual(["128MB", "128MB", "256MB", "768MB", "1024MB", "1024MB"]);

    const { url } = await startEmbedded({ dataDir });
    const [row] = await query<{ bytes: string }>(
      url,
      "SELECT pg_size_bytes(current_setting('shared_buffers'))::text AS bytes",
    );
    expect(Number(row?.bytes) / 2 ** 20).toBe(Number.parseInt(sharedBuffers(memoryHere())));
  });

  test("wants its generated password, which only its owner can read", async () => {
    const { url } = await start();
    const withoutPassword = new URL(url);
    withoutPassword.password = "wrong";
    await expect(query(withoutPassword.href, "SELECT 1")).rejects.toMatchObject({ code: "28P01" });
    const file = join(cluster, "admittance.password");
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await readFile(file, "utf8")).trim()).toBe(new URL(url).password);
    expect(new URL(url).password.length).toBeGreaterThanOrEqual(32);
  });
});

describe("what a crash leaves behind", () => {
  test("a postmaster.pid that names a living program which is no server of ours", async () => {
    const first = await start();
    await first.stop();
    await writeFile(
      join(cluster, "postmaster.pid"),
      `${process.pid}\n${cluster}\n1\n1\n\n127.0.0.1\n1 1\nready\n`,
    );
    const again = await start();
    expect(readPidFile(cluster)?.pid).not.toBe(process.pid);
    await again.stop();
  });

  test.each([
    ["empty", ""],
    ["full of zeros", "\0".repeat(4_096)],
    ["cut off in the middle of a word", "7x"],
    ["a number that no process has", "98765432101234\n/somewhere\n"],
  ])("a postmaster.pid that is %s, as after a loss of power", async (_what, content) => {
    await (await start()).stop();
    await writeFile(join(cluster, "postmaster.pid"), content);
    const again = await start();
    expect(await query(again.url, "SELECT 1 AS n")).toEqual([{ n: 1 }]);
    await again.stop();
  });

  test("a postmaster.pid of a process that is gone", async () => {
    const first = await start();
    await query(first.url, "CREATE TABLE kept AS SELECT 1 AS n");
    process.kill(readPidFile(cluster)?.pid ?? 0, "SIGKILL");
    const again = await start();
    expect(await query(again.url, "SELECT n FROM kept")).toEqual([{ n: 1 }]);
    await again.stop();
  });

  test("half a cluster of an interrupted creation", async () => {
    await mkdir(join(dataDir, "cluster.new-1-abc", "base"), { recursive: true });
    const { url } = await start();
    expect(await query(url, "SELECT 1 AS n")).toEqual([{ n: 1 }]);
  });
});

describe("a directory that isn't ours is refused and left as it was", () => {
  const cases: readonly (readonly [string, (directory: string) => Promise<unknown>, RegExp])[] = [
    [
      "some files",
      (at) => writeFile(join(at, "notes.txt"), "mine"),
      /is not empty and holds no database of Admittance/,
    ],
    [
      "PostgreSQL's own directory",
      (at) => writeFile(join(at, "PG_VERSION"), "18\n"),
      /holds no database of Admittance/,
    ],
    [
      "a cluster without our marker",
      async (at) => {
        await mkdir(join(at, "cluster"));
        await writeFile(join(at, "cluster", "PG_VERSION"), "18\n");
      },
      /holds no database of Admittance/,
    ],
    [
      "a cluster of another version",
      async (at) => {
        await mkdir(join(at, "cluster"));
        await writeFile(join(at, "cluster", "PG_VERSION"), "17\n");
        await writeFile(
          join(at, "cluster", "admittance.json"),
          '{"product":"admittance","systemIdentifier":"1"}',
        );
      },
      /was written by PostgreSQL 17, this release brings 18/,
    ],
  ];
  test.each(cases)("%s", async (_name, prepare, message) => {
    await prepare(dataDir);
    const before = await readdir(dataDir, { recursive: true });
    expect(await refusal(start())).toMatch(message);
    expect(await readdir(dataDir, { recursive: true })).toEqual(before);
  });

  test("a file", async () => {
    await writeFile(join(dataDir, "file"), "");
    expect(await refusal(startEmbedded({ dataDir: join(dataDir, "file") }))).toMatch(/is not a directory/);
  });

  test("a cluster that was exchanged under our marker", async () => {
    await (await start()).stop();
    await writeFile(join(cluster, "admittance.json"), '{"product":"admittance","systemIdentifier":"1"}');
    expect(await refusal(start())).toMatch(/is another cluster than its admittance.json says/);
  });
});

describe("ports", () => {
  test("one that is in use is refused in one line", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => other.once("listening", resolve));
    const address = other.address();
    const port = isAddress(address) ? address.port : 0;
    try {
      expect(await refusal(start(port))).toBe(
        `Port ${port} on 127.0.0.1 is in use: the database needs another port.`,
      );
      // Without a wish it finds another one.
      const { url } = await start();
      expect(Number(new URL(url).port)).not.toBe(port);
    } finally {
      other.close();
    }
  });
});

test("a server that answers but isn't of this cluster is not used", async () => {
  await start();
  const opened = await openCluster(dataDir);
  const running = readPidFile(cluster);
  if (!running) throw new Error("no server runs");
  expect(await verify(opened, running)).toBe(true);
  const message = /What answers on 127.0.0.1:\d+ is not the database server of/;
  expect(await refusal(verify({ ...opened, systemIdentifier: "1" }, running))).toMatch(message);
  expect(await refusal(verify({ ...opened, password: "wrong" }, running))).toMatch(message);
  expect(await refusal(verify(opened, { ...running, identity: "1\n/elsewhere\n2" }))).toMatch(message);
});

test("works below a directory that only root can enter", async (context) => {
  if (process.geteuid?.() !== 0)
    return context.skip("needs root: nobody else can make a directory its own server can't enter");
  await chmod(dataDir, 0o700);
  const inner = join(dataDir, "checkout", "data");
  try {
    const { url, stop } = await startEmbedded({ dataDir: inner, fsync: false });
    expect((await stat(dataDir)).uid).toBe(0);
    expect((await stat(join(inner, "cluster"))).uid).not.toBe(0);
    await query(url, "CREATE TABLE kept AS SELECT 1 AS n");
    await query(url, "CHECKPOINT");
    await stop();
    const again = await startEmbedded({ dataDir: inner, fsync: false });
    expect(await query(again.url, "SELECT n FROM kept")).toEqual([{ n: 1 }]);
  } finally {
    await stopPostmaster(join(inner, "cluster"), "immediate");
  }
});

function isAddress(address: string | AddressInfo | null): address is AddressInfo {
  return address !== null && typeof address === "object";
}
