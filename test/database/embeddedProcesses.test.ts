import { execFile } from "node:child_process";
import { chmod, chown, cp, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { z } from "zod";

import { findPackage, locateBinaries } from "../../src/database/embedded/binaries.ts";
import { readPidFile, stopPostmaster, waitUntilGone } from "../../src/database/embedded/postmaster.ts";
import { processExists } from "../../src/database/embedded/starter.ts";
import { chooseUser } from "../../src/database/embedded/systemUser.ts";
import { startEmbedded } from "../../src/database/embedded/embedded.ts";
import { bundleProgram, type ChildProgram, startProgram } from "../support/childProgram.ts";

const run = promisify(execFile);
const reportSchema = z.object({ url: z.string(), started: z.boolean() });
const NOBODY = { uid: 65_534, gid: 65_534 };

let program = "";
let dataDir = "";
let cluster = "";
let children: ChildProgram[] = [];

beforeAll(async () => {
  program = await bundleProgram(new URL("../support/embeddedProgram.ts", import.meta.url));
});

afterAll(async () => {
  await rm(program, { force: true });
});

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), `admittance-test-${process.pid}-processes-`));
  cluster = join(dataDir, "cluster");
  children = [];
});

afterEach(async () => {
  for (const child of children) await child.end("SIGKILL");
  await stopPostmaster(cluster, "immediate");
  await rm(dataDir, { recursive: true, force: true });
});

function launch(options: { uid?: number; gid?: number; env?: NodeJS.ProcessEnv } = {}): ChildProgram {
  const child = startProgram(program, [dataDir], options);
  children.push(child);
  return child;
}

async function report(child: ChildProgram): Promise<z.infer<typeof reportSchema>> {
  return reportSchema.parse(JSON.parse(await child.nextLine()));
}

async function query(url: string, text: string): Promise<pg.QueryResultRow[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<pg.QueryResultRow>(text)).rows;
  } finally {
    await client.end();
  }
}

test("kill -9 of the process that started it: the server goes on, is taken over with all rows, and stopped", async () => {
  const child = launch();
  const { url } = await report(child);
  await query(url, "CREATE TABLE kept AS SELECT generate_series(1, 100) AS n");
  await child.end("SIGKILL");
  const pid = readPidFile(cluster)?.pid ?? 0;
  expect(processExists(pid)).toBe(true);

  const heir = await startEmbedded({ dataDir });
  expect(heir).toMatchObject({ url, started: true });
  expect(readPidFile(cluster)?.pid).toBe(pid);
  expect(await query(heir.url, "SELECT count(*)::int AS n FROM kept")).toEqual([{ n: 100 }]);
  await heir.stop();
  expect(processExists(pid)).toBe(false);
});

test("kill -9 of both, as when the machine stops: acknowledged rows are there after the next start", async () => {
  const child = launch();
  const { url } = await report(child);
  await query(url, "CREATE TABLE kept (n int)");
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => undefined);
  await client.connect();
  let acknowledged = 0;
  const writing = (async () => {
    for (;;) {
      await client.query("INSERT INTO kept VALUES ($1)", [acknowledged]);
      acknowledged += 1;
    }
  })().catch(() => undefined);
  while (acknowledged < 50) await new Promise((resolve) => setTimeout(resolve, 5));
  await child.end("SIGKILL");
  process.kill(readPidFile(cluster)?.pid ?? 0, "SIGKILL");
  await writing;

  const again = await startEmbedded({ dataDir });
  expect(again.started).toBe(true);
  expect(await query(again.url, `SELECT count(*)::int AS n FROM kept WHERE n < ${acknowledged}`)).toEqual([
    { n: acknowledged },
  ]);
  await again.stop();
  await waitUntilGone(cluster);
});

test("four processes at once on an empty directory share one server, and only its starter stops it", async () => {
  const all = [launch(), launch(), launch(), launch()];
  const reports = await Promise.all(all.map(report));
  expect(new Set(reports.map(({ url }) => url)).size).toBe(1);
  expect(reports.filter(({ started }) => started)).toHaveLength(1);
  const url = reports[0]?.url ?? "";

  const guests = all.filter((_, index) => reports[index]?.started === false);
  for (const guest of guests) expect(await guest.end("SIGTERM")).toBe(0);
  expect(await query(url, "SELECT 1 AS n")).toEqual([{ n: 1 }]);

  const pid = readPidFile(cluster)?.pid ?? 0;
  const starter = all[reports.findIndex(({ started }) => started)];
  expect(await starter?.end("SIGTERM")).toBe(0);
  expect(processExists(pid)).toBe(false);
});

test("of those who find a server without its starter, exactly one takes it over", async () => {
  const first = launch();
  const { url } = await report(first);
  await first.end("SIGKILL");
  const reports = await Promise.all([launch(), launch(), launch()].map(report));
  expect(reports.map((found) => found.url)).toEqual([url, url, url]);
  expect(reports.filter(({ started }) => started)).toHaveLength(1);
});

test("a server that is killed under its starter can be started by another process", async () => {
  const first = launch();
  const { url } = await report(first);
  await query(url, "CREATE TABLE kept AS SELECT 1 AS n");
  process.kill(readPidFile(cluster)?.pid ?? 0, "SIGKILL");
  await waitUntilGone(cluster);
  const second = await report(launch());
  expect(second.started).toBe(true);
  expect(await query(second.url, "SELECT n FROM kept")).toEqual([{ n: 1 }]);
  // It is no longer the first one's to stop.
  expect(await first.end("SIGTERM")).toBe(0);
  expect(await query(second.url, "SELECT n FROM kept")).toEqual([{ n: 1 }]);
});

test("runs as an ordinary user", async (context) => {
  if (process.geteuid?.() !== 0) {
    // Then every other test here has just done so.
    return context.skip("this whole run is by an ordinary user");
  }
  const readable = await run(
    process.execPath,
    ["-e", `require("fs").readFileSync(${JSON.stringify(program)})`],
    NOBODY,
  )
    .then(() => true)
    .catch(() => false);
  if (!readable) return context.skip("an ordinary user can't read this checkout or run this Node");
  await chown(dataDir, NOBODY.uid, NOBODY.gid);
  const child = launch({ ...NOBODY, env: { ...process.env, HOME: "/nonexistent" } });
  const { url, started } = await report(child);
  expect(started).toBe(true);
  expect(await query(url, "SELECT current_setting('data_directory') AS d")).toEqual([{ d: cluster }]);
  expect(await child.end("SIGTERM")).toBe(0);
});

test("programs that the server's user can't reach are run from a copy", async (context) => {
  if (process.geteuid?.() !== 0)
    return context.skip("needs root: for anybody else the programs are reachable or not there at all");
  const hidden = join(dataDir, "hidden");
  await mkdir(hidden, { mode: 0o700 });
  await cp(join(findPackage(), "native"), join(hidden, "native"), {
    recursive: true,
    verbatimSymlinks: true,
  });
  await cp(join(findPackage(), "package.json"), join(hidden, "package.json"));
  const user = await chooseUser();
  const open = await mkdtemp(join(tmpdir(), `admittance-test-${process.pid}-open-`));
  await chmod(open, 0o755);
  const shared = join(open, "shared");
  await mkdir(shared);
  await chmod(shared, 0o777);
  const cache = join(open, "cache");
  // A directory that others can write to is passed over: they could exchange the programs.
  const { postgres, initdb } = await locateBinaries(user, hidden, [shared, cache]);
  expect(postgres.startsWith(cache)).toBe(true);
  for (const file of [postgres, initdb]) {
    const { stdout } = await run(file, ["--version"], { ...user, cwd: "/" });
    expect(stdout).toContain("18.");
  }
  expect(await locateBinaries(user, hidden, [cache])).toEqual({ postgres, initdb });
  const refused = locateBinaries(user, hidden, [shared]);
  await expect(refused).rejects.toThrow(
    /can't be run here \(.*shared can be written by others\): set DATABASE_URL/,
  );
  await rm(open, { recursive: true, force: true });
});
