import type { QueryConfig } from "pg";
import { LOCK_NOT_AVAILABLE, sqlState } from "../database/sqlState.ts";
import type { Timed } from "../database/timedQuery.ts";
import { within } from "../eventlog/waiting.ts";
import type { Services } from "./services.ts";

/** How the parts of the product are, each in its time. */

export interface PartStatus {
  readonly part: string;
  readonly ready: boolean;
  readonly detail: string;
}

/** What is asked for its status; `part` names it while it does not answer. */
export interface Check {
  readonly part: string;
  readonly check: () => Promise<readonly PartStatus[]>;
}

/** How long a part may take to say how it is. Milliseconds. */
const PART_MS = 2_000;
/** However often readiness is asked for, the disk is tried no more often than this. Milliseconds. */
const WRITE_EVERY_MS = 1_000;

/** Most that our clock may differ from the database's. */
const MOST_SKEW_MS = 1_000;

export async function databaseStatus(services: Services): Promise<readonly PartStatus[]> {
  const before = services.now();
  const { rows } = await services.pool.query<{ ms: number }>(
    inPart("select extract(epoch from clock_timestamp())::float8 * 1000 as ms"),
  );
  const after = services.now();
  const skew = Math.round((rows[0]?.ms ?? 0) - (before + after) / 2);
  return [
    { part: "database", ready: true, detail: `answered in ${String(after - before)} ms` },
    {
      part: "clock",
      ready: Math.abs(skew) <= MOST_SKEW_MS,
      detail: `the database's clock is ${String(skew)} ms ahead of ours`,
    },
  ];
}

// A table that is made empty first takes new space on the disk, and its commit waits for the log on the disk.
const WRITE = `select set_config('lock_timeout', '500ms', true);
  truncate write_probe; insert into write_probe values (clock_timestamp())`;

/** Whether the database takes what is written: it answers, and commands fail, when its disk is full. */
export class WriteProbe {
  readonly #services: Services;
  #at = Number.NEGATIVE_INFINITY;
  #last: Promise<readonly PartStatus[]> = Promise.resolve([]);

  constructor(services: Services) {
    this.#services = services;
  }

  async status(): Promise<readonly PartStatus[]> {
    const now = this.#services.now();
    if (now - this.#at >= WRITE_EVERY_MS) {
      this.#at = now;
      this.#last = this.#write();
    }
    return await this.#last;
  }

  async #write(): Promise<readonly PartStatus[]> {
    const part = "database writes";
    try {
      await this.#services.pool.query(inPart(WRITE));
      return [{ part, ready: true, detail: "taken" }];
    } catch (error) {
      // A dump under way holds the table, and says nothing against the disk.
      if (sqlState(error) === LOCK_NOT_AVAILABLE)
        return [{ part, ready: true, detail: "not tried during a dump" }];
      const detail = error instanceof Error ? error.message : "not taken";
      return [{ part, ready: false, detail }];
    }
  }
}

function inPart(text: string): Timed<QueryConfig> {
  return { text, query_timeout: PART_MS };
}

export async function inTime({ part, check }: Check): Promise<readonly PartStatus[]> {
  try {
    return await withinPart(check());
  } catch {
    return [{ part, ready: false, detail: "does not answer" }];
  }
}

/** What a part says, if it says it in time. */
export async function withinPart<T>(answer: Promise<T>): Promise<T> {
  return await within(answer, PART_MS, () => new Error("no answer in time"));
}

/** Asks every part for its status: the database, and what `checks` names beside it. */
export function readiness(
  services: Services,
  checks: readonly Check[],
): () => Promise<readonly PartStatus[]> {
  const writes = new WriteProbe(services);
  const all: readonly Check[] = [
    { part: "database", check: async () => await databaseStatus(services) },
    { part: "database writes", check: async () => await writes.status() },
    ...checks,
  ];
  return async () => (await Promise.all(all.map(inTime))).flat();
}
