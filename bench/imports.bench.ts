import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startEmbedded } from "../src/database/embedded/embedded.ts";
import { type Client, createClient } from "../src/client.ts";
import { productHome } from "../test/support/product.ts";
import { testPan } from "../test/support/programme.ts";
import { loadOf, pairTerminals } from "./support/checks.ts";
import { paced } from "./support/httpLoad.ts";
import { quantile, round2 } from "./support/statistics.ts";

/**
 * A million card transactions by file, CSV and NDJSON, bad lines reported: how long that takes, what the server's process
 * computes for a line (`us@`), and what it holds in memory. Then how long terminals wait meanwhile: checks at an even rate, alone and then beside the import, on one server with
 * its own PostgreSQL.
 */
export const name = "imports";

const RATE = 50;
const CARDS = 100_000;

export async function run({ quick }: { quick: boolean }): Promise<{ figures: Record<string, number> }> {
  const rows = quick ? 50_000 : 1_000_000;
  const dataDir = await mkdtemp(join(tmpdir(), "admittance-bench-imports-"));
  const database = await startEmbedded({ dataDir });
  const home = await productHome();
  try {
    const product = await home.start({ DATABASE_URL: database.url, EVENTSTORE_URL: "" });
    const admin = createClient(product.url, await home.adminKey());
    const serials = await pairTerminals(admin, product.url);
    const pans = Array.from({ length: CARDS }, (_, index) => testPan(index));
    const pid = product.process.pid ?? 0;
    const [csvAlone, ndjsonAlone] = [
      await alone(admin, pid, { body: transactions(rows, pans, "c"), type: "text/csv", rows }),
      await alone(admin, pid, { body: objects(rows, pans), type: "application/x-ndjson", rows }),
    ];
    const load = await loadOf(product.url, serials, pans);
    await paced(load, RATE, 5_000);
    const quiet = await paced(load, RATE, quick ? 5_000 : 30_000);

    const csv = transactions(rows, pans, "t");
    await heldSince(product.url);
    const begun = performance.now();
    const importing = admin
      .send("POST", "/api/transactions/import?badLines=report", csv)
      .then(() => performance.now() - begun);
    const ended = { is: false };
    void importing.finally(() => (ended.is = true));
    const beside: number[] = [];
    while (!ended.is) beside.push(...(await paced(load, RATE, 1_000)));
    const ms = await importing;
    const loopMs = await heldSince(product.url);

    const ofAlone = quiet.toSorted((a, b) => a - b);
    const ofBeside = beside.toSorted((a, b) => a - b);
    const figures = {
      "s@csv": round2(csvAlone.seconds),
      "us@csv": round2(csvAlone.usPerLine),
      "rssMiB@csv": csvAlone.rssMiB,
      "s@ndjson": round2(ndjsonAlone.seconds),
      "us@ndjson": round2(ndjsonAlone.usPerLine),
      "rssMiB@ndjson": ndjsonAlone.rssMiB,
      "rows/s": Math.round((rows * 1_000) / ms),
      "p99ms@alone": round2(quantile(ofAlone, 0.99)),
      "p50ms@import": round2(quantile(ofBeside, 0.5)),
      "p99ms@import": round2(quantile(ofBeside, 0.99)),
      "loopMs@import": round2(loopMs),
      "maxms@import": round2(ofBeside.at(-1) ?? Number.NaN),
    };
    console.log(
      `${String(rows)} rows in ${(ms / 1_000).toFixed(1)} s beside ${String(RATE)} checks a second\n`,
    );
    for (const [what, value] of Object.entries(figures)) console.log(`  ${what.padEnd(14)} ${String(value)}`);
    return { figures };
  } finally {
    await home.destroy();
    await database.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

interface Alone {
  readonly body: string;
  readonly type: string;
  readonly rows: number;
}

/** For how long the server's thread was held at most since it was last asked. Milliseconds. */
async function heldSince(url: string): Promise<number> {
  const told = await (await fetch(new URL("/metrics", url))).text();
  return Number(/eventloop_lag_max_seconds ([\d.e-]+)/.exec(told)?.[1] ?? Number.NaN) * 1_000;
}

async function alone(admin: Client, pid: number, { body, type, rows }: Alone) {
  let rssMiB = 0;
  const watch = setInterval(() => {
    void residentMiB(pid).then((now) => {
      rssMiB = Math.max(rssMiB, now);
    });
  }, 200);
  const begun = performance.now();
  const cpuBefore = await cpuSeconds(pid);
  try {
    await admin.send("POST", "/api/transactions/import?badLines=report", body, { "content-type": type });
    const cpu = (await cpuSeconds(pid)) - cpuBefore;
    return { seconds: (performance.now() - begun) / 1_000, usPerLine: (cpu * 1_000_000) / rows, rssMiB };
  } finally {
    clearInterval(watch);
  }
}

/** User's and system's, in hundredths: what others take of the machine is not in it. Linux alone tells it. */
async function cpuSeconds(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${String(pid)}/stat`, "utf8").catch(() => "");
  const [user, system] = stat.split(") ")[1]?.split(" ").slice(11, 13) ?? [];
  return (Number(user) + Number(system)) / 100;
}

/** Linux alone tells it. */
async function residentMiB(pid: number): Promise<number> {
  const status = await readFile(`/proc/${String(pid)}/status`, "utf8").catch(() => "");
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? Number.NaN) / 1_024);
}

function objects(rows: number, pans: readonly string[]): string {
  const lines = Array.from({ length: rows }, (_, index) =>
    JSON.stringify({
      transactionId: `n${String(index)}`,
      pan: pans[index % pans.length],
      type: "PURCHASE",
      amount: { amount: `${String(1 + (index % 90))}.50`, currency: "EUR" },
      mcc: "5812",
      transactionAt: `2026-11-0${String(1 + (index % 9))}T10:00:00Z`,
    }),
  );
  return [...lines, ""].join("\n");
}

function transactions(rows: number, pans: readonly string[], prefix: string): string {
  const lines = Array.from({ length: rows }, (_, index) => {
    const pan = pans[index % pans.length] ?? "";
    return `${prefix}${String(index)},${pan},PURCHASE,${String(1 + (index % 90))}.50,EUR,5812,2026-11-0${String(1 + (index % 9))}T10:00:00Z`;
  });
  return ["transactionId,pan,type,amount,currency,mcc,transactionAt", ...lines, ""].join("\n");
}
