import { createHash, randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import type { Pool } from "pg";
import { z } from "zod";
import { migrations } from "../migrations/index.ts";
import { migrate } from "../src/database/migrate.ts";
import { startEmbedded } from "../src/database/embedded/embedded.ts";
import { createKysely, createPool } from "../src/database/pool.ts";
import type { EventStoreLog } from "../src/eventlog/eventstoredb/log.ts";
import { openEventStoreLog } from "../src/eventlog/eventstoredb/open.ts";
import { PostgresEventLog } from "../src/eventlog/postgres/log.ts";
import { load } from "./peers/evaluate/load.ts";
import { median, round2 } from "./support/statistics.ts";

/**
 * Durable appends a second on the embedded server, fsync on: one event to a new stream each. Ours, Emmett, a plain
 * one-row insert with node-pg, and the bulk limit (64-row inserts, four in flight, no semantics). The contenders take
 * turns in short slices, and a figure is the median over the rounds of what two of them did in the same round: the
 * disk and the neighbours of a virtual machine change by the second. With EVENTSTORE_URL that server is a row more.
 */
export const name = "append";

/** What the benchmark uses of Emmett, which is installed beside the benchmarks only. */
interface EmmettStore {
  appendToStream(stream: string, events: readonly object[], options: object): Promise<unknown>;
  close(): Promise<void>;
}
const isFunction = (value: unknown): boolean => typeof value === "function";
const emmettModule = z.object({ STREAM_DOES_NOT_EXIST: z.string() });
const emmettPostgresModule = z.object({
  getPostgreSQLEventStore: z.custom<(url: string) => EmmettStore>(isFunction),
});

const WRITERS = [1, 8, 32, 128] as const;
const BULK_ROWS = 64;
const BULK_IN_FLIGHT = 4;
const PLAIN_CONNECTIONS = 32;

interface Contender {
  readonly name: string;
  /** How many do it at once when there are `writers`. */
  readonly workers: (writers: number) => number;
  /** Appends once; how many events that were. */
  append(): Promise<number>;
}

export async function run({ quick }: { quick: boolean }): Promise<{ figures: Record<string, number> }> {
  const dataDir = await mkdtemp(join(tmpdir(), "admittance-bench-append-"));
  const server = await startEmbedded({ dataDir });
  const pool = createPool(server.url, { max: PLAIN_CONNECTIONS });
  const { STREAM_DOES_NOT_EXIST } = load("@event-driven-io/emmett", emmettModule);
  const { getPostgreSQLEventStore } = load("@event-driven-io/emmett-postgresql", emmettPostgresModule);
  const emmett = getPostgreSQLEventStore(server.url);
  try {
    await migrate(createKysely(pool), migrations);
    await pool.query("create table plain (id uuid primary key, type text, body text, hash text)");
    const log = new PostgresEventLog(pool);
    const body = JSON.stringify({ card: randomUUID(), guests: 2, evidence: "x".repeat(400) });
    const hash = createHash("sha256").update(body).digest("hex");
    let stream = 0;
    const event = () => ({ id: randomUUID(), type: "EntryGranted", body, hash });
    const each = (writers: number): number => writers;
    const contenders = {
      ours: {
        name: "ours",
        workers: each,
        append: async () => {
          const result = await log.append(`card-${stream++}`, [event()], { expected: "noStream" });
          if (result.outcome !== "appended") throw new Error(`ours: ${result.outcome}`);
          return 1;
        },
      },
      emmett: {
        name: "emmett-postgresql",
        workers: each,
        append: async () => {
          const data = { body };
          await emmett.appendToStream(`card-${stream++}`, [{ type: "EntryGranted", data }], {
            expectedStreamVersion: STREAM_DOES_NOT_EXIST,
          });
          return 1;
        },
      },
      plain: {
        name: "plain insert",
        workers: each,
        append: async () => {
          const values = [randomUUID(), "EntryGranted", body, hash];
          await pool.query({ name: "plain", text: "insert into plain values ($1, $2, $3, $4)", values });
          return 1;
        },
      },
      bulk: {
        name: "bulk limit",
        workers: () => BULK_IN_FLIGHT,
        append: async () => {
          const ids = Array.from({ length: BULK_ROWS }, () => randomUUID());
          const text = `insert into plain select i, 'EntryGranted', b, h
            from unnest($1::uuid[], $2::text[], $3::text[]) n(i, b, h)`;
          await pool.query({ name: "bulk", text, values: [ids, ids.map(() => body), ids.map(() => hash)] });
          return BULK_ROWS;
        },
      },
      hot: {
        name: "ours, one stream",
        workers: each,
        append: async () => {
          await log.append("quota-hot", [event()], { expected: "any" });
          return 1;
        },
      },
    } satisfies Record<string, Contender>;
    const eventStore = await openEventStore();
    const all: Record<string, Contender> = {
      ...contenders,
      ...(eventStore === null
        ? {}
        : {
            eventStore: {
              name: "EventStoreDB",
              workers: each,
              append: async () => {
                await eventStore.append(`card-${stream++}`, [event()], { expected: "noStream" });
                return 1;
              },
            },
          }),
    };
    const keys = Object.keys(all);

    const rounds = quick ? 5 : 15;
    const ms = quick ? 150 : 400;
    const rates = new Map<string, number[]>();
    const of = (key: string, writers: number): number[] => rates.get(`${key}@${writers}`) ?? [];
    console.log(`events a second, median of ${rounds} rounds\n`);
    console.log(
      ["writers", ...keys.map((key) => all[key]?.name ?? "")].map((cell) => cell.padStart(18)).join(""),
    );
    for (const writers of WRITERS) {
      for (let round = -1; round < rounds; round += 1) {
        for (const [key, contender] of Object.entries(all)) {
          const rate = await slice(contender, writers, ms);
          // The first round opens connections and fills caches.
          if (round >= 0) rates.set(`${key}@${writers}`, [...of(key, writers), rate]);
        }
      }
      const cells = [writers, ...keys.map((key) => Math.round(median(of(key, writers))))];
      console.log(cells.map((cell) => String(cell).padStart(18)).join(""));
    }
    await log.close();
    await eventStore?.close();
    const ratio = (over: keyof typeof contenders, writers: number): number => {
      const others = of(over, writers);
      return round2(median(of("ours", writers).map((rate, index) => rate / (others[index] ?? Number.NaN))));
    };
    return {
      figures: {
        "ours/emmett@32": ratio("emmett", 32),
        "ours/plain@1": ratio("plain", 1),
        "ours/plain@32": ratio("plain", 32),
        "ours/bulk@128": ratio("bulk", 128),
        "hot/s": Math.round(median(of("hot", 32))),
      },
    };
  } finally {
    await emmett.close();
    await untilAlone(pool);
    await pool.end();
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** The server that EVENTSTORE_URL names, through our adapter; null where it names none. */
async function openEventStore(): Promise<EventStoreLog | null> {
  const url = process.env["EVENTSTORE_URL"];
  return url === undefined ? null : await openEventStoreLog(url, { prefix: `bench-${randomUUID()}.` });
}

/** Emmett leaves connections to time out by themselves, and dies of it when the server ends them. */
async function untilAlone(pool: Pool): Promise<void> {
  for (let tries = 0; tries < 150; tries += 1) {
    const { rows } = await pool.query<{ others: number }>(
      `select count(*)::int as others from pg_stat_activity
        where datname = current_database() and backend_type = 'client backend' and application_name <> 'admittance'`,
    );
    if (rows[0]?.others === 0) return;
    await sleep(100);
  }
}

async function slice(contender: Contender, writers: number, ms: number): Promise<number> {
  const begun = performance.now();
  let events = 0;
  const worker = async (): Promise<void> => {
    while (performance.now() - begun < ms) {
      const appended = await contender.append();
      events += appended;
    }
  };
  await Promise.all(Array.from({ length: contender.workers(writers) }, worker));
  return (events * 1_000) / (performance.now() - begun);
}
