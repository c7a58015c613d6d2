import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Pool } from "pg";
import { startEmbedded } from "../src/database/embedded/embedded.ts";
import { createPool } from "../src/database/pool.ts";
import { createClient } from "../src/client.ts";
import { productHome } from "../test/support/product.ts";
import { testKeys, testPan } from "../test/support/programme.ts";
import { CONNECTIONS, loadOf, pairTerminals } from "./support/checks.ts";
import { type Load, pace, paced, saturate } from "./support/httpLoad.ts";
import { median, quantile, round2 } from "./support/statistics.ts";

/**
 * check_entry over real HTTP with real tokens, durable, 32 connections, one terminal each, cards spread over 100,000:
 * the product; the same call built plainly on Express and Emmett (`peers/checks`); and as the floor a plain one-row
 * insert with node-pg. Each server is a process of its own, all on one embedded PostgreSQL with WAL files to reuse. The
 * contenders take turns, and a figure is the median over the rounds: of what two of them did in the same round, or of
 * how long a round's checks took. The product's read models follow meanwhile, and catch up before the next turn begins.
 * With EVENTSTORE_URL the product runs on that server too.
 */
export const name = "checks";

const CARDS = 100_000;
/** Linux writes pages back after 30 s. */
const SETTLE_MS = 30_000;
/** Of 16 MB each. */
const WAL_FILES = 64;

interface Server {
  readonly name: string;
  readonly load: Load;
  /** Resolves when nothing is left to do in the background. */
  readonly idle: () => Promise<void>;
}

export async function run({ quick }: { quick: boolean }): Promise<{ figures: Record<string, number> }> {
  const dataDir = await mkdtemp(join(tmpdir(), "admittance-bench-checks-"));
  const database = await startEmbedded({ dataDir });
  const pool = createPool(database.url, { max: CONNECTIONS });
  const ending: (() => Promise<void>)[] = [];
  try {
    await useWal(pool);
    await pool.query("create table plain (id uuid primary key, type text, body text, hash text)");
    await pool.query("create database product");
    await pool.query("create database peer");
    const pans = Array.from({ length: CARDS }, (_, index) => testPan(index));
    const ours = await startOurs(siblingOf(database.url, "product"), pans, ending);
    const peer = await startPeer(siblingOf(database.url, "peer"), pans, ending);
    const rounds = quick ? 2 : 7;
    const ms = quick ? 2_500 : 6_000;
    for (const { load } of [ours, peer]) await saturate(load, ms);
    const rates: { readonly ours: number[]; readonly peer: number[]; readonly plain: number[] } = {
      ours: [],
      peer: [],
      plain: [],
    };
    for (let round = 0; round < rounds; round += 1) {
      rates.plain.push(await plainInserts(pool, ms / 2));
      await ours.idle();
      rates.ours.push(await saturate(ours.load, ms));
      await ours.idle();
      rates.peer.push(await saturate(peer.load, ms));
    }
    const half = await atRate(ours.load, pool, median(rates.ours) / 2, {
      rounds,
      ms,
      settleMs: quick ? ms : SETTLE_MS,
    });
    const over = (others: readonly number[]): number =>
      round2(median(rates.ours.map((rate, index) => rate / (others[index] ?? Number.NaN))));
    const figures = {
      "ours/plain": over(rates.plain),
      "ours/emmettBuild": over(rates.peer),
      "p50ms@half": half.p50,
      "p99ms@half": half.p99,
    };
    const onEventStore = await withEventStore(
      siblingOf(database.url, "other"),
      pool,
      pans,
      { rounds, ms },
      ending,
    );
    console.log(`a second, median of ${String(rounds)} rounds, ${String(CONNECTIONS)} connections\n`);
    for (const [what, values] of Object.entries(rates)) {
      console.log(`  ${what.padEnd(8)} ${String(Math.round(median(values))).padStart(8)}`);
    }
    console.log(
      `\nat half of that, ${String(half.rate)}/s: p50 ${String(half.p50)} ms, p99 ${String(half.p99)} ms (of all rounds together ${String(half.p99OfAll)} ms); a plain insert at that rate: p99 ${String(half.plainP99)} ms (${String(half.plainP99OfAll)} ms)`,
    );
    return { figures: { ...figures, ...onEventStore } };
  } finally {
    for (const end of ending.reverse()) await end();
    await pool.end();
    await database.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

/**
 * How long checks take at a rate that the product can keep up for long, and beside them plain inserts at the same rate:
 * what these wait for at p99 is the disk.
 */
async function atRate(
  load: Load,
  pool: Pool,
  rate: number,
  { rounds, ms, settleMs }: { readonly rounds: number; readonly ms: number; readonly settleMs: number },
): Promise<Readonly<Record<"rate" | "p50" | "p99" | "p99OfAll" | "plainP99" | "plainP99OfAll", number>>> {
  const inserts = Array.from({ length: CONNECTIONS }, () => async () => await plainInsert(pool));
  // What the rounds before left to write is not of this load.
  await paced(load, rate, settleMs);
  const checks: number[][] = [];
  const plain: number[][] = [];
  for (let round = 0; round < rounds; round += 1) {
    plain.push(await pace(inserts, rate, ms / 2));
    checks.push(await paced(load, rate, ms));
  }
  const over = (runs: readonly number[][], q: number): number =>
    round2(median(runs.map((latencies) => quantile(latencies, q))));
  const ofAll = (runs: readonly number[][]): number =>
    round2(
      quantile(
        runs.flat().sort((a, b) => a - b),
        0.99,
      ),
    );
  return {
    rate: Math.round(rate),
    p50: over(checks, 0.5),
    p99: over(checks, 0.99),
    p99OfAll: ofAll(checks),
    plainP99: over(plain, 0.99),
    plainP99OfAll: ofAll(plain),
  };
}

/** The product on the server that EVENTSTORE_URL names, against the client's bare appends of the same size there. */
async function withEventStore(
  databaseUrl: string,
  pool: Pool,
  pans: readonly string[],
  { rounds, ms }: { readonly rounds: number; readonly ms: number },
  ending: (() => Promise<void>)[],
): Promise<Readonly<Record<string, number>>> {
  const url = process.env["EVENTSTORE_URL"];
  if (url === undefined) return {};
  await pool.query("create database other");
  const settings = { EVENTSTORE_URL: url, EVENTSTORE_PREFIX: `bench-${randomUUID()}.` };
  const product = await startOurs(databaseUrl, pans, ending, settings);
  const { EventStoreDBClient, binaryEvent } = await import("@eventstore/db-client");
  const client = EventStoreDBClient.connectionString(url);
  ending.push(async () => await client.dispose());
  const data = Buffer.from(JSON.stringify({ evidence: "x".repeat(1_500) }));
  const bare = async (): Promise<number> => {
    const begun = performance.now();
    let appended = 0;
    await Promise.all(
      Array.from({ length: CONNECTIONS }, async () => {
        while (performance.now() - begun < ms / 2) {
          const event = binaryEvent({ id: randomUUID(), type: "Bare", data });
          await client.appendToStream(`bare-${randomUUID()}`, [event], { expectedRevision: "no_stream" });
          appended += 1;
        }
      }),
    );
    return (appended * 1_000) / (performance.now() - begun);
  };
  await saturate(product.load, ms);
  const rates: { readonly product: number; readonly bare: number }[] = [];
  for (let round = 0; round < rounds; round += 1) {
    await product.idle();
    rates.push({ bare: await bare(), product: await saturate(product.load, ms) });
  }
  console.log(
    `on EventStoreDB: ours ${String(Math.round(median(rates.map((one) => one.product))))}, bare appends ${String(Math.round(median(rates.map((one) => one.bare))))}`,
  );
  return { "esdb/bare@32": round2(median(rates.map((one) => one.product / one.bare))) };
}

async function startOurs(
  databaseUrl: string,
  pans: readonly string[],
  ending: (() => Promise<void>)[],
  // An empty setting is none: what the environment says is for one of the two.
  logSettings: Readonly<Record<string, string>> = { EVENTSTORE_URL: "" },
): Promise<Server> {
  const home = await productHome();
  ending.push(async () => await home.destroy());
  const product = await home.start({ DATABASE_URL: databaseUrl, ...logSettings });
  const admin = createClient(product.url, await home.adminKey());
  const serials = await pairTerminals(admin, product.url);
  const pool = createPool(databaseUrl, { max: 1 });
  ending.push(async () => await pool.end());
  return {
    name: "ours",
    load: await loadOf(product.url, serials, pans),
    idle: async () => await caughtUp(pool),
  };
}

async function startPeer(
  databaseUrl: string,
  pans: readonly string[],
  ending: (() => Promise<void>)[],
): Promise<Server> {
  const serials = Array.from({ length: CONNECTIONS }, (_, index) => `P-${String(index)}`);
  const terminals = serials.map((serial) => ({ serial, publicKey: testKeys().publicKey }));
  const program = fileURLToPath(new URL("../peers/checks/server.mjs", import.meta.url));
  const child = spawn(process.execPath, [program], {
    env: {
      ...process.env,
      DATABASE_URL: databaseUrl,
      TERMINALS: JSON.stringify(terminals),
      NODE_ENV: "production",
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  ending.push(async () => {
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGTERM");
    await ended;
  });
  const port = await portOf(child);
  return {
    name: "peer",
    load: await loadOf(`http://127.0.0.1:${port}`, serials, pans),
    idle: async () => undefined,
  };
}

async function portOf({ stdout }: ChildProcess): Promise<string> {
  if (stdout === null) throw new Error("the peer has no output");
  let text = "";
  for await (const chunk of stdout) {
    text += String(chunk);
    const port = /listening on (\d+)/.exec(text)?.[1];
    if (port !== undefined) {
      stdout.resume();
      return port;
    }
  }
  throw new Error(`the peer did not start: ${text}`);
}

async function plainInserts(pool: Pool, ms: number): Promise<number> {
  const begun = performance.now();
  let inserted = 0;
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      while (performance.now() - begun < ms) {
        await plainInsert(pool);
        inserted += 1;
      }
    }),
  );
  return (inserted * 1_000) / (performance.now() - begun);
}

const PLAIN_BODY = JSON.stringify({ card: randomUUID(), guests: 2, evidence: "x".repeat(400) });

async function plainInsert(pool: Pool): Promise<void> {
  const values = [randomUUID(), "EntryGranted", PLAIN_BODY, "h".repeat(64)];
  await pool.query({ name: "plain", text: "insert into plain values ($1, $2, $3, $4)", values });
}

/** Leaves WAL files to reuse, as a server has that has run for a while: on a new one commits wait for each to be made. */
async function useWal(pool: Pool): Promise<void> {
  for (let file = 0; file < WAL_FILES; file += 1) {
    await pool.query("select pg_logical_emit_message(false, 'bench', ''), pg_switch_wal()");
  }
  await pool.query("checkpoint");
}

/** Until the read models stand still, which they do at the log's end. */
async function caughtUp(pool: Pool): Promise<void> {
  let before = "";
  for (let tries = 0; tries < 200; tries += 1) {
    const { rows } = await pool.query<{ positions: string }>(
      "select string_agg(position, ' ' order by name) as positions from checkpoints",
    );
    const now = rows[0]?.positions ?? "";
    if (now === before) return;
    before = now;
    await sleep(300);
  }
  throw new Error("the read models did not catch up in a minute");
}

function siblingOf(url: string, database: string): string {
  const sibling = new URL(url);
  sibling.pathname = `/${database}`;
  return sibling.href;
}
