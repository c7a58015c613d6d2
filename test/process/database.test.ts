import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { createClient } from "../../src/client.ts";
import { isInUse, readPidFile } from "../../src/database/embedded/postmaster.ts";
import { Double } from "../eventlog/double/double.ts";
import { silentProxy } from "../eventlog/silentProxy.ts";
import { productProgram } from "../support/childProgram.ts";
import { launch, type Product, type ProductHome, productHome } from "../support/product.ts";
import { check, confirm, outcome, simpleProgramme, testPan } from "../support/programme.ts";
import { until } from "../support/until.ts";

/** The product and the PostgreSQL that it has started: whichever of the two goes, or comes a second time. */

const readiness = z.object({
  ready: z.boolean(),
  parts: z.array(z.object({ part: z.string(), ready: z.boolean(), detail: z.string() })),
});

async function readinessOf(product: Product): Promise<z.infer<typeof readiness>> {
  return readiness.parse(await (await fetch(new URL("/readyz", product.url))).json());
}

async function untilReady(product: Product): Promise<void> {
  await until(async () => (await readinessOf(product)).ready);
}

function clusterOf(dataDir: string): string {
  return join(dataDir, "postgres", "cluster");
}

/** The server's own process and those that serve its connections. */
function processesOf(cluster: string): readonly number[] {
  const postmaster = readPidFile(cluster)?.pid ?? 0;
  const pids = readdirSync("/proc").map(Number).filter(Number.isSafeInteger);
  return pids.filter((pid) => pid === postmaster || parentOf(pid) === postmaster);
}

function parentOf(pid: number): number {
  try {
    const text = readFileSync(`/proc/${String(pid)}/stat`, "utf8");
    return Number(text.slice(text.lastIndexOf(")") + 2).split(" ")[1]);
  } catch {
    return 0;
  }
}

describe("an installation with its own database", () => {
  let home: ProductHome;
  let product: Product;

  beforeAll(async () => {
    home = await productHome();
    product = await home.start();
  });
  afterAll(async () => {
    await home.destroy();
  });

  test("aServerThatIsKilledIsBroughtBackAndNothingIsLost", async () => {
    const admin = createClient(product.url, await home.adminKey());
    const { terminal } = await simpleProgramme(admin, product.url);
    const before = readPidFile(clusterOf(home.dataDir))?.pid;
    const granted = outcome(await check(terminal, testPan(71_001)));
    await home.killDatabase();
    await until(async () => (await confirm(terminal, granted.accessId)).status === 200);
    await untilReady(product);
    expect(readPidFile(clusterOf(home.dataDir))?.pid).not.toBe(before);
    expect(outcome(await check(terminal, testPan(71_002))).decision).toBe("GRANTED");
  });

  test("whileTheServerSaysNothingEveryoneHasAnAnswer", async () => {
    const admin = createClient(product.url, await home.adminKey());
    const { terminal } = await simpleProgramme(admin, product.url);
    const stopped = processesOf(clusterOf(home.dataDir));
    for (const pid of stopped) process.kill(pid, "SIGSTOP");
    try {
      const [ready, metrics, ...taps] = await Promise.all([
        readinessOf(product),
        fetch(new URL("/metrics", product.url)),
        ...Array.from({ length: 40 }, (_, index) => check(terminal, testPan(72_000 + index))),
      ]);
      expect(ready.ready).toBe(false);
      expect(ready.parts.find(({ part }) => part === "database")).toMatchObject({ ready: false });
      expect(metrics.status).toBe(200);
      expect(await metrics.text()).toMatch(/admittance_process_cpu[^]*what="read_models_known"\} 0/);
      for (const tap of taps) {
        expect(tap.status).toBe(503);
        expect(tap.headers.get("retry-after")).not.toBeNull();
      }
    } finally {
      for (const pid of stopped) process.kill(pid, "SIGCONT");
    }
    await untilReady(product);
  });

  test("theOneThatStopsFirstLeavesTheDatabaseToTheOthers", async () => {
    const second = await home.start();
    const third = await home.start();
    const admin = createClient(third.url, await home.adminKey());
    const { terminal } = await simpleProgramme(admin, third.url);
    expect(await product.end("SIGTERM")).toBe(0);
    expect(outcome(await check(terminal, testPan(73_001))).decision).toBe("GRANTED");
    expect(await second.end("SIGINT")).toBe(0);
    expect(outcome(await check(terminal, testPan(73_002))).decision).toBe("GRANTED");
    // Its database is killed under it: it is the one to bring it back now.
    await home.killDatabase();
    await untilReady(third);
    expect(await third.end("SIGHUP")).toBe(0);
    expect(isInUse(clusterOf(home.dataDir))).toBe(false);
  });
});

describe("nothing runs on", () => {
  let program: string;
  let dataDir: string;

  beforeAll(async () => {
    program = await productProgram("main");
  });
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), "admittance-leaves-"));
  });
  afterEach(async () => {
    await rm(dataDir, { recursive: true, force: true });
  });

  test("whenWhoReadsTheOutputHasGone", async () => {
    const product = launch(program, { DATA_DIR: dataDir, PORT: "0", DEMO: "0" });
    await product.ready();
    const { url } = product;
    product.process.stdout?.destroy();
    // The next thing that it has to say is a warning.
    await fetch(new URL("/healthz", url), { headers: { forwarded: "for=192.0.2.7" } });
    if (product.process.exitCode === null) await once(product.process, "exit");
    expect(product.process.exitCode).toBe(0);
    expect(isInUse(clusterOf(dataDir))).toBe(false);
  });

  test("whenASignalComesBeforeTheStartIsThrough", async () => {
    const product = launch(program, { DATA_DIR: dataDir, PORT: "0", DEMO: "0" });
    await until(async () => await Promise.resolve(readPidFile(clusterOf(dataDir)) !== undefined));
    expect(await product.end("SIGTERM")).toBe(0);
    expect(isInUse(clusterOf(dataDir))).toBe(false);
  });

  test("whenTheFirstStartFailsBehindTheDatabase", async () => {
    const product = launch(program, { DATA_DIR: dataDir, PORT: "0", EVENTSTORE_URL: "esdb://127.0.0.1:9" });
    await once(product.process, "close");
    expect(product.process.exitCode).toBe(1);
    expect(product.output()).toMatch(/^EVENTSTORE_URL can't be used/);
    expect(isInUse(clusterOf(dataDir))).toBe(false);
  });

  test("whenTheEventStoreSaysNothingAnyMore", async () => {
    const node = new Double();
    await node.start();
    const proxy = await silentProxy(`http://127.0.0.1:${String(node.port)}`);
    const eventStore = `esdb://127.0.0.1:${new URL(proxy.url).port}?tls=false`;
    const product = launch(program, { DATA_DIR: dataDir, PORT: "0", DEMO: "0", EVENTSTORE_URL: eventStore });
    try {
      await product.ready();
      const admin = createClient(product.url, /API key\s+(\S+)/.exec(product.output())?.[1] ?? "");
      const { terminal } = await simpleProgramme(admin, product.url);
      proxy.silence();
      // A card that is new, and reads and appends that time out.
      expect((await check(terminal, testPan(74_001))).status).toBe(503);
      expect((await fetch(new URL("/readyz", product.url))).status).toBe(503);
      await product.end("SIGTERM");
      expect(isInUse(clusterOf(dataDir))).toBe(false);
    } finally {
      product.process.kill("SIGKILL");
      await proxy.close();
      node.kill();
    }
  });
});
