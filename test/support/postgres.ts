import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { inject } from "vitest";

import { migrations } from "../../migrations/index.ts";
import { migrate } from "../../src/database/migrate.ts";
import { createKysely, createPool } from "../../src/database/pool.ts";
import { clusterDirectory } from "../../src/database/embedded/cluster.ts";
import { readPidFile, stopPostmaster, waitUntilGone } from "../../src/database/embedded/postmaster.ts";
import { freePort, startEmbedded } from "../../src/database/embedded/embedded.ts";

export interface TestDatabase {
  readonly url: string;
  /** Removes it, also while somebody is connected. */
  drop(): Promise<void>;
}

/**
 * A fresh, empty database with a unique name, in the one cluster of this run (fsync off); in a stock server where the
 * project is about that; or, when TEST_DATABASE_URL is set, in that server. Takes about 0.1 s; the first call of a run starts the cluster (1 to 3 s).
 */
export async function createTestDatabase(): Promise<TestDatabase> {
  return createDatabase(await testServer(), "template1");
}

async function createDatabase(serverUrl: string, template: string): Promise<TestDatabase> {
  const name = `test_${process.pid}_${randomBytes(6).toString("hex")}`;
  await query(serverUrl, `CREATE DATABASE ${name} TEMPLATE ${template}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    drop: async () => {
      await query(serverUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    },
  };
}

/**
 * The same with the product's tables in it, for tests that are not about how they come there: a copy of one that was
 * made once in this server. Empty ones are migrated by the tests of migrations, starts, processes and documents.
 */
export async function createMigratedDatabase(): Promise<TestDatabase> {
  const serverUrl = await testServer();
  template ??= makeTemplate(serverUrl);
  return createDatabase(serverUrl, await template);
}

/**
 * An empty database in a cluster of its own, for tests that hold a transaction open: while one is, every log in its
 * cluster holds its feed back, also those of other tests. Takes some 3 s.
 */
export async function createDatabaseApart(): Promise<TestDatabase> {
  const cluster = await startCluster({ fsync: false, port: await freePort() });
  return { url: cluster.url(), drop: async () => await cluster.destroy() };
}

let template: Promise<string> | undefined;

/** Name of the database to copy. One worker makes it, the others wait and find it there. */
async function makeTemplate(serverUrl: string): Promise<string> {
  const name = `template_${createHash("sha256").update(Object.keys(migrations).join()).digest("hex").slice(0, 12)}`;
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  try {
    await client.query("SELECT pg_advisory_lock(hashtext($1))", [name]);
    const { rowCount } = await client.query("SELECT FROM pg_database WHERE datname = $1", [name]);
    if (rowCount === 0) {
      const unfinished = `${name}_of_${process.pid}`;
      await client.query(`CREATE DATABASE ${unfinished}`);
      const url = new URL(serverUrl);
      url.pathname = `/${unfinished}`;
      const db = createKysely(createPool(url.href, { max: 2 }));
      await migrate(db, migrations).finally(() => db.destroy());
      await client.query(`ALTER DATABASE ${unfinished} RENAME TO ${name}`);
    }
    return name;
  } finally {
    await client.end();
  }
}

/** What the database says to everyone who connects from here on, as its owner may: values as SQL writes them. */
export async function alterDatabase(url: string, settings: Readonly<Record<string, string>>): Promise<void> {
  const name = new URL(url).pathname.slice(1);
  // On one connection: what was set counts for the next.
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    for (const [setting, value] of Object.entries(settings)) {
      await client.query(`ALTER DATABASE ${name} SET ${setting} = ${value}`);
    }
  } finally {
    await client.end();
  }
}

let server: Promise<string> | undefined;

/** Address of the server that `createTestDatabase` uses, with a user that may create databases. */
export function testServer(): Promise<string> {
  const given = process.env["TEST_DATABASE_URL"];
  if (given) return Promise.resolve(given);
  if (process.env["TEST_SERVER"] === "stock") return Promise.resolve(inject("stockUrl"));
  server ??= startEmbedded({ dataDir: inject("databaseDir"), fsync: false }).then(({ url }) => url);
  return server;
}

export interface TestCluster {
  readonly dataDir: string;
  /** Address of its database `admittance`; changes with `start()` unless a port was given. */
  readonly url: () => string;
  /** kill -9 of the server; resolves when it and its backends have gone. */
  kill(): Promise<void>;
  /** A clean stop. */
  stop(): Promise<void>;
  /** Starts it again on the same data. */
  start(): Promise<void>;
  /** Stops it and removes its data. */
  destroy(): Promise<void>;
}

/**
 * A cluster of its own, for tests that stop or kill it. fsync is on unless said otherwise; its directory is made in
 * `parent`, by default the system's temporary one. Call `destroy()` at the end.
 */
export async function startCluster(
  options: { port?: number; fsync?: boolean; parent?: string } = {},
): Promise<TestCluster> {
  const { parent = tmpdir() } = options;
  const dataDir = await mkdtemp(join(parent, `admittance-test-${process.pid}-own-`));
  const directory = clusterDirectory(dataDir);
  let running = await startEmbedded({ ...options, dataDir });
  return {
    dataDir,
    url: () => running.url,
    kill: async () => {
      const pid = readPidFile(directory)?.pid;
      if (pid === undefined) throw new Error("no server runs");
      process.kill(pid, "SIGKILL");
      await waitUntilGone(directory);
    },
    stop: () => stopPostmaster(directory),
    start: async () => {
      running = await startEmbedded({ ...options, dataDir });
    },
    destroy: async () => {
      await stopPostmaster(directory, "immediate");
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** Answers the rows of one statement on a connection of its own. */
export async function query(url: string, statement: string): Promise<readonly unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(statement)).rows;
  } finally {
    await client.end();
  }
}
